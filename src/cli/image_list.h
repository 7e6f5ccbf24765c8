// Which images a command is to work on: named, listed in a file, or found in folders.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pregap/error.h"

namespace pregap::cli {

// Names from a list, one a line, or each ended by a zero byte if there is one ("-" is standard
// input). Throws Error(not_found) or Error(unreadable).
std::vector<std::string> read_name_list(const std::string& file);

struct FolderSearch {
  std::vector<std::string> sheets;  // first, since they name the files that need no second check
  std::vector<std::string> bare;
  std::vector<Error> errors;  // folders that could not be read
};

// Files below `folder` that may be disc images, in order of their paths; links to folders are not
// followed. Throws Error(not_found) or Error(unreadable).
FolderSearch search_folder(const std::filesystem::path& folder);

}  // namespace pregap::cli
