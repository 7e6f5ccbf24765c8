// exFAT: boot region of twelve sectors with a checksum, twice (Microsoft's exFAT specification,
// section 3); label and allocation bitmap in the root directory (section 7).
#include "volumes/exfat.h"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "base/endian.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/text.h"

namespace pregap::volumes {

std::optional<ExfatLayout> parse_exfat_boot(std::span<const std::uint8_t> b) {
  if (b.size() < 512 || chars_of(b.subspan(3, 8)) != "EXFAT   ") return std::nullopt;
  const unsigned sector_shift = b[108], cluster_shift = b[109];
  constexpr unsigned kMostClusterShift = 25;  // 32 MiB
  if (sector_shift < 9 || sector_shift > 12 || sector_shift + cluster_shift > kMostClusterShift) {
    return std::nullopt;
  }
  ExfatLayout e{.sector_size = 1U << sector_shift,
                .cluster_bytes = 1U << (sector_shift + cluster_shift),
                .clusters = load_le32(b, 92),
                .root_cluster = load_le32(b, 96),
                .sectors = load_le64(b, 72),
                .fat_at = std::uint64_t{load_le32(b, 80)} << sector_shift,
                .heap_at = std::uint64_t{load_le32(b, 88)} << sector_shift};
  return e;
}

namespace {

constexpr std::uint64_t kRegionSectors = 12;
using Layout = ExfatLayout;

// Section 3.4: over the first eleven sectors but for VolumeFlags and PercentInUse.
std::uint32_t boot_sum(std::span<const std::uint8_t> region, std::uint32_t sector_size) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < std::size_t{11} * sector_size; ++i) {
    if (i == 106 || i == 107 || i == 112) continue;
    sum = std::rotr(sum, 1) + region[i];
  }
  return sum;
}

bool region_is_good(std::span<const std::uint8_t> region, std::uint32_t sector_size) {
  if (region.size() < kRegionSectors * sector_size) return false;
  const std::uint32_t sum = boot_sum(region, sector_size);
  for (std::size_t at = std::size_t{11} * sector_size; at < kRegionSectors * sector_size; at += 4) {
    if (load_le32(region, at) != sum) return false;
  }
  return true;
}

void check_regions(const View& view, const Layout& e, Findings& findings) {
  const std::uint64_t bytes = kRegionSectors * e.sector_size;
  const bool main_good = region_is_good(view.read(0, bytes), e.sector_size);
  const bool backup_good = region_is_good(view.read(bytes, bytes), e.sector_size);
  findings.check("exfat.boot_checksum", 0, main_good,
                 "the boot region (sectors 0-11) does not agree with its checksum", Severity::fault,
                 backup_good ? Mend::from_copy : Mend::no);
  findings.check("exfat.backup_boot_checksum", bytes, backup_good,
                 "the copy of the boot region (sectors 12-23) does not agree with its checksum",
                 Severity::fault, main_good ? Mend::from_copy : Mend::no);
}

std::uint64_t used_in(const View& view, const Layout& e, std::uint32_t first) {
  std::uint64_t used = 0;
  const auto bitmap = view.read(e.cluster_at(first), e.bitmap_bytes());
  for (std::uint64_t n = 0; n < e.clusters && n / 8 < bitmap.size(); ++n) {
    used += bitmap[static_cast<std::size_t>(n / 8)] >> (n % 8) & 1;
  }
  return used;
}

// Label and bitmap stand among the first entries; the bitmap's clusters follow each other, as every
// formatter lays them.
void read_root(const View& view, const Layout& e, FileSystem& fs) {
  constexpr std::uint8_t kLabel = 0x83, kBitmap = 0x81;
  const auto root = view.read(e.cluster_at(e.root_cluster), e.cluster_bytes);
  for (std::size_t at = 0; at + 32 <= root.size() && root[at] != 0; at += 32) {
    const auto entry = std::span(root).subspan(at, 32);
    if (entry[0] == kLabel && entry[1] <= 11) {
      fs.label = utf16_text(entry.subspan(2, std::size_t{entry[1]} * 2), ByteOrder::little);
    } else if (entry[0] == kBitmap && (entry[1] & 1) == 0 && load_le32(entry, 20) >= 2 &&
               view.may_count() && e.clusters / 8 <= kMostBitmapBytes) {
      const std::uint64_t used = used_in(view, e, load_le32(entry, 20));
      fs.free_blocks = e.clusters - used;
    }
  }
}

FileSystem describe(const View& view, const Layout& e, std::span<const std::uint8_t> b,
                    Contents& out) {
  FileSystem fs{.kind = "exFAT",
                .offset = view.offset(),
                .size = e.sectors * e.sector_size,
                .partition = view.partition(),
                .label = {},
                .id = serial_text(load_le32(b, 100)),
                .block_size = e.cluster_bytes,
                .blocks = e.clusters,
                .free_blocks = {},
                .facts = {}};
  const auto fact = [&](const char* name, auto value) {
    fs.facts.emplace_back(name, fmt::format("{}", value));
  };
  fact("partition offset", load_le64(b, 64));
  fact("sectors", e.sectors);
  fact("fat offset", load_le32(b, 80));
  fact("sectors per fat", load_le32(b, 84));
  fact("cluster heap offset", load_le32(b, 88));
  fact("root cluster", e.root_cluster);
  fact("revision", fmt::format("{}.{:02}", b[105], b[104]));
  fact("unmounted cleanly", yes_no((b[106] & 2) == 0));
  fact("media errors met", yes_no((b[106] & 4) != 0));
  fact("sector size", e.sector_size);
  fact("fats", b[110]);
  fact("drive number", fmt::format("0x{:02x}", b[111]));
  fact("percent in use", b[112] == 0xFF ? "unknown" : std::to_string(b[112]));
  Findings findings(view, fs.kind, out);
  if (e.sectors > UINT64_MAX / e.sector_size) {
    fs.size = UINT64_MAX;
  }
  const std::uint64_t fat_bytes = std::uint64_t{load_le32(b, 84)} * e.sector_size;
  if ((std::uint64_t{e.clusters} + 2) * 4 > fat_bytes) {
    findings.fault("exfat.too_small",
                   fmt::format("a FAT of {} bytes for {} clusters", fat_bytes, e.clusters));
  }
  if (e.heap_at / e.sector_size + std::uint64_t{e.clusters} * (e.cluster_bytes / e.sector_size) >
      e.sectors) {
    findings.fault("exfat.clusters", fmt::format("{} clusters reach beyond the volume's {} sectors",
                                                 e.clusters, e.sectors));
  }
  if (!e.is_cluster(e.root_cluster)) {
    findings.fault("exfat.root_cluster",
                   fmt::format("the root directory begins in cluster {}, there are {}",
                               e.root_cluster, e.clusters));
  } else {
    read_root(view, e, fs);
  }
  check_regions(view, e, findings);
  return fs;
}

}  // namespace

std::optional<FileSystem> read_exfat(const View& view, Contents& out) {
  const auto boot = view.read(0, 512);
  const auto layout = parse_exfat_boot(boot);
  if (!layout) return std::nullopt;
  return describe(view, *layout, boot, out);
}

std::optional<FileSystem> read_exfat_by_backup(const View& view, Contents& out) {
  for (const std::uint64_t sector_size : {512U, 1024U, 2048U, 4096U}) {
    const std::uint64_t at = kRegionSectors * sector_size;
    const auto region = view.read(at, at);
    const auto layout = parse_exfat_boot(region);
    if (!layout || layout->sector_size != sector_size ||
        !region_is_good(region, layout->sector_size)) {
      continue;
    }
    return describe(view, *layout, region, out);
  }
  return std::nullopt;
}

}  // namespace pregap::volumes
