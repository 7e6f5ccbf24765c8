// Reading stored sectors as 2352 bytes each, whatever their storage.
#pragma once

#include "pregap/disc.h"

namespace pregap {

// Reads `count` sectors of `track`'s `extent`, from its sector `skip` on, into `out` (count * 2352
// bytes). `scratch` grows as needed and is reused; afterwards it begins with the bytes as stored,
// unless these are those of `out`. Throws Error(unreadable) when the file ends before.
void read_extent(const Disc& disc, const Track& track, const Extent& extent, std::int32_t skip,
                 std::int32_t count, std::span<std::uint8_t> out,
                 std::vector<std::uint8_t>& scratch);

}  // namespace pregap
