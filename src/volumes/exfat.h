// exFAT: the boot sector, as Microsoft's "exFAT file system specification" has it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace pregap::volumes {

struct ExfatLayout {
  std::uint32_t sector_size = 512, cluster_bytes = 0, clusters = 0, root_cluster = 0;
  std::uint64_t sectors = 0;
  std::uint64_t fat_at = 0, heap_at = 0;  // in bytes, from the volume's start

  // The heap's clusters are numbered from 2 on.
  bool is_cluster(std::uint64_t n) const { return n >= 2 && n - 2 < clusters; }
  std::uint64_t cluster_at(std::uint64_t n) const { return heap_at + (n - 2) * cluster_bytes; }
  std::uint64_t bitmap_bytes() const { return (std::uint64_t{clusters} + 7) / 8; }
};

inline constexpr std::uint64_t kMostBitmapBytes = std::uint64_t{16} << 20;  // that is looked at

// Nothing where it is no exFAT volume's.
std::optional<ExfatLayout> parse_exfat_boot(std::span<const std::uint8_t> sector);

}  // namespace pregap::volumes
