#include "bytes/container_kind.h"

#include <algorithm>

#include "base/text.h"

namespace pregap {

std::string without_ending(const std::string& name, std::string_view ending) {
  if (name.size() <= ending.size()) return name;
  const std::string_view last = std::string_view(name).substr(name.size() - ending.size());
  return equal_ignoring_case(last, ending) ? name.substr(0, name.size() - ending.size()) : name;
}

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace pregap
