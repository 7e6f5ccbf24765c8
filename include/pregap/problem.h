// A finding about an image as a whole, its descriptor, its files or what it is packed in; not about
// a sector's content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pregap {

enum class Severity : std::uint8_t { note, warning, fault };  // a fault makes the verdict damaged
std::string_view name_of(Severity severity) noexcept;

struct Problem {
  Severity severity = Severity::warning;
  std::string code;                   // "file.size", "track.mode", ...: docs/json.md lists them
  std::string message;                // one line; begins with the place it speaks of
  std::optional<std::size_t> file{};  // index into Disc::files, where it speaks of one
  bool repairable = false;            // a fault that a sound copy in the image can mend
};

// Names and values in the order in which they are shown; values in UTF-8.
using Facts = std::vector<std::pair<std::string, std::string>>;

}  // namespace pregap
