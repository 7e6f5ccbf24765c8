#include "operations/image_address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace pregap::operations {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "pa": a slice of a BSD label that has the whole disk.
bool is_slice(std::string_view text) {
  return text.size() == 2 && text[0] == 'p' && text[1] >= 'a' && text[1] <= 'z';
}

// "p2", "p1.a", "t1", "s2"
bool is_numbered(std::string_view text) {
  if (text.size() < 2 || (text[0] != 'p' && text[0] != 't' && text[0] != 's')) return false;
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view slice = text.substr(std::min(dot + 1, text.size()));
  return all_digits(text.substr(1, dot - 1)) && (dot == text.size() || slice.size() == 1);
}

bool is_part(std::string_view text) {
  constexpr std::array<std::string_view, 5> views = {"iso", "joliet", "rockridge", "udf", "hfs"};
  constexpr std::array<std::string_view, 7> tables = {"mbr", "gpt", "apm", "bsd",
                                                      "sun", "sgi", "ahdi"};
  if (std::ranges::find(views, text) != views.end() || is_numbered(text) || is_slice(text)) {
    return true;
  }
  // "gpt.p1" of any table, "mbr1" of a hybrid's second one
  return std::ranges::any_of(tables, [&](std::string_view table) {
    if (!text.starts_with(table)) return false;
    const std::string_view rest = text.substr(table.size());
    return all_digits(rest) || (rest.starts_with('.') && is_numbered(rest.substr(1)));
  });
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_directory(status);
}

// What stands behind the image: ":PART:PART/PATH", "/PATH", or nothing.
void parse_rest(std::string_view rest, ImageAddress& address) {
  while (rest.starts_with(':')) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find_first_of(":/"), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part.empty() || is_part(part)) {
      if (!part.empty()) address.parts.emplace_back(part);
      rest.remove_prefix(end);
    } else {  // a member's name may hold slashes
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      address.member = rest.substr(0, colon);
      rest.remove_prefix(colon);
    }
  }
  if (rest.starts_with('/')) address.path = std::string(rest.substr(1));
}

}  // namespace

ImageAddress parse_address(const std::string& text) {
  std::size_t end = text.size();
  while (end > 0 && !is_file(text.substr(0, end))) {
    const std::size_t cut = text.find_last_of(":/", end - 1);
    if (cut == std::string::npos || cut == 0) break;
    end = cut;
  }
  ImageAddress address;
  if (!is_file(text.substr(0, end))) {
    address.image = text;
    return address;
  }
  address.image = text.substr(0, end);
  parse_rest(std::string_view(text).substr(end), address);
  return address;
}

}  // namespace pregap::operations
