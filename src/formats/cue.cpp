#include "formats/cue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "formats/cue_mode.h"
#include "formats/cue_parser.h"
#include "formats/cue_text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr int kLastTrack = 99;
constexpr int kLastIndex = 99;
constexpr std::size_t kMostFiles = 999;
constexpr std::size_t kMostProblems = 100;

}  // namespace

void CueParser::warn_at(int line, std::string_view code, std::string_view message) {
  if (sheet_.problems.size() >= kMostProblems) {
    ++unlisted_problems_;
    return;
  }
  sheet_.problems.push_back(
      {Severity::warning, std::string(code), fmt::format("{}:{}: {}", place_, line, message)});
}

void CueParser::fail_at(int line, std::string message, std::string hint) const {
  throw Error(ErrorCode::malformed, fmt::format("{}:{}", place_, line), std::move(message),
              std::move(hint));
}

const CueParser::Command* CueParser::find_command(std::string_view word) {
  static constexpr std::array<Command, 22> kCommands{{
      {"FILE", &CueParser::read_file},
      {"TRACK", &CueParser::read_track},
      {"INDEX", &CueParser::read_index},
      {"PREGAP", &CueParser::read_pregap},
      {"POSTGAP", &CueParser::read_postgap},
      {"FLAGS", &CueParser::read_flags},
      {"CATALOG", &CueParser::read_catalog},
      {"ISRC", &CueParser::read_isrc},
      {"CDTEXTFILE", &CueParser::read_cdtext_file},
      {"REM", &CueParser::read_remark},
      {"TITLE", &CueParser::read_text},
      {"PERFORMER", &CueParser::read_text},
      {"SONGWRITER", &CueParser::read_text},
      {"COMPOSER", &CueParser::read_text},
      {"ARRANGER", &CueParser::read_text},
      {"MESSAGE", &CueParser::read_text},
      {"DISC_ID", &CueParser::read_text},
      {"GENRE", &CueParser::read_text},
      {"TOC_INFO1", &CueParser::read_text},
      {"TOC_INFO2", &CueParser::read_text},
      {"UPC_EAN", &CueParser::read_text},
      {"SIZE_INFO", &CueParser::read_text},
  }};
  const auto* found = std::find_if(kCommands.begin(), kCommands.end(), [word](const Command& c) {
    return equal_ignoring_case(c.name, word);
  });
  return found == kCommands.end() ? nullptr : found;
}

CueSheet CueParser::parse(std::string_view bytes, const std::string& encoding) {
  const std::string text = decode_cue_text(bytes, place_, encoding, sheet_.problems);
  for (std::string_view rest = text; !rest.empty();) {
    ++line_;
    read_line(take_line(rest));
  }
  finish();
  return std::move(sheet_);
}

void CueParser::read_line(std::string_view text) {
  CueLine line(text);
  for (bool first = true; !line.at_end(); first = false) {
    command_text_ = line.rest();
    const std::string_view word = line.take_plain();
    const Command* command = find_command(word);
    if (command == nullptr) {
      if (first) return read_unknown(word);
      return warn("sheet.syntax",
                  fmt::format("{} at the end of the line passed over", shown(command_text_)));
    }
    if (!first) {
      warn("sheet.syntax", fmt::format("{} on the line of another command", command->name));
    }
    (this->*command->read)(command->name, line);
    if (line.unclosed()) warn("sheet.syntax", "quote without its end, taken up to the line's");
  }
}

void CueParser::read_unknown(std::string_view word) {
  keep_as_remark();
  warn("sheet.command", fmt::format("unknown command {}, kept as a remark", shown(word)));
}

void CueParser::read_file(std::string_view, CueLine& line) {
  if (sheet_.files.size() == kMostFiles) {
    fail("a FILE command beyond the 999th, expected at most 999");
  }
  last_in_file_.reset();
  CueFile file{.name = {}, .type = {}, .line = line_};
  const bool quote = line.rest().starts_with('"');
  std::string_view name = line.take_rest();
  if (quote && !line.unclosed()) {
    file.type = to_upper(line.take_word());
  } else if (const std::size_t blank = name.find_last_of(" \t\v\f"); blank != name.npos) {
    // A type has no dot; "FILE my disc.bin" is a name.
    const std::string_view last = name.substr(blank + 1);
    if (last.find_first_of(".\"/\\") == last.npos) {
      file.type = to_upper(last);
      name = trimmed(name.substr(0, blank));
    }
  }
  if (trimmed(name).empty()) fail("FILE without a name, expected a file name");
  file.name = name;
  if (file.type.empty()) {
    file.type = "BINARY";
    warn("sheet.syntax", fmt::format("FILE {} without a type, taken as BINARY", shown(file.name)));
  }
  sheet_.files.push_back(std::move(file));
}

void CueParser::read_track(std::string_view, CueLine& line) {
  if (sheet_.files.empty()) fail("TRACK before any FILE, expected a FILE command first");
  close_track();
  if (sheet_.tracks.size() == kLastTrack) fail("a track beyond the 99th, expected at most 99");
  const int number = take_track_number(line);
  CueTrack track;
  track.number = number;
  track.mode = take_mode(line, number);
  track.session = session_;
  track.line = line_;
  sheet_.tracks.push_back(std::move(track));
  has_pregap_ = has_postgap_ = has_flags_ = false;
}

int CueParser::take_track_number(CueLine& line) {
  if (line.at_end()) fail("TRACK without a number, expected 01 to 99");
  const std::string_view word = line.take_word();
  const int number = parse_number(word).value_or(0);
  if (number < 1 || number > kLastTrack) {
    fail(fmt::format("track number {}, expected 01 to 99", shown(word)));
  }
  if (sheet_.tracks.empty()) return number;
  const CueTrack& before = sheet_.tracks.back();
  if (number <= before.number && session_ == before.session) {
    fail(fmt::format("TRACK {:02} after TRACK {:02}, expected a higher number", number,
                     before.number),
         "track numbers begin again only after a REM SESSION line");
  }
  if (number > before.number + 1) {
    warn("sheet.track", fmt::format("TRACK {:02} after TRACK {:02}, expected {:02}", number,
                                    before.number, before.number + 1));
  }
  return number;
}

std::string CueParser::take_mode(CueLine& line, int track) {
  const std::string known = "expected one of " + all_cue_modes();
  if (line.at_end()) fail(fmt::format("TRACK {:02} without a mode, {}", track, known));
  const std::string_view word = line.take_word();
  if (find_cue_mode(word) != nullptr) return to_upper(word);
  const bool placeholder = equal_ignoring_case(word, "MODEx/2xxx");
  fail(fmt::format("mode {}, {}", shown(word), known),
       placeholder ? "EAC writes this for a data track that it left out; remove the track's lines"
                   : "");
}

void CueParser::close_track() {
  if (sheet_.tracks.empty()) return;
  CueTrack& track = sheet_.tracks.back();
  if (track.indexes.empty()) {
    fail_at(track.line, fmt::format("TRACK {:02} without INDEX, expected INDEX 01", track.number));
  }
  CueIndex& only = track.indexes.front();
  if (only.number == 0 && track.indexes.size() == 1) {
    only.number = 1;
    warn_at(only.line, "sheet.index",
            fmt::format("TRACK {:02} has INDEX 00 alone, taken as INDEX 01", track.number));
  }
}

void CueParser::require_track(std::string_view name) {
  if (!sheet_.tracks.empty()) return;
  fail(fmt::format("{} before any TRACK, expected a TRACK command first", name));
}

CueTime CueParser::take_time(std::string_view what, CueLine& line) {
  if (line.at_end()) fail(fmt::format("{} without a time, expected mm:ss:ff", what));
  const ParsedTime parsed = parse_cue_time(line.take_word());
  if (parsed.time) return *parsed.time;
  fail(parsed.fault, parsed.negative && what.starts_with("INDEX")
                         ? "PowerISO writes such a time for a pregap that is not in the file; "
                           "write INDEX 01 00:00:00"
                         : "");
}

void CueParser::read_index(std::string_view name, CueLine& line) {
  require_track(name);
  if (line.at_end()) fail("INDEX without a number, expected 00 to 99");
  const std::string_view word = line.take_word();
  const int number = parse_number(word).value_or(kLastIndex + 1);
  if (number > kLastIndex) fail(fmt::format("index number {}, expected 00 to 99", shown(word)));
  const CueTime time = take_time(fmt::format("INDEX {:02}", number), line);

  CueTrack& track = sheet_.tracks.back();
  check_index_number(track, number);
  check_index_time(track, number, time);
  const int file = static_cast<int>(sheet_.files.size()) - 1;
  track.indexes.push_back({.number = number, .time = time, .file = file, .line = line_});
  last_in_file_ = {.track = track.number, .number = number, .time = time};
}

void CueParser::check_index_number(const CueTrack& track, int number) {
  if (track.indexes.empty()) {
    if (number < 2) return;
    fail(fmt::format("INDEX {:02} as the first of TRACK {:02}, expected INDEX 00 or 01", number,
                     track.number));
  }
  const int before = track.indexes.back().number;
  if (number == before) {
    fail(fmt::format("INDEX {:02} twice in TRACK {:02}, expected each number once", number,
                     track.number));
  }
  if (number < before || (before == 0 && number != 1)) {
    fail(fmt::format("INDEX {:02} after INDEX {:02}, expected {}", number, before,
                     before == 0 ? "INDEX 01" : "rising numbers"));
  }
  if (number > before + 1) {
    warn("sheet.index", fmt::format("INDEX {:02} after INDEX {:02}, expected INDEX {:02}", number,
                                    before, before + 1));
  }
}

void CueParser::check_index_time(const CueTrack& track, int number, CueTime time) {
  if (!last_in_file_ || time > last_in_file_->time) return;
  const bool same_track = !track.indexes.empty();
  const auto name = [same_track](int of_track, int index) {
    return same_track ? fmt::format("INDEX {:02}", index)
                      : fmt::format("TRACK {:02} INDEX {:02}", of_track, index);
  };
  const std::string now = name(track.number, number);
  const std::string before = name(last_in_file_->track, last_in_file_->number);
  if (time < last_in_file_->time) {
    fail(fmt::format("{} at {} lies before {} at {}, expected rising times", now,
                     format_cue_time(time), before, format_cue_time(last_in_file_->time)));
  }
  warn("sheet.index", fmt::format("{} and {} both lie at {}: the first is empty", before, now,
                                  format_cue_time(time)));
}

void CueParser::read_pregap(std::string_view name, CueLine& line) {
  require_track(name);
  CueTrack& track = sheet_.tracks.back();
  if (has_pregap_) fail(fmt::format("second PREGAP of TRACK {:02}, expected one", track.number));
  if (!track.indexes.empty()) {
    fail(fmt::format("PREGAP after INDEX {:02}, expected before the track's first INDEX",
                     track.indexes.back().number));
  }
  track.pregap = take_time(name, line);
  has_pregap_ = true;
}

void CueParser::read_postgap(std::string_view name, CueLine& line) {
  require_track(name);
  CueTrack& track = sheet_.tracks.back();
  if (has_postgap_) fail(fmt::format("second POSTGAP of TRACK {:02}, expected one", track.number));
  if (track.indexes.empty()) {
    warn("sheet.syntax", "POSTGAP before the track's INDEX, read as if it came after");
  }
  track.postgap = take_time(name, line);
  has_postgap_ = true;
}

void CueParser::finish() {
  if (sheet_.files.empty()) {
    throw Error(ErrorCode::malformed, place_, "no FILE command, expected a cue sheet");
  }
  if (sheet_.tracks.empty()) {
    throw Error(ErrorCode::malformed, place_, "no TRACK command, expected at least one track");
  }
  close_track();
  if (unlisted_problems_ > 0) {
    sheet_.problems.push_back({Severity::warning, "sheet.syntax",
                               fmt::format("{}:{}: {} more such problems up to here, not listed",
                                           place_, line_, unlisted_problems_)});
  }
}

CueSheet parse_cue(std::string_view text, const std::string& place, const std::string& encoding) {
  return CueParser(place).parse(text, encoding);
}

}  // namespace pregap::formats
