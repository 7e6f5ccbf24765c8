// Atari's AHDI root sector: the disk's size at byte 450, four entries of 12 bytes behind it: flag,
// three letters, first sector, sectors, big-endian. XGM leads to a further root sector, placed from
// itself, whose own XGM is placed from the first one. No magic: all of it has to fit.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/endian.h"
#include "volumes/tables.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kSizeAt = 450, kEntriesAt = 454;

struct Entry {
  std::string id;
  std::uint64_t start = 0, sectors = 0;
};

bool is_known(std::string_view id) {
  constexpr std::array<std::string_view, 10> ids = {"GEM", "BGM", "RAW", "LNX", "SWP",
                                                    "F32", "MIX", "MAC", "UNX", "XGM"};
  return std::ranges::find(ids, id) != ids.end();
}

std::vector<Entry> entries_of(std::span<const std::uint8_t> b, std::uint64_t most) {
  std::vector<Entry> entries;
  if (b.size() < 512) return entries;
  for (std::size_t n = 0; n < 4; ++n) {
    const std::size_t at = kEntriesAt + n * 12;
    if ((b[at] & 1) == 0) continue;
    Entry e{.id = std::string(chars_of(b.subspan(at + 1, 3))),
            .start = load_be32(b, at + 4),
            .sectors = load_be32(b, at + 8)};
    if (!is_known(e.id) || e.sectors == 0 || e.start + e.sectors > most) return {};
    entries.push_back(std::move(e));
  }
  return entries;
}

}  // namespace

std::optional<PartitionTable> read_atari(const View& view, Contents& out) {
  constexpr std::size_t kMost = 64;
  const auto b = view.read(0, 512);
  const std::uint64_t sectors = view.size() / 512;
  if (b.size() < 512 || load_be32(b, kSizeAt) > sectors || load_be32(b, kSizeAt) < 2) {
    return std::nullopt;
  }
  const std::vector<Entry> root = entries_of(b, load_be32(b, kSizeAt));
  if (root.empty()) return std::nullopt;
  PartitionTable table{.kind = "atari",
                       .offset = view.offset(),
                       .sector_size = 512,
                       .id = {},
                       .partitions = {},
                       .facts = {}};
  table.facts.emplace_back("sectors", std::to_string(load_be32(b, kSizeAt)));
  const auto add = [&](const Entry& e, std::uint64_t base) {
    const int number = static_cast<int>(table.partitions.size()) + 1;
    Partition p;
    p.number = number;
    p.address = fmt::format("p{}", number);
    p.offset = plus(view.offset(), times(base + e.start, 512));
    p.size = times(e.sectors, 512);
    p.type = p.type_id = e.id;
    table.partitions.push_back(std::move(p));
  };
  Findings findings(view, "AHDI", out);
  for (const Entry& e : root) {
    if (e.id != "XGM") {
      add(e, 0);
      continue;
    }
    std::set<std::uint64_t> seen;
    for (std::uint64_t at = e.start; table.partitions.size() < kMost;) {
      if (!seen.insert(at).second) {
        findings.fault("atari.chain", fmt::format("the XGM chain comes back to sector {}", at));
        break;
      }
      const auto further = entries_of(view.read(at * 512, 512), sectors);
      if (further.empty()) {
        findings.fault("atari.chain",
                       fmt::format("no root sector in sector {}, where XGM leads", at));
        break;
      }
      std::uint64_t next = 0;
      for (const Entry& x : further) x.id == "XGM" ? void(next = e.start + x.start) : add(x, at);
      if (next == 0) break;
      at = next;
    }
  }
  return table;
}

}  // namespace pregap::volumes
