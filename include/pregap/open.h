// Opening an image by path, whatever its format.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pregap/disc.h"

namespace pregap {

struct OpenOptions {
  bool allow_outside = false;  // a sheet may name files outside its own folder tree
  std::string encoding{};      // of a sheet that is no UTF-8, as iconv(3) names it; empty: guessed
  // Asked while packed images are read through, which opening one needs; Error(stopped) is thrown.
  std::stop_token stop{};
};

// Content first, name second. Throws Error: not_found, unreadable, malformed (with the line of a
// sheet), unsupported, refused.
Disc open_disc(const std::filesystem::path& path, const OpenOptions& options = {});

// Whether the name's ending is one that a disc image may have; what --recursive looks at.
bool may_be_disc_image(const std::filesystem::path& path);

}  // namespace pregap
