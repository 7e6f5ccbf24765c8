#include "disc/read.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace pregap {
namespace {

MutableRawSector sector_at(std::span<std::uint8_t> sectors, std::size_t n) {
  return sectors.subspan(n * kSectorSize).first<kSectorSize>();
}

void swap_pairs(std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

// 2336 bytes begin with the sub-header; sync and header are those that belong to the address.
void expand_2336(Lba lba, std::span<const std::uint8_t> stored, MutableRawSector out) {
  std::memcpy(out.data() + kSubheaderOffset, stored.data(), kMode2UserDataSize);
  if (!write_sync_and_header(SectorKind::mode2, lba, out)) {
    std::fill_n(out.data(), kSubheaderOffset, std::uint8_t{0});
  }
}

void expand_2048(Lba lba, std::span<const std::uint8_t> stored, MutableRawSector out) {
  const Lba writable = std::clamp(lba, kLowestLba, kHighestLba);
  build_sector(SectorKind::mode1, writable, stored.first(kUserDataSize), out);
}

}  // namespace

void read_extent(const Disc& disc, const Extent& extent, std::int32_t skip, std::int32_t count,
                 std::span<std::uint8_t> out, std::vector<std::uint8_t>& scratch) {
  const std::size_t stride = stride_of(extent.storage);
  const std::size_t n = static_cast<std::size_t>(count);
  const std::uint64_t offset = extent.offset + static_cast<std::uint64_t>(skip) * stride;
  const ByteSource& file = *disc.files[extent.file].bytes;
  if (extent.storage == Storage::raw2352) {
    const std::span<std::uint8_t> sectors = out.first(n * kSectorSize);
    read_exactly(file, offset, sectors);
    if (!extent.swapped) return;
    scratch.assign(sectors.begin(), sectors.end());
    swap_pairs(sectors);
    return;
  }
  scratch.resize(n * stride);
  read_exactly(file, offset, scratch);
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<const std::uint8_t> stored(scratch.data() + i * stride, stride);
    const MutableRawSector sector = sector_at(out, i);
    const Lba lba = extent.first + skip + static_cast<std::int32_t>(i);
    switch (extent.storage) {
      case Storage::raw2352:
      case Storage::raw2448:
        std::memcpy(sector.data(), stored.data(), kSectorSize);
        if (extent.swapped) swap_pairs(sector);
        break;
      case Storage::xa2336:
        expand_2336(lba, stored, sector);
        break;
      case Storage::user2048:
        expand_2048(lba, stored, sector);
        break;
    }
  }
}

std::int32_t Disc::read_sectors(Lba first, std::int32_t count, std::span<std::uint8_t> out) const {
  std::vector<std::uint8_t> scratch;
  std::int32_t done = 0;
  while (done < count) {
    const Lba lba = first + done;
    const Track* track = track_at(lba);
    if (track == nullptr) break;
    const Extent& extent = *track->extent_at(lba);
    const std::int32_t skip = lba - extent.first;
    const std::int32_t n = std::min(count - done, extent.sectors - skip);
    read_extent(*this, extent, skip, n, out.subspan(static_cast<std::size_t>(done) * kSectorSize),
                scratch);
    done += n;
  }
  return done;
}

}  // namespace pregap
