#include "disc/q_reading.h"

#include <algorithm>

namespace pregap {
namespace {

// Formatted Q of some drives comes without its CRC (MMC-6, READ CD, sub-channel selection 010b).
bool lacks_crc(SubchannelOrder order, const QFrame& q) {
  return order == SubchannelOrder::q_only && stored_q_crc(q) == 0 &&
         std::ranges::any_of(q, [](std::uint8_t b) { return b != 0; });
}

void look_at(const SubchannelMaker& layout, Lba lba, SubchannelOrder order, QFrame q,
             QFindings& found) {
  ++found.frames;
  if (lacks_crc(order, q)) put_q_crc(q, q_crc(q));
  if (q == layout.position(lba)) return;
  found.singular.push_back({.lba = lba, .q = q, .crc_good = q_crc_is_good(q)});
}

// The bytes from the first of `count` sectors' sub-channel to the last one's end.
std::span<const std::uint8_t> bytes_of(const Disc& disc, const SubchannelRun& run,
                                       std::uint64_t offset, std::size_t count,
                                       const StoredSectors& stored,
                                       std::vector<std::uint8_t>& scratch) {
  const std::size_t size = (count - 1) * run.stride + subchannel_size(run.order);
  if (run.file == stored.file && offset >= stored.offset) {
    const std::uint64_t at = offset - stored.offset;
    if (at < stored.bytes.size() && size <= stored.bytes.size() - at) {
      return stored.bytes.subspan(at, size);
    }
  }
  scratch.resize(size);
  read_exactly(*disc.files[run.file].bytes, offset, scratch);
  return scratch;
}

}  // namespace

void read_q(const Disc& disc, const SubchannelMaker& layout, Lba first, std::int32_t count,
            const StoredSectors& stored, QFindings& found, std::vector<std::uint8_t>& scratch) {
  found.frames = 0;
  found.singular.clear();
  for (std::int32_t done = 0; done < count;) {
    const Lba lba = first + done;
    const SubchannelRun* run = subchannel_run_at(disc, lba);
    if (run == nullptr) {
      ++done;
      continue;
    }
    const std::int32_t skip = lba - run->first;
    const std::int32_t n = std::min(count - done, run->sectors - skip);
    done += n;
    if (!has_q(run->order)) continue;
    const std::uint64_t offset = run->offset + static_cast<std::uint64_t>(skip) * run->stride;
    const auto bytes = bytes_of(disc, *run, offset, static_cast<std::size_t>(n), stored, scratch);
    for (std::int32_t i = 0; i < n; ++i) {
      const auto sector = bytes.subspan(static_cast<std::size_t>(i) * run->stride);
      look_at(layout, lba + i, run->order, q_of_stored(run->order, sector), found);
    }
  }
}

}  // namespace pregap
