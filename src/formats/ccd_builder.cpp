#include "formats/ccd_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "disc/cd_text.h"
#include "disc/subchannel_read.h"
#include "disc/toc.h"
#include "formats/ccd_layout.h"
#include "formats/ccd_placing.h"
#include "formats/storage.h"
#include "pregap/error.h"
#include "sector/subchannel.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kCatalogDigits = 13;
constexpr int kMostOrderReads = 64;
// Lead-outs that some protected discs pretend to.
constexpr Lba kPretended[] = {Lba(368849), Lba(449849)};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Builder {
 public:
  Builder(const CcdSheet& sheet, const std::string& place, CcdFiles files)
      : sheet_(sheet), place_(place), layout_(make_ccd_layout(sheet, place)) {
    disc_.files.push_back(std::move(files.image));
    if (files.subchannel) disc_.files.push_back(std::move(*files.subchannel));
  }

  Disc build() {
    disc_.path = place_;
    disc_.problems = sheet_.problems;
    std::ranges::move(layout_.problems, std::back_inserter(disc_.problems));
    disc_.remarks = sheet_.remarks;
    disc_.dialect = sheet_.version > 0 ? fmt::format("version {}", sheet_.version) : "";
    for (const CcdEntry& entry : sheet_.entries) disc_.toc.push_back(entry.toc);
    take_catalog();
    note_scrambling();
    choose_storage();
    believe_image_size();
    placing_ = place_ccd_sessions(layout_, image(), storage_);
    if (!placing_.said.empty()) {
      problem(Severity::note, "ccd.layout",
              fmt::format("{}: by its size and addresses {}", image_path(), placing_.said));
    }
    for (std::size_t s = 0; s < layout_.sessions.size(); ++s) add_session(s);
    report_rest();
    settle_subchannel();
    if (!sheet_.cd_text.empty()) apply_cd_text(disc_, sheet_.cd_text, place_);
    return std::move(disc_);
  }

 private:
  const ByteSource& image() const { return *disc_.files.front().bytes; }
  std::string image_path() const { return disc_.files.front().path.string(); }
  std::uint64_t image_sectors() const { return image().size() / stride_of(storage_); }

  void problem(Severity severity, const char* code, std::string message,
               std::optional<std::size_t> file = {}) {
    disc_.problems.push_back(
        {.severity = severity, .code = code, .message = std::move(message), .file = file});
  }
  void warn(const char* code, std::string message) {
    problem(Severity::warning, code, std::move(message));
  }

  void take_catalog() {
    disc_.mcn = sheet_.catalog;
    if (disc_.mcn.empty()) return;
    if (disc_.mcn.size() == kCatalogDigits && std::ranges::all_of(disc_.mcn, is_digit)) return;
    warn("ccd.catalog", fmt::format("{}: CATALOG '{}', expected 13 digits, kept as found", place_,
                                    printable(disc_.mcn, 40)));
  }

  void note_scrambling() {
    if (!sheet_.scrambled) return;
    problem(
        Severity::note, "ccd.scrambled",
        fmt::format("{}: DataTracksScrambled=1: data sectors are descrambled where they need it",
                    place_));
  }

  // Sectors of another size are odd, but may be there.
  void choose_storage() {
    const std::optional<Storage> found = sniff_storage(image());
    if (!found || *found == Storage::raw2352) return;
    const bool any_audio = std::ranges::any_of(layout_.sessions, [](const CcdLayoutSession& s) {
      return std::ranges::any_of(s.tracks, [](const CcdLayoutTrack& t) { return !is_data(t); });
    });
    if (any_audio && !has_whole_sectors(*found)) return;
    storage_ = *found;
    warn("track.storage",
         fmt::format("{}: sectors of {} bytes, expected 2352", image_path(), stride_of(storage_)));
  }

  // A pretended lead-out gives way to the image's end.
  void believe_image_size() {
    CcdLayoutSession& last = layout_.sessions.back();
    if (!last.lead_out || std::ranges::find(kPretended, *last.lead_out) == std::end(kPretended)) {
      return;
    }
    const std::int32_t needed = *last.lead_out - last.tracks.front().start;
    if (image_sectors() >= static_cast<std::uint64_t>(needed)) return;
    warn("toc.lead_out",
         fmt::format("{}: the lead-out at LBA {} is one that protected discs pretend to, the "
                     "image's end is taken",
                     place_, last.lead_out->value));
    last.lead_out.reset();
  }

  static bool is_data(const CcdLayoutTrack& track) {
    return track.section != nullptr && track.section->mode ? *track.section->mode != 0
                                                           : (track.control & kControlData) != 0;
  }

  void add_session(std::size_t s) {
    CcdLayoutSession& session = layout_.sessions[s];
    at_ += static_cast<std::uint64_t>(placing_.skipped[s]);
    session.tracks.front().pregap = placing_.pregaps[s];
    if (!session.lead_out) session.lead_out = end_by_image(session);
    Session made{.number = session.number, .type = session.type, .lead_out = *session.lead_out};
    if (session.section != nullptr) {
      made.pregap_mode = session.section->pregap_mode;
      made.pregap_subchannel = session.section->pregap_subchannel;
      made.remarks = session.section->remarks;
    }
    disc_.sessions.push_back(std::move(made));
    const std::uint64_t session_at = at_;
    const Lba first = session.tracks.front().start - session.tracks.front().pregap;
    for (std::size_t t = 0; t < session.tracks.size(); ++t) {
      const bool last = t + 1 == session.tracks.size();
      const Lba end =
          last ? *session.lead_out : session.tracks[t + 1].start - session.tracks[t + 1].pregap;
      add_track(session.tracks[t], end);
    }
    if (s == 0) disc_.tracks.front().unstored_pregap = std::max(0, first.value);
    add_subchannel(session_at, first, *session.lead_out - first);
  }

  // The last track takes what is left, and has one sector at least.
  Lba end_by_image(const CcdLayoutSession& session) const {
    const CcdLayoutTrack& front = session.tracks.front();
    const std::uint64_t there = image_sectors() > at_ ? image_sectors() - at_ : 0;
    const Lba end = front.start - front.pregap +
                    static_cast<std::int32_t>(std::min<std::uint64_t>(there, kMostSectors));
    return std::max(end, session.tracks.back().start + 1);
  }

  void add_track(const CcdLayoutTrack& planned, Lba end) {
    Track track;
    track.number = planned.number;
    track.session = planned.session;
    declare(track, planned);
    track.flags.copy_permitted = (planned.control & kControlCopyPermitted) != 0;
    if ((planned.control & kControlData) == 0) {
      track.flags.pre_emphasis = (planned.control & kControlPreEmphasis) != 0;
      track.flags.four_channel = (planned.control & kControlFourChannel) != 0;
    }
    if (planned.section != nullptr) {
      track.isrc = planned.section->isrc;
      track.remarks = planned.section->remarks;
    }
    add_indexes(track, planned, end);
    lay_out(track, planned.start - planned.pregap, end);
    disc_.tracks.push_back(std::move(track));
  }

  static void declare(Track& track, const CcdLayoutTrack& planned) {
    if (planned.section == nullptr || !planned.section->mode) {
      // Nothing says which mode: the content will.
      track.type = track.declared = is_data(planned) ? TrackType::mode1 : TrackType::audio;
      return;
    }
    static constexpr TrackType kTypes[] = {TrackType::audio, TrackType::mode1, TrackType::mode2};
    track.type = track.declared = kTypes[*planned.section->mode];
    track.declared_as = fmt::format("MODE={}", *planned.section->mode);
  }

  void add_indexes(Track& track, const CcdLayoutTrack& planned, Lba end) {
    if (planned.pregap > 0) {
      track.indexes.push_back({.number = 0, .lba = planned.start - planned.pregap});
    }
    track.indexes.push_back({.number = 1, .lba = planned.start});
    if (planned.section == nullptr) return;
    const auto& indexes = planned.section->indexes;
    const auto first = indexes.find(1);
    if (first == indexes.end()) return;
    for (auto at = std::next(first); at != indexes.end(); ++at) {
      const std::int64_t lba =
          std::int64_t{planned.start.value} + (std::int64_t{at->second} - first->second);
      if (lba > track.indexes.back().lba.value && lba < end.value) {
        track.indexes.push_back({.number = at->first, .lba = Lba(static_cast<std::int32_t>(lba))});
        continue;
      }
      warn("ccd.index",
           fmt::format("{}:{}: INDEX {}={} of track {} lies outside it, passed over", place_,
                       planned.section->line, at->first, at->second, track.number));
    }
  }

  void lay_out(Track& track, Lba first, Lba end) {
    const std::int32_t wanted = end - first;
    const std::uint64_t there = image_sectors() > at_ ? image_sectors() - at_ : 0;
    const std::int32_t taken = static_cast<std::int32_t>(
        std::min<std::uint64_t>(there, static_cast<std::uint64_t>(wanted)));
    if (taken > 0) {
      track.extents.push_back({.file = 0,
                               .offset = at_ * stride_of(storage_),
                               .storage = storage_,
                               .first = first,
                               .sectors = taken});
    }
    at_ += static_cast<std::uint64_t>(wanted);
    track.missing = wanted - taken;
    if (track.missing == 0) return;
    problem(Severity::fault, "file.size",
            fmt::format("{}: the file ends after {} bytes, track {} is short of {}", image_path(),
                        image().size(), track.number, counted(track.missing, "sector")),
            0);
  }

  void report_rest() {
    const std::uint64_t stride = stride_of(storage_);
    if (image_sectors() > at_) {
      warn("file.extra",
           fmt::format("{}: {} behind the lead-out at LBA {}, passed over", image_path(),
                       counted(static_cast<long long>(image_sectors() - at_), "sector"),
                       disc_.sessions.back().lead_out.value));
    }
    if (auto left = leftover_problem(image(), image_sectors() * stride, storage_)) {
      left->file = 0;
      disc_.problems.push_back(*left);
    }
  }

  // One frame of 96 bytes for every sector of the image, in the same order.
  void add_subchannel(std::uint64_t at, Lba first, std::int32_t sectors) {
    if (disc_.files.size() < 2) return;
    const std::uint64_t frames = disc_.files[1].bytes->size() / kSubchannelSize;
    const std::uint64_t there = frames > at ? frames - at : 0;
    const std::int32_t taken = static_cast<std::int32_t>(
        std::min<std::uint64_t>(there, static_cast<std::uint64_t>(sectors)));
    if (taken == 0) return;
    disc_.subchannel.push_back({.file = 1,
                                .offset = at * kSubchannelSize,
                                .stride = kSubchannelSize,
                                .order = SubchannelOrder::linear,
                                .first = first,
                                .sectors = taken});
  }

  // Linear by custom; but some programs write it as the disc has it.
  void settle_order() {
    std::vector<SubchannelRun*> runs;
    for (SubchannelRun& run : disc_.subchannel) runs.push_back(&run);
    if (detect_order(disc_, runs, kMostOrderReads) != SubchannelOrder::interleaved) return;
    for (SubchannelRun* run : runs) run->order = SubchannelOrder::interleaved;
    warn("subchannel.order", fmt::format("{}: interleaved by its Q frames, expected linear",
                                         disc_.files[1].path.string()));
  }

  void settle_subchannel() {
    if (disc_.files.size() < 2) {
      warn("subchannel.missing",
           fmt::format("{}: no .sub file beside it, read without sub-channel", place_));
      return;
    }
    settle_order();
    const std::uint64_t size = disc_.files[1].bytes->size();
    if (size == at_ * kSubchannelSize || size == image_sectors() * kSubchannelSize) return;
    problem(
        Severity::warning, "subchannel.size",
        fmt::format("{}: {} bytes of sub-channel, expected {} for {}", disc_.files[1].path.string(),
                    size, at_ * kSubchannelSize, counted(static_cast<long long>(at_), "sector")),
        1);
  }

  static constexpr std::uint64_t kMostSectors = 0x3FFFFFFF;

  const CcdSheet& sheet_;
  const std::string& place_;
  CcdLayout layout_;
  CcdPlacing placing_;
  Disc disc_;
  Storage storage_ = Storage::raw2352;
  std::uint64_t at_ = 0;  // sectors of the image laid out so far
};

}  // namespace

Disc build_ccd_disc(const CcdSheet& sheet, const std::string& place, CcdFiles files) {
  return Builder(sheet, place, std::move(files)).build();
}

}  // namespace pregap::formats
