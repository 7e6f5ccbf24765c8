// What a sheet says about its disc and tracks beside where they lie: flags, codes, CD-Text.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "formats/cue_parser.h"
#include "formats/cue_text.h"

namespace pregap::formats {
namespace {

bool is_digits(std::string_view text) { return parse_number(text).has_value(); }

}  // namespace

bool CueParser::kept_as_remark_before_track(std::string_view name, std::string_view code,
                                            CueLine& line) {
  if (!sheet_.tracks.empty()) return false;
  line.take_rest();
  keep_as_remark();
  warn(code, fmt::format("{} before any TRACK, kept as a remark", name));
  return true;
}

void CueParser::read_flags(std::string_view name, CueLine& line) {
  if (kept_as_remark_before_track(name, "sheet.syntax", line)) return;
  if (has_flags_) warn("sheet.syntax", "second FLAGS of the track, added to the first");
  if (!sheet_.tracks.back().indexes.empty()) {
    warn("sheet.syntax", "FLAGS after INDEX, read as if it came before");
  }
  has_flags_ = true;
  while (!line.at_end() && find_command(line.peek()) == nullptr) set_flag(line.take_plain());
}

void CueParser::set_flag(std::string_view word) {
  TrackFlags& flags = sheet_.tracks.back().flags;
  if (equal_ignoring_case(word, "DCP")) {
    flags.copy_permitted = true;
  } else if (equal_ignoring_case(word, "4CH")) {
    flags.four_channel = true;
  } else if (equal_ignoring_case(word, "PRE")) {
    flags.pre_emphasis = true;
  } else if (equal_ignoring_case(word, "SCMS")) {
    flags.serial_copy_system = true;
  } else if (!equal_ignoring_case(word, "DATA")) {  // the mode says that already
    warn("sheet.syntax", fmt::format("flag {}, expected DCP, 4CH, PRE or SCMS", shown(word)));
  }
}

void CueParser::read_catalog(std::string_view, CueLine& line) {
  const std::string_view number = line.take_word();
  if (number.empty()) return warn("sheet.catalog", "CATALOG without a number, expected 13 digits");
  if (!sheet_.catalog.empty()) warn("sheet.catalog", "second CATALOG, taken instead of the first");
  sheet_.catalog = number;
  if (number.size() == 12 && is_digits(number)) {
    sheet_.catalog.insert(0, "0");
    warn("sheet.catalog",
         fmt::format("catalog number {} has 12 digits, a 0 put before them", shown(number)));
  } else if (number.size() != 13 || !is_digits(number)) {
    warn("sheet.catalog", fmt::format("catalog number {}, expected 13 digits", shown(number)));
  }
}

void CueParser::read_isrc(std::string_view name, CueLine& line) {
  if (kept_as_remark_before_track(name, "sheet.isrc", line)) return;
  const std::string_view written = line.take_word();
  if (written.empty()) return warn("sheet.isrc", "ISRC without a code, expected 12 characters");
  CueTrack& track = sheet_.tracks.back();
  if (!track.isrc.empty()) warn("sheet.isrc", "second ISRC, taken instead of the first");
  if (!track.indexes.empty()) warn("sheet.isrc", "ISRC after INDEX, read as if it came before");

  std::string code = to_upper(written);
  std::erase(code, '-');
  const bool sound = code.size() == 12 && is_digits(std::string_view(code).substr(5)) &&
                     std::all_of(code.begin(), code.begin() + 5, [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                     });
  if (!sound) {
    warn("sheet.isrc",
         fmt::format("ISRC {}, expected 5 letters or digits and 7 digits", shown(written)));
  }
  track.isrc = sound ? std::move(code) : std::string(written);
}

void CueParser::read_cdtext_file(std::string_view, CueLine& line) {
  if (!sheet_.cdtext_file.empty()) {
    warn("sheet.syntax", "second CDTEXTFILE, taken instead of the first");
  }
  sheet_.cdtext_file = trimmed(line.take_rest());
}

void CueParser::read_text(std::string_view name, CueLine& line) {
  TextFields& fields = sheet_.tracks.empty() ? sheet_.text : sheet_.tracks.back().text;
  std::string value(line.take_rest());
  const auto same = std::find_if(fields.begin(), fields.end(),
                                 [name](const auto& field) { return field.first == name; });
  if (same == fields.end()) {
    fields.emplace_back(name, std::move(value));
  } else {
    warn("sheet.syntax", fmt::format("second {}, taken instead of the first", name));
    same->second = std::move(value);
  }
}

}  // namespace pregap::formats
