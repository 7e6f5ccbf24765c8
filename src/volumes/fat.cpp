#include "volumes/fat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/findings.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostFatBytes = std::uint64_t{64} << 20;  // read to count free clusters

std::string kind_of(const FatLayout& f) { return fmt::format("FAT{}", f.bits); }

// The volume label among `bytes` of a directory.
std::optional<std::string> label_among(std::span<const std::uint8_t> bytes) {
  constexpr std::uint8_t kVolume = 0x08, kFolder = 0x10, kLongName = 0x0F;
  for (std::size_t at = 0; at + 32 <= bytes.size(); at += 32) {
    if (bytes[at] == 0) return std::string();  // nothing lies behind it
    const std::uint8_t attributes = bytes[at + 11];
    if (bytes[at] == 0xE5 || (attributes & 0x3F) == kLongName) continue;
    if ((attributes & kVolume) == 0 || (attributes & kFolder) != 0) continue;
    std::array<std::uint8_t, 11> name{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 11, name.begin());
    if (name[0] == 0x05) name[0] = 0xE5;
    return encoded_text(name, "CP437");
  }
  return std::nullopt;
}

std::uint32_t entry_at(const View& view, const FatLayout& f, std::uint64_t cluster) {
  std::array<std::uint8_t, 4> b{};
  return view.read_whole(f.fat_at(0) + cluster * 4, b) ? load_le32(b, 0) & 0x0FFFFFFF : 0x0FFFFFFF;
}

std::string root_label(const View& view, const FatLayout& f) {
  if (f.bits != 32) {
    return label_among(view.read(f.root_at(), std::uint64_t{f.root_entries} * 32)).value_or("");
  }
  constexpr int kMostClusters = 64;  // a root directory is seldom longer than one
  std::uint64_t cluster = f.root_cluster;
  for (int n = 0; n < kMostClusters && cluster >= 2 && cluster < f.clusters + 2; ++n) {
    if (const auto label = label_among(view.read(f.cluster_at(cluster), f.cluster_bytes()))) {
      return *label;
    }
    cluster = entry_at(view, f, cluster);
  }
  return {};
}

void add_bpb_facts(std::span<const std::uint8_t> b, const FatLayout& f, FileSystem& fs) {
  const auto fact = [&](const char* name, auto value) {
    fs.facts.emplace_back(name, fmt::format("{}", value));
  };
  fact("oem name", plain_text(b.subspan(3, 8)));
  fact("sector size", f.sector_size);
  fact("sectors per cluster", f.sectors_per_cluster);
  fact("reserved sectors", f.reserved);
  fact("fats", f.fats);
  fact("root entries", f.root_entries);
  fact("sectors", f.sectors);
  fact("media byte", fmt::format("0x{:02x}", f.media));
  fact("sectors per fat", f.fat_sectors);
  fact("sectors per track", load_le16(b, 24));
  fact("heads", load_le16(b, 26));
  fact("hidden sectors", load_le32(b, 28));
  if (f.bits != 32) return;
  fact("extended flags", fmt::format("0x{:04x}", load_le16(b, 40)));
  fact("version", fmt::format("{}.{}", b[43], b[42]));
  fact("root cluster", f.root_cluster);
  fact("fsinfo sector", f.info_sector);
  fact("backup boot sector", f.backup_sector);
}

// The fields behind the BPB: drive, serial number, label, a text that names the type.
void add_extension(std::span<const std::uint8_t> b, const FatLayout& f, FileSystem& fs,
                   Findings& findings) {
  const std::size_t at = f.bits == 32 ? 64 : 36;
  const std::uint8_t signature = b[at + 2];
  fs.facts.emplace_back("drive number", fmt::format("0x{:02x}", b[at]));
  if (signature != 0x28 && signature != 0x29) return;
  fs.id = serial_text(load_le32(b, at + 3));
  if (signature != 0x29) return;
  const std::string label = encoded_text(b.subspan(at + 7, 11), "CP437");
  const std::string type = plain_text(b.subspan(at + 18, 8));
  fs.facts.emplace_back("boot sector label", label);
  fs.facts.emplace_back("type text", type);
  if (label != "NO NAME") fs.label = label;
  if (type.starts_with("FAT") && type != "FAT" && type != fs.kind) {
    findings.warning("fat.type_text",
                     fmt::format("the boot sector calls itself {}, {} make it {}", type,
                                 counted(static_cast<long long>(f.clusters), "cluster"), fs.kind));
  }
}

void add_free(const View& view, const FatLayout& f, FileSystem& fs) {
  if (f.fat_bytes() > kMostFatBytes || !view.may_count()) return;
  std::uint64_t free = 0, bad = 0;
  const std::uint32_t bad_mark = f.bits == 12 ? 0xFF7 : f.bits == 16 ? 0xFFF7 : 0x0FFFFFF7;
  const bool whole = walk_fat(view, f, 0, kMostFatBytes, [&](std::uint64_t, std::uint32_t entry) {
    free += entry == 0;
    bad += entry == bad_mark;
    return true;
  });
  if (whole) fs.free_blocks = free;
  if (bad > 0) fs.facts.emplace_back("bad clusters", std::to_string(bad));
}

void look_at_info_sector(const View& view, const FatLayout& f, FileSystem& fs, Findings& findings) {
  if (f.info_sector == 0 || f.info_sector == 0xFFFF) return;
  const std::uint64_t at = std::uint64_t{f.info_sector} * f.sector_size;
  const auto b = view.read(at, 512);
  if (b.size() < 512) return;
  const bool signed_well = load_le32(b, 0) == 0x41615252 && load_le32(b, 484) == 0x61417272 &&
                           load_le32(b, 508) == 0xAA550000;
  if (!findings.check("fat.fsinfo", at, signed_well,
                      fmt::format("sector {} has no FSInfo's signatures", f.info_sector),
                      Severity::warning)) {
    return;
  }
  constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
  const std::uint32_t free = load_le32(b, 488), next = load_le32(b, 492);
  fs.facts.emplace_back("free clusters by fsinfo",
                        free == kUnknown ? "unknown" : std::to_string(free));
  fs.facts.emplace_back("next free by fsinfo", next == kUnknown ? "unknown" : std::to_string(next));
  if (free == kUnknown || !fs.free_blocks) return;
  findings.check(
      "fat.fsinfo_free", at, free == *fs.free_blocks,
      fmt::format("FSInfo says {} free, the FAT has {}", counted(free, "cluster"), *fs.free_blocks),
      Severity::warning);
}

// The BPBs must agree; byte 65 is a state that is changed in the first sector alone.
bool same_boot(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  constexpr std::size_t kState = 65, kEnd = 90;
  for (std::size_t i = 0; i < kEnd; ++i) {
    if (i != kState && a[i] != b[i]) return false;
  }
  return true;
}

void check_backup(const View& view, const FatLayout& f, std::span<const std::uint8_t> boot,
                  Findings& findings) {
  if (f.backup_sector == 0 || f.backup_sector == 0xFFFF || f.backup_sector >= f.reserved) return;
  const std::uint64_t at = std::uint64_t{f.backup_sector} * f.sector_size;
  const auto copy = view.read(at, 512);
  if (copy.size() < 512) return;
  findings.check(
      "fat.backup_boot", at, same_boot(boot, copy),
      fmt::format("the copy of the boot sector in sector {} differs from it", f.backup_sector),
      Severity::warning);
}

void look_at_clean_marks(const View& view, const FatLayout& f, FileSystem& fs) {
  std::array<std::uint8_t, 8> b{};
  if (f.bits == 12 || !view.read_whole(f.fat_at(0), b)) return;
  const bool wide = f.bits == 32;
  const std::uint32_t mark = wide ? load_le32(b, 4) : load_le16(b, 2);
  fs.facts.emplace_back("unmounted cleanly", yes_no((mark & (wide ? 0x08000000U : 0x8000U)) != 0));
  fs.facts.emplace_back("disk errors met", yes_no((mark & (wide ? 0x04000000U : 0x4000U)) == 0));
}

void check_bounds(const FatLayout& f, Findings& findings) {
  if (f.fat_bytes() > std::uint64_t{f.fat_sectors} * f.sector_size) {
    findings.fault(
        "fat.too_small",
        fmt::format("{} of a FAT hold fewer entries than {} need", counted(f.fat_sectors, "sector"),
                    counted(static_cast<long long>(f.clusters), "cluster")));
  }
  if (f.bits == 16 && f.clusters > 65524) {
    findings.fault("fat.clusters", fmt::format("{} clusters, FAT16 has at most 65524", f.clusters));
  }
  if (f.bits == 32 && f.root_cluster >= f.clusters + 2) {
    findings.fault("fat.root_cluster", fmt::format("the root directory begins in cluster {}, the "
                                                   "last one is {}",
                                                   f.root_cluster, f.clusters + 1));
  }
  if (f.bits == 32 && f.clusters < 65525) {
    findings.note("fat.clusters",
                  fmt::format("{} clusters in FAT32, which has at least 65525", f.clusters));
  }
}

FileSystem describe(const View& view, const FatLayout& f, std::span<const std::uint8_t> boot,
                    Contents& out) {
  FileSystem fs{.kind = kind_of(f),
                .offset = view.offset(),
                .size = f.sectors * f.sector_size,
                .partition = view.partition(),
                .label = {},
                .id = {},
                .block_size = f.cluster_bytes(),
                .blocks = f.clusters,
                .free_blocks = {},
                .facts = {}};
  Findings findings(view, fs.kind, out);
  if (f.has_bpb) {
    add_bpb_facts(boot, f, fs);
    add_extension(boot, f, fs, findings);
  } else {
    fs.facts.emplace_back("boot sector", "no BPB: known by size and media byte");
    fs.facts.emplace_back("media byte", fmt::format("0x{:02x}", f.media));
  }
  if (const std::string label = root_label(view, f); !label.empty()) {
    fs.label = label;
    fs.facts.emplace_back("root directory label", label);
  }
  add_free(view, f, fs);
  look_at_clean_marks(view, f, fs);
  check_bounds(f, findings);
  std::array<std::uint8_t, 1> media{};
  if (f.has_bpb && view.read_whole(f.fat_at(0), media)) {
    findings.check("fat.media", f.fat_at(0), media[0] == f.media,
                   fmt::format("the FAT begins with the media byte 0x{:02x}, the boot sector says "
                               "0x{:02x}",
                               media[0], f.media),
                   Severity::warning);
  }
  if (f.bits == 32) look_at_info_sector(view, f, fs, findings);
  return fs;
}

}  // namespace

std::optional<FileSystem> read_fat(const View& view, Contents& out) {
  const auto f = find_fat(view);
  if (!f) return std::nullopt;
  const auto boot = view.read(0, 512);
  FileSystem fs = describe(view, *f, boot, out);
  if (f->bits == 32) {
    Findings findings(view, fs.kind, out);
    check_backup(view, *f, boot, findings);
  }
  return fs;
}

std::optional<FileSystem> read_fat_by_backup(const View& view, Contents& out) {
  constexpr std::uint32_t kUsualPlace = 6;
  for (const std::uint32_t sector_size : {512U, 1024U, 2048U, 4096U}) {
    const std::uint64_t at = std::uint64_t{kUsualPlace} * sector_size;
    const auto boot = view.read(at, 512);
    const auto f = parse_fat_boot(boot);
    if (!f || f->bits != 32 || f->backup_sector != kUsualPlace || f->sector_size != sector_size ||
        boot[510] != 0x55 || boot[511] != 0xAA) {
      continue;
    }
    Findings(view, kind_of(*f), out)
        .check("fat.boot", 0, false, "sector 0 is no boot sector, its copy in sector 6 is sound",
               Severity::fault, Mend::from_copy);
    return describe(view, *f, boot, out);
  }
  return std::nullopt;
}

}  // namespace pregap::volumes
