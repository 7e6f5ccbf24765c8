// Remarks: kept as found, but for those that programs gave a meaning to. REM SESSION, LEAD-OUT,
// LEAD-IN and PREGAP tell of sessions, REM SINGLE-DENSITY AREA and HIGH-DENSITY AREA of a GD-ROM's.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/cue_parser.h"
#include "formats/cue_text.h"

namespace pregap::formats {
namespace {

constexpr int kLastSession = 99;

}  // namespace

const CueSession* find_session(const CueSheet& sheet, int number) {
  const auto at = std::ranges::find(sheet.sessions, number, &CueSession::number);
  return at == sheet.sessions.end() ? nullptr : &*at;
}

void CueParser::keep_as_remark() {
  (sheet_.tracks.empty() ? sheet_.remarks : sheet_.tracks.back().remarks)
      .emplace_back(command_text_);
}

CueSession& CueParser::session(int number) {
  const auto at = std::ranges::lower_bound(sheet_.sessions, number, {}, &CueSession::number);
  if (at != sheet_.sessions.end() && at->number == number) return *at;
  return *sheet_.sessions.insert(at, {.number = number, .line = line_});
}

void CueParser::read_remark(std::string_view, CueLine& line) {
  CueLine words(line.rest());
  line = CueLine({});
  const std::string_view word = words.take_plain();
  if (!read_session_remark(word, words) && !read_length_remark(word, words) &&
      !read_area_remark(word, words)) {
    keep_as_remark();
  }
}

bool CueParser::read_session_remark(std::string_view word, CueLine& words) {
  if (!equal_ignoring_case(word, "SESSION")) return false;
  const std::string_view text = words.take_word();
  const int number = parse_number(text).value_or(0);
  if (number < session_ || number > kLastSession) {
    warn("sheet.syntax", fmt::format("session number {}, expected {:02} to 99; kept as a remark",
                                     shown(text), session_));
    return false;
  }
  session_ = number;
  session(number);
  return true;
}

bool CueParser::read_length_remark(std::string_view word, CueLine& words) {
  const bool lead_out = equal_ignoring_case(word, "LEAD-OUT");
  const bool lead_in = equal_ignoring_case(word, "LEAD-IN");
  if (!lead_out && !lead_in && !equal_ignoring_case(word, "PREGAP")) return false;
  const ParsedTime parsed = parse_cue_time(words.take_word());
  if (!parsed.time || !words.at_end()) {
    const std::string fault = parsed.time ? "more than a time" : parsed.fault;
    warn("sheet.syntax", fmt::format("REM {}: {}; kept as a remark", to_upper(word), fault));
    return false;
  }
  CueSession& of = session(session_);
  std::optional<CueTime>& told = lead_out ? of.lead_out : lead_in ? of.lead_in : of.pregap;
  if (told) {
    warn("sheet.syntax", fmt::format("second REM {} of session {}, taken instead of the first",
                                     to_upper(word), session_));
  }
  told = parsed.time;
  return true;
}

// The areas of a GD-ROM count as its sessions 1 and 2.
bool CueParser::read_area_remark(std::string_view word, CueLine& words) {
  const bool high = equal_ignoring_case(word, "HIGH-DENSITY");
  if (!high && !equal_ignoring_case(word, "SINGLE-DENSITY")) return false;
  if (!equal_ignoring_case(words.take_plain(), "AREA") || !words.at_end()) return false;
  if (!high && session_ > 1) {
    warn("sheet.syntax", "SINGLE-DENSITY AREA behind the first session, kept as a remark");
    return false;
  }
  if (high) session_ = std::max(session_, 2);
  session(session_).area = high ? Area::high_density : Area::single_density;
  return true;
}

}  // namespace pregap::formats
