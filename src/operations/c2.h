// C2 pointers of an image's sectors, as a drive gives them beside each sector (MMC-6, READ CD, C2
// Error Information): 294 bytes, a bit for each of the 2352 bytes, the highest bit of a byte first;
// or 296, with the Block Error Byte and a pad byte before them, or behind, as some drives have it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "disc/doubts.h"
#include "pregap/disc.h"

namespace pregap::operations {

// The file holds the stored sectors' pointers in their order on the disc, without gaps. Throws
// Error(malformed) for a size that is neither 294 nor 296 bytes a sector, and what opening throws.
std::unique_ptr<Pointers> open_c2(const std::filesystem::path& path, const Disc& disc);

}  // namespace pregap::operations
