// The PC's partition table: four entries at byte 446 of sector 0, and a chain of further tables
// inside an extended partition. An entry: flag, CHS, type, CHS, first sector, sectors.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/tables.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kTableAt = 446, kEntryBytes = 16, kSignatureAt = 510, kDiskIdAt = 440;
constexpr int kMostLogical = 256;
constexpr std::uint8_t kProtective = 0xEE;

struct Chs {
  std::uint32_t cylinder = 0, head = 0, sector = 0;
};

struct Entry {
  std::uint8_t flag = 0, type = 0;
  Chs first{}, last{};
  std::uint32_t start = 0, sectors = 0;

  bool used() const { return type != 0 && sectors != 0; }
  bool flag_is_known() const { return flag == 0 || flag == 0x80; }
};

using Entries = std::array<Entry, 4>;

Chs chs_at(std::span<const std::uint8_t> b, std::size_t at) {
  return {
      .cylinder = (b[at + 1] & 0xC0U) << 2 | b[at + 2], .head = b[at], .sector = b[at + 1] & 0x3FU};
}

std::optional<Entries> entries_of(std::span<const std::uint8_t> b) {
  if (b.size() < 512 || b[kSignatureAt] != 0x55 || b[kSignatureAt + 1] != 0xAA) return std::nullopt;
  Entries entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t at = kTableAt + i * kEntryBytes;
    entries[i] = {.flag = b[at],
                  .type = b[at + 4],
                  .first = chs_at(b, at + 1),
                  .last = chs_at(b, at + 5),
                  .start = load_le32(b, at + 8),
                  .sectors = load_le32(b, at + 12)};
  }
  return entries;
}

// Whether four entries look like a table, not like a boot sector's code.
bool is_table(const Entries& entries, std::uint32_t disk_id, const View& view,
              std::uint32_t sector_size) {
  constexpr std::uint64_t kLargestFloppy = 3 << 20;
  const auto used = std::ranges::count_if(entries, &Entry::used);
  const auto odd =
      std::ranges::count_if(entries, [](const Entry& e) { return !e.flag_is_known(); });
  if (used == 0) {
    const bool blank = std::ranges::all_of(entries, [](const Entry& e) {
      return e.flag == 0 && e.type == 0 && e.start == 0 && e.sectors == 0;
    });
    return blank && disk_id != 0 && view.size() > kLargestFloppy;
  }
  const bool inside = std::ranges::any_of(entries, [&](const Entry& e) {
    return e.used() && e.flag_is_known() && times(e.start, sector_size) < view.size();
  });
  return inside && odd <= 1;
}

std::string chs_text(const Chs& c) { return fmt::format("{}/{}/{}", c.cylinder, c.head, c.sector); }

class Reader {
 public:
  Reader(const View& view, std::uint32_t sector_size, Contents& out)
      : view_(view), sector_size_(sector_size), findings_(view, "MBR", out) {}

  PartitionTable read(std::span<const std::uint8_t> sector, const Entries& entries) {
    table_.kind = "mbr";
    table_.offset = view_.offset();
    table_.sector_size = sector_size_;
    disk_id_ = load_le32(sector, kDiskIdAt);
    table_.id = fmt::format("{:08x}", disk_id_);
    int active = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& e = entries[i];
      if (!e.used()) continue;
      active += e.flag == 0x80;
      add(e, static_cast<int>(i) + 1, 0);
    }
    if (active > 1)
      findings_.warning("mbr.active", fmt::format("{} partitions are active", active));
    for (const Entry& e : entries) {
      if (e.used() && is_extended(e.type)) follow(e);
    }
    check_chs();
    table_.facts.emplace_back("role", role(entries));
    return std::move(table_);
  }

 private:
  static std::string role(const Entries& entries) {
    const auto protective = std::ranges::count(entries, kProtective, &Entry::type);
    const auto used = std::ranges::count_if(entries, &Entry::used);
    if (protective == 0) return "table";
    return used == protective ? "protective" : "hybrid";
  }

  void add(const Entry& e, int number, std::uint64_t base) {
    Partition p{.number = number,
                .address = fmt::format("p{}", number),
                .offset = plus(view_.offset(), times(base + e.start, sector_size_)),
                .size = times(e.sectors, sector_size_),
                .type = std::string(mbr_type_name(e.type)),
                .type_id = fmt::format("0x{:02x}", e.type),
                .label = {},
                .id = disk_id_ == 0 ? std::string() : fmt::format("{}-{:02x}", table_.id, number),
                .active = e.flag == 0x80,
                .facts = {}};
    p.facts.emplace_back("chs", chs_text(e.first) + " to " + chs_text(e.last));
    if (!e.flag_is_known()) {
      findings_.warning("mbr.flag", fmt::format("partition {} has the flag 0x{:02x}, expected 0x00 "
                                                "or 0x80",
                                                number, e.flag));
    }
    entries_.push_back(e);
    bases_.push_back(base);
    table_.partitions.push_back(std::move(p));
  }

  // Each table of the chain has one logical partition, placed from itself, and the next table,
  // placed from the extended partition's start.
  void follow(const Entry& extended) {
    const std::uint64_t end = std::uint64_t{extended.start} + extended.sectors;
    std::uint64_t at = extended.start;
    std::set<std::uint64_t> seen;
    for (int n = 0;; ++n) {
      if (n >= kMostLogical) {
        findings_.fault(
            "mbr.extended",
            fmt::format("more than {} logical partitions, the rest is passed over", kMostLogical));
        return;
      }
      if (!seen.insert(at).second) {
        findings_.fault("mbr.extended",
                        fmt::format("the chain of the extended partition comes back "
                                    "to sector {}",
                                    at));
        return;
      }
      const auto sector = view_.read(times(at, sector_size_), 512);
      const auto entries = entries_of(sector);
      if (!entries) {
        findings_.fault(
            "mbr.extended",
            fmt::format("the chain of the extended partition leads to sector {}, {}", at,
                        sector.empty() ? "beyond the image" : "which has no table"));
        return;
      }
      const Entry* next = nullptr;
      for (const Entry& e : *entries) {
        if (!e.used()) continue;
        if (is_extended(e.type)) {
          if (next == nullptr) next = &e;
          continue;
        }
        if (next_number_ >= 5 + kMostLogical) return;
        if (at + e.start + e.sectors > end) {
          findings_.fault("mbr.logical", fmt::format("partition {} (sectors {}-{}) leaves its "
                                                     "extended partition, which ends at {}",
                                                     next_number_, at + e.start,
                                                     at + e.start + e.sectors - 1, end - 1));
        }
        add(e, next_number_++, at);
      }
      if (next == nullptr) return;
      at = std::uint64_t{extended.start} + next->start;
    }
  }

  // Whether every CHS that is not beyond its field gives the sector's number with this geometry.
  bool chs_fits(std::uint32_t heads, std::uint32_t per_track) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Chs& c = entries_[i].first;
      if (c.cylinder >= 1022 || entries_[i].type == kProtective) continue;
      const std::uint64_t by_chs =
          (std::uint64_t{c.cylinder} * heads + c.head) * per_track + c.sector;
      if (by_chs != bases_[i] + entries_[i].start + 1) return false;
    }
    return true;
  }

  void check_chs() {
    using HeadsAndSectors = std::pair<std::uint32_t, std::uint32_t>;
    HeadsAndSectors by_ends{1, 0};  // partitions end at a cylinder's end, as DOS laid them
    for (const Entry& e : entries_) {
      by_ends.first = std::max(by_ends.first, e.last.head + 1);
      by_ends.second = std::max(by_ends.second, e.last.sector);
    }
    for (const auto& [heads, per_track] :
         {by_ends, HeadsAndSectors{255, 63}, HeadsAndSectors{16, 63}, HeadsAndSectors{240, 63},
          HeadsAndSectors{128, 63}, HeadsAndSectors{64, 63}, HeadsAndSectors{32, 63},
          HeadsAndSectors{64, 32}, HeadsAndSectors{4, 17}, HeadsAndSectors{6, 17}}) {
      if (!chs_fits(heads, per_track)) continue;
      table_.facts.emplace_back("geometry by chs",
                                fmt::format("{} heads, {} sectors per track", heads, per_track));
      return;
    }
    if (!entries_.empty()) {
      findings_.note("mbr.chs",
                     "the CHS addresses agree with the sectors' numbers in no usual geometry");
    }
  }

  const View& view_;
  std::uint32_t sector_size_;
  Findings findings_;
  PartitionTable table_;
  std::uint32_t disk_id_ = 0;
  int next_number_ = 5;
  std::vector<Entry> entries_;  // of table_.partitions
  std::vector<std::uint64_t> bases_;
};

}  // namespace

std::optional<PartitionTable> read_mbr(const View& view, std::uint32_t sector_size, Contents& out) {
  const auto sector = view.read(0, 512);
  const auto entries = entries_of(sector);
  if (!entries || !is_table(*entries, load_le32(sector, kDiskIdAt), view, sector_size)) {
    return std::nullopt;
  }
  return Reader(view, sector_size, out).read(sector, *entries);
}

}  // namespace pregap::volumes
