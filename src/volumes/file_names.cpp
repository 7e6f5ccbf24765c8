#include "volumes/file_names.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace pregap::volumes {

std::string utf8_name(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  const auto converted = to_utf8(bytes, "CP1252");
  return converted ? converted->text : std::string(bytes);
}

std::string safe_name(std::string name) {
  std::ranges::replace(name, '/', '_');
  std::ranges::replace(name, '\0', '_');
  if (name.empty() || name == "." || name == "..") {
    return std::string(std::max<std::size_t>(1, name.size()), '_');
  }
  return name;
}

}  // namespace pregap::volumes
