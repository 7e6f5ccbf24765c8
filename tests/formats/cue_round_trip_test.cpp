// Random discs, written as sheets and read back: the same, but for what the sheet can't hold.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "formats/cue_builder.h"
#include "formats/cue_write.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/scale.h"
#include "support/stand_in.h"

namespace pregap::formats {
namespace {

using Lines = std::vector<std::string>;

class RandomDisc {
 public:
  explicit RandomDisc(std::uint32_t seed) : random_(seed), one_file_(below(2) == 0) {
    disc_.format = "cue";
    if (below(2) == 0) disc_.mcn = fmt::format("{:013}", below(1000000));
    if (below(2) == 0) disc_.text = {{"TITLE", fmt::format("Disc  {}", seed)}, {"PERFORMER", ""}};
    if (below(2) == 0) disc_.remarks = {"REM COMMENT \"made by nobody\"", "WHAT IS THIS"};
    const bool gd_rom = below(8) == 0;
    const int tracks = 1 + below(30);
    for (int t = 0; t < tracks; ++t) add_track(gd_rom && t > 0 && t == tracks / 2, gd_rom);
  }
  Disc take() { return std::move(disc_); }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  int sometimes(int most) { return below(3) == 0 ? 1 + below(most) : 0; }

  void add_track(bool high_density, bool gd_rom) {
    const bool first = disc_.tracks.empty();
    Track track;
    track.number = first ? 1 + sometimes(20) : disc_.tracks.back().number + 1;
    const int session = first ? 1 : disc_.tracks.back().session;
    const bool begins = !first && !gd_rom && session < 9 && below(10) == 0;
    track.session = high_density || begins ? session + 1 : session;
    if (track.session != session && below(2) == 0) track.number = 1;
    if (first || track.session != session) begin_session(track.session, gd_rom);
    choose_mode(track);
    lay_out(track, high_density, begins);
    decorate(track);
    disc_.sessions.back().lead_out = behind(track);
    disc_.tracks.push_back(std::move(track));
  }

  void begin_session(int number, bool gd_rom) {
    const Area area = !gd_rom       ? Area::none
                      : number == 1 ? Area::single_density
                                    : Area::high_density;
    disc_.sessions.push_back({.number = number, .area = area});
  }

  void choose_mode(Track& track) {
    struct Choice {
      TrackType type;
      Storage storage;
      const char* word;
    };
    static constexpr Choice kChoices[] = {{TrackType::audio, Storage::raw2352, "AUDIO"},
                                          {TrackType::audio, Storage::raw2352, "AUDIO"},
                                          {TrackType::audio, Storage::raw2448, "CDG"},
                                          {TrackType::mode0, Storage::raw2352, "MODE0/2352"},
                                          {TrackType::mode1, Storage::raw2352, "MODE1/2352"},
                                          {TrackType::mode1, Storage::user2048, "MODE1/2048"},
                                          {TrackType::mode2, Storage::raw2352, "MODE2/2352"},
                                          {TrackType::mode2, Storage::raw2352, "CDI/2352"},
                                          {TrackType::mode2, Storage::xa2336, "MODE2/2336"},
                                          {TrackType::mode2, Storage::form2_2324, "MODE2/2324"}};
    const Choice& choice = kChoices[below(10)];
    track.type = track.declared = choice.type;
    track.declared_as = choice.word;
    track.extents.push_back({.storage = choice.storage});
  }

  static Lba behind(const Track& track) { return track.end_lba() + track.unstored_postgap; }

  void lay_out(Track& track, bool high_density, bool begins) {
    const std::int32_t pregap = sometimes(300), length = 1 + below(4000);
    track.unstored_pregap = sometimes(500);
    track.unstored_postgap = sometimes(500);
    Lba at = disc_.tracks.empty() ? Lba(0) : behind(disc_.tracks.back());
    if (begins) at = at + (below(2) == 0 ? 11400 : below(20000));
    if (high_density) at = Lba(45000) - pregap - track.unstored_pregap;
    at = at + track.unstored_pregap;
    if (pregap > 0) track.indexes.push_back({.number = 0, .lba = at});
    track.indexes.push_back({.number = 1, .lba = at + pregap});
    Extent& extent = track.extents[0];
    extent.first = at;
    extent.sectors = pregap + length;
    extent.swapped = track.type == TrackType::audio && below(4) == 0;
    if (disc_.files.empty() || !one_file_) add_file();
    extent.file = disc_.files.size() - 1;
    extent.offset = sizes_.back();
    sizes_.back() += static_cast<std::uint64_t>(extent.sectors) * stride_of(extent.storage);
    disc_.files.back().bytes = test::stand_in(sizes_.back());
    for (int i = 2; i < 2 + sometimes(5); ++i) {
      const Lba next = track.indexes.back().lba + 1 + below(3);
      if (next < track.end_lba()) track.indexes.push_back({.number = i, .lba = next});
    }
  }

  void add_file() {
    sizes_.push_back(0);
    disc_.files.push_back({.path = fmt::format("disc {}.bin", sizes_.size()), .bytes = nullptr});
  }

  void decorate(Track& track) {
    track.flags = {.copy_permitted = below(2) == 0,
                   .four_channel = below(2) == 0,
                   .pre_emphasis = below(2) == 0,
                   .serial_copy_system = below(2) == 0};
    if (below(3) == 0) track.isrc = fmt::format("ABCDE{:07}", below(1000000));
    if (below(3) == 0) track.text = {{"TITLE", "x, y; 'z'"}, {"PERFORMER", "\u00e4"}};
    if (below(4) == 0) track.remarks = {"REM REPLAYGAIN_TRACK_GAIN -1 dB"};
  }

  std::mt19937 random_;
  bool one_file_;
  Disc disc_;
  std::vector<std::uint64_t> sizes_;
};

// Everything of a disc that a sheet holds.
Lines described(const Disc& disc) {
  Lines lines = test::layout_of(disc);
  for (const Track& t : disc.tracks) {
    lines.push_back(fmt::format("{} {} {}{}{}{} {}", t.number, t.declared_as,
                                t.flags.copy_permitted, t.flags.four_channel, t.flags.pre_emphasis,
                                t.flags.serial_copy_system, t.isrc));
    for (const Extent& e : t.extents) {
      lines.push_back(fmt::format("{} at {} of {}, {}{}", e.sectors, e.offset,
                                  disc.files[e.file].path.string(), stride_of(e.storage),
                                  e.swapped ? ", swapped" : ""));
    }
    for (const auto& [name, text] : t.text) lines.push_back(name + "=" + text);
    for (const std::string& remark : t.remarks) lines.push_back(remark);
  }
  for (const Session& s : disc.sessions) {
    lines.push_back(fmt::format("session {} area {} lead-out {}", s.number,
                                static_cast<int>(s.area), s.lead_out.value));
  }
  lines.push_back(disc.mcn);
  for (const auto& [name, text] : disc.text) lines.push_back(name + "=" + text);
  for (const std::string& remark : disc.remarks) lines.push_back(remark);
  return lines;
}

// Reads `sheet` over the files of `disc`.
Disc read_back(const std::string& sheet, const Disc& disc) {
  return build_cue_disc_from(parse_cue(sheet, "S"), "S",
                             [&](const std::string& name, const std::string& place, Needed) {
                               for (const DiscFile& file : disc.files) {
                                 if (file.path == name) return file;
                               }
                               throw Error(ErrorCode::not_found, place, name);
                             });
}

TEST(CueRoundTrip, GivesTheSameDisc) {
  for (std::uint32_t seed = 0; seed < test::scaled(300); ++seed) {
    const Disc disc = RandomDisc(seed).take();
    std::string sheet;
    const std::string error = test::error_of([&] { sheet = write_cue(disc); });
    if (error.find("sectors before an index") != std::string::npos) continue;
    ASSERT_EQ(error, "nothing") << "seed " << seed;
    Disc again = read_back(sheet, disc);
    again.format = "cue";
    ASSERT_EQ(described(again), described(disc)) << "seed " << seed << "\n" << sheet;
    const bool warned = std::ranges::any_of(again.problems, [](const Problem& p) {
      return p.severity != Severity::note && p.code != "sheet.track" && p.code != "sheet.command";
    });
    ASSERT_FALSE(warned) << "seed " << seed << "\n" << sheet << again.problems[0].message;
    ASSERT_EQ(write_cue(again), sheet) << "seed " << seed;
  }
}

}  // namespace
}  // namespace pregap::formats
