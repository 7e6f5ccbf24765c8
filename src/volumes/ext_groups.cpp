// Checksums of ext4's group descriptors, and of the bitmaps that they lead to: CRC-32C with
// metadata_csum, CRC-16 with uninit_bg alone (the kernel's documentation of ext4, "Checksums").
#include <fmt/format.h>

#include <array>

#include "base/crc32c.h"
#include "base/endian.h"
#include "volumes/ext.h"
#include "volumes/findings.h"
#include "volumes/thorough.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kChecksumAt = 0x1E;

std::uint16_t crc16_arc(std::uint16_t start, std::span<const std::uint8_t> bytes) {
  unsigned crc = start;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001U : crc >> 1;
  }
  return static_cast<std::uint16_t>(crc);
}

std::uint16_t checksum_of(const ExtLayout& e, std::span<const std::uint8_t> uuid,
                          std::uint32_t group, std::span<const std::uint8_t> descriptor) {
  std::array<std::uint8_t, 4> number{};
  store_le32(number, 0, group);
  const std::array<std::uint8_t, 2> zero{};
  const auto before = descriptor.first(kChecksumAt);
  const auto behind = descriptor.subspan(kChecksumAt + 2);
  if (e.has_metadata_checksums()) {
    std::uint32_t crc = crc32c_register(e.checksum_seed, number);
    crc = crc32c_register(crc, before);
    crc = crc32c_register(crc, zero);
    return static_cast<std::uint16_t>(crc32c_register(crc, behind));
  }
  std::uint16_t crc = crc16_arc(0xFFFF, uuid);
  crc = crc16_arc(crc, number);
  crc = crc16_arc(crc, before);
  return (e.incompat & 0x80) != 0 ? crc16_arc(crc, behind) : crc;
}

struct Bad {
  std::uint64_t count = 0;
  std::string list;

  void add(std::uint32_t group) {
    constexpr std::uint64_t kListed = 10;
    if (count++ < kListed) list += fmt::format("{}{}", list.empty() ? "" : ", ", group);
    if (count == kListed + 1) list += " ...";
  }
};

std::uint64_t wide(std::span<const std::uint8_t> d, std::size_t low, std::size_t high) {
  return load_le32(d, low) | (d.size() >= 64 ? std::uint64_t{load_le32(d, high)} << 32 : 0);
}

// Checksum of a bitmap against the descriptor's halves of it; true where there is none.
bool bitmap_is_good(const View& view, const ExtLayout& e, std::span<const std::uint8_t> d,
                    std::uint64_t block, std::uint32_t bits, std::size_t low, std::size_t high) {
  if (block >= e.blocks) return false;
  const auto bitmap = view.read(block * e.block_size, bits / 8);
  if (bitmap.size() < bits / 8) return true;  // cut: told by its size
  const std::uint32_t crc = crc32c_register(e.checksum_seed, bitmap);
  if ((crc & 0xFFFF) != load_le16(d, low)) return false;
  return d.size() < 64 || (crc >> 16) == load_le16(d, high);
}

}  // namespace

void check_ext_groups(const View& view, Contents& out, const WorkOptions& work) {
  constexpr std::uint32_t kMetaGroups = 0x10, kMostGroups = 1U << 20, kBigalloc = 0x200;
  const auto super = view.read(kExtSuperAt, kExtSuperBytes);
  const auto e = parse_ext_super(super);
  if (!e || !e->has_descriptor_checksums() || (e->incompat & kMetaGroups) != 0) return;
  const std::uint64_t table = (std::uint64_t{e->first_block} + 1) * e->block_size;
  const auto uuid = std::span(super).subspan(104, 16);
  Bad descriptors, block_bitmaps, inode_bitmaps;
  for (std::uint32_t group = 0; group < std::min(e->groups, kMostGroups); ++group) {
    throw_if_stopped(view, work);
    const auto d =
        view.read(table + std::uint64_t{group} * e->descriptor_bytes, e->descriptor_bytes);
    if (d.size() < e->descriptor_bytes) break;
    if (checksum_of(*e, uuid, group, d) != load_le16(d, kChecksumAt)) {
      descriptors.add(group);
      continue;  // what it leads to is not known
    }
    constexpr std::uint16_t kInodesUnset = 1, kBlocksUnset = 2;  // bitmaps that were never written
    if (!e->has_metadata_checksums() || (e->ro_compat & kBigalloc) != 0) continue;
    const std::uint16_t flags = load_le16(d, 0x12);
    if ((flags & kBlocksUnset) == 0 &&
        !bitmap_is_good(view, *e, d, wide(d, 0, 0x20), e->blocks_per_group, 0x18, 0x38)) {
      block_bitmaps.add(group);
    }
    if ((flags & kInodesUnset) == 0 &&
        !bitmap_is_good(view, *e, d, wide(d, 4, 0x24), e->inodes_per_group, 0x1A, 0x3A)) {
      inode_bitmaps.add(group);
    }
  }
  Findings findings(view, "ext", out);
  const auto tell = [&](const char* name, const Bad& bad, std::string_view what) {
    findings.check(name, table, bad.count == 0,
                   fmt::format("{} of {} group{} disagree with their checksum: {}", what, bad.count,
                               bad.count == 1 ? "" : "s", bad.list));
  };
  tell("ext.group_checksums", descriptors, "descriptors");
  if (!e->has_metadata_checksums()) return;
  tell("ext.block_bitmaps", block_bitmaps, "block bitmaps");
  tell("ext.inode_bitmaps", inode_bitmaps, "inode bitmaps");
}

}  // namespace pregap::volumes
