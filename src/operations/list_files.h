// The files of an image's volumes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operations/open_files.h"
#include "volumes/file_walk.h"

namespace pregap::operations {

struct ListFilesOptions {
  bool recursive = false;
  bool system = false;                // the file system's own files too
  bool deleted = false;               // entries that were removed too
  bool names_only = false;            // no sizes, times, modes, link targets: quicker
  std::optional<volumes::FileId> id;  // this file alone, by what `id` of an entry says
};

struct FileListing {
  std::string kind;  // of the file system; empty where several volumes are listed
  std::string label;
  std::string address;  // "p2"; of the volume
  std::vector<Problem> problems;
};

// Calls `take` with what stands at the address: a folder's entries, or the file itself. Where the
// address names none of several volumes, they are the folders. False of `take` ends it. Throws
// Error(not_found) where there is no such path.
FileListing list_files(const FileImage& image, const ImageAddress& address,
                       const ListFilesOptions& options,
                       const std::function<bool(const volumes::FoundFile&)>& take);

}  // namespace pregap::operations
