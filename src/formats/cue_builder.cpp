#include "formats/cue_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/cue_text.h"
#include "formats/find_file.h"
#include "formats/storage.h"
#include "formats/wave.h"
#include "pregap/check.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

// Lead-out and lead-in between two sessions, with the pregap behind them (ECMA-394).
constexpr std::int32_t kFirstSessionGap = 6750 + 4500 + 150;
constexpr std::int32_t kLaterSessionGap = 2250 + 4500 + 150;
constexpr std::int32_t kStandardPregap = 150;

struct Mode {
  std::string_view word;
  TrackType type;
  Storage storage;
};
constexpr std::array kModes = {
    Mode{"AUDIO", TrackType::audio, Storage::raw2352},
    Mode{"MODE1/2048", TrackType::mode1, Storage::user2048},
    Mode{"MODE1/2352", TrackType::mode1, Storage::raw2352},
    Mode{"MODE2/2336", TrackType::mode2, Storage::xa2336},
    Mode{"MODE2/2352", TrackType::mode2, Storage::raw2352},
};

const Mode& mode_of(const CueTrack& track, const std::string& place) {
  const auto at = std::ranges::find(kModes, track.mode, &Mode::word);
  if (at != kModes.end()) return *at;
  throw Error(ErrorCode::unsupported, fmt::format("{}:{}", place, track.line),
              fmt::format("track {} has mode {}, expected AUDIO, MODE1/2048, MODE1/2352, "
                          "MODE2/2336 or MODE2/2352",
                          track.number, track.mode));
}

// Where a file's samples or sectors lie.
struct FileRange {
  std::uint64_t begin = 0, end = 0;
};

// An extent as the sheet wants it, whatever the file holds.
struct Planned {
  CueTime begin = 0;
  std::int32_t length = 0;
};

class Builder {
 public:
  Builder(const CueSheet& sheet, const std::filesystem::path& path, const OpenOptions& options)
      : sheet_(sheet), options_(options), place_(path.string()), folder_(path.parent_path()) {}

  Disc build() {
    disc_.mcn = sheet_.catalog;
    disc_.text = sheet_.text;
    disc_.remarks = sheet_.remarks;
    disc_.problems = sheet_.problems;
    for (const CueFile& file : sheet_.files) open_named(file);
    for (const CueTrack& track : sheet_.tracks) add_track(track);
    for (std::size_t file = 0; file < disc_.files.size(); ++file) lay_out(file);
    assign_addresses();
    return std::move(disc_);
  }

 private:
  void open_named(const CueFile& file) {
    const std::string place = fmt::format("{}:{}", place_, file.line);
    const bool binary = file.type == "BINARY" || file.type == "MOTOROLA";
    if (!binary && file.type != "WAVE") {
      throw Error(ErrorCode::unsupported, place,
                  fmt::format("a file of type {}, expected BINARY, MOTOROLA or WAVE",
                              printable(file.type, 40)));
    }
    const std::filesystem::path path = find_named_file(folder_, file.name, options_, place);
    const auto known = std::ranges::find(disc_.files, path, &DiscFile::path);
    canonical_.push_back(static_cast<std::size_t>(known - disc_.files.begin()));
    if (known != disc_.files.end()) return;
    sheet_files_.push_back(&file);
    disc_.files.push_back({.path = path, .bytes = open_file(path)});
    const ByteSource& bytes = *disc_.files.back().bytes;
    FileRange range{.begin = 0, .end = bytes.size()};
    if (file.type == "WAVE") {
      const WaveData wave = find_wave_data(bytes);
      range = {.begin = wave.offset, .end = wave.offset + wave.size};
      if (wave.missing > 0) {
        disc_.problems.push_back(
            {.severity = Severity::fault,
             .code = "file.size",
             .message = fmt::format("{}: the file ends {} bytes before its samples do",
                                    path.string(), wave.missing),
             .file = disc_.files.size() - 1});
      }
    }
    ranges_.push_back(range);
  }

  void add_track(const CueTrack& sheet_track) {
    const Mode& mode = mode_of(sheet_track, place_);
    Track track;
    track.number = sheet_track.number;
    track.session = sheet_track.session;
    track.type = track.declared = mode.type;
    track.declared_as = sheet_track.mode;
    track.flags = sheet_track.flags;
    track.isrc = sheet_track.isrc;
    track.text = sheet_track.text;
    track.unstored_pregap = sheet_track.pregap;
    track.unstored_postgap = sheet_track.postgap;
    disc_.tracks.push_back(std::move(track));
    planned_.emplace_back();
    storages_.push_back(mode.storage);
  }

  // A run of one track's sectors in one file, from the first of its times there to the next
  // track's.
  struct Stretch {
    std::size_t track = 0;
    CueTime begin = 0;
    const CueIndex* first = nullptr;
  };

  std::vector<Stretch> stretches_in(std::size_t file) const {
    std::vector<Stretch> result;
    for (std::size_t t = 0; t < sheet_.tracks.size(); ++t) {
      for (const CueIndex& index : sheet_.tracks[t].indexes) {
        if (file_of(index) != file) continue;
        result.push_back({.track = t, .begin = index.time, .first = &index});
        break;
      }
    }
    return result;
  }

  void lay_out(std::size_t file) {
    std::vector<Stretch> stretches = stretches_in(file);
    if (stretches.empty()) {
      warn("file.unused",
           fmt::format("{}:{}: no track lies in \"{}\"", place_, sheet_files_[file]->line,
                       printable(sheet_files_[file]->name)));
      return;
    }
    require_rising(file);
    require_audio_in_wave(file, stretches);
    believe_content(file, stretches);
    if (stretches.front().begin > 0) take_hidden_start(stretches.front());
    std::uint64_t at = ranges_[file].begin;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      const bool last = i + 1 == stretches.size();
      at = lay_out_stretch(file, stretches[i], last ? nullptr : &stretches[i + 1], at);
    }
  }

  // The parser sees to this within one FILE command; a file may be named by several.
  void require_rising(std::size_t file) const {
    const CueIndex* before = nullptr;
    for (const CueTrack& track : sheet_.tracks) {
      for (const CueIndex& index : track.indexes) {
        if (file_of(index) != file) continue;
        if (before != nullptr && index.time < before->time) {
          throw Error(
              ErrorCode::malformed, fmt::format("{}:{}", place_, index.line),
              fmt::format("track {} has INDEX {:02} at {}, before {} of line {} in the same "
                          "file, expected rising times",
                          track.number, index.number, format_cue_time(index.time),
                          format_cue_time(before->time), before->line));
        }
        before = &index;
      }
    }
  }

  void require_audio_in_wave(std::size_t file, const std::vector<Stretch>& stretches) const {
    if (sheet_files_[file]->type != "WAVE") return;
    for (const Stretch& s : stretches) {
      if (disc_.tracks[s.track].declared == TrackType::audio) continue;
      throw Error(ErrorCode::unsupported, fmt::format("{}:{}", place_, sheet_.tracks[s.track].line),
                  fmt::format("track {} is {} in a WAVE file, expected data in a BINARY file",
                              disc_.tracks[s.track].number, disc_.tracks[s.track].declared_as));
    }
  }

  // What lies before the first index of a file can only be that track's pregap: hidden audio in
  // front of track 1, as a rule.
  void take_hidden_start(Stretch& stretch) {
    Track& track = disc_.tracks[stretch.track];
    disc_.problems.push_back(
        {.severity = Severity::note,
         .code = "sheet.hidden_start",
         .message = fmt::format("{}:{}: track {} begins at {} of its file: what lies before is "
                                "taken as its pregap",
                                place_, stretch.first->line, track.number,
                                format_cue_time(stretch.begin))});
    stretch.begin = 0;
    if (stretch.first == &sheet_.tracks[stretch.track].indexes.front()) {
      hidden_start_.push_back(stretch.track);
    }
  }

  // The sheet's sector size gives way where the file's beginning clearly shows another.
  void believe_content(std::size_t file, const std::vector<Stretch>& stretches) {
    const std::size_t first = stretches.front().track;
    if (disc_.tracks[first].declared == TrackType::audio) return;
    const auto same = [&](const Stretch& s) { return storages_[s.track] == storages_[first]; };
    if (!std::ranges::all_of(stretches, same)) return;
    const std::optional<Storage> found = sniff_storage(*disc_.files[file].bytes);
    if (!found || *found == storages_[first]) return;
    const auto is_audio = [&](const Stretch& s) {
      return disc_.tracks[s.track].declared == TrackType::audio;
    };
    if (*found != Storage::raw2448 && std::ranges::any_of(stretches, is_audio)) return;
    warn("track.storage",
         fmt::format("{}:{}: track {} is declared {}, its file holds sectors of {} bytes", place_,
                     sheet_.tracks[first].line, disc_.tracks[first].number,
                     disc_.tracks[first].declared_as, stride_of(*found)));
    for (const Stretch& s : stretches) storages_[s.track] = *found;
  }

  // Returns the byte at which the next stretch begins.
  std::uint64_t lay_out_stretch(std::size_t file, const Stretch& stretch, const Stretch* next,
                                std::uint64_t at) {
    Track& track = disc_.tracks[stretch.track];
    const Storage storage = storages_[stretch.track];
    const std::uint64_t stride = stride_of(storage);
    const std::uint64_t end = ranges_[file].end;
    const std::uint64_t there = at < end ? (end - at) / stride : 0;
    if (there > kMostSectors) {
      throw Error(ErrorCode::unsupported, disc_.files[file].path.string(),
                  fmt::format("{} sectors, expected at most {}", there, kMostSectors));
    }
    const std::int32_t stored = static_cast<std::int32_t>(there);
    const std::int32_t wanted =
        next != nullptr ? next->begin - stretch.begin : std::max({stored, shortest(stretch), 1});
    const std::int32_t taken = std::min(stored, wanted);
    const std::uint64_t behind = at + static_cast<std::uint64_t>(taken) * stride;
    if (taken < wanted) report_missing(file, track, wanted - taken, next == nullptr);
    if (next == nullptr && taken == stored) report_leftover(file, storage, behind);
    planned_[stretch.track].push_back({.begin = stretch.begin, .length = wanted});
    track.missing += wanted - taken;
    track.extents.push_back(
        {.file = file,
         .offset = at,
         .storage = storage,
         .swapped = sheet_files_[file]->type == "MOTOROLA" && track.declared == TrackType::audio,
         .first = Lba(),
         .sectors = taken});
    return at + static_cast<std::uint64_t>(wanted) * stride;
  }

  // A last track must at least hold its own indexes.
  std::int32_t shortest(const Stretch& stretch) const {
    const CueTrack& track = sheet_.tracks[stretch.track];
    return file_of(track.indexes.back()) == file_of(*stretch.first)
               ? track.indexes.back().time - stretch.begin
               : 0;
  }

  void report_missing(std::size_t file, const Track& track, std::int32_t sectors, bool at_least) {
    disc_.problems.push_back(
        {.severity = Severity::fault,
         .code = "file.size",
         .message =
             fmt::format("{}: the file ends after {} bytes, track {} is short of {}{}",
                         disc_.files[file].path.string(), disc_.files[file].bytes->size(),
                         track.number, at_least ? "at least " : "", counted(sectors, "sector")),
         .file = file});
  }

  void report_leftover(std::size_t file, Storage storage, std::uint64_t behind) {
    if (behind >= ranges_[file].end) return;
    if (sheet_files_[file]->type == "WAVE") {
      report_samples_left_over(file, ranges_[file].end - behind);
      return;
    }
    if (auto problem = leftover_problem(*disc_.files[file].bytes, behind, storage)) {
      problem->file = file;
      disc_.problems.push_back(*problem);
    }
  }

  // An odd length is common in WAVE files, and no damage; but the samples are not converted.
  void report_samples_left_over(std::size_t file, std::uint64_t bytes) {
    warn("file.samples",
         fmt::format("{}: {} bytes of samples behind the last whole sector are passed over",
                     disc_.files[file].path.string(), bytes));
  }

  void warn(const char* code, std::string message) {
    disc_.problems.push_back(
        {.severity = Severity::warning, .code = code, .message = std::move(message)});
  }

  // The header of the track's first stored sector, if it has one.
  std::optional<Lba> stored_address(const Track& track) const {
    if (track.extents.empty() || track.extents.front().sectors == 0) return std::nullopt;
    const Extent& extent = track.extents.front();
    if (stride_of(extent.storage) < kSectorSize) return std::nullopt;
    std::array<std::uint8_t, kSectorSize> sector;
    const ByteSource& file = *disc_.files[extent.file].bytes;
    if (file.read(extent.offset, sector) < sector.size() || !has_sync(sector)) return std::nullopt;
    const std::optional<Msf> msf = msf_from_bcd(sector.data() + kHeaderOffset);
    if (!msf) return std::nullopt;
    return to_lba(*msf);
  }

  // Some sheets spell out the two seconds before track 1 that every disc has; the headers tell
  // them from a pregap that comes on top.
  bool is_standard_pregap(const Track& track) const {
    return &track == &disc_.tracks.front() && track.unstored_pregap == kStandardPregap &&
           track.declared != TrackType::audio && stored_address(track) == Lba(0);
  }

  // Files add up to more than an address can count only in sheets made for it.
  Lba advanced(Lba at, std::int32_t sectors) const {
    if (std::int64_t{at.value} + sectors > static_cast<std::int64_t>(kMostSectors)) {
      throw Error(ErrorCode::unsupported, place_,
                  fmt::format("more than {} sectors in all its files, expected at most those",
                              kMostSectors));
    }
    return at + sectors;
  }

  void assign_addresses() {
    Lba at(0);
    for (std::size_t t = 0; t < disc_.tracks.size(); ++t) {
      Track& track = disc_.tracks[t];
      at = advanced(at, session_gap(t));
      if (is_standard_pregap(track)) track.unstored_pregap = 0;
      at = advanced(at, track.unstored_pregap);
      assign_track(t, at);
      for (const Planned& planned : planned_[t]) at = advanced(at, planned.length);
      at = advanced(at, track.unstored_postgap);
      std::erase_if(track.extents, [](const Extent& e) { return e.sectors == 0; });
    }
  }

  // A session that begins with a file of its own excludes the gap before it (redump's layout).
  std::int32_t session_gap(std::size_t t) const {
    if (t == 0) return 0;
    const CueTrack& track = sheet_.tracks[t];
    const CueTrack& before = sheet_.tracks[t - 1];
    if (track.session == before.session) return 0;
    if (track.indexes.front().file == before.indexes.back().file) return 0;
    return before.session == 1 ? kFirstSessionGap : kLaterSessionGap;
  }

  void assign_track(std::size_t t, Lba at) {
    Track& track = disc_.tracks[t];
    const std::vector<CueIndex>& indexes = sheet_.tracks[t].indexes;
    const bool hidden_start = std::ranges::find(hidden_start_, t) != hidden_start_.end();
    if (hidden_start && indexes.front().number != 0) {
      track.indexes.push_back({.number = 0, .lba = at});
    }
    for (std::size_t e = 0; e < track.extents.size(); ++e) {
      track.extents[e].first = at;
      for (const CueIndex& index : indexes) {
        if (file_of(index) != track.extents[e].file) continue;
        track.indexes.push_back(
            {.number = index.number, .lba = at + (index.time - planned_[t][e].begin)});
      }
      at = at + planned_[t][e].length;
    }
  }

  // A sheet may name one file several times, once a track: it is one file all the same.
  std::size_t file_of(const CueIndex& index) const {
    return canonical_[static_cast<std::size_t>(index.file)];
  }

  static constexpr std::uint64_t kMostSectors = 0x3FFFFFFF;

  const CueSheet& sheet_;
  const OpenOptions& options_;
  std::string place_;
  std::filesystem::path folder_;
  Disc disc_;
  std::vector<const CueFile*> sheet_files_;    // by file, its first FILE command
  std::vector<FileRange> ranges_;              // by file
  std::vector<Storage> storages_;              // by track
  std::vector<std::size_t> canonical_;         // by FILE command: index into disc_.files
  std::vector<std::vector<Planned>> planned_;  // by track and extent
  std::vector<std::size_t> hidden_start_;      // tracks with data before their first index
};

}  // namespace

Disc build_cue_disc(const CueSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options) {
  return Builder(sheet, path, options).build();
}

}  // namespace pregap::formats
