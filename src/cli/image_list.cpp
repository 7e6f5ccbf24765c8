#include "cli/image_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/text.h"
#include "operations/look.h"

namespace pregap::cli {
namespace {

namespace fs = std::filesystem;

std::string read_all(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file)) {
    throw Error(ErrorCode::not_found, file, "no readable file, expected a list of names");
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

void search(const fs::path& folder, FolderSearch& found) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(*it);
  }
  if (error) {
    found.errors.emplace_back(ErrorCode::unreadable, folder.string(),
                              fmt::format("{}, expected a readable folder", error.message()));
  }
  std::ranges::sort(entries, {}, [](const fs::directory_entry& e) { return e.path(); });
  for (const fs::directory_entry& entry : entries) {
    std::error_code ignored;
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) {
      search(entry.path(), found);
    } else if (entry.is_regular_file(ignored) && operations::may_be_image(entry.path())) {
      const bool sheet = to_lower(entry.path().extension().string()) == ".cue";
      (sheet ? found.sheets : found.bare).push_back(entry.path().string());
    }
  }
}

}  // namespace

std::vector<std::string> read_name_list(const std::string& file) {
  const std::string text = read_all(file);
  const char separator = text.find('\0') != std::string::npos ? '\0' : '\n';
  std::vector<std::string> names;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    std::string name = text.substr(at, end - at);
    if (separator == '\n' && name.ends_with('\r')) name.pop_back();
    if (name.find_first_not_of(" \t") != std::string::npos) names.push_back(std::move(name));
    at = end + 1;
  }
  return names;
}

FolderSearch search_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    const bool there = fs::exists(folder, error);
    throw Error(there ? ErrorCode::unreadable : ErrorCode::not_found, folder.string(),
                there ? "no folder, expected one to search" : "no such folder, expected one");
  }
  FolderSearch found;
  search(folder, found);
  return found;
}

}  // namespace pregap::cli
