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
  make_safe(name);
  return name;
}

void make_safe(std::string& name) {
  constexpr std::string_view kNever("/\0", 2);
  for (std::size_t at = 0; (at = name.find_first_of(kNever, at)) != std::string::npos;) {
    name[at] = '_';
  }
  if (name.empty() || name == "." || name == "..") {
    name.assign(std::max<std::size_t>(1, name.size()), '_');
  }
}

}  // namespace pregap::volumes
