#include "formats/cue_dialect.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace pregap::formats {
namespace {

bool has_remark(const CueSheet& sheet, std::string_view beginning) {
  const auto begins = [&](const std::string& remark) {
    return equal_ignoring_case(std::string_view(remark).substr(0, beginning.size()), beginning);
  };
  return std::ranges::any_of(sheet.remarks, begins) ||
         std::ranges::any_of(sheet.tracks, [&](const CueTrack& track) {
           return std::ranges::any_of(track.remarks, begins);
         });
}

// A track whose pregap lies in the file before its own.
bool is_noncompliant(const CueTrack& track) {
  return track.indexes.front().number == 0 && track.indexes.size() > 1 &&
         track.indexes[1].file != track.indexes[0].file;
}

bool has_own_file(const CueTrack& track) {
  return track.indexes.front().file == track.indexes.back().file && track.indexes.front().time == 0;
}

bool has_index_00(const CueTrack& track) { return track.indexes.front().number == 0; }

std::string sound_dialect(const CueSheet& sheet, bool one_file) {
  if (one_file) return "EAC single";
  // The first track's pregap lies before anything that a gap could belong to.
  const auto behind_first = std::span(sheet.tracks).subspan(1);
  const bool left_out =
      std::ranges::any_of(behind_first, [](const CueTrack& t) { return t.pregap > 0; });
  return left_out && std::ranges::none_of(behind_first, has_index_00) ? "EAC gaps left out"
                                                                      : "EAC corrected";
}

}  // namespace

std::string cue_dialect(const CueSheet& sheet, const CueImages& images,
                        const std::vector<CueGap>& gaps) {
  const auto has_area = [](const CueSession& s) { return s.area != Area::none; };
  const bool one_file = images.files.size() == 1;
  if (std::ranges::any_of(sheet.sessions, has_area)) return "redump GD-ROM";
  const auto told = [&](GapTold how) {
    return std::ranges::any_of(gaps, [&](const CueGap& gap) { return gap.told == how; });
  };
  if (told(GapTold::addresses)) {
    const bool isobuster = has_remark(sheet, "REM ORIGINAL MEDIA-TYPE");
    return isobuster ? "IsoBuster multi-session" : "ImgBurn multi-session";
  }
  if (told(GapTold::lengths) || (!gaps.empty() && !one_file)) return "redump multi-session";
  if (std::ranges::any_of(sheet.tracks, is_noncompliant)) return "EAC noncompliant";
  const auto is_sound = [](const CueImage& image) { return image.sound; };
  if (std::ranges::all_of(images.images, is_sound)) return sound_dialect(sheet, one_file);
  const bool per_track = !one_file && sheet.files.size() == sheet.tracks.size() &&
                         std::ranges::none_of(images.images, is_sound) &&
                         std::ranges::all_of(sheet.tracks, has_own_file);
  return per_track ? "redump" : "CDRWIN";
}

}  // namespace pregap::formats
