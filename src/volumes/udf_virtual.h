// The virtual allocation table of a UDF volume on a disc that is written once (UDF 2.2.11): where
// the blocks of its virtual partition lie now.
#pragma once

#include <cstdint>
#include <vector>

#include "volumes/udf_volume.h"

namespace pregap::volumes {

struct UdfVirtualTable {
  std::vector<std::uint32_t> blocks;  // of `base`, by virtual block; 0xFFFFFFFF: none
  // Where its own address says that its partition begins, in bytes. Behind that of `base`: the
  // table is of a later session. 0: no table was found.
  std::uint64_t partition_start = 0;
};

// The last one before byte `end`, which lies in the partition `base`. The last block that was
// recorded is its file entry; behind it an image may have the disc's blank part, of which 64 MiB
// are passed over, and its run-out, of which 1024 blocks are.
UdfVirtualTable find_udf_virtual_table(const UdfVolume& volume, std::uint16_t base,
                                       std::uint64_t end);

}  // namespace pregap::volumes
