// Text as sheets and names have it: ASCII rules, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace pregap {

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// 1234567 as "1,234,567".
std::string with_thousands(long long number);

// "1 sector", "2 sectors": `noun` gets an s.
std::string counted(long long number, std::string_view noun);

bool is_utf8(std::string_view text) noexcept;

// For messages: control characters and bytes that are no UTF-8 become \xNN, and more than `limit`
// bytes end in "...".
std::string printable(std::string_view text, std::size_t limit = 200);
void add_printable(std::string& text, std::string_view more);  // the whole of it, to its end

}  // namespace pregap
