// The Apple partition map (Inside Macintosh: Devices, chapter 3): "ER" in block 0, "PM" in each
// entry from block 1 on. Block 0 may say another size than the entries stand in, as on CDs whose
// map serves drives of 512 and of 2048 bytes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/tables.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

bool is_entry(std::span<const std::uint8_t> b) {
  return b.size() >= 512 && b[0] == 'P' && b[1] == 'M';
}

Partition partition_of(const View& view, std::span<const std::uint8_t> b, std::uint32_t block,
                       int number) {
  Partition p{.number = number,
              .address = fmt::format("p{}", number),
              .offset = plus(view.offset(), times(load_be32(b, 8), block)),
              .size = times(load_be32(b, 12), block),
              .type = encoded_text(b.subspan(48, 32), "MACINTOSH"),
              .type_id = {},
              .label = encoded_text(b.subspan(16, 32), "MACINTOSH"),
              .id = {},
              .active = false,
              .facts = {}};
  p.type_id = p.type;
  p.facts.emplace_back("status", fmt::format("0x{:08x}", load_be32(b, 88)));
  if (const std::string processor = plain_text(b.subspan(120, 16)); !processor.empty()) {
    p.facts.emplace_back("processor", processor);
  }
  return p;
}

}  // namespace

std::optional<PartitionTable> read_apm(const View& view, Contents& out) {
  constexpr std::uint32_t kMostEntries = 256;
  const auto first = view.read(0, 512);
  if (first.size() < 512) return std::nullopt;
  const bool has_descriptor = first[0] == 'E' && first[1] == 'R';
  const std::uint32_t stated = has_descriptor ? load_be16(first, 2) : 0;
  std::uint32_t block = 0;
  for (const std::uint32_t size : {stated, 512U, 2048U, 1024U, 4096U}) {
    if (size >= 512 && size <= 4096 && is_entry(view.read(size, 512))) {
      block = size;
      break;
    }
  }
  if (block == 0) return std::nullopt;
  PartitionTable table{.kind = "apm",
                       .offset = view.offset() + block,
                       .sector_size = block,
                       .id = {},
                       .partitions = {},
                       .facts = {}};
  Findings findings(view, "APM", out);
  if (has_descriptor) {
    table.facts.emplace_back("stated block size", std::to_string(stated));
    table.facts.emplace_back("blocks", std::to_string(load_be32(first, 4)));
  }
  if (has_descriptor && stated != block) {
    findings.warning("apm.block_size",
                     fmt::format("block 0 says blocks of {} bytes, the map stands in blocks of {}",
                                 stated, block));
  }
  const std::uint32_t count = load_be32(view.read(block, 512), 4);
  if (count == 0 || count > kMostEntries) {
    findings.fault("apm.entries", fmt::format("the map says {}, expected 1 to {}",
                                              counted(count, "entry"), kMostEntries));
  }
  for (std::uint32_t n = 1; n <= std::min(count, kMostEntries); ++n) {
    const auto b = view.read(std::uint64_t{n} * block, 512);
    if (!is_entry(b)) {
      findings.fault("apm.entries",
                     fmt::format("no entry in block {}, where the map of {} goes on", n, count));
      break;
    }
    if (load_be32(b, 4) != count) {
      findings.warning("apm.entries", fmt::format("entry {} counts {}, the first one {}", n,
                                                  load_be32(b, 4), count));
    }
    table.partitions.push_back(partition_of(view, b, block, static_cast<int>(n)));
  }
  return table;
}

}  // namespace pregap::volumes
