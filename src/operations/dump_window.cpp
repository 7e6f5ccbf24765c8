#include "operations/dump_window.h"

#include <algorithm>

#include "kernels/runs.h"

namespace pregap::operations {
namespace {

constexpr StreamPosition kSector = static_cast<StreamPosition>(kSectorSize);

// Rounded down, also below zero.
Lba sector_at(StreamPosition at) {
  const StreamPosition n = at >= 0 ? at / kSector : -((-at + kSector - 1) / kSector);
  return Lba(static_cast<std::int32_t>(n));
}

bool is_reachable(StreamPosition at) {
  constexpr StreamPosition kMost = StreamPosition{1} << 40;
  return at > -kMost && at < kMost;
}

// Calls take(offset, bytes) for the parts of `size` bytes from `at` on that are stored, each with
// the sector that it is part of.
template <typename Take>
void for_stored(const Disc& dump, StreamPosition at, std::size_t size, Take take) {
  if (!is_reachable(at)) return;
  std::array<std::uint8_t, kSectorSize> sector;
  for (std::size_t done = 0; done < size;) {
    const StreamPosition here = at + static_cast<StreamPosition>(done);
    const Lba lba = sector_at(here);
    const std::size_t skip = static_cast<std::size_t>(here - position_of(lba));
    const std::size_t n = std::min(size - done, kSectorSize - skip);
    if (dump.read_sectors(lba, 1, sector) == 1)
      take(done, std::span(sector).subspan(skip, n), sector);
    done += n;
  }
}

}  // namespace

DumpWindow read_window(const Disc& dump, StreamPosition at) {
  DumpWindow window;
  window.absent.set();
  for_stored(dump, at, kSectorSize,
             [&](std::size_t offset, std::span<const std::uint8_t> part, RawSector sector) {
               std::ranges::copy(part, window.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
               const bool filled = kernels::is_one_value(sector);
               for (std::size_t i = offset; i < offset + part.size(); ++i) {
                 window.absent.reset(i);
                 window.filled.set(i, filled);
               }
             });
  return window;
}

void read_stream(const Disc& dump, StreamPosition at, std::span<std::uint8_t> out) {
  std::ranges::fill(out, std::uint8_t{0});
  for_stored(dump, at, out.size(),
             [&](std::size_t offset, std::span<const std::uint8_t> part, RawSector) {
               std::ranges::copy(part, out.begin() + static_cast<std::ptrdiff_t>(offset));
             });
}

}  // namespace pregap::operations
