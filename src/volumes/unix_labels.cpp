// Disk labels of Unix workstations: BSD (little-endian, sector 1), Sun's VTOC and SGI's volume
// header (big-endian, sector 0). Each carries a sum over all of it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "volumes/tables.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

std::uint16_t xor_of_words(std::span<const std::uint8_t> b) {
  std::uint16_t sum = 0;
  for (std::size_t at = 0; at + 1 < b.size(); at += 2) {
    sum = static_cast<std::uint16_t>(sum ^ load_le16(b, at));
  }
  return sum;
}

std::string_view sun_type_name(std::uint16_t type) {
  constexpr std::array<std::string_view, 10> names = {"Unassigned", "Boot",       "Root",  "Swap",
                                                      "Usr",        "Whole disk", "Stand", "Var",
                                                      "Home",       "Alternates"};
  if (type < names.size()) return names[type];
  return type >= 0x80 && type <= 0xFF ? mbr_type_name(static_cast<std::uint8_t>(type)) : "unknown";
}

std::string_view sgi_type_name(std::uint32_t type) {
  constexpr std::array<std::string_view, 13> names = {"Volume header",
                                                      "Track replacement",
                                                      "Sector replacement",
                                                      "Raw",
                                                      "BSD",
                                                      "System V",
                                                      "Volume",
                                                      "EFS",
                                                      "Logical volume",
                                                      "Raw logical volume",
                                                      "XFS",
                                                      "XFS log",
                                                      "XLV"};
  if (type < names.size()) return names[type];
  return type >= 0x80 && type <= 0xFF ? mbr_type_name(static_cast<std::uint8_t>(type)) : "unknown";
}

Partition numbered(int number, std::uint64_t offset, std::uint64_t size) {
  Partition p;
  p.number = number;
  p.address = fmt::format("p{}", number);
  p.offset = offset;
  p.size = size;
  return p;
}

}  // namespace

std::string_view bsd_type_name(std::uint8_t type) {
  constexpr std::array<std::string_view, 28> names = {
      "unused",     "swap",    "Version 6",  "Version 7", "System V", "4.1BSD",   "Eighth edition",
      "4.2BSD FFS", "MS-DOS",  "4.4BSD LFS", "unknown",   "HPFS",     "ISO 9660", "boot",
      "ADOS",       "HFS",     "ADFS",       "ext2",      "CCD",      "RAID",     "NTFS",
      "unknown",    "unknown", "unknown",    "unknown",   "unknown",  "UDF",      "ZFS"};
  return type < names.size() ? names[type] : "unknown";
}

// The numbers count from the disk's start; FreeBSD's also from the slice's, and then slice c, which
// is all of it, begins at 0.
std::optional<PartitionTable> read_bsd(const View& view, Contents& out) {
  constexpr std::uint32_t kMagic = 0x82564557;
  constexpr std::size_t kMost = 22, kEntriesAt = 148;
  for (const std::uint64_t at : {std::uint64_t{512}, std::uint64_t{64}, std::uint64_t{0}}) {
    const auto b = view.read(at, 512);
    if (b.size() < 512 || load_le32(b, 0) != kMagic || load_le32(b, 132) != kMagic) continue;
    const std::uint32_t sector = load_le32(b, 40);
    const std::size_t count = std::min<std::size_t>(load_le16(b, 138), kMost);
    if (sector < 512 || sector > 4096) continue;
    PartitionTable table{.kind = "bsd",
                         .offset = view.offset() + at,
                         .sector_size = sector,
                         .id = {},
                         .partitions = {},
                         .facts = {}};
    table.facts.emplace_back("sectors per track", std::to_string(load_le32(b, 44)));
    table.facts.emplace_back("tracks per cylinder", std::to_string(load_le32(b, 48)));
    table.facts.emplace_back("cylinders", std::to_string(load_le32(b, 52)));
    table.facts.emplace_back("sectors", std::to_string(load_le32(b, 60)));
    Findings(view, "BSD disklabel", out)
        .check("bsd.checksum", at,
               xor_of_words(std::span(b).first(std::min(b.size(), kEntriesAt + count * 16))) == 0,
               "the label does not agree with its checksum");
    const bool relative = count > 2 && load_le32(b, kEntriesAt + 2 * 16 + 4) == 0;
    for (std::size_t n = 0; n < count; ++n) {
      const std::size_t e = kEntriesAt + n * 16;
      if (load_le32(b, e) == 0) continue;
      const std::uint64_t base = relative ? view.offset() : 0;
      Partition p =
          numbered(static_cast<int>(n) + 1, plus(base, times(load_le32(b, e + 4), sector)),
                   times(load_le32(b, e), sector));
      const char letter = static_cast<char>('a' + n);
      p.address = view.partition().empty() ? fmt::format("p{}", letter)
                                           : fmt::format("{}.{}", view.partition(), letter);
      p.type = bsd_type_name(b[e + 12]);
      p.type_id = fmt::format("{}", b[e + 12]);
      table.partitions.push_back(std::move(p));
    }
    return table;
  }
  return std::nullopt;
}

std::optional<PartitionTable> read_sun(const View& view, Contents& out) {
  const auto b = view.read(0, 512);
  if (b.size() < 512 || load_be16(b, 508) != 0xDABE) return std::nullopt;
  PartitionTable table{.kind = "sun",
                       .offset = view.offset(),
                       .sector_size = 512,
                       .id = {},
                       .partitions = {},
                       .facts = {}};
  const std::uint64_t cylinder = std::uint64_t{load_be16(b, 436)} * load_be16(b, 438);
  table.facts.emplace_back("label", plain_text(std::span(b).first(128)));
  table.facts.emplace_back("cylinders", std::to_string(load_be16(b, 432)));
  table.facts.emplace_back("heads", std::to_string(load_be16(b, 436)));
  table.facts.emplace_back("sectors per track", std::to_string(load_be16(b, 438)));
  Findings(view, "Sun disk label", out)
      .check("sun.checksum", 0, xor_of_words(b) == 0, "the label does not agree with its checksum");
  const bool has_vtoc = load_be32(b, 188) == 0x600DDEEE;
  for (std::size_t n = 0; n < 8; ++n) {
    const std::uint64_t sectors = load_be32(b, 444 + n * 8 + 4);
    if (sectors == 0) continue;
    Partition p = numbered(static_cast<int>(n) + 1,
                           plus(view.offset(), times(load_be32(b, 444 + n * 8), cylinder * 512)),
                           times(sectors, 512));
    const std::uint16_t type = has_vtoc ? load_be16(b, 142 + n * 4) : 0;
    p.type = sun_type_name(type);
    p.type_id = fmt::format("0x{:02x}", type);
    table.partitions.push_back(std::move(p));
  }
  return table;
}

std::optional<PartitionTable> read_sgi(const View& view, Contents& out) {
  const auto b = view.read(0, 512);
  if (b.size() < 512 || load_be32(b, 0) != 0x0BE5A941) return std::nullopt;
  PartitionTable table{.kind = "sgi",
                       .offset = view.offset(),
                       .sector_size = 512,
                       .id = {},
                       .partitions = {},
                       .facts = {}};
  table.facts.emplace_back("boot file", plain_text(std::span(b).subspan(8, 16)));
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < 512; at += 4) sum += load_be32(b, at);
  Findings(view, "SGI disk label", out)
      .check("sgi.checksum", 0, sum == 0, "the volume header does not agree with its checksum");
  for (std::size_t n = 0; n < 16; ++n) {
    const std::size_t at = 312 + n * 12;
    if (load_be32(b, at) == 0) continue;
    Partition p =
        numbered(static_cast<int>(n) + 1, plus(view.offset(), times(load_be32(b, at + 4), 512)),
                 times(load_be32(b, at), 512));
    p.type = sgi_type_name(load_be32(b, at + 8));
    p.type_id = fmt::format("0x{:02x}", load_be32(b, at + 8));
    table.partitions.push_back(std::move(p));
  }
  return table;
}

}  // namespace pregap::volumes
