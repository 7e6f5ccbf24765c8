// Every file of a UDF volume, looked at once: what is broken, and how many there are.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "volumes/udf_file.h"

namespace pregap::volumes {

struct UdfTree {
  std::uint64_t files = 0;    // entries of all that are no folders, each once
  std::uint64_t names = 0;    // that lead to these
  std::uint64_t folders = 0;  // the root among them
  std::uint64_t bad_entries = 0, bad_folders = 0;
  std::string first_bad_entry, first_bad_folder;  // what is wrong with it, and where
  bool whole = true;  // false: more than a million names, the rest was not looked at
};

// Calls `look` with each sound file entry, those of streams too, and `poll` once a folder.
UdfTree look_at_udf_tree(const UdfVolume& volume, const std::function<void(const UdfFile&)>& look,
                         const std::function<void()>& poll);

}  // namespace pregap::volumes
