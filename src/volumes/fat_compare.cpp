// The copies of a FAT against the first one, entry by entry; and where they differ, which of the
// two a chain can go through.
#include <fmt/format.h>

#include <algorithm>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/fat.h"
#include "volumes/findings.h"
#include "volumes/thorough.h"

namespace pregap::volumes {
namespace {

std::uint32_t entry_in(std::span<const std::uint8_t> table, std::uint64_t cluster, int bits) {
  const auto at = static_cast<std::size_t>(cluster * static_cast<unsigned>(bits) / 8);
  if (bits == 32) return load_le32(table, at) & 0x0FFFFFFF;
  const std::uint32_t word = load_le16(table, at);
  if (bits == 16) return word;
  return cluster % 2 == 0 ? word & 0xFFF : word >> 4;
}

bool is_possible(std::uint32_t entry, const FatLayout& f) {
  const std::uint32_t highest = f.bits == 12 ? 0xFFF : f.bits == 16 ? 0xFFFF : 0x0FFFFFFF;
  return entry != 1 && (entry < f.clusters + 2 || entry >= highest - 8);
}

struct Differences {
  std::uint64_t count = 0;
  std::uint64_t first_impossible = 0, copy_impossible = 0;
  std::string list;  // of clusters, the first few

  void add(std::uint64_t cluster, bool first_possible, bool copy_possible) {
    constexpr std::uint64_t kListed = 10;
    if (count++ < kListed) {
      list += fmt::format("{}{}", list.empty() ? "" : ", ", cluster);
    } else if (count == kListed + 1) {
      list += " ...";
    }
    first_impossible += !first_possible;
    copy_impossible += !copy_possible;
  }

  // The copy whose entries can't be is wrong; where both can, nothing tells.
  std::string_view judgement() const {
    if (copy_is_sound()) return "the copy is the sound one";
    if (copy_impossible > 0 && first_impossible == 0) return "the first one is sound";
    return "nothing tells which is right";
  }
  bool copy_is_sound() const { return first_impossible > 0 && copy_impossible == 0; }
  bool decided() const { return (first_impossible > 0) != (copy_impossible > 0); }
};

// What two stretches of the tables, read from entry `first` on, have different.
void compare(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b, std::uint64_t first,
             const FatLayout& f, Differences& found) {
  const std::size_t bytes = std::min(a.size(), b.size());
  if (std::ranges::equal(a.first(bytes), b.first(bytes))) return;
  const std::uint64_t entries = bytes * 8 / static_cast<unsigned>(f.bits);
  for (std::uint64_t n = 0; n < entries && first + n < f.clusters + 2; ++n) {
    const auto x = entry_in(a, n, f.bits), y = entry_in(b, n, f.bits);
    // The first two entries hold the media byte and marks that are set in one copy alone.
    if (x != y && first + n >= 2) found.add(first + n, is_possible(x, f), is_possible(y, f));
  }
}

}  // namespace

std::uint32_t compare_fats(const View& view, Contents& out, const WorkOptions& work) {
  constexpr std::uint64_t kChunk = 192 * 1024;  // whole entries of any width
  const auto f = find_fat(view);
  if (!f || f->fats < 2) return 0;
  Findings findings(view, fmt::format("FAT{}", f->bits), out);
  constexpr std::uint32_t kOneActive = 0x80;  // of the extended flags: the copies are not kept
  const auto boot = view.read(0, 512);
  if (f->bits == 32 && boot.size() == 512 && (boot[40] & kOneActive) != 0) {
    return std::min<std::uint32_t>(boot[40] & 0xF, f->fats - 1);
  }
  const std::uint64_t bytes =
      std::min(f->fat_bytes(), std::uint64_t{f->fat_sectors} * f->sector_size);
  std::uint32_t sound = 0;
  for (std::uint32_t copy = 1; copy < f->fats; ++copy) {
    if (f->fat_at(copy) + bytes > view.size()) break;  // cut: told by its size
    Differences found;
    for (std::uint64_t at = 0; at < bytes; at += kChunk) {
      throw_if_stopped(view, work);
      const std::uint64_t count = std::min(kChunk, bytes - at);
      compare(view.read(f->fat_at(0) + at, count), view.read(f->fat_at(copy) + at, count),
              at * 8 / static_cast<unsigned>(f->bits), *f, found);
    }
    findings.check("fat.copies", f->fat_at(copy), found.count == 0,
                   fmt::format("FAT 1 and FAT {} differ in {} (of cluster {}): {}", copy + 1,
                               found.count == 1 ? std::string("1 entry")
                                                : fmt::format("{} entries", found.count),
                               found.list, found.judgement()),
                   Severity::fault, found.decided() ? Mend::from_copy : Mend::no);
    if (found.copy_is_sound()) sound = copy;
  }
  return sound;
}

}  // namespace pregap::volumes
