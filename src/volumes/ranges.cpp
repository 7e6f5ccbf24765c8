#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "volumes/tables.h"

namespace pregap::volumes {
namespace {

std::string kind_text(const PartitionTable& table) { return to_upper(table.kind); }

std::string sectors_text(const Partition& p, const PartitionTable& table) {
  const std::uint64_t first = p.offset / table.sector_size;
  const std::uint64_t last = plus(p.offset, p.size) / table.sector_size - 1;
  return fmt::format("{} (sectors {}-{})", p.address, first, last);
}

// What holds other partitions, or names the whole disk, overlaps by its nature.
bool encloses(const Partition& p, const PartitionTable& table) {
  if (table.kind == "mbr") return p.type.find("xtended") != p.type.npos || p.type_id == "0xee";
  if (table.kind == "bsd") return p.address.ends_with('c') || p.address.ends_with('d');
  if (table.kind == "sun") return p.type == "Whole disk";
  if (table.kind == "sgi") return p.type == "Volume" || p.type == "Volume header";
  return table.kind == "apm" && (p.type == "Apple_partition_map" || p.type == "Apple_Free");
}

}  // namespace

void check_ranges(const View& view, const PartitionTable& table, Overlap overlap, Contents& out) {
  constexpr int kMostTold = 16;
  Findings findings(view, kind_text(table), out);
  const std::uint64_t end = view.bytes().size();
  std::vector<const Partition*> by_offset;
  for (const Partition& p : table.partitions) {
    if (table.kind == "mbr" && p.type_id == "0xee") continue;  // may claim any size
    if (plus(p.offset, p.size) > end && (p.size > 0 || p.offset > end)) {
      findings.fault(
          table.kind + ".range",
          fmt::format("{} ends beyond the image's {}", sectors_text(p, table),
                      counted(static_cast<long long>(end / table.sector_size), "sector")));
    }
    if (p.size > 0 && !encloses(p, table)) by_offset.push_back(&p);
  }
  std::ranges::sort(by_offset, {}, [](const Partition* p) { return p->offset; });
  int told = 0;
  const Partition* widest = nullptr;  // of those so far, the one that ends last
  for (const Partition* p : by_offset) {
    if (widest != nullptr && p->offset < plus(widest->offset, widest->size) && told++ < kMostTold) {
      const std::string text = fmt::format("{} and {} lie over each other",
                                           sectors_text(*widest, table), sectors_text(*p, table));
      overlap == Overlap::by_design ? findings.note(table.kind + ".overlap", text)
                                    : findings.fault(table.kind + ".overlap", text);
    }
    if (widest == nullptr || plus(p->offset, p->size) > plus(widest->offset, widest->size)) {
      widest = p;
    }
  }
}

}  // namespace pregap::volumes
