#include "formats/toc_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kLongestQuote = 40;
constexpr std::string_view kSigns = "{}:,#";

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

template <typename Predicate>
std::size_t length_while(std::string_view text, Predicate predicate) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, predicate) - text.begin());
}

}  // namespace

std::string shown(const TocToken& token) {
  switch (token.kind) {
    case TocToken::Kind::end:
      return "the end of the file";
    case TocToken::Kind::string:
      return fmt::format("\"{}\"", printable(token.text, kLongestQuote));
    default:
      return fmt::format("'{}'", printable(token.text, kLongestQuote));
  }
}

void TocLexer::fail(std::string message, std::string hint) const {
  throw Error(ErrorCode::malformed, fmt::format("{}:{}:{}", place_, line_, column_),
              std::move(message), std::move(hint));
}

// LF, CR LF and CR end a line.
void TocLexer::take(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool pair = rest_[i] == '\r' && i + 1 < rest_.size() && rest_[i + 1] == '\n';
    if (rest_[i] == '\n' || (rest_[i] == '\r' && !pair)) {
      ++line_;
      column_ = 1;
      alone_ = true;
    } else {
      ++column_;
    }
  }
  rest_.remove_prefix(count);
}

void TocLexer::skip_comment() {
  std::string_view comment = rest_.substr(0, std::min(rest_.find_first_of("\r\n"), rest_.size()));
  const std::size_t size = comment.size();
  comment.remove_suffix(size - (comment.find_last_not_of(" \t") + 1));
  if (alone_ && comment.find_first_not_of("/ \t") != comment.npos) comments_.emplace_back(comment);
  take(size);
}

void TocLexer::skip_blanks() {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  constexpr char kDosEndOfFile = '\x1A';
  while (!rest_.empty()) {
    if (rest_.starts_with("//")) {
      skip_comment();
    } else if (kBlanks.find(rest_[0]) != kBlanks.npos) {
      take(1);
    } else if (rest_.size() == 1 && rest_[0] == kDosEndOfFile) {
      take(1);
    } else {
      return;
    }
  }
}

TocToken TocLexer::next() {
  skip_blanks();
  alone_ = false;
  TocToken token{.text = {}, .line = line_, .column = column_};
  if (rest_.empty()) return token;
  const char first = rest_[0];
  if (first == '"') {
    take_string(token);
    return token;
  }
  std::size_t size = 1;
  if (is_digit(first)) {
    token.kind = TocToken::Kind::number;
    size = length_while(rest_, is_digit);
  } else if (is_letter(first)) {
    token.kind = TocToken::Kind::word;
    size = length_while(rest_, [](char c) { return is_letter(c) || is_digit(c); });
  } else if (kSigns.find(first) != kSigns.npos) {
    token.kind = TocToken::Kind::sign;
  } else {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    const std::size_t tail = is_ascii(first) ? 0 : length_while(rest_.substr(1, 3), continues);
    fail(fmt::format("character '{}', expected a statement of a TOC",
                     printable(rest_.substr(0, 1 + tail))));
  }
  token.text = to_upper(rest_.substr(0, size));
  take(size);
  return token;
}

void TocLexer::take_string(TocToken& token) {
  token.kind = TocToken::Kind::string;
  const std::size_t line_end = std::min(rest_.find_first_of("\r\n"), rest_.size());
  std::string_view probe = rest_.substr(1, line_end - 1);
  for (std::size_t at = probe.find_first_of("\"\\"); at != probe.npos && probe[at] == '\\';
       at = probe.find_first_of("\"\\")) {
    probe.remove_prefix(std::min(at + 2, probe.size()));
  }
  if (probe.find('"') == probe.npos) {
    fail("a string that doesn't end on its line, expected a quote at its end");
  }
  take(1);
  while (rest_[0] != '"') {
    if (rest_[0] == '\\') {
      take_escape(token);
      continue;
    }
    const std::size_t plain = rest_.find_first_of("\"\\");
    const std::string_view text = rest_.substr(0, plain);
    token.literal = token.literal || !std::ranges::all_of(text, is_ascii);
    token.text += text;
    take(plain);
  }
  take(1);
}

// \" and \\ give the second character, three octal digits a byte; any other backslash stands for
// itself, as in cdrdao.
void TocLexer::take_escape(TocToken& token) {
  const char second = rest_[1];
  if (second == '"' || second == '\\') {
    token.text += second;
    return take(2);
  }
  if (length_while(rest_.substr(1, 3), is_digit) < 3) {
    token.text += '\\';
    return take(1);
  }
  int value = 0;
  for (const char c : rest_.substr(1, 3)) {
    if (c > '7') value = -1'000'000;
    value = value * 8 + (c - '0');
  }
  if (value < 1 || value > 0xFF) {
    fail(fmt::format("escape {}, expected \\001 to \\377", rest_.substr(0, 4)));
  }
  token.octal = token.octal || value >= 0x80;
  token.text += static_cast<char>(value);
  take(4);
}

}  // namespace pregap::formats
