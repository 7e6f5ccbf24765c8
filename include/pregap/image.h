// Any image: what it is packed in, and whether it is a disc.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "pregap/container.h"
#include "pregap/disc.h"
#include "pregap/open.h"

namespace pregap {

struct Image {
  std::filesystem::path path;
  std::vector<Container> containers;        // outermost first; empty: a plain file
  std::shared_ptr<const ByteSource> bytes;  // what the containers hold, or the file as it is
  std::optional<Disc> disc;                 // an optical disc; nothing: a disk, or unknown content
};

// Content first, name second: containers are opened one in another, then the formats of discs are
// asked. Throws Error as open_disc() does, but not for content that no format of discs knows.
Image open_image(const std::filesystem::path& path, const OpenOptions& options = {});

}  // namespace pregap
