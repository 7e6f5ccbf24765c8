// The words of a cdrdao TOC: keywords, numbers, quoted strings and signs, whatever lines they stand
// on. Comments that have a line to themselves are kept beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pregap::formats {

struct TocToken {
  enum class Kind : std::uint8_t { word, number, string, sign, end };
  Kind kind = Kind::end;
  std::string text;  // of a word in capitals, of a string without quotes and escapes
  int line = 1, column = 1;
  bool octal = false;    // a string with escapes beyond ASCII: bytes of a code page
  bool literal = false;  // a string with bytes beyond ASCII that stand there as they are

  bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
  bool is_sign(char sign) const { return kind == Kind::sign && text[0] == sign; }
};

// For messages: what stands there, in quotes, or "the end of the file".
std::string shown(const TocToken& token);

class TocLexer {
 public:
  // `place` is the sheet's path. Both must outlive the lexer.
  TocLexer(std::string_view text, const std::string& place) : rest_(text), place_(place) {}

  // Throws Error(malformed) at "PLACE:LINE:COLUMN" for a character that begins nothing, a string
  // that isn't closed on its line, an escape that gives no byte.
  TocToken next();

  // Comments alone on their line that were passed on the way to the last token, with their slashes.
  std::vector<std::string> take_comments() { return std::move(comments_); }

 private:
  void skip_blanks();
  void skip_comment();
  void take(std::size_t count);
  void take_string(TocToken& token);
  void take_escape(TocToken& token);
  [[noreturn]] void fail(std::string message, std::string hint = {}) const;

  std::string_view rest_;
  const std::string& place_;
  int line_ = 1, column_ = 1;
  bool alone_ = true;  // nothing but blanks so far on this line
  std::vector<std::string> comments_;
};

}  // namespace pregap::formats
