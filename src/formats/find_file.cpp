#include "formats/find_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;

bool is_absolute(std::string_view name) {
  const bool drive =
      name.size() >= 2 && name[1] == ':' && ((name[0] | 0x20) >= 'a') && ((name[0] | 0x20) <= 'z');
  return name.starts_with('/') || name.starts_with('\\') || drive;
}

// Cut at / and, unless a file has just this name, at \ too.
std::vector<std::string> parts_of(std::string_view name, std::string_view separators) {
  std::vector<std::string> parts;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of(separators), name.size());
    if (end > 0 && name.substr(0, end) != ".") parts.emplace_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return parts;
}

// Whether ".." ever climbs above the start.
bool leads_outside(const std::vector<std::string>& parts) {
  int depth = 0;
  for (const std::string& part : parts) {
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The entry of `folder` with this name, whatever its case; the first in order if there are several.
std::optional<fs::path> entry_ignoring_case(const fs::path& folder, const std::string& name) {
  std::optional<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!equal_ignoring_case(it->path().filename().string(), name)) continue;
    if (!found || it->path() < *found) found = it->path();
  }
  return found;
}

std::optional<fs::path> walk(const fs::path& folder, const std::vector<std::string>& parts) {
  if (parts.empty()) return std::nullopt;
  fs::path path = folder;
  for (const std::string& part : parts) {
    if (part == ".." || is_there(path / part)) {
      path /= part;
    } else if (const auto entry = entry_ignoring_case(path, part)) {
      path = *entry;
    } else {
      return std::nullopt;
    }
  }
  return path;
}

}  // namespace

fs::path find_named_file(const fs::path& folder, const std::string& name,
                         const OpenOptions& options, const std::string& place) {
  const bool absolute = is_absolute(name);
  const fs::path base = folder.empty() ? fs::path(".") : folder;
  for (const std::string_view separators : {"/", "/\\"}) {
    const std::vector<std::string> parts = parts_of(name, separators);
    if (options.allow_outside) {
      if (is_there(base / fs::path(name))) return folder / fs::path(name);
    } else if (!absolute && leads_outside(parts)) {
      throw Error(ErrorCode::refused, place,
                  fmt::format("\"{}\" leads out of the sheet's folder, expected a file in it",
                              printable(name)),
                  "--allow-outside permits it");
    }
    if (!absolute) {
      if (const auto found = walk(base, parts)) {
        return folder.empty() ? found->lexically_relative(".") : *found;
      }
    }
  }
  const std::vector<std::string> parts = parts_of(name, "/\\");
  if (!parts.empty() && parts.back() != "..") {
    if (const auto found = walk(base, {parts.back()})) {
      return folder.empty() ? found->lexically_relative(".") : *found;
    }
  }
  throw Error(ErrorCode::not_found, place,
              fmt::format("no file \"{}\" in {}, expected the image that the sheet names",
                          printable(name), base.string()));
}

}  // namespace pregap::formats
