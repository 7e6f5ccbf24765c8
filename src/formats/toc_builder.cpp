#include "formats/toc_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"
#include "disc/cd_text.h"
#include "formats/storage.h"
#include "formats/toc_files.h"
#include "formats/toc_pieces.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

using Kind = TocStretch::Kind;

constexpr std::uint64_t kSampleSize = 4;
constexpr std::int64_t kMostSectors = std::numeric_limits<std::int32_t>::max() / 2;

std::string time_text(std::int64_t sectors) {
  return fmt::format("{:02}:{:02}:{:02}", sectors / kFramesPerMinute,
                     sectors / kFramesPerSecond % 60, sectors % kFramesPerSecond);
}

DiscType disc_type_of(std::string_view word) {
  if (word == "CD_I") return DiscType::cd_i;
  return word == "CD_ROM_XA" ? DiscType::cd_xa : DiscType::cd_da_or_rom;
}

std::int64_t sectors_in(const std::vector<TocStretch>& stretches) {
  std::int64_t n = 0;
  for (const TocStretch& stretch : stretches) n += stretch.sectors;
  return n;
}

class Builder {
 public:
  Builder(const TocSheet& sheet, const std::filesystem::path& path, const OpenOptions& options)
      : sheet_(sheet), place_(path.string()), path_(path), files_(path, options, disc_) {}

  Disc build() {
    disc_.mcn = sheet_.catalog;
    disc_.remarks = sheet_.remarks;
    disc_.problems = sheet_.problems;
    disc_.cd_text = sheet_.text;
    for (const TocTrack& track : sheet_.tracks) {
      for (const TocPiece& piece : track.pieces) files_.open(piece);
    }
    for (std::size_t t = 0; t < sheet_.tracks.size(); ++t) add_track(t);
    take_text_of_first_block(disc_);
    if (!joints_.empty()) {
      disc_.files.push_back({.path = path_,
                             .bytes = memory_source(std::move(joints_), place_),
                             .encoding = "joined"});
    }
    Session session;
    session.type = disc_type_of(sheet_.type);
    session.lead_out = at_;
    disc_.sessions.push_back(std::move(session));
    return std::move(disc_);
  }

 private:
  // A track while it is laid out.
  struct Plan {
    const TocTrack& track;
    std::uint32_t stride;
    Storage storage;
    std::vector<TocStretch> stretches{};
    std::int64_t sectors = 0;             // of all of them
    std::int64_t start = 0;               // START, from the first of them
    std::vector<std::int64_t> indexes{};  // 02 and on, from START
  };

  std::string place(int line) const { return fmt::format("{}:{}", place_, line); }

  void problem(Severity severity, const char* code, std::string message,
               std::optional<std::size_t> file = {}) {
    disc_.problems.push_back(
        {.severity = severity, .code = code, .message = std::move(message), .file = file});
  }

  // What the track's own words ask for in bytes.
  std::uint64_t bytes_of(const Plan& plan, const TocPiece& piece, const TocAmount& amount) const {
    const bool samples = piece.kind == TocPiece::Kind::silence ||
                         (piece.kind == TocPiece::Kind::audio_file && plan.stride == kSectorSize);
    // ZERO's own mode says how many bytes its sectors have.
    const bool other = piece.kind == TocPiece::Kind::zero;
    const std::uint64_t unit = other ? block_size(piece.mode, piece.subchannel) : plan.stride;
    const auto number = static_cast<std::uint64_t>(amount.number);
    const std::uint64_t sectors = amount.sectors ? number
                                  : samples      ? number * kSampleSize / unit
                                                 : number / unit;
    if (sectors > static_cast<std::uint64_t>(kMostSectors)) {
      throw Error(ErrorCode::unsupported, place(piece.line),
                  fmt::format("{} sectors, expected at most {}", sectors, kMostSectors));
    }
    if (amount.sectors) return number * plan.stride;
    if (samples) return number * kSampleSize;
    // A blank of bytes in another mode counts whole sectors of that mode.
    return other && unit != plan.stride ? (number + unit - 1) / unit * plan.stride : number;
  }

  TocRun run_of(const Plan& plan, const TocPiece& piece) {
    if (!is_in_file(piece)) {
      const std::uint64_t wanted = bytes_of(plan, piece, *piece.length);
      return {.file = {}, .wanted = wanted};
    }
    const TocImage& image = files_.image_of(piece);
    const std::uint64_t skipped = piece.offset + bytes_of(plan, piece, piece.start);
    const std::uint64_t size = image.end - image.begin;
    const std::uint64_t there = skipped < size ? size - skipped : 0;
    if (there == 0 && !piece.length) {
      throw Error(ErrorCode::malformed, place(piece.line),
                  fmt::format("byte {} of {}, expected one within its {} bytes", skipped,
                              disc_.files[image.file].path.string(), size));
    }
    const std::uint64_t wanted = piece.length ? bytes_of(plan, piece, *piece.length) : there;
    if (wanted / plan.stride > static_cast<std::uint64_t>(kMostSectors)) {
      throw Error(
          ErrorCode::unsupported, disc_.files[image.file].path.string(),
          fmt::format("{} sectors, expected at most {}", wanted / plan.stride, kMostSectors));
    }
    const bool audio = plan.track.mode == TocMode::audio;
    return {.file = image.file,
            .offset = image.begin + skipped,
            .wanted = wanted,
            .stored = std::min(wanted, there),
            .swapped = audio && image.sound == piece.swap};
  }

  // The sheet's sector size gives way to what the files hold, if all of them agree.
  void fix_storage(Plan& plan) {
    if (plan.track.mode == TocMode::audio || plan.track.subchannel != TocSubchannel::none) return;
    std::optional<Storage> found;
    const TocPiece* first = nullptr;
    for (const TocPiece& piece : plan.track.pieces) {
      if (!is_in_file(piece)) continue;
      const bool at_sector = piece.start.number == 0;
      const TocImage& image = files_.image_of(piece);
      const auto storage =
          at_sector ? sniff_storage(*disc_.files[image.file].bytes, piece.offset) : std::nullopt;
      if (!storage || (found && *found != *storage)) return;
      found = storage;
      if (first == nullptr) first = &piece;
    }
    if (!found || *found == plan.storage) return;
    problem(Severity::warning, "track.storage",
            fmt::format("{}: the track is declared {}, its file holds sectors of {} bytes",
                        place(plan.track.line), name_of(plan.track.mode), stride_of(*found)));
    plan.storage = *found;
    plan.stride = stride_of(*found);
  }

  Plan plan_of(const TocTrack& track) const {
    const bool sub = track.subchannel != TocSubchannel::none;
    Plan plan{.track = track,
              .stride = block_size(track.mode, track.subchannel),
              .storage = sub ? Storage::raw2448 : storage_of(track.mode)};
    const auto stored = std::ranges::find_if(track.pieces, is_in_file);
    if (sub && plan.stride != stride_of(plan.storage) && stored != track.pieces.end()) {
      throw Error(ErrorCode::unsupported, place(stored->line),
                  fmt::format("sectors of {} bytes ({} {}), expected sub-channel behind sectors of "
                              "2352: AUDIO, MODE1_RAW or MODE2_RAW",
                              plan.stride, name_of(track.mode), name_of(track.subchannel)));
    }
    return plan;
  }

  std::int64_t position(const Plan& plan, const TocMark& mark,
                        const std::vector<TocRun>& runs) const {
    if (!mark.piece) return mark.time;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < *mark.piece; ++i) bytes += runs[i].wanted;
    return static_cast<std::int64_t>((bytes + plan.stride - 1) / plan.stride);
  }

  void cut(Plan& plan) {
    std::vector<TocRun> runs;
    for (const TocPiece& piece : plan.track.pieces) runs.push_back(run_of(plan, piece));
    // PREGAP stands before the first piece, so marks count from behind it.
    if (plan.track.start) plan.start = position(plan, *plan.track.start, runs);
    std::optional<std::int64_t> end;
    if (plan.track.end) end = position(plan, *plan.track.end, runs) + plan.track.pregap;
    report_short(runs);
    TocStretches cut = cut_into_sectors(runs, plan.stride, disc_.files, joints_.size());
    handle_padding(plan, cut, runs);
    joints_.insert(joints_.end(), cut.joints.begin(), cut.joints.end());
    if (plan.track.pregap > 0) {
      plan.start = plan.track.pregap;
      plan.stretches.push_back({.kind = Kind::blank, .sectors = plan.track.pregap});
    }
    std::ranges::move(cut.stretches, std::back_inserter(plan.stretches));
    plan.sectors = sectors_in(plan.stretches);
    place_marks(plan, end);
  }

  void report_short(const std::vector<TocRun>& runs) {
    for (const TocRun& run : runs) {
      if (!run.file || run.stored == run.wanted) continue;
      problem(
          Severity::fault, "file.size",
          fmt::format("{}: the file ends after {} bytes, track {} is short of {}",
                      disc_.files[*run.file].path.string(), disc_.files[*run.file].bytes->size(),
                      disc_.tracks.size() + static_cast<std::size_t>(sheet_.first_track),
                      counted(static_cast<long long>(run.wanted - run.stored), "byte")),
          run.file);
    }
  }

  // cdrdao fills up a track's last sector with zeros. That is what audio gets here too; of data, a
  // part of a sector is something lost.
  void handle_padding(const Plan& plan, TocStretches& cut, const std::vector<TocRun>& runs) {
    if (cut.padding == 0 || cut.stretches.back().kind != Kind::joint) return;
    const std::uint64_t part = plan.stride - cut.padding;
    const auto last = std::ranges::find_if(runs.rbegin(), runs.rend(),
                                           [](const TocRun& run) { return run.file.has_value(); });
    const std::string& name = disc_.files[*last->file].path.string();
    if (plan.track.mode == TocMode::audio) {
      problem(Severity::warning, "file.samples",
              fmt::format("{}: {} bytes of samples behind the last whole sector, filled up to one "
                          "with silence",
                          name, part));
      return;
    }
    cut.joints.resize(cut.joints.size() - plan.stride);
    cut.stretches.pop_back();
    problem(
        Severity::fault, "file.size",
        fmt::format("{}: {} left over behind the last whole sector, {} missing to one of {} "
                    "bytes",
                    name, part == 1 ? "1 byte is" : fmt::format("{} bytes are", part),
                    cut.padding == 1 ? "1 is" : fmt::format("{} are", cut.padding), plan.stride),
        last->file);
  }

  [[noreturn]] void fail_mark(const TocMark& mark, std::string_view what, std::int64_t at,
                              std::string_view found, std::string_view expected) const {
    throw Error(ErrorCode::malformed, place(mark.line),
                fmt::format("{} at {}, {}, expected {}", what, time_text(at), found, expected));
  }

  void place_marks(Plan& plan, std::optional<std::int64_t> end) const {
    const TocTrack& track = plan.track;
    if (plan.start >= plan.sectors) {
      const TocMark at{
          .line = track.start ? track.start->line : track.line, .time = 0, .piece = {}};
      fail_mark(at, "START", plan.start, fmt::format("in a track of {}", time_text(plan.sectors)),
                "one before its end");
    }
    const std::int64_t length = plan.sectors - plan.start;
    for (const TocMark& mark : track.indexes) {
      if (mark.time >= length) {
        fail_mark(mark, "INDEX", mark.time,
                  fmt::format("{} behind the track's START", time_text(length)), "one before it");
      }
      plan.indexes.push_back(mark.time);
    }
    if (!end) return;
    if (*end <= plan.start || *end >= plan.sectors) {
      fail_mark(*track.end, "END", *end, fmt::format("in a track of {}", time_text(plan.sectors)),
                "one between its START and its end");
    }
    // The post-gap gets an index of its own.
    const std::int64_t mark = *end - plan.start;
    plan.indexes.insert(std::ranges::upper_bound(plan.indexes, mark), mark);
  }

  void add_track(std::size_t t) {
    Plan plan = plan_of(sheet_.tracks[t]);
    fix_storage(plan);
    cut(plan);
    const TocTrack& sheet_track = plan.track;
    Track track;
    track.number = sheet_.first_track + static_cast<int>(t);
    track.type = track.declared = type_of(sheet_track.mode);
    track.declared_as = name_of(sheet_track.mode);
    if (sheet_track.subchannel != TocSubchannel::none) {
      track.declared_as += fmt::format(" {}", name_of(sheet_track.subchannel));
    }
    track.flags = sheet_track.flags;
    track.isrc = sheet_track.isrc;
    track.remarks = sheet_track.remarks;
    take_gaps(plan, track);
    lay_out(plan, track);
    disc_.tracks.push_back(std::move(track));
  }

  // Nothing before the first stored sector of a pregap: that is a pregap that isn't stored; and
  // nothing behind the last stored one is a postgap, as the format's manual has it.
  static void take_gaps(Plan& plan, Track& track) {
    const auto blank = [](const TocStretch& s) { return s.kind == Kind::blank; };
    while (track.unstored_pregap < plan.start && blank(plan.stretches.front())) {
      TocStretch& front = plan.stretches.front();
      const auto left = static_cast<std::int32_t>(plan.start) - track.unstored_pregap;
      const std::int32_t taken = std::min(front.sectors, left);
      track.unstored_pregap += taken;
      front.sectors -= taken;
      if (front.sectors == 0) plan.stretches.erase(plan.stretches.begin());
    }
    if (std::ranges::all_of(plan.stretches, blank)) return;
    const auto end =
        std::ranges::find_if_not(plan.stretches.rbegin(), plan.stretches.rend(), blank);
    const auto behind = end.base();
    const std::int64_t gap = sectors_in({behind, plan.stretches.end()});
    const std::int64_t last_mark = plan.start + (plan.indexes.empty() ? 0 : plan.indexes.back());
    if (last_mark >= plan.sectors - gap) return;
    track.unstored_postgap = static_cast<std::int32_t>(gap);
    plan.stretches.erase(behind, plan.stretches.end());
  }

  Lba advanced(std::int64_t sectors) const {
    if (at_.value + sectors > kMostSectors) {
      throw Error(ErrorCode::unsupported, place_,
                  fmt::format("more than {} sectors in all its tracks, expected at most those",
                              kMostSectors));
    }
    return at_ + static_cast<std::int32_t>(sectors);
  }

  void lay_out(const Plan& plan, Track& track) {
    const Lba start = advanced(plan.start);
    at_ = advanced(track.unstored_pregap);
    if (plan.start > track.unstored_pregap) track.indexes.push_back({.number = 0, .lba = at_});
    track.indexes.push_back({.number = 1, .lba = start});
    for (std::size_t i = 0; i < plan.indexes.size(); ++i) {
      track.indexes.push_back({.number = static_cast<int>(i) + 2,
                               .lba = start + static_cast<std::int32_t>(plan.indexes[i])});
    }
    for (const TocStretch& stretch : plan.stretches) {
      const Lba behind = advanced(stretch.sectors);
      if (stretch.kind == Kind::missing) {
        track.missing += stretch.sectors;
      } else {
        add_extent(plan, track, stretch);
      }
      at_ = behind;
    }
    at_ = advanced(track.unstored_postgap);
  }

  void add_extent(const Plan& plan, Track& track, const TocStretch& stretch) {
    const bool blank = stretch.kind == Kind::blank;
    const bool joint = stretch.kind == Kind::joint;
    const Extent extent{.file = blank   ? kNoFile
                                : joint ? disc_.files.size()
                                        : stretch.file,
                        .offset = blank ? 0 : stretch.offset,
                        .storage = blank ? Storage::blank : plan.storage,
                        .swapped = stretch.swapped,
                        .first = at_,
                        .sectors = stretch.sectors};
    if (!joined_to_last(track, extent)) track.extents.push_back(extent);
    if (blank || plan.track.subchannel == TocSubchannel::none) return;
    disc_.subchannel.push_back({.file = extent.file,
                                .offset = extent.offset + kSectorSize,
                                .stride = plan.stride,
                                .order = plan.track.subchannel == TocSubchannel::rw
                                             ? SubchannelOrder::rw_packs
                                             : SubchannelOrder::interleaved,
                                .first = extent.first,
                                .sectors = extent.sectors});
  }

  static bool joined_to_last(Track& track, const Extent& extent) {
    if (track.extents.empty()) return false;
    Extent& last = track.extents.back();
    const std::uint64_t behind =
        last.offset + static_cast<std::uint64_t>(last.sectors) * stride_of(last.storage);
    const bool goes_on = last.file == extent.file && last.storage == extent.storage &&
                         last.swapped == extent.swapped && behind == extent.offset &&
                         last.first + last.sectors == extent.first;
    if (goes_on) last.sectors += extent.sectors;
    return goes_on;
  }

  const TocSheet& sheet_;
  std::string place_;
  std::filesystem::path path_;
  Disc disc_;
  TocFiles files_;
  std::vector<std::uint8_t> joints_;
  Lba at_;
};

}  // namespace

Disc build_toc_disc(const TocSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options) {
  return Builder(sheet, path, options).build();
}

}  // namespace pregap::formats
