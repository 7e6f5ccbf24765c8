// NTFS: boot sector, its copy behind the last cluster, and the first records of the MFT: $Volume
// has label and version, $Bitmap the free clusters.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/endian.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

struct Layout {
  std::uint32_t sector_size = 512, cluster_bytes = 4096, record_bytes = 1024;
  std::uint64_t sectors = 0, mft = 0, mft_copy = 0;  // clusters
};

// A size in clusters, or as the negative logarithm of bytes.
std::uint32_t record_size(std::uint8_t field, std::uint32_t cluster_bytes) {
  if (field < 0x80) return field * cluster_bytes;
  const unsigned shift = 0x100U - field;
  return shift < 24 ? 1U << shift : 0;
}

std::optional<Layout> parse(std::span<const std::uint8_t> b) {
  if (b.size() < 512 || chars_of(b.subspan(3, 8)) != "NTFS    ") return std::nullopt;
  Layout n;
  n.sector_size = load_le16(b, 11);
  const std::uint32_t per_cluster = b[13] <= 0x80 ? b[13] : 1U << std::min(0x100 - b[13], 16);
  if (!std::has_single_bit(n.sector_size) || n.sector_size < 256 || n.sector_size > 4096 ||
      !std::has_single_bit(per_cluster) || per_cluster * n.sector_size > (2U << 20)) {
    return std::nullopt;
  }
  n.cluster_bytes = per_cluster * n.sector_size;
  n.sectors = load_le64(b, 40);
  n.mft = load_le64(b, 48);
  n.mft_copy = load_le64(b, 56);
  n.record_bytes = record_size(b[64], n.cluster_bytes);
  if (n.sectors == 0 || n.sectors > std::uint64_t{1} << 52) return std::nullopt;
  return n;
}

// A record with the sectors' last two bytes put back; nothing where they or the signature say that
// it is none.
std::optional<std::vector<std::uint8_t>> record(const View& view, const Layout& n,
                                                std::uint64_t number) {
  constexpr std::uint32_t kMostBytes = 64 * 1024, kStride = 512;
  if (n.record_bytes < 512 || n.record_bytes > kMostBytes) return std::nullopt;
  if (n.mft > view.size() / n.cluster_bytes) return std::nullopt;
  auto b = view.read(n.mft * n.cluster_bytes + number * n.record_bytes, n.record_bytes);
  if (b.size() < n.record_bytes || chars_of(std::span(b).first(4)) != "FILE") return std::nullopt;
  const std::size_t at = load_le16(b, 4), count = load_le16(b, 6);
  if (count < 2 || (count - 1) * kStride > b.size() || at + count * 2 > b.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 1; i < count; ++i) {
    const std::size_t end = i * kStride - 2;
    if (load_le16(b, end) != load_le16(b, at)) return std::nullopt;
    b[end] = b[at + 2 * i];
    b[end + 1] = b[at + 2 * i + 1];
  }
  return b;
}

// The first unnamed attribute of a type.
std::span<const std::uint8_t> attribute(std::span<const std::uint8_t> b, std::uint32_t type) {
  if (b.size() < 24) return {};
  for (std::size_t at = load_le16(b, 20); at + 24 <= b.size();) {
    const std::uint32_t found = load_le32(b, at), length = load_le32(b, at + 4);
    if (found == 0xFFFFFFFF || length < 24 || length > b.size() - at) break;
    if (found == type && b[at + 9] == 0) return b.subspan(at, length);
    at += length;
  }
  return {};
}

std::span<const std::uint8_t> resident(std::span<const std::uint8_t> a) {
  if (a.size() < 24 || a[8] != 0) return {};
  const std::size_t size = load_le32(a, 16), at = load_le16(a, 20);
  if (at > a.size() || size > a.size() - at) return {};
  return a.subspan(at, size);
}

struct Run {
  std::uint64_t first = 0, clusters = 0;
};

std::vector<Run> runs_of(std::span<const std::uint8_t> a) {
  std::vector<Run> runs;
  if (a.size() < 64 || a[8] != 1) return runs;
  std::int64_t first = 0;
  for (std::size_t at = load_le16(a, 32); at < a.size() && a[at] != 0;) {
    const std::size_t lengths = a[at] & 15, offsets = a[at] >> 4;
    if (lengths == 0 || lengths > 8 || offsets > 8 || at + 1 + lengths + offsets > a.size()) break;
    std::uint64_t count = 0, move = 0;
    for (std::size_t i = 0; i < lengths; ++i) count |= std::uint64_t{a[at + 1 + i]} << (8 * i);
    for (std::size_t i = 0; i < offsets; ++i) {
      move |= std::uint64_t{a[at + 1 + lengths + i]} << (8 * i);
    }
    if (offsets > 0 && offsets < 8 && (a[at + lengths + offsets] & 0x80) != 0) {
      move |= ~std::uint64_t{0} << (8 * offsets);
    }
    first = static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + move);
    if (offsets > 0 && first >= 0) runs.push_back({static_cast<std::uint64_t>(first), count});
    at += 1 + lengths + offsets;
  }
  return runs;
}

std::optional<std::uint64_t> free_clusters(const View& view, const Layout& n,
                                           std::uint64_t clusters) {
  constexpr std::uint64_t kBitmapRecord = 6, kMostBytes = std::uint64_t{64} << 20;
  constexpr std::uint64_t kChunk = 256 * 1024;
  const auto b = record(view, n, kBitmapRecord);
  if (!b || clusters / 8 > kMostBytes || !view.may_count()) return std::nullopt;
  std::uint64_t left = clusters, free = 0;
  for (const Run& run : runs_of(attribute(*b, 0x80))) {
    if (run.first > view.size() / n.cluster_bytes) return std::nullopt;
    const std::uint64_t bytes =
        std::min(std::min(run.clusters, kMostBytes) * n.cluster_bytes, (left + 7) / 8);
    for (std::uint64_t at = 0; at < bytes; at += kChunk) {
      const std::uint64_t wanted = std::min(kChunk, bytes - at);
      const auto chunk = view.read(run.first * n.cluster_bytes + at, wanted);
      if (chunk.size() < wanted) return std::nullopt;
      for (const std::uint8_t byte : chunk) {
        const unsigned bits = static_cast<unsigned>(std::min<std::uint64_t>(8, left));
        const unsigned used = byte & (0xFFU >> (8 - bits));
        free += bits - static_cast<unsigned>(std::popcount(used));
        left -= bits;
        if (left == 0) return free;
      }
    }
  }
  return std::nullopt;
}

void read_volume_record(const View& view, const Layout& n, FileSystem& fs) {
  constexpr std::uint64_t kVolumeRecord = 3;
  const auto b = record(view, n, kVolumeRecord);
  if (!b) return;
  fs.label = utf16_text(resident(attribute(*b, 0x60)), ByteOrder::little);
  const auto information = resident(attribute(*b, 0x70));
  if (information.size() < 12) return;
  fs.facts.emplace_back("version", fmt::format("{}.{}", information[8], information[9]));
  fs.facts.emplace_back("unmounted cleanly", yes_no((load_le16(information, 10) & 1) == 0));
}

void check_copies(const View& view, const Layout& n, std::span<const std::uint8_t> boot,
                  Findings& findings) {
  const std::uint64_t at = n.sectors * n.sector_size;  // one sector more than the volume counts
  const auto copy = view.read(at, 512);
  if (copy.size() == 512) {
    findings.check(
        "ntfs.backup_boot", at, std::ranges::equal(copy, boot),
        fmt::format("the copy of the boot sector in sector {} differs from it", n.sectors),
        Severity::warning);
  }
  const std::uint64_t clusters = view.size() / n.cluster_bytes;
  if (n.mft >= clusters || n.mft_copy >= clusters || n.record_bytes == 0) return;
  const std::uint64_t bytes = std::uint64_t{4} * n.record_bytes;
  const auto mft = view.read(n.mft * n.cluster_bytes, bytes);
  const auto mirror = view.read(n.mft_copy * n.cluster_bytes, bytes);
  const bool mft_there = record(view, n, 0).has_value();
  findings.check("ntfs.mft", n.mft * n.cluster_bytes, mft_there,
                 fmt::format("no sound file record where the MFT begins, cluster {}", n.mft),
                 Severity::fault,
                 chars_of(mirror).starts_with("FILE") ? Mend::from_copy : Mend::no);
  findings.check("ntfs.mft_mirror", n.mft_copy * n.cluster_bytes, mft == mirror,
                 "the first four records of the MFT and their copy differ", Severity::warning);
}

FileSystem describe(const View& view, const Layout& n, std::span<const std::uint8_t> b,
                    Contents& out) {
  FileSystem fs{.kind = "NTFS",
                .offset = view.offset(),
                .size = n.sectors * n.sector_size,
                .partition = view.partition(),
                .label = {},
                .id = fmt::format("{:016X}", load_le64(b, 72)),
                .block_size = n.cluster_bytes,
                .blocks = n.sectors / (n.cluster_bytes / n.sector_size),
                .free_blocks = {},
                .facts = {}};
  const auto fact = [&](const char* name, auto value) {
    fs.facts.emplace_back(name, fmt::format("{}", value));
  };
  fact("oem name", plain_text(b.subspan(3, 8)));
  fact("sector size", n.sector_size);
  fact("media byte", fmt::format("0x{:02x}", b[21]));
  fact("sectors per track", load_le16(b, 24));
  fact("heads", load_le16(b, 26));
  fact("hidden sectors", load_le32(b, 28));
  fact("sectors", n.sectors);
  fact("mft cluster", n.mft);
  fact("mft copy's cluster", n.mft_copy);
  fact("record size", n.record_bytes);
  fact("index record size", record_size(b[68], n.cluster_bytes));
  read_volume_record(view, n, fs);
  fs.free_blocks = free_clusters(view, n, fs.blocks);
  Findings findings(view, fs.kind, out);
  if (n.mft >= fs.blocks) {
    findings.fault("ntfs.mft",
                   fmt::format("the MFT begins in cluster {}, there are {}", n.mft, fs.blocks));
  }
  return fs;
}

}  // namespace

std::optional<FileSystem> read_ntfs(const View& view, Contents& out) {
  const auto boot = view.read(0, 512);
  const auto layout = parse(boot);
  if (!layout) return std::nullopt;
  FileSystem fs = describe(view, *layout, boot, out);
  Findings findings(view, fs.kind, out);
  check_copies(view, *layout, boot, findings);
  return fs;
}

std::optional<FileSystem> read_ntfs_by_backup(const View& view, Contents& out) {
  for (const std::uint64_t sector_size : {512U, 4096U}) {
    if (view.size() < 2 * sector_size) continue;
    const std::uint64_t last = view.size() / sector_size - 1;
    const auto boot = view.read(last * sector_size, 512);
    const auto layout = parse(boot);
    if (!layout || layout->sector_size != sector_size || layout->sectors != last) continue;
    Findings(view, "NTFS", out)
        .check("ntfs.boot", 0, false,
               fmt::format("sector 0 is no boot sector, its copy in sector {} is sound", last),
               Severity::fault, Mend::from_copy);
    return describe(view, *layout, boot, out);
  }
  return std::nullopt;
}

}  // namespace pregap::volumes
