// Discs made up by chance that a TOC can hold, with files for them: from a seed, so that a failure
// can be seen again.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "disc/cd_text.h"
#include "formats/toc.h"
#include "support/program.h"

namespace pregap::test {

class RandomLayout {
 public:
  RandomLayout(unsigned seed, const TempFolder& folder) : random_(seed), folder_(folder) {}

  Disc make() {
    disc_.format = "toc";
    disc_.path = folder_ / "d.toc";
    if (chance(3)) disc_.mcn = "1234567890123";
    if (chance(3)) disc_.remarks = {"// made up", "//  of two lines"};
    const int count = chance(20) ? 98 : number(1, 6);
    const int first = chance(4) ? number(2, 99 - count + 1) : 1;
    for (int t = 0; t < count; ++t) add_track(first + t);
    add_text(first, count);
    Session session;
    session.type = type();
    session.lead_out = at_;
    disc_.sessions = {session};
    for (std::size_t f = 0; f < ends_.size(); ++f) {
      std::filesystem::resize_file(disc_.files[f].path, ends_[f] + 1);
    }
    return std::move(disc_);
  }

 private:
  int number(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
  bool chance(int one_in) { return number(1, one_in) == 1; }

  DiscType type() {
    for (const Track& track : disc_.tracks) {
      if (track.type == TrackType::mode2) return chance(2) ? DiscType::cd_xa : DiscType::cd_i;
    }
    return DiscType::cd_da_or_rom;
  }

  // One of the files so far, or one more; a .wav for audio alone.
  std::size_t file(bool wave) {
    for (std::size_t f = 0; f < disc_.files.size(); ++f) {
      if ((disc_.files[f].path.extension() == ".wav") == wave && !chance(3)) return f;
    }
    const std::vector<std::string> names = {"d{}", "a disc {}", "\xC3\xA9 \"{}\"", "x\\134{}"};
    const std::string name = fmt::format(
        fmt::runtime(names[static_cast<std::size_t>(number(0, 3))]), disc_.files.size());
    const std::filesystem::path path = folder_ / (name + (wave ? ".wav" : ".bin"));
    static const std::string kHeader(
        "RIFF\xFF\xFF\xFF\x7FWAVEfmt \x10\0\0\0\1\0\2\0\x44\xAC\0\0\x10\xB1\2\0\4\0\x10\0"
        "data\xFF\xFF\xFF\xFF",
        44);
    folder_.write(path.filename(), wave ? kHeader : std::string());
    disc_.files.push_back({.path = path, .bytes = open_file(path)});
    ends_.push_back(wave ? 44 : 0);
    return disc_.files.size() - 1;
  }

  void add_extent(Track& track, const Extent& extent) {
    track.extents.push_back(extent);
    at_ = at_ + extent.sectors;
  }

  void add_stored(Track& track, Storage storage, SubchannelOrder order, bool wave) {
    const std::size_t f = file(wave);
    Extent extent{.file = f, .storage = storage, .first = at_, .sectors = number(1, 400)};
    const bool audio = track.type == TrackType::audio;
    // Something between, so that no extent goes on where one before it ends.
    const int gap = wave || (audio && chance(2)) ? 4 * number(1, 1000)
                    : chance(2)                  ? 2352 * number(1, 3)
                                                 : number(1, 9999);
    extent.offset = ends_[f] + static_cast<unsigned>(gap);
    extent.swapped = audio && (storage == Storage::raw2448 || chance(2));
    ends_[f] = extent.offset + static_cast<std::uint64_t>(extent.sectors) * stride_of(storage);
    if (storage == Storage::raw2448) {
      disc_.subchannel.push_back({.file = f,
                                  .offset = extent.offset + 2352,
                                  .stride = 2448,
                                  .order = order,
                                  .first = at_,
                                  .sectors = extent.sectors});
    }
    add_extent(track, extent);
  }

  void add_blank(Track& track) {
    add_extent(
        track,
        {.file = kNoFile, .storage = Storage::blank, .first = at_, .sectors = number(1, 200)});
  }

  Storage storage_for(TrackType type) {
    if (chance(4)) return Storage::raw2448;
    if (type == TrackType::audio || chance(3)) return Storage::raw2352;
    if (type == TrackType::mode1) return Storage::user2048;
    const Storage of_mode2[] = {Storage::user2048, Storage::form2_2324, Storage::xa2336};
    return of_mode2[number(0, 2)];
  }

  void add_track(int n) {
    Track track;
    track.number = n;
    const TrackType types[] = {TrackType::audio, TrackType::audio, TrackType::mode1,
                               TrackType::mode2};
    track.type = track.declared = types[number(0, 3)];
    const bool audio = track.type == TrackType::audio;
    track.flags.copy_permitted = chance(2);
    track.flags.pre_emphasis = audio && chance(3);
    track.flags.four_channel = audio && chance(5);
    if (chance(2)) track.isrc = fmt::format("DEXXX98{:05}", n);
    if (chance(4)) track.remarks = {fmt::format("// the {}th", n)};
    if (chance(2)) track.unstored_pregap = number(1, 300);
    at_ = at_ + track.unstored_pregap;
    const Lba first = at_;
    const bool blank = chance(6);
    if (blank) {
      add_blank(track);
      track.indexes = {{.number = 1, .lba = first}};
    } else {
      add_pieces(track, first);
    }
    const Lba start = track.start_lba();
    Lba last = start;
    for (int i = 2; i < 5 && chance(2) && at_ - last > 1; ++i) {
      last = last + number(1, at_ - last - 1);
      track.indexes.push_back({.number = i, .lba = last});
    }
    if (!blank && chance(4)) track.unstored_postgap = number(1, 300);
    at_ = at_ + track.unstored_postgap;
    disc_.tracks.push_back(std::move(track));
  }

  void add_pieces(Track& track, Lba first) {
    const Storage storage = storage_for(track.type);
    const SubchannelOrder order =
        chance(2) ? SubchannelOrder::rw_packs : SubchannelOrder::interleaved;
    const bool wave = track.type == TrackType::audio && storage == Storage::raw2352 && chance(3);
    const int pieces = number(1, 3);
    for (int i = 0; i < pieces; ++i) {
      if (i > 0 && chance(2)) add_blank(track);
      add_stored(track, storage, order, wave);
    }
    const int pregap = chance(3) ? number(0, std::min(200, at_ - first - 1)) : 0;
    if (pregap > 0) track.indexes.push_back({.number = 0, .lba = first});
    track.indexes.push_back({.number = 1, .lba = first + pregap});
  }

  std::string text(std::uint8_t code) {
    const std::vector<std::string> latin = {"a",    "\"",       "\\",       "123", " ",
                                            "{//}", "\xC3\xA9", "\xC2\xA1", "\n",  "\xC3\xBF"};
    const std::vector<std::string> far = {"\xE7\x86\xB1", "\xE6\x97\xA5", "x", "\\", "\"7"};
    const std::vector<std::string>& from = code == 0x80 ? far : latin;
    std::string out;
    for (int i = number(1, 8); i > 0; --i) {
      out += from[static_cast<std::size_t>(number(0, static_cast<int>(from.size()) - 1))];
    }
    return out;
  }

  TextFields fields(std::uint8_t code, bool of_disc) {
    TextFields result;
    for (const char* name :
         {"TITLE", "PERFORMER", "SONGWRITER", "COMPOSER", "ARRANGER", "MESSAGE"}) {
      if (chance(3)) result.emplace_back(name, text(code));
    }
    if (of_disc && chance(3)) result.emplace_back("DISC_ID", text(0));
    if (of_disc && chance(3)) {
      result.emplace_back("GENRE_CODE", std::to_string(number(1, 65535)));
      if (chance(2)) result.emplace_back("GENRE", "Rock \"n");
    }
    if (of_disc && chance(4)) result.emplace_back("TOC_INFO1", "00 FF 7B");
    if (chance(5)) result.emplace_back("CLOSED_INFO", text(code));
    if (chance(3)) result.emplace_back(of_disc ? "UPC_EAN" : "ISRC", text(0));
    return result;
  }

  void add_text(int first, int count) {
    for (int number_of_block = 0; number_of_block < 8; ++number_of_block) {
      if (!chance(4)) continue;
      CdTextBlock block;
      block.number = number_of_block;
      block.language = static_cast<std::uint8_t>(number(0, 255));
      block.disc = fields(0, true);
      // Only text beyond ISO 8859-1 makes the writer say what it is in.
      if (chance(2)) {
        block.character_code = 0x80;
        std::erase_if(block.disc, [](const auto& field) { return field.first == "TITLE"; });
        block.disc.insert(block.disc.begin(), {"TITLE", "\xE7\x86\xB1" + text(0x80)});
      }
      for (int t = first; t < first + count; ++t) {
        TextFields text = chance(2) ? fields(block.character_code, false) : TextFields();
        if (!text.empty()) block.tracks[t] = std::move(text);
      }
      if (!block.disc.empty() || !block.tracks.empty()) disc_.cd_text.push_back(std::move(block));
    }
    take_text_of_first_block(disc_);
  }

  std::mt19937 random_;
  const TempFolder& folder_;
  Disc disc_;
  std::vector<std::uint64_t> ends_;  // by file
  Lba at_;
};

}  // namespace pregap::test
