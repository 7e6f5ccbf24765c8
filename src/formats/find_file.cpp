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

bool has_drive(std::string_view name) {
  return name.size() >= 2 && name[1] == ':' && to_lower(name[0]) >= 'a' && to_lower(name[0]) <= 'z';
}

bool is_absolute(std::string_view name) {
  return name.starts_with('/') || name.starts_with('\\') || has_drive(name);
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

[[noreturn]] void throw_outside(const std::string& name, const std::string& place) {
  throw Error(
      ErrorCode::refused, place,
      fmt::format("\"{}\" leads out of the sheet's folder, expected a file in it", printable(name)),
      "--allow-outside permits it");
}

// A link may lead out where the name does not.
bool lies_inside(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  const fs::path target = error ? fs::path() : fs::canonical(file, error);
  if (error) return true;  // the opening will say what is wrong
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
  return end == root.end();
}

std::optional<fs::path> search(const fs::path& folder, const std::string& name,
                               const OpenOptions& options, const std::string& place) {
  const bool absolute = is_absolute(name);
  const fs::path base = folder.empty() ? fs::path(".") : folder;
  for (const std::string_view separators : {"/", "/\\"}) {
    const std::vector<std::string> parts = parts_of(name, separators);
    if (options.allow_outside) {
      if (is_there(base / fs::path(name))) return folder / fs::path(name);
    } else if (!absolute && leads_outside(parts)) {
      throw_outside(name, place);
    }
    if (!absolute) {
      if (const auto found = walk(base, parts)) {
        return folder.empty() ? found->lexically_relative(".") : *found;
      }
    }
  }
  const std::vector<std::string> parts =
      parts_of(std::string_view(name).substr(has_drive(name) ? 2 : 0), "/\\");
  if (!parts.empty() && parts.back() != "..") {
    if (const auto found = walk(base, {parts.back()})) {
      return folder.empty() ? found->lexically_relative(".") : *found;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<fs::path> look_for_named_file(const fs::path& folder, const std::string& name,
                                            const OpenOptions& options, const std::string& place) {
  std::optional<fs::path> found = search(folder, name, options, place);
  if (!found) found = search(folder, name + ".gz", options, place);  // packed since
  if (found && !options.allow_outside &&
      !lies_inside(folder.empty() ? fs::path(".") : folder, *found)) {
    throw_outside(name, place);
  }
  return found;
}

fs::path find_named_file(const fs::path& folder, const std::string& name,
                         const OpenOptions& options, const std::string& place) {
  if (std::optional<fs::path> found = look_for_named_file(folder, name, options, place)) {
    return *std::move(found);
  }
  const fs::path base = folder.empty() ? fs::path(".") : folder;
  throw Error(ErrorCode::not_found, place,
              fmt::format("no file \"{}\" in {}, expected the image that the sheet names",
                          printable(name), base.string()));
}

}  // namespace pregap::formats
