#include "formats/beside.h"

#include <string>

#include "base/text.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_directory(path, error);
}

// Of several that differ in case only, the first in order.
std::optional<fs::path> find_ignoring_case(const fs::path& folder, const std::string& name) {
  std::optional<fs::path> found;
  std::error_code error;
  const fs::path place = folder.empty() ? fs::path(".") : folder;
  for (fs::directory_iterator it(place, error), end; !error && it != end; it.increment(error)) {
    const fs::path candidate = folder / it->path().filename();
    if (!equal_ignoring_case(candidate.filename().string(), name) || !is_file(candidate)) continue;
    if (!found || candidate < *found) found = candidate;
  }
  return found;
}

}  // namespace

std::optional<fs::path> find_beside(const fs::path& path,
                                    std::span<const std::string_view> endings) {
  const fs::path folder = path.parent_path();
  const std::string stem = path.stem().string();
  for (const std::string_view ending : endings) {
    const std::string name = stem + std::string(ending);
    if (is_file(folder / name)) return folder / name;
    if (const auto found = find_ignoring_case(folder, name)) return found;
  }
  return std::nullopt;
}

}  // namespace pregap::formats
