// Peeling an image: containers are told by their content and opened one in another.
#pragma once

#include <filesystem>
#include <vector>

#include "pregap/container.h"

namespace pregap {

struct ContainerOptions {
  bool allow_outside = false;  // parts and backing files may lie outside the image's folder
};

// The containers of the file at `path`, outermost first; empty for a plain file. Throws Error:
// not_found, unreadable, malformed, unsupported (naming the Debian package of a missing tool).
std::vector<Container> open_containers(const std::filesystem::path& path,
                                       const ContainerOptions& options = {});

}  // namespace pregap
