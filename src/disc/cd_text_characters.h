// The character codes of CD-Text, from and to UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pregap {

// Bytes that the code doesn't know become U+FFFD, and `lossy` true. A code that is not known is
// read as ISO 8859-1.
std::string cd_text_to_utf8(std::string_view bytes, std::uint8_t code, bool& lossy);

// Nothing where a character is not in the code.
std::optional<std::string> cd_text_from_utf8(std::string_view text, std::uint8_t code);

// The same, with '?' in the place of what is not there.
std::string cd_text_from_utf8_lossy(std::string_view text, std::uint8_t code);

bool is_known_character_code(std::uint8_t code) noexcept;
bool has_double_bytes(std::uint8_t code) noexcept;

// The length of the character that begins a text in the code: 1 or 2, at most the text's.
std::size_t character_size(std::string_view bytes, std::uint8_t code) noexcept;

}  // namespace pregap
