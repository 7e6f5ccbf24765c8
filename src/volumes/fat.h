// FAT12, FAT16 and FAT32: the boot sector with its BPB, as Microsoft's "FAT: General Overview of
// On-Disk Format" has it, and floppies of DOS 1.x, which have none.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "volumes/contents.h"
#include "volumes/view.h"

namespace pregap::volumes {

struct FatLayout {
  int bits = 12;        // 12, 16 or 32
  bool has_bpb = true;  // else known by size and media byte
  std::uint32_t sector_size = 512, sectors_per_cluster = 1, reserved = 1, fats = 2;
  std::uint32_t root_entries = 0, fat_sectors = 0;
  std::uint64_t sectors = 0, clusters = 0;
  std::uint32_t root_cluster = 0, info_sector = 0, backup_sector = 0;  // of FAT32
  std::uint8_t media = 0xF8;

  // In bytes, from the volume's start.
  std::uint64_t fat_at(std::uint32_t fat) const;
  std::uint64_t root_at() const;  // of FAT12 and FAT16
  std::uint64_t data_at() const;
  std::uint64_t cluster_at(std::uint64_t cluster) const;
  std::uint32_t cluster_bytes() const { return sector_size * sectors_per_cluster; }
  std::uint64_t fat_bytes() const;  // that its entries need
};

// What a boot sector says; nothing where its fields are no FAT volume's.
std::optional<FatLayout> parse_fat_boot(std::span<const std::uint8_t> sector);

// A volume at the view's start, with or without a BPB.
std::optional<FatLayout> find_fat(const View& view);

// Entries of one FAT from 2 on, in order; `take` returns false to stop. At most `limit` bytes of
// the table are read. False where the table ends or was cut before its last entry.
bool walk_fat(const View& view, const FatLayout& layout, std::uint32_t fat, std::uint64_t limit,
              const std::function<bool(std::uint64_t cluster, std::uint32_t entry)>& take);

std::optional<FileSystem> read_fat(const View& view, Contents& out);
// FAT32 whose boot sector is lost and whose copy, in sector 6, is not.
std::optional<FileSystem> read_fat_by_backup(const View& view, Contents& out);

}  // namespace pregap::volumes
