#include <algorithm>

#include "base/crc32c.h"
#include "base/endian.h"
#include "volumes/ext.h"

namespace pregap::volumes {

std::optional<ExtLayout> parse_ext_super(std::span<const std::uint8_t> s) {
  constexpr std::uint16_t kMagic = 0xEF53;
  constexpr std::uint32_t kMostShift = 6;  // blocks of 64 KiB
  if (s.size() < kExtSuperBytes || load_le16(s, 56) != kMagic || load_le32(s, 24) > kMostShift) {
    return std::nullopt;
  }
  ExtLayout e;
  e.block_size = 1024U << load_le32(s, 24);
  e.first_block = load_le32(s, 20);
  e.blocks_per_group = load_le32(s, 32);
  e.inodes_per_group = load_le32(s, 40);
  e.compat = load_le32(s, 92);
  e.incompat = load_le32(s, 96);
  e.ro_compat = load_le32(s, 100);
  const bool wide = (e.incompat & 0x80) != 0;
  e.blocks = load_le32(s, 4) | (wide ? std::uint64_t{load_le32(s, 336)} << 32 : 0);
  const std::uint32_t descriptor = wide ? load_le16(s, 254) : 32;
  e.descriptor_bytes = descriptor < 32 || descriptor > 1024 ? 32 : descriptor;
  // A group's bitmaps fill a block each, but that a bit may stand for a cluster of blocks.
  constexpr std::uint32_t kBigalloc = 0x200;
  const std::uint32_t bits = 8 * e.block_size;
  if (e.inodes_per_group > bits || (e.blocks_per_group > bits && (e.ro_compat & kBigalloc) == 0)) {
    return std::nullopt;
  }
  if (e.blocks_per_group == 0 || e.blocks <= e.first_block || e.first_block > 1) {
    return std::nullopt;
  }
  const std::uint64_t groups =
      (e.blocks - e.first_block + e.blocks_per_group - 1) / e.blocks_per_group;
  if (groups > UINT32_MAX) return std::nullopt;
  e.groups = static_cast<std::uint32_t>(groups);
  constexpr std::uint32_t kStoredSeed = 0x2000;
  e.checksum_seed = (e.incompat & kStoredSeed) != 0
                        ? load_le32(s, 624)
                        : crc32c_register(0xFFFFFFFF, s.subspan(104, 16));
  return e;
}

bool ext_super_checksum_is_good(std::span<const std::uint8_t> s) {
  return crc32c_register(0xFFFFFFFF, s.first(1020)) == load_le32(s, 1020);
}

std::uint64_t ExtLayout::group_at(std::uint32_t group) const {
  return (first_block + std::uint64_t{group} * blocks_per_group) * block_size;
}

// Every group but the first, or with sparse_super group 1 and the powers of 3, 5 and 7. The two
// that sparse_super2 chooses are not looked for.
std::vector<std::uint32_t> ExtLayout::groups_with_copies(std::size_t most) const {
  constexpr std::uint32_t kSparse = 1, kSparse2 = 0x200;
  std::vector<std::uint32_t> result;
  if ((compat & kSparse2) != 0) return result;
  if ((ro_compat & kSparse) == 0) {
    for (std::uint32_t g = 1; g < groups && result.size() < most; ++g) result.push_back(g);
    return result;
  }
  if (groups > 1) result.push_back(1);
  for (const std::uint64_t base : {3U, 5U, 7U}) {
    for (std::uint64_t g = base; g < groups; g *= base) {
      result.push_back(static_cast<std::uint32_t>(g));
    }
  }
  std::ranges::sort(result);
  if (result.size() > most) result.resize(most);
  return result;
}

}  // namespace pregap::volumes
