// Peeling an image: containers are told by their content and opened one in another.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pregap/container.h"

namespace pregap {

struct ContainerOptions {
  bool allow_outside = false;  // parts and backing files may lie outside the image's folder
  bool packed_only = false;    // gzip and zip alone: what a sheet names is no disk
  std::string member{};        // of an archive with several files: which one
  std::stop_token stop{};      // asked while an index is built; Error(stopped) is thrown then
};

// The containers of the file at `path`, outermost first; empty for a plain file. Where there is no
// such file, "pack.zip:NAME" is the member NAME of pack.zip. Throws Error: not_found, unreadable,
// malformed, refused, usage (an archive of several images, none chosen), unrecognised (one of
// none), unsupported (naming the Debian package of a missing tool), stopped.
std::vector<Container> open_containers(const std::filesystem::path& path,
                                       const ContainerOptions& options = {});

}  // namespace pregap
