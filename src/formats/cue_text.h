// The text of a cue sheet before its commands: encodings, lines, words, numbers and times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "formats/cue.h"

namespace pregap::formats {

// The sheet in UTF-8 without byte order mark. UTF-8 and, where they begin with a byte order mark,
// UTF-16 LE and BE are read; what is none of these is taken as `encoding` or, where that is empty,
// as the code page that guess_code_page() tells, with a note in `problems`. Throws Error(malformed)
// for binary data and for more than 4 MiB, Error(usage) for an unknown encoding where it is needed.
std::string decode_cue_text(std::string_view bytes, const std::string& place,
                            const std::string& encoding, std::vector<Problem>& problems);

// For messages: at most 40 characters of `text` in single quotes, "..." where it was longer;
// control characters as \xNN or \u{NNNN}.
std::string shown(std::string_view text);

std::string_view trimmed(std::string_view text) noexcept;  // of blanks

// Takes the next line off `text`; it ends with LF, CR LF or CR, none of which it keeps.
std::string_view take_line(std::string_view& text) noexcept;

// A number of digits only, nothing else; those beyond a million read as a million.
std::optional<int> parse_number(std::string_view digits) noexcept;

// A time, or what was found and expected in its place.
struct ParsedTime {
  std::optional<CueTime> time;
  std::string fault;
  bool negative = false;
};
ParsedTime parse_cue_time(std::string_view text);
std::string format_cue_time(CueTime time);  // "mm:ss:ff"

// The words of one line, from left to right.
class CueLine {
 public:
  explicit CueLine(std::string_view text) noexcept : rest_(trimmed(text)) {}

  bool at_end() const noexcept { return rest_.empty(); }
  std::string_view rest() const noexcept { return rest_; }
  std::string_view peek() const noexcept;  // up to the next blank; quotes mean nothing
  std::string_view take_plain() noexcept;  // the same, and takes it
  std::string_view take_word() noexcept;   // a quoted word up to the next quote
  std::string_view take_rest() noexcept;   // all, or what stands between its first and last quote
  // True after a word began with a quote that nothing closed.
  bool unclosed() const noexcept { return unclosed_; }

 private:
  void skip(std::size_t count) noexcept;

  std::string_view rest_;
  bool unclosed_ = false;
};

}  // namespace pregap::formats
