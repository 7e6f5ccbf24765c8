// The B-trees of HFS: files of 512-byte nodes whose leaves form a chain.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/endian.h"
#include "pregap/bytes.h"

namespace pregap::volumes {

// A run of allocation blocks.
struct HfsExtent {
  std::uint16_t first = 0, blocks = 0;
};

// Where allocation blocks lie.
struct HfsBlocks {
  std::uint64_t start = 0;  // of block 0, in bytes
  std::uint32_t size = 0;   // of a block, in bytes
  std::uint32_t count = 0;
  std::uint64_t offset_of(std::uint32_t block) const {
    return start + static_cast<std::uint64_t>(block) * size;
  }
};

// The three extents of an extent record (12 bytes).
std::vector<HfsExtent> hfs_extents(Bytes record);

// Calls `take` with the key (behind its length byte) and the data of each leaf record, in order, of
// the tree whose file has these extents. False where the chain is broken or runs in a circle; what
// came before it was taken.
bool for_each_leaf_record(const ByteSource& volume, const HfsBlocks& blocks,
                          const std::vector<HfsExtent>& extents,
                          const std::function<void(Bytes key, Bytes data)>& take);

}  // namespace pregap::volumes
