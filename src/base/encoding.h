// Text in other encodings than UTF-8: converting it, and telling which code page it is in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pregap {

struct ConvertedText {
  std::string text;   // UTF-8; U+FFFD in the place of bytes that are no character
  bool whole = true;  // no byte was replaced
};

// Through iconv(3), with its names and CP1252; nothing where it knows no encoding of that name.
// What CP1252 leaves open (81, 8D, 8F, 90, 9D) become the C1 controls, as WHATWG's decoder has it.
std::optional<ConvertedText> to_utf8(std::string_view bytes, const std::string& encoding);
bool is_known_encoding(const std::string& encoding);

void append_utf8(std::string& out, char32_t c);

// UTF-16 in either order of bytes, without a look at marks. Half a pair becomes U+FFFD, half a unit
// at the end is left out; neither is whole.
ConvertedText utf16_to_utf8(std::string_view bytes, bool big_endian);

// The code page of a text that is no UTF-8: "CP1252", "Shift-JIS" or "CP1251", names that to_utf8()
// takes. Told by how the bytes beyond ASCII stand together: Shift-JIS has runs of pairs, most of
// them kana and common kanji; in CP1251 whole words are beyond ASCII, with as many
// vowels and common letters as Russian has; in CP1252 single letters stand among ASCII ones.
std::string_view guess_code_page(std::string_view bytes) noexcept;

}  // namespace pregap
