#include "operations/stored_sector.h"

#include <algorithm>
#include <map>
#include <utility>

namespace pregap::operations {
namespace {

using SectorBytes = std::array<std::uint8_t, kSectorSize>;

void swap_pairs(std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

// Ranges of one file that have been seen, joined: by begin, with their end.
class SeenRanges {
 public:
  // Whether a byte of it was seen before.
  bool add(std::uint64_t begin, std::uint64_t end) {
    auto next = ends_.upper_bound(begin);
    bool seen = next != ends_.end() && next->first < end;
    if (next != ends_.begin()) {
      const auto before = std::prev(next);
      seen = seen || before->second > begin;
      if (before->second >= begin) {
        begin = before->first;
        end = std::max(end, before->second);
        ends_.erase(before);
      }
    }
    for (next = ends_.lower_bound(begin); next != ends_.end() && next->first <= end;) {
      end = std::max(end, next->second);
      next = ends_.erase(next);
    }
    ends_[begin] = end;
    return seen;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> ends_;
};

}  // namespace

std::optional<StoredSector> read_stored(const Disc& disc, const Track& track, Lba lba) {
  const Extent* extent = track.extent_at(lba);
  if (extent == nullptr || has_user_data_only(extent->storage)) return std::nullopt;
  const std::uint64_t stride = stride_of(extent->storage);
  StoredSector stored{
      .file = extent->file,
      .offset = extent->offset + static_cast<std::uint64_t>(lba - extent->first) * stride,
      .size = extent->storage == Storage::xa2336 ? kMode2UserDataSize : kSectorSize,
      .swapped = extent->swapped};
  read_exactly(*disc.files[stored.file].bytes, stored.offset,
               std::span(stored.bytes).first(stored.size));
  return stored;
}

SectorBytes whole_sector(const StoredSector& stored) {
  SectorBytes sector{};
  std::copy_n(stored.bytes.begin(), stored.size,
              sector.end() - static_cast<std::ptrdiff_t>(stored.size));
  if (stored.swapped) swap_pairs(sector);
  return sector;
}

SectorBytes stored_form(const StoredSector& stored, RawSector sector) {
  SectorBytes whole, result{};
  std::ranges::copy(sector, whole.begin());
  if (stored.swapped) swap_pairs(whole);
  std::copy_n(whole.end() - static_cast<std::ptrdiff_t>(stored.size), stored.size, result.begin());
  return result;
}

SharedBytes::SharedBytes(const Disc& disc) {
  std::map<std::size_t, SeenRanges> seen;
  for (const Track& track : disc.tracks) {
    for (const Extent& extent : track.extents) {
      if (extent.storage == Storage::blank) continue;
      const std::uint64_t end =
          extent.offset + static_cast<std::uint64_t>(extent.sectors) * stride_of(extent.storage);
      if (seen[extent.file].add(extent.offset, end)) shared_.insert(&extent);
    }
  }
}

bool SharedBytes::has(const Track& track, Lba lba) const {
  return !shared_.empty() && shared_.contains(track.extent_at(lba));
}

}  // namespace pregap::operations
