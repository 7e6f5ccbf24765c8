#include <algorithm>
#include <array>
#include <bit>

#include "base/endian.h"
#include "volumes/fat.h"

namespace pregap::volumes {

std::uint64_t FatLayout::fat_at(std::uint32_t fat) const {
  return (reserved + std::uint64_t{fat} * fat_sectors) * sector_size;
}
std::uint64_t FatLayout::root_at() const { return fat_at(fats); }
std::uint64_t FatLayout::data_at() const {
  const std::uint64_t root = (std::uint64_t{root_entries} * 32 + sector_size - 1) / sector_size;
  return root_at() + root * sector_size;
}
std::uint64_t FatLayout::cluster_at(std::uint64_t cluster) const {
  return data_at() + (cluster - 2) * cluster_bytes();
}
std::uint64_t FatLayout::fat_bytes() const {
  return ((clusters + 2) * static_cast<unsigned>(bits) + 7) / 8;
}

namespace {

bool is_media(std::uint8_t media) { return media == 0xF0 || media >= 0xF8; }

// Works out the number of clusters, and by it the width of an entry.
bool settle(FatLayout& f) {
  const std::uint64_t data = f.data_at() / f.sector_size;
  if (f.sectors <= data) return false;
  f.clusters = (f.sectors - data) / f.sectors_per_cluster;
  constexpr std::uint64_t kFat12Below = 4085;
  if (f.bits != 32) f.bits = f.clusters < kFat12Below ? 12 : 16;
  return f.clusters > 0;
}

}  // namespace

std::optional<FatLayout> parse_fat_boot(std::span<const std::uint8_t> b) {
  if (b.size() < 512) return std::nullopt;
  FatLayout f;
  f.sector_size = load_le16(b, 11);
  f.sectors_per_cluster = b[13];
  f.reserved = load_le16(b, 14);
  f.fats = b[16];
  f.root_entries = load_le16(b, 17);
  f.media = b[21];
  f.sectors = load_le16(b, 19) != 0 ? load_le16(b, 19) : load_le32(b, 32);
  f.fat_sectors = load_le16(b, 22);
  constexpr std::uint32_t kMostFats = 4;
  if (!std::has_single_bit(f.sector_size) || f.sector_size < 128 || f.sector_size > 4096 ||
      !std::has_single_bit(f.sectors_per_cluster) || f.reserved == 0 || f.fats == 0 ||
      f.fats > kMostFats || !is_media(f.media)) {
    return std::nullopt;
  }
  if (f.fat_sectors == 0) {
    f.bits = 32;
    f.fat_sectors = load_le32(b, 36);
    f.root_cluster = load_le32(b, 44);
    f.info_sector = load_le16(b, 48);
    f.backup_sector = load_le16(b, 50);
    if (f.fat_sectors == 0 || f.root_cluster < 2) return std::nullopt;
  } else if (f.root_entries == 0) {
    return std::nullopt;
  }
  return settle(f) ? std::optional(f) : std::nullopt;
}

namespace {

// Floppies without a BPB, as DOS 1.x and 2.x formatted them: all there is to tell them by is the
// image's size and the first bytes of the FAT.
std::optional<FatLayout> find_dos1(const View& view) {
  struct Kind {
    std::uint64_t bytes;
    std::uint8_t media;
    std::uint32_t sector_size, sectors_per_cluster, root_entries, fat_sectors;
  };
  constexpr std::array<Kind, 9> kinds = {{
      {163840, 0xFE, 512, 1, 64, 1},
      {184320, 0xFC, 512, 1, 64, 2},
      {327680, 0xFF, 512, 2, 112, 1},
      {368640, 0xFD, 512, 2, 112, 2},
      {655360, 0xFF, 512, 2, 112, 2},
      {737280, 0xF9, 512, 2, 112, 3},
      {1228800, 0xF9, 512, 1, 224, 7},
      {1261568, 0xFE, 1024, 1, 192, 2},
      {1474560, 0xF0, 512, 1, 224, 9},
  }};
  const auto kind = std::ranges::find(kinds, view.claimed(), &Kind::bytes);
  if (kind == kinds.end() || !view.partition().empty()) return std::nullopt;
  std::array<std::uint8_t, 3> start{};
  if (!view.read_whole(kind->sector_size, start)) return std::nullopt;
  if (start[0] != kind->media || start[1] != 0xFF || start[2] != 0xFF) return std::nullopt;
  FatLayout f{.has_bpb = false,
              .sector_size = kind->sector_size,
              .sectors_per_cluster = kind->sectors_per_cluster,
              .root_entries = kind->root_entries,
              .fat_sectors = kind->fat_sectors,
              .sectors = kind->bytes / kind->sector_size,
              .media = kind->media};
  return settle(f) ? std::optional(f) : std::nullopt;
}

}  // namespace

std::optional<FatLayout> find_fat(const View& view) {
  const auto boot = view.read(0, 512);
  if (boot.size() < 512) return std::nullopt;
  const auto f = parse_fat_boot(boot);
  if (!f) return find_dos1(view);
  // Fields may fit by chance: a signature, a jump or the FAT's first byte must agree.
  std::array<std::uint8_t, 1> media{};
  const bool media_agrees = view.read_whole(f->fat_at(0), media) && media[0] == f->media;
  const bool signature = boot[510] == 0x55 && boot[511] == 0xAA;
  const bool jump = boot[0] == 0xEB || boot[0] == 0xE9 || boot[0] == 0x60;  // 0x60: of the Atari ST
  return media_agrees || (signature && jump) ? f : std::nullopt;
}

bool walk_fat(const View& view, const FatLayout& f, std::uint32_t fat, std::uint64_t limit,
              const std::function<bool(std::uint64_t, std::uint32_t)>& take) {
  constexpr std::uint64_t kChunk = 192 * 1024;  // whole entries of any width
  const std::uint64_t table = std::min(f.fat_bytes(), std::uint64_t{f.fat_sectors} * f.sector_size);
  const std::uint64_t bytes = std::min(table, limit);
  const unsigned bits = static_cast<unsigned>(f.bits);
  std::uint64_t cluster = 0;
  for (std::uint64_t at = 0; at < bytes; at += kChunk) {
    const auto chunk = view.read(f.fat_at(fat) + at, std::min(kChunk, bytes - at));
    for (std::size_t n = 0;; ++n, ++cluster) {
      if (cluster >= f.clusters + 2) return true;
      const std::size_t byte = n * bits / 8;
      if (byte + (bits == 32 ? 4 : 2) > chunk.size()) break;
      std::uint32_t entry =
          bits == 32 ? load_le32(chunk, byte) & 0x0FFFFFFF : load_le16(chunk, byte);
      if (bits == 12) entry = n % 2 == 0 ? entry & 0xFFF : entry >> 4;
      if (cluster >= 2 && !take(cluster, entry)) return true;
    }
    if (chunk.size() < std::min(kChunk, bytes - at)) return false;
  }
  return cluster >= f.clusters + 2;
}

}  // namespace pregap::volumes
