#include "formats/cue_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/cue_content.h"
#include "formats/cue_text.h"
#include "formats/storage.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

class Layouter {
 public:
  Layouter(const CueSheet& sheet, const CueImages& images, const std::vector<CueGap>& gaps,
           const std::string& place, Disc& disc)
      : sheet_(sheet), images_(images), gaps_(gaps), place_(place), disc_(disc) {
    result_.pieces.resize(sheet.tracks.size());
    result_.hidden_start.resize(sheet.tracks.size());
  }

  CueLayout lay_out() {
    for (std::size_t file = 0; file < images_.images.size(); ++file) lay_out_file(file);
    return std::move(result_);
  }

 private:
  void lay_out_file(std::size_t file) {
    std::vector<CueStretch> stretches = stretches_in(file);
    const CueImage& image = images_.images[file];
    if (stretches.empty()) {
      add(Severity::warning, "file.unused",
          fmt::format("{}:{}: no track lies in \"{}\"", place_, image.command->line,
                      printable(image.command->name)));
      return;
    }
    require_rising(file);
    if (!image.sound) believe_content(*disc_.files[file].bytes, place_, sheet_, stretches, disc_);
    if (stretches.front().begin > 0) take_hidden_start(stretches.front());
    set_ends(stretches);
    const bool gaps_stored = decide_gaps(file, stretches);
    std::uint64_t at = image.begin;
    for (const CueStretch& stretch : stretches) {
      at = lay_out_stretch(file, stretch, at);
      if (gaps_stored) at += static_cast<std::uint64_t>(stretch.gap) * stride_of(stretch.storage);
    }
  }

  // From the first of a track's times in a file to the next track's.
  std::vector<CueStretch> stretches_in(std::size_t file) const {
    std::vector<CueStretch> result;
    for (std::size_t t = 0; t < sheet_.tracks.size(); ++t) {
      const auto& indexes = sheet_.tracks[t].indexes;
      const auto in_file = [&](const CueIndex& index) { return file_of(index) == file; };
      const auto first = std::ranges::find_if(indexes, in_file);
      if (first == indexes.end()) continue;
      result.push_back({.track = t,
                        .first = &*first,
                        .begin = first->time,
                        .last_index = last_index_in(t, file),
                        .storage = declared_storage(sheet_.tracks[t])});
    }
    return result;
  }

  CueTime last_index_in(std::size_t t, std::size_t file) const {
    CueTime last = 0;
    for (const CueIndex& index : sheet_.tracks[t].indexes) {
      if (file_of(index) == file) last = index.time;
    }
    return last;
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

  // What lies before the first index of a file can only be that track's pregap: hidden audio in
  // front of track 1, as a rule.
  void take_hidden_start(CueStretch& stretch) {
    const Track& track = disc_.tracks[stretch.track];
    add(Severity::note, "sheet.hidden_start",
        fmt::format("{}:{}: track {} begins at {} of its file: what lies before is taken as its "
                    "pregap",
                    place_, stretch.first->line, track.number, format_cue_time(stretch.begin)));
    stretch.begin = 0;
    result_.hidden_start[stretch.track] =
        stretch.first == &sheet_.tracks[stretch.track].indexes.front();
  }

  // Each stretch ends where the next begins, or at the lead-out before that. The last one's end is
  // known where the sheet gives its session's lead-out as an address.
  void set_ends(std::vector<CueStretch>& stretches) const {
    bool addresses = false;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      CueStretch& stretch = stretches[i];
      addresses = addresses || address_gap(stretch) != nullptr;
      if (i + 1 == stretches.size()) {
        const CueSession* session = find_session(sheet_, sheet_.tracks[stretch.track].session);
        const bool known = addresses && session != nullptr && session->lead_out &&
                           *session->lead_out > stretch.last_index;
        if (known) stretch.end = *session->lead_out;
        return;
      }
      const CueGap* gap = address_gap(stretches[i + 1]);
      stretch.end = gap == nullptr ? stretches[i + 1].begin : gap->lead_out;
      stretch.gap = stretches[i + 1].begin - *stretch.end;
    }
  }

  const CueGap* address_gap(const CueStretch& stretch) const {
    const CueGap* gap = gap_before(gaps_, stretch.track);
    const bool told = gap != nullptr && gap->told == GapTold::addresses &&
                      stretch.first == &sheet_.tracks[stretch.track].indexes.front();
    return told ? gap : nullptr;
  }

  bool decide_gaps(std::size_t file, const std::vector<CueStretch>& stretches) {
    const auto has_gap = [&](const CueStretch& s) { return address_gap(s) != nullptr; };
    const auto first = std::ranges::find_if(stretches, has_gap);
    if (first == stretches.end()) return false;
    const CueImage& image = images_.images[file];
    const bool stored = gaps_are_stored(*disc_.files[file].bytes, image, stretches);
    add(Severity::note, "sheet.session",
        fmt::format("{}:{}: times count the gap between sessions ({}), which is{} in \"{}\"",
                    place_, first->first->line, counted(std::prev(first)->gap, "sector"),
                    stored ? "" : " not", printable(disc_.files[file].path.filename().string())));
    return stored;
  }

  // Returns the byte at which the next stretch begins.
  std::uint64_t lay_out_stretch(std::size_t file, const CueStretch& stretch, std::uint64_t at) {
    Track& track = disc_.tracks[stretch.track];
    const std::uint64_t stride = stride_of(stretch.storage);
    const std::uint64_t end = images_.images[file].end;
    const std::uint64_t there = at < end ? (end - at) / stride : 0;
    if (there > kMostCueSectors) {
      throw Error(ErrorCode::unsupported, disc_.files[file].path.string(),
                  fmt::format("{} sectors, expected at most {}", there, kMostCueSectors));
    }
    const std::int32_t stored = static_cast<std::int32_t>(there);
    const bool last = is_last(file, stretch);
    const std::int32_t known = stretch.end ? *stretch.end - stretch.begin : 0;
    // A last track must at least hold its own indexes.
    const std::int32_t wanted =
        last ? std::max({stored, stretch.last_index - stretch.begin, known, 1}) : known;
    const std::int32_t taken = std::min(stored, wanted);
    const std::uint64_t behind = at + static_cast<std::uint64_t>(taken) * stride;
    if (taken < wanted) report_missing(file, track, wanted - taken, last && !stretch.end);
    if (last && taken == stored) report_leftover(file, stretch.storage, behind);
    result_.pieces[stretch.track].push_back({.begin = stretch.begin, .length = wanted});
    track.missing += wanted - taken;
    track.extents.push_back({.file = file,
                             .offset = at,
                             .storage = stretch.storage,
                             .swapped = is_swapped(stretch),
                             .first = Lba(),
                             .sectors = taken});
    return at + static_cast<std::uint64_t>(wanted) * stride;
  }

  bool is_last(std::size_t file, const CueStretch& stretch) const {
    for (std::size_t t = stretch.track + 1; t < sheet_.tracks.size(); ++t) {
      const auto in_file = [&](const CueIndex& index) { return file_of(index) == file; };
      if (std::ranges::any_of(sheet_.tracks[t].indexes, in_file)) return false;
    }
    return true;
  }

  // One file may be named as BINARY here and as MOTOROLA there.
  bool is_swapped(const CueStretch& stretch) const {
    const CueFile& file = sheet_.files[static_cast<std::size_t>(stretch.first->file)];
    return file.type == "MOTOROLA" && disc_.tracks[stretch.track].declared == TrackType::audio;
  }

  void report_missing(std::size_t file, const Track& track, std::int32_t sectors, bool at_least) {
    add(Severity::fault, "file.size",
        fmt::format("{}: the file ends after {} bytes, track {} is short of {}{}",
                    disc_.files[file].path.string(), disc_.files[file].bytes->size(), track.number,
                    at_least ? "at least " : "", counted(sectors, "sector")));
    disc_.problems.back().file = file;
  }

  void report_leftover(std::size_t file, Storage storage, std::uint64_t behind) {
    const CueImage& image = images_.images[file];
    if (behind >= image.end || image.sound) return;
    if (auto problem = leftover_problem(*disc_.files[file].bytes, behind, storage)) {
      problem->file = file;
      disc_.problems.push_back(*problem);
    }
  }

  void add(Severity severity, const char* code, std::string message) {
    disc_.problems.push_back({.severity = severity, .code = code, .message = std::move(message)});
  }

  // A sheet may name one file several times, once a track: it is one file all the same.
  std::size_t file_of(const CueIndex& index) const {
    return images_.of_command[static_cast<std::size_t>(index.file)];
  }

  const CueSheet& sheet_;
  const CueImages& images_;
  const std::vector<CueGap>& gaps_;
  const std::string& place_;
  Disc& disc_;
  CueLayout result_;
};

}  // namespace

CueLayout lay_out_cue(const CueSheet& sheet, const CueImages& images,
                      const std::vector<CueGap>& gaps, const std::string& place, Disc& disc) {
  return Layouter(sheet, images, gaps, place, disc).lay_out();
}

}  // namespace pregap::formats
