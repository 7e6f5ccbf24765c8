#include "formats/toc_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "formats/toc.h"
#include "formats/wave.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::uint32_t kSampleSize = 4;

// How a track is stored, in the words of the format.
struct Form {
  TocMode mode = TocMode::audio;
  TocSubchannel subchannel = TocSubchannel::none;
  // FILE and SILENCE, else DATAFILE and ZERO; one track has only one sort of them.
  bool cuts_audio() const { return mode == TocMode::audio && subchannel == TocSubchannel::none; }
  std::string words() const {
    const std::string_view sub = name_of(subchannel);
    return fmt::format("{}{}{}", name_of(mode), sub.empty() ? "" : " ", sub);
  }
};

std::string time_text(std::int32_t sectors) {
  return fmt::format("{:02}:{:02}:{:02}", sectors / kFramesPerMinute,
                     sectors / kFramesPerSecond % 60, sectors % kFramesPerSecond);
}

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class Writer {
 public:
  explicit Writer(const Disc& layout) : layout_(layout), place_(layout.path.string()) {
    if (place_.empty()) place_ = "TOC";
  }

  std::string write() {
    require_one_session();
    if (layout_.format == "toc") remarks(layout_.remarks);
    out_ += disc_type() + '\n';
    if (!layout_.mcn.empty()) code("CATALOG", layout_.mcn, is_digits(layout_.mcn), 13);
    const int first = layout_.tracks.front().number;
    if (first != 1) out_ += fmt::format("FIRST_TRACK_NO {}\n", first);
    out_ += toc_cd_text_of_disc(layout_);
    at_ = layout_.tracks.front().session == 1 ? Lba(0) : begin_of(layout_.tracks.front());
    for (std::size_t t = 0; t < layout_.tracks.size(); ++t) {
      const Track& track = layout_.tracks[t];
      if (track.number != first + static_cast<int>(t)) {
        refuse(fmt::format("track {} behind track {}, expected numbers without a gap", track.number,
                           first + static_cast<int>(t) - 1));
      }
      write_track(track);
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void refuse(std::string message, std::string hint = {}) const {
    throw Error(ErrorCode::unsupported, place_, std::move(message), std::move(hint));
  }

  static Lba begin_of(const Track& track) { return track.first_lba() - track.unstored_pregap; }

  void require_one_session() const {
    if (layout_.tracks.empty()) refuse("no track, expected at least one");
    if (layout_.session_count() > 1) {
      refuse(fmt::format("{} sessions, expected one: a TOC tells of one session",
                         layout_.session_count()),
             "a cue sheet or a .ccd can hold them");
    }
  }

  std::string disc_type() const {
    const Session* session = layout_.find_session(layout_.tracks.front().session);
    const DiscType type = session == nullptr ? DiscType::cd_da_or_rom : session->type;
    const auto has = [&](TrackType wanted) {
      return std::ranges::any_of(layout_.tracks, [&](const Track& t) { return t.type == wanted; });
    };
    if (type == DiscType::cd_i) return "CD_I";
    if (type == DiscType::cd_xa || has(TrackType::mode2)) return "CD_ROM_XA";
    return has(TrackType::mode1) ? "CD_ROM" : "CD_DA";
  }

  void remarks(const std::vector<std::string>& remarks) {
    for (const std::string& remark : remarks) {
      out_ += remark.starts_with("//") ? remark : "// " + remark;
      out_ += '\n';
    }
  }

  // cdrdao refuses a wrong one; as a comment it isn't lost to a reader's eye.
  void code(std::string_view word, const std::string& text, bool sound, std::size_t size) {
    sound = sound && text.size() == size;
    out_ += fmt::format("{}{} {}\n", sound ? "" : "// ", word, toc_quoted(text));
  }

  void write_track(const Track& track) {
    const Form form = form_of(track);
    out_ += fmt::format("\n\n// Track {}\n", track.number);
    if (layout_.format == "toc") remarks(track.remarks);
    out_ += fmt::format("TRACK {}\n", form.words());
    out_ += track.flags.copy_permitted ? "COPY\n" : "NO COPY\n";
    const bool audio = track.type == TrackType::audio;
    if (audio || track.flags.pre_emphasis) {
      out_ += track.flags.pre_emphasis ? "PRE_EMPHASIS\n" : "NO PRE_EMPHASIS\n";
    }
    if (audio || track.flags.four_channel) {
      out_ += track.flags.four_channel ? "FOUR_CHANNEL_AUDIO\n" : "TWO_CHANNEL_AUDIO\n";
    }
    if (!track.isrc.empty()) code("ISRC", track.isrc, is_isrc(track.isrc), 12);
    out_ += toc_cd_text_of_track(layout_, track);
    write_data(track, form);
  }

  // What lies between two tracks and in no file becomes a pregap.
  void write_data(const Track& track, const Form& form) {
    const Lba begin = at_;
    const std::int32_t gap = track.first_lba() - begin;
    if (gap < 0) {
      refuse(fmt::format("track {} at LBA {}, expected it at {} or behind", track.number,
                         track.first_lba().value, begin.value));
    }
    const std::int32_t pregap = track.start_lba() - begin;
    const bool plain_pregap = gap > 0 && gap == pregap && form.cuts_audio();
    if (plain_pregap) {
      out_ += fmt::format("PREGAP {}\n", time_text(gap));
      at_ = at_ + gap;
    } else {
      write_blank(form, gap);
    }
    for (const Extent& extent : track.extents) {
      if (extent.first != at_) {
        refuse(fmt::format("track {} has no sector at LBA {}, expected a track without holes",
                           track.number, at_.value));
      }
      if (extent.storage == Storage::blank) {
        write_blank(form, extent.sectors);
      } else {
        write_extent(track, form, extent);
      }
    }
    write_blank(form, track.unstored_postgap);
    if (at_ <= track.start_lba()) {
      refuse(fmt::format("track {} has no sector behind its INDEX 01, expected at least one",
                         track.number));
    }
    if (pregap > 0 && !plain_pregap) out_ += fmt::format("START {}\n", time_text(pregap));
    write_indexes(track);
  }

  void write_blank(const Form& form, std::int32_t sectors) {
    if (sectors == 0) return;
    out_ += form.cuts_audio() ? "SILENCE " : fmt::format("ZERO {} ", form.words());
    out_ += time_text(sectors) + '\n';
    at_ = at_ + sectors;
  }

  void write_indexes(const Track& track) {
    int before = 1;
    Lba last = track.start_lba();
    for (const Index& index : track.indexes) {
      if (index.number < 2) continue;
      if (index.number != before + 1) {
        refuse(
            fmt::format("INDEX {:02} of track {} behind INDEX {:02}, expected numbers without "
                        "a gap",
                        index.number, track.number, before));
      }
      if (index.lba >= at_) break;  // what a short file lacks can't be pointed at
      if (index.lba <= last && before == 1) {
        refuse(fmt::format("INDEX 02 of track {} at its start, expected it behind", track.number));
      }
      out_ += fmt::format("INDEX {}\n", time_text(index.lba - track.start_lba()));
      before = index.number;
      last = index.lba;
    }
  }

  TocSubchannel subchannel_of(const Track& track, Lba first) const {
    for (const SubchannelRun& run : layout_.subchannel) {
      if (run.first > first || first >= run.first + run.sectors) continue;
      if (run.order == SubchannelOrder::rw_packs) return TocSubchannel::rw;
      if (run.order == SubchannelOrder::interleaved) return TocSubchannel::rw_raw;
      refuse(
          fmt::format("track {} has its sub-channel in another order behind its sectors, "
                      "expected R-W packs or interleaved bytes",
                      track.number));
    }
    return TocSubchannel::rw_raw;
  }

  Form form_of(const Track& track) const {
    const Extent* stored = nullptr;
    for (const Extent& extent : track.extents) {
      if (extent.storage == Storage::blank) continue;
      if (stored == nullptr) stored = &extent;
      if (stored->storage != extent.storage) {
        refuse(fmt::format("track {} has sectors of {} and {} bytes, expected one size",
                           track.number, stride_of(stored->storage), stride_of(extent.storage)));
      }
    }
    if (stored == nullptr) return blank_form(track);
    Form form;
    if (stored->storage == Storage::raw2448) form.subchannel = subchannel_of(track, stored->first);
    form.mode = mode_of(track, stored->storage);
    return form;
  }

  // Of a track that is in no file; a TOC's own word stands if it fits.
  Form blank_form(const Track& track) const {
    if (track.type == TrackType::mode0) {
      refuse(fmt::format("track {} of mode0, expected a form that cdrdao has a mode for",
                         track.number));
    }
    const std::string& word = track.declared_as;
    const std::size_t end = std::min(word.find(' '), word.size());
    const std::optional<TocMode> mode = toc_mode(std::string_view(word).substr(0, end));
    Form form;
    if (word.ends_with(" RW")) form.subchannel = TocSubchannel::rw;
    if (word.ends_with(" RW_RAW")) form.subchannel = TocSubchannel::rw_raw;
    if (mode && type_of(*mode) == track.type) {
      form.mode = *mode;
    } else {
      form = {};
      form.mode = track.type == TrackType::audio   ? TocMode::audio
                  : track.type == TrackType::mode2 ? TocMode::mode2_form1
                                                   : TocMode::mode1;
    }
    return form;
  }

  TocMode mode_of(const Track& track, Storage storage) const {
    const bool raw = storage == Storage::raw2352 || storage == Storage::raw2448;
    switch (track.type) {
      case TrackType::audio:
        if (raw) return TocMode::audio;
        break;
      case TrackType::mode1:
        if (raw) return TocMode::mode1_raw;
        if (storage == Storage::user2048) return TocMode::mode1;
        break;
      case TrackType::mode2:
        if (raw) return TocMode::mode2_raw;
        if (storage == Storage::user2048) return TocMode::mode2_form1;
        if (storage == Storage::form2_2324) return TocMode::mode2_form2;
        if (storage == Storage::xa2336) {
          const bool formless = track.sampled_kind == SectorKind::mode2 ||
                                track.declared_as == name_of(TocMode::mode2);
          return formless ? TocMode::mode2 : TocMode::mode2_form_mix;
        }
        break;
      case TrackType::mode0:
        break;
    }
    refuse(
        fmt::format("track {} of {} in sectors of {} bytes, expected a form that cdrdao has a "
                    "mode for",
                    track.number, name_of(track.type), stride_of(storage)));
  }

  std::string name_of_file(const DiscFile& file) const {
    const std::string name =
        (file.path.is_absolute() ? file.path.filename() : file.path).generic_string();
    if (printable(name, name.size() + 1) != name) {
      throw Error(ErrorCode::refused, name,
                  "a file name with a control character or bytes that are no UTF-8, expected one "
                  "that a TOC can hold");
    }
    return toc_quoted(name);
  }

  // Where the samples of a .wav begin: behind its header.
  std::uint64_t begin_of_samples(const DiscFile& file) const {
    if (!to_lower(file.path.extension().string()).ends_with(".wav")) return 0;
    if (file.bytes != nullptr) return find_wave_data(*file.bytes).offset;
    constexpr std::uint64_t kUsualHeader = 44;
    return kUsualHeader;
  }

  void write_extent(const Track& track, const Form& form, const Extent& extent) {
    const DiscFile& file = layout_.files[extent.file];
    out_ += fmt::format("{} {} ", form.cuts_audio() ? "FILE" : "DATAFILE", name_of_file(file));
    if (form.cuts_audio()) {
      write_audio_range(track, extent, file);
    } else {
      if (track.type == TrackType::audio && !extent.swapped) {
        refuse(
            fmt::format("track {} has audio with its low byte first before its sub-channel, "
                        "expected the high byte first",
                        track.number));
      }
      if (extent.offset > 0) out_ += fmt::format("#{} ", extent.offset);
    }
    out_ += time_text(extent.sectors) + '\n';
    at_ = at_ + extent.sectors;
  }

  // SWAP says that raw samples have their low byte first, or those of a .wav their high one.
  void write_audio_range(const Track& track, const Extent& extent, const DiscFile& file) {
    const std::uint64_t samples = begin_of_samples(file);
    const bool wave = samples > 0;
    if (wave == extent.swapped) out_ += "SWAP ";
    const std::uint64_t skipped = extent.offset - std::min(samples, extent.offset);
    if (skipped % kSectorSize == 0) {
      const auto sectors = static_cast<std::int32_t>(skipped / kSectorSize);
      out_ += skipped == 0 ? "0 " : time_text(sectors) + ' ';
    } else if (skipped % kSampleSize == 0) {
      out_ += fmt::format("{} ", skipped / kSampleSize);
    } else if (!wave) {
      out_ += fmt::format("#{} 0 ", skipped);
    } else {
      refuse(fmt::format("track {} begins within a sample of {}, expected whole samples",
                         track.number, file.path.string()));
    }
  }

  const Disc& layout_;
  std::string place_;
  std::string out_;
  Lba at_;
};

}  // namespace

bool is_isrc(std::string_view code) {
  const auto in_capitals = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return code.size() == 12 && is_digits(code.substr(5)) &&
         std::ranges::all_of(code.substr(0, 5), in_capitals);
}

std::string write_toc(const Disc& layout) { return Writer(layout).write(); }

}  // namespace pregap::formats
