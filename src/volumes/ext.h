// ext2, ext3 and ext4: the super block at byte 1024 (the kernel's Documentation/filesystems/ext4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "volumes/view.h"

namespace pregap::volumes {

struct ExtLayout {
  std::uint32_t block_size = 1024, first_block = 1, blocks_per_group = 0, inodes_per_group = 0;
  std::uint32_t descriptor_bytes = 32, groups = 0;
  std::uint32_t compat = 0, incompat = 0, ro_compat = 0;
  std::uint64_t blocks = 0;
  std::uint32_t checksum_seed = 0;  // what group descriptors' checksums begin with

  bool has_metadata_checksums() const { return (ro_compat & 0x400) != 0; }
  bool has_descriptor_checksums() const { return (ro_compat & 0x410) != 0; }
  std::vector<std::uint32_t> groups_with_copies(std::size_t most) const;
  std::uint64_t group_at(std::uint32_t group) const;  // its first byte
};

inline constexpr std::size_t kExtSuperBytes = 1024;
inline constexpr std::uint64_t kExtSuperAt = 1024;

std::optional<ExtLayout> parse_ext_super(std::span<const std::uint8_t> super);
bool ext_super_checksum_is_good(std::span<const std::uint8_t> super);

}  // namespace pregap::volumes
