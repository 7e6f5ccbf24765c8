#include "volumes/ext.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

using Feature = std::pair<std::uint32_t, std::string_view>;

constexpr std::array<Feature, 12> kCompat = {{{0x1, "dir_prealloc"},
                                              {0x2, "imagic_inodes"},
                                              {0x4, "has_journal"},
                                              {0x8, "ext_attr"},
                                              {0x10, "resize_inode"},
                                              {0x20, "dir_index"},
                                              {0x40, "lazy_bg"},
                                              {0x100, "snapshot_bitmap"},
                                              {0x200, "sparse_super2"},
                                              {0x400, "fast_commit"},
                                              {0x800, "stable_inodes"},
                                              {0x1000, "orphan_file"}}};
constexpr std::array<Feature, 15> kIncompat = {{{0x1, "compression"},
                                                {0x2, "filetype"},
                                                {0x4, "needs_recovery"},
                                                {0x8, "journal_dev"},
                                                {0x10, "meta_bg"},
                                                {0x40, "extent"},
                                                {0x80, "64bit"},
                                                {0x100, "mmp"},
                                                {0x200, "flex_bg"},
                                                {0x400, "ea_inode"},
                                                {0x2000, "metadata_csum_seed"},
                                                {0x4000, "large_dir"},
                                                {0x8000, "inline_data"},
                                                {0x10000, "encrypt"},
                                                {0x20000, "casefold"}}};
constexpr std::array<Feature, 14> kRoCompat = {{{0x1, "sparse_super"},
                                                {0x2, "large_file"},
                                                {0x8, "huge_file"},
                                                {0x10, "uninit_bg"},
                                                {0x20, "dir_nlink"},
                                                {0x40, "extra_isize"},
                                                {0x100, "quota"},
                                                {0x200, "bigalloc"},
                                                {0x400, "metadata_csum"},
                                                {0x1000, "read-only"},
                                                {0x2000, "project"},
                                                {0x4000, "shared_blocks"},
                                                {0x8000, "verity"},
                                                {0x10000, "orphan_present"}}};

template <std::size_t N>
void add_features(std::string& text, const std::array<Feature, N>& names, std::uint32_t bits) {
  for (const auto& [bit, name] : names) {
    if ((bits & bit) == 0) continue;
    text += text.empty() ? "" : " ";
    text += name;
    bits &= ~bit;
  }
  if (bits != 0) text += fmt::format("{}0x{:x}", text.empty() ? "" : " ", bits);
}

std::string kind_of(const ExtLayout& e) {
  constexpr std::uint32_t kExt3RoCompat = 0x7, kExt3Incompat = 0x16, kJournal = 0x4;
  if ((e.ro_compat & ~kExt3RoCompat) != 0 || (e.incompat & ~kExt3Incompat) != 0) return "ext4";
  return (e.compat & kJournal) != 0 ? "ext3" : "ext2";
}

std::string state_text(std::uint16_t state) {
  std::string text = (state & 1) != 0 ? "clean" : "not clean";
  if ((state & 2) != 0) text += ", with errors";
  if ((state & 4) != 0) text += ", orphans being recovered";
  return text;
}

std::string_view creator_text(std::uint32_t creator) {
  constexpr std::array<std::string_view, 5> names = {"Linux", "Hurd", "Masix", "FreeBSD", "Lites"};
  return creator < names.size() ? names[creator] : "unknown";
}

void add_facts(std::span<const std::uint8_t> s, const ExtLayout& e, FileSystem& fs) {
  const auto fact = [&](const char* name, auto value) {
    fs.facts.emplace_back(name, fmt::format("{}", value));
  };
  const auto time = [&](const char* name, std::size_t at) {
    const std::string text = unix_time_text(load_le32(s, at));
    if (!text.empty()) fact(name, text);
  };
  fact("revision", load_le32(s, 76));
  fact("inodes", load_le32(s, 0));
  fact("free inodes", load_le32(s, 16));
  fact("reserved blocks", load_le32(s, 8));
  fact("first block", e.first_block);
  fact("blocks per group", e.blocks_per_group);
  fact("inodes per group", e.inodes_per_group);
  fact("groups", e.groups);
  fact("inode size", load_le32(s, 76) == 0 ? 128U : load_le16(s, 88));
  time("created", 264);
  time("last mounted", 44);
  time("last written", 48);
  time("last checked", 64);
  fact("last mounted on", plain_text(s.subspan(136, 64)));
  fact("mounts since check", load_le16(s, 52));
  fact("state", state_text(load_le16(s, 58)));
  fact("creator", creator_text(load_le32(s, 72)));
  std::string features;
  add_features(features, kCompat, e.compat);
  add_features(features, kIncompat, e.incompat);
  add_features(features, kRoCompat, e.ro_compat);
  fact("features", features);
}

bool same_volume(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  const auto same = [&](std::size_t at, std::size_t size) {
    return std::ranges::equal(a.subspan(at, size), b.subspan(at, size));
  };
  // Counts of blocks and inodes, sizes, magic, UUID; what mounting changes is left out.
  return same(0, 8) && same(20, 24) && same(56, 2) && same(104, 16);
}

void check_copies(const View& view, const ExtLayout& e, std::span<const std::uint8_t> super,
                  Findings& findings) {
  constexpr std::size_t kMost = 32;
  for (const std::uint32_t group : e.groups_with_copies(kMost)) {
    const std::uint64_t at = e.group_at(group);
    const auto copy = view.read(at, kExtSuperBytes);
    if (copy.size() < kExtSuperBytes) break;  // cut: told by its size
    findings.check("ext.backup_super", at,
                   same_volume(super, copy) && load_le16(copy, 90) == (group & 0xFFFF),
                   fmt::format("the copy of the super block in group {} (block {}) says otherwise",
                               group, at / e.block_size),
                   Severity::warning);
    if (e.has_metadata_checksums()) {
      findings.check("ext.backup_super_checksum", at, ext_super_checksum_is_good(copy),
                     fmt::format("the copy of the super block in group {} (block {}) does not "
                                 "agree with its checksum",
                                 group, at / e.block_size),
                     Severity::fault, Mend::from_copy);
    }
  }
}

bool has_good_copy(const View& view, const ExtLayout& e) {
  for (const std::uint32_t group : e.groups_with_copies(4)) {
    const auto copy = view.read(e.group_at(group), kExtSuperBytes);
    if (parse_ext_super(copy) && ext_super_checksum_is_good(copy)) return true;
  }
  return false;
}

FileSystem describe(const View& view, const ExtLayout& e, std::span<const std::uint8_t> s) {
  const bool wide = (e.incompat & 0x80) != 0;
  FileSystem fs{
      .kind = kind_of(e),
      .offset = view.offset(),
      .size = e.blocks > UINT64_MAX / e.block_size ? UINT64_MAX : e.blocks * e.block_size,
      .partition = view.partition(),
      .label = plain_text(s.subspan(120, 16)),
      .id = uuid_text(s.subspan(104, 16)),
      .block_size = e.block_size,
      .blocks = e.blocks,
      .free_blocks = load_le32(s, 12) | (wide ? std::uint64_t{load_le32(s, 344)} << 32 : 0),
      .facts = {}};
  add_facts(s, e, fs);
  return fs;
}

}  // namespace

std::optional<FileSystem> read_ext(const View& view, Contents& out) {
  const auto super = view.read(kExtSuperAt, kExtSuperBytes);
  const auto e = parse_ext_super(super);
  if (!e) return std::nullopt;
  FileSystem fs = describe(view, *e, super);
  Findings findings(view, fs.kind, out);
  if (e->has_metadata_checksums()) {
    const bool good = ext_super_checksum_is_good(super);
    findings.check("ext.super_checksum", kExtSuperAt, good,
                   "the super block does not agree with its checksum", Severity::fault,
                   !good && has_good_copy(view, *e) ? Mend::from_copy : Mend::no);
  }
  if (*fs.free_blocks > e->blocks) {
    findings.fault("ext.free_blocks",
                   fmt::format("{} free of {} blocks", *fs.free_blocks, e->blocks));
  }
  check_copies(view, *e, super, findings);
  return fs;
}

std::optional<FileSystem> read_ext_by_backup(const View& view, Contents& out) {
  for (const std::uint64_t block_size : {1024U, 2048U, 4096U}) {
    const std::uint64_t first = block_size == 1024 ? 1 : 0;
    const std::uint64_t at = (first + 8 * block_size) * block_size;  // group 1, as mke2fs lays it
    const auto super = view.read(at, kExtSuperBytes);
    const auto e = parse_ext_super(super);
    if (!e || e->block_size != block_size || e->group_at(1) != at || load_le16(super, 90) != 1) {
      continue;
    }
    Findings(view, kind_of(*e), out)
        .check("ext.super", kExtSuperAt, false,
               fmt::format("no super block at byte 1024, its copy in block {} is there",
                           at / block_size),
               Severity::fault, Mend::from_copy);
    return describe(view, *e, super);
  }
  return std::nullopt;
}

}  // namespace pregap::volumes
