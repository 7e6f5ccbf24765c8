// Going through the folders of a file system: by path, and all of them, within bounds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "volumes/file_reader.h"

namespace pregap::volumes {

struct WalkLimits {
  std::size_t depth = 128;           // folders within folders
  std::size_t entries = 10'000'000;  // in all
};

struct FoundFile {
  std::string path;  // from the volume's root, "/" between names, none before
  FileEntry entry;
};

// The file at `path`: names as they are, else, if one alone fits, ignoring the case of ASCII
// letters. "" and "/" are the root. Nothing where there is none.
std::optional<FoundFile> find_path(FileReader& reader, std::string_view path, Deleted deleted,
                                   std::vector<Problem>& problems);

// Everything below `from`, depth first, entries of a folder in their stored order (by name if
// `sorted`). A folder that was entered already is told and not entered again: hostile images have
// loops. Ends when `take` returns false, which walk() then returns too, and when the reader is
// given up. A folder that can't be read is told and passed over; Error only if it is `from` itself.
struct WalkOptions {
  Deleted deleted = Deleted::leave_out;
  bool recursive = true;
  bool system = false;  // the file system's own files too
  bool sorted = true;
  bool lists_only = false;  // `take` asks the reader for nothing: it may list ahead
  bool names_only = false;  // `take` needs no more of an entry than names_suffice() leaves
  WalkLimits limits{};
};
bool walk(FileReader& reader, const FoundFile& from, const WalkOptions& options,
          const std::function<bool(const FoundFile&)>& take, std::vector<Problem>& problems);

}  // namespace pregap::volumes
