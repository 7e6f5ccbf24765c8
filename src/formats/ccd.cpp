#include "formats/ccd.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "formats/ccd_parser.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kMostProblems = 100;
constexpr std::size_t kMostRemarks = 10000;
constexpr std::size_t kMostSections = 10000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\x1A'; }

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view without_mark(std::string_view text) noexcept {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

// It ends with LF, CR LF or CR, none of which it keeps.
std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  const std::size_t mark = text.substr(end).starts_with("\r\n") ? 2 : 1;
  text.remove_prefix(std::min(end + mark, text.size()));
  return line;
}

bool is_comment(std::string_view line) { return line[0] == ';' || line[0] == '#'; }

}  // namespace

std::optional<std::int64_t> parse_ccd_number(std::string_view text) noexcept {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    const char low = to_lower(c);
    const int digit = c >= '0' && c <= '9'       ? c - '0'
                      : low >= 'a' && low <= 'f' ? low - 'a' + 10
                                                 : 99;
    if (digit >= (hexadecimal ? 16 : 10)) return std::nullopt;
    value = std::min(value * (hexadecimal ? 16 : 10) + digit, kMost);
  }
  return negative ? -value : value;
}

CcdName parse_ccd_name(std::string_view text) {
  text = trimmed(text);
  std::size_t digits = text.size();
  while (digits > 0 && text[digits - 1] >= '0' && text[digits - 1] <= '9') --digits;
  CcdName name;
  if (digits < text.size()) name.number = parse_ccd_number(text.substr(digits));
  name.word = to_upper(trimmed(text.substr(0, digits)));
  return name;
}

void CcdParser::warn_at(int line, const char* code, const std::string& message) {
  if (sheet_.problems.size() >= kMostProblems) {
    ++unlisted_problems_;
    return;
  }
  sheet_.problems.push_back({.severity = Severity::warning,
                             .code = code,
                             .message = fmt::format("{}:{}: {}", place_, line, message)});
}

void CcdParser::fail(const std::string& message) const {
  throw Error(ErrorCode::malformed, fmt::format("{}:{}", place_, line_), message);
}

CcdSheet CcdParser::parse(std::string_view text) {
  if (text.size() > kLongestCcd) {
    throw Error(ErrorCode::malformed, place_,
                fmt::format("{} bytes, expected a CloneCD control file of at most {}", text.size(),
                            kLongestCcd));
  }
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", place_, zero),
                "a zero byte, expected the text of a CloneCD control file");
  }
  for (std::string_view rest = without_mark(text); !rest.empty();) {
    ++line_;
    read_line(take_line(rest));
  }
  finish();
  return std::move(sheet_);
}

void CcdParser::read_line(std::string_view text) {
  const std::string_view line = trimmed(text);
  if (line.empty()) return;
  if (line.front() == '[') return begin_section(line);
  const std::size_t equals = line.find('=');
  if (is_comment(line) || equals == std::string_view::npos) {
    if (!is_comment(line)) {
      warn("ccd.syntax",
           fmt::format("'{}' is no Key=Value line, kept as a remark", printable(line, 40)));
    }
    return keep(line);
  }
  read_key({.key = parse_ccd_name(line.substr(0, equals)),
            .value = trimmed(line.substr(equals + 1)),
            .whole = line});
}

void CcdParser::begin_section(std::string_view text) {
  end_section();
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) {
    warn("ccd.syntax",
         fmt::format("'{}' without its bracket, taken up to the line's end", printable(text, 40)));
  }
  const CcdName name = parse_ccd_name(text.substr(1, end == text.npos ? end : end - 1));
  current_ = {.section = Section::unknown,
              .header = std::string(end == text.npos ? text : text.substr(0, end + 1))};
  const std::int64_t number = name.number.value_or(-1);
  const auto is = [&](std::string_view word, bool numbered) {
    return name.word == word && (number >= 0) == numbered;
  };
  if (is("CLONECD", false)) {
    current_.section = Section::clone_cd;
    seen_clone_cd_ = true;
  } else if (is("DISC", false)) {
    current_.section = Section::disc;
  } else if (is("CDTEXT", false)) {
    current_.section = Section::cd_text;
  } else if (is("SESSION", true)) {
    if (number < 1 || number > 99) fail(fmt::format("session {}, expected 1 to 99", number));
    current_.section = Section::session;
    sheet_.sessions.push_back({.number = static_cast<int>(number), .line = line_});
  } else if (is("ENTRY", true)) {
    current_.section = Section::entry;
    sheet_.entries.push_back({.line = line_});
  } else if (is("TRACK", true)) {
    if (number < 1 || number > 99) fail(fmt::format("track {}, expected 1 to 99", number));
    current_.section = Section::track;
    sheet_.tracks.push_back({.number = static_cast<int>(number), .line = line_});
  } else {
    warn("ccd.section",
         fmt::format("unknown section '{}', kept as remarks", printable(current_.header, 40)));
    other_remarks_.push_back(current_.header);
    current_.in_remarks = true;
  }
  if (sheet_.sessions.size() + sheet_.entries.size() + sheet_.tracks.size() > kMostSections ||
      other_remarks_.size() > kMostRemarks) {
    fail(fmt::format("more than {} sections, expected at most those", kMostSections));
  }
}

void CcdParser::end_section() {
  if (current_.section == Section::entry) finish_entry();
}

void CcdParser::read_key(const Line& line) {
  bool known = false;
  switch (current_.section) {
    case Section::clone_cd:
      known = read_clone_cd(line);
      break;
    case Section::none:  // before the first section: where it is written back to, too
    case Section::disc:
      known = read_disc(line);
      break;
    case Section::session:
      known = read_session(line);
      break;
    case Section::entry:
      known = read_entry(line);
      break;
    case Section::track:
      known = read_track(line);
      break;
    case Section::cd_text:
      known = read_cd_text(line);
      break;
    case Section::unknown:
      break;
  }
  if (!known) keep(line.whole);
}

void CcdParser::keep(std::string_view line) {
  if (sheet_.remarks.size() + other_remarks_.size() > kMostRemarks) {
    fail(fmt::format("more than {} unknown lines, expected at most those", kMostRemarks));
  }
  switch (current_.section) {
    case Section::none:
    case Section::disc:
      sheet_.remarks.emplace_back(line);
      return;
    case Section::session:
      sheet_.sessions.back().remarks.emplace_back(line);
      return;
    case Section::track:
      sheet_.tracks.back().remarks.emplace_back(line);
      return;
    default:
      break;
  }
  if (!current_.in_remarks) other_remarks_.push_back(current_.header);
  current_.in_remarks = true;
  other_remarks_.emplace_back(line);
}

void CcdParser::finish() {
  end_section();
  if (!seen_clone_cd_) {
    throw Error(ErrorCode::malformed, place_,
                "no [CloneCD] section, expected a CloneCD control file");
  }
  if (sheet_.entries.empty() && sheet_.tracks.empty()) {
    throw Error(ErrorCode::malformed, place_,
                "neither [Entry] nor [TRACK] sections, expected at least one track");
  }
  const auto compare = [&](const char* what, const std::optional<std::int64_t>& declared,
                           std::size_t there) {
    if (!declared || *declared == static_cast<std::int64_t>(there)) return;
    warn("ccd.count", fmt::format("{}={}, but there are {}", what, *declared, there));
  };
  compare("TocEntries", declared_entries_, sheet_.entries.size());
  compare("Sessions", declared_sessions_, sheet_.sessions.size());
  compare("[CDText] Entries", declared_packs_, sheet_.cd_text.size());
  std::ranges::move(other_remarks_, std::back_inserter(sheet_.remarks));
  if (unlisted_problems_ > 0) {
    sheet_.problems.push_back({.severity = Severity::warning,
                               .code = "ccd.syntax",
                               .message = fmt::format("{}:{}: {} more such problems, not listed",
                                                      place_, line_, unlisted_problems_)});
  }
}

CcdSheet parse_ccd(std::string_view text, const std::string& place) {
  return CcdParser(place).parse(text);
}

bool begins_like_ccd(std::string_view text) noexcept {
  constexpr std::string_view kName = "CLONECD";
  text = trimmed(without_mark(text).substr(0, 4096));
  if (!text.starts_with('[')) return false;
  text = trimmed(text.substr(1));
  return equal_ignoring_case(text.substr(0, kName.size()), kName);
}

}  // namespace pregap::formats
