#include "volumes/iso_names.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace pregap::volumes {

std::string utf8_name(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  const auto converted = to_utf8(bytes, "CP1252");
  return converted ? converted->text : std::string(bytes);
}

std::string utf16_name(Bytes bytes, std::uint16_t (*load)(Bytes, std::size_t)) {
  std::string name;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = load(bytes, i);
    if (c == 0) break;
    if (c >= 0xD800 && c < 0xE000) {
      const char32_t low = i + 3 < bytes.size() ? load(bytes, i + 2) : 0;
      const bool pair = c < 0xDC00 && low >= 0xDC00 && low < 0xE000;
      c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
      if (pair) i += 2;
    }
    append_utf8(name, c);
  }
  return name;
}

std::string safe_name(std::string name) {
  std::ranges::replace(name, '/', '_');
  std::ranges::replace(name, '\0', '_');
  if (name.empty() || name == "." || name == "..")
    return std::string(std::max<std::size_t>(1, name.size()), '_');
  return name;
}

std::string iso_name(Bytes identifier, IsoNames names) {
  std::string name =
      names == IsoNames::joliet
          ? utf16_name(identifier, &load_be16)
          : utf8_name({reinterpret_cast<const char*>(identifier.data()), identifier.size()});
  const std::size_t version = name.find_last_of(';');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version != std::string::npos && version > 0 &&
      std::all_of(name.begin() + static_cast<std::ptrdiff_t>(version) + 1, name.end(), is_digit)) {
    name.resize(version);
  }
  if (names != IsoNames::joliet && name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace pregap::volumes
