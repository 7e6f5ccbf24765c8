// What a UDF volume says of its unused blocks: bitmaps and tables of its partitions (ECMA-167
// 4/3.1, 4/14.11, 4/14.12).
#pragma once

#include <cstdint>
#include <functional>

#include "volumes/udf_volume.h"

namespace pregap::volumes {

// Calls `take` with each range of unused blocks of the source, in bytes, as far as it is there.
// Returns whether any partition keeps account of them.
bool for_each_free_udf_range(
    const UdfVolume& volume,
    const std::function<void(std::uint64_t offset, std::uint64_t size)>& take);

// A space bitmap descriptor: a bit a block, 1 where it is not in use.
struct UdfBitmap {
  std::uint16_t partition = 0;  // by map
  std::uint64_t offset = 0;     // in the source
  std::uint32_t bits = 0, bytes = 0;
  std::vector<std::uint8_t> bitmap;
  bool is_unused(std::uint64_t block) const {
    return block / 8 < bitmap.size() && (bitmap[block / 8] >> block % 8 & 1) != 0;
  }
};
// The bitmaps of partitions that lie on the disc themselves, as far as their tags are sound.
std::vector<UdfBitmap> udf_bitmaps(const UdfVolume& volume);

}  // namespace pregap::volumes
