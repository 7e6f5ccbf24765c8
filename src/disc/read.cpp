#include "disc/read.h"

#include <algorithm>
#include <array>
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
void expand_2336(const Track& track, Lba lba, std::span<const std::uint8_t> stored,
                 MutableRawSector out) {
  std::memcpy(out.data() + kSubheaderOffset, stored.data(), kMode2UserDataSize);
  const SectorKind kind = track.type == TrackType::mode0 ? SectorKind::mode0 : SectorKind::mode2;
  if (!write_sync_and_header(kind, lba, out)) {
    std::fill_n(out.data(), kSubheaderOffset, std::uint8_t{0});
  }
}

// User data alone become a whole sector of a kind that holds them.
void expand_user_data(const Track& track, Lba lba, std::span<const std::uint8_t> user_data,
                      MutableRawSector out) {
  const Lba writable = std::clamp(lba, kLowestLba, kHighestLba);
  if (user_data.size() == kForm2UserDataSize) {
    build_sector(SectorKind::mode2_form2, writable, user_data, out,
                 {.submode = kSubmodeForm2 | kSubmodeData});
  } else if (track.type == TrackType::mode2) {
    build_sector(SectorKind::mode2_form1, writable, user_data, out, {.submode = kSubmodeData});
  } else {
    build_sector(SectorKind::mode1, writable, user_data, out);
  }
}

void build_blank(const Track& track, Lba lba, MutableRawSector out) {
  static constexpr std::array<std::uint8_t, kUserDataSize> kZeros{};
  std::ranges::fill(out, std::uint8_t{0});
  if (track.type == TrackType::audio) return;
  if (track.type == TrackType::mode0) {
    write_sync_and_header(SectorKind::mode0, lba, out);
    return;
  }
  expand_user_data(track, lba, kZeros, out);
}

}  // namespace

void read_extent(const Disc& disc, const Track& track, const Extent& extent, std::int32_t skip,
                 std::int32_t count, std::span<std::uint8_t> out,
                 std::vector<std::uint8_t>& scratch) {
  if (extent.storage == Storage::blank) {
    for (std::int32_t i = 0; i < count; ++i) {
      build_blank(track, extent.first + skip + i, sector_at(out, static_cast<std::size_t>(i)));
    }
    scratch.clear();
    return;
  }
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
      case Storage::raw2368:
      case Storage::raw2448:
        std::memcpy(sector.data(), stored.data(), kSectorSize);
        if (extent.swapped) swap_pairs(sector);
        break;
      case Storage::xa2336:
        expand_2336(track, lba, stored, sector);
        break;
      case Storage::user2048:
      case Storage::form2_2324:
        expand_user_data(track, lba, stored, sector);
        break;
      case Storage::blank:
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
    read_extent(*this, *track, extent, skip, n,
                out.subspan(static_cast<std::size_t>(done) * kSectorSize), scratch);
    done += n;
  }
  return done;
}

}  // namespace pregap
