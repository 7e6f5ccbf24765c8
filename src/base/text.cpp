#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace pregap {
namespace {

// The length of the UTF-8 sequence at the start of `text`, 0 if it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : length;
}

// U+202A-202E and U+2066-2069 make a terminal show a name other than it is.
bool turns_text_round(std::string_view character) {
  const auto between = [&](std::string_view first, std::string_view last) {
    return character >= first && character <= last;
  };
  return character.size() == 3 &&
         (between("\xE2\x80\xAA", "\xE2\x80\xAE") || between("\xE2\x81\xA6", "\xE2\x81\xA9"));
}

bool is_plain(char c) { return c >= 0x20 && c <= 0x7E; }

}  // namespace

std::string to_lower(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (char c : text) result.push_back(to_lower(c));
  return result;
}

std::string to_upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string with_thousands(long long number) {
  std::string digits = fmt::format("{}", number);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string counted(long long number, std::string_view noun) {
  return fmt::format("{} {}{}", with_thousands(number), noun, number == 1 ? "" : "s");
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  while (!text.empty()) {
    if (result.size() >= limit) return result + "...";
    const auto plain_end = std::ranges::find_if_not(text, is_plain);
    if (plain_end != text.begin()) {  // most names are nothing else
      const auto plain = static_cast<std::size_t>(plain_end - text.begin());
      const std::size_t taken = std::min(plain, limit - result.size());
      result.append(text.substr(0, taken));
      text.remove_prefix(taken);
      continue;
    }
    const std::size_t length = utf8_length(text);
    const unsigned char c = static_cast<unsigned char>(text[0]);
    const bool c1 = length == 2 && c == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (length == 0 || c < 0x20 || c == 0x7F || c1 || turns_text_round(text.substr(0, length))) {
      for (std::size_t i = 0; i < std::max<std::size_t>(length, 1); ++i) {
        fmt::format_to(std::back_inserter(result), "\\x{:02X}",
                       static_cast<unsigned char>(text[i]));
      }
      text.remove_prefix(std::max<std::size_t>(length, 1));
    } else {
      result.append(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  return result;
}

void add_printable(std::string& text, std::string_view more) {
  if (std::ranges::all_of(more, is_plain)) {  // most names are nothing else
    text += more;
  } else {
    text += printable(more, std::string::npos);
  }
}

}  // namespace pregap
