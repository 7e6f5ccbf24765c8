#include "volumes/udf_space.h"

#include <algorithm>

#include "volumes/udf_extents.h"

namespace pregap::volumes {
namespace {

using Kind = UdfPartition::Kind;

// Where the partition header descriptor (4/14.3) in a partition descriptor has its short
// allocation descriptors. Freed blocks are unused too, but must be erased before they are written.
constexpr std::size_t kUnallocatedTable = 56, kUnallocatedBitmap = 64;
constexpr std::size_t kFreedTable = 80, kFreedBitmap = 88;
constexpr std::size_t kBitmapHeader = 24;

bool lies_on_the_disc(const UdfPartition& p) {
  return p.kind == Kind::plain || p.kind == Kind::sparable;
}

Bytes descriptor_of(const UdfVolume& volume, const UdfPartition& p) {
  return volume.descriptors().partitions.at(p.number).bytes;
}

std::optional<UdfBitmap> read_bitmap(const UdfVolume& volume, std::uint16_t n,
                                     const UdfExtent& extent) {
  const auto place = volume.place_of(extent.at);
  if (extent.bytes < kBitmapHeader || !place) return std::nullopt;
  // It lies in one extent, whose packets may have been spared.
  UdfFile file;
  file.size = std::min<std::uint64_t>(
      extent.bytes, kBitmapHeader + 8 + volume.source().size() / volume.block_size() / 8);
  file.at = extent.at;
  for (const std::uint32_t value : {extent.bytes, extent.at.block}) {
    for (int i = 0; i < 4; ++i) {
      file.descriptors.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
  }
  const std::vector<std::uint8_t> b = read_udf_content(volume, file, file.size);
  if (b.size() < kBitmapHeader || !udf_tag_is_sound(b) || udf_tag(b) != UdfTag::space_bitmap) {
    return std::nullopt;
  }
  UdfBitmap bitmap{.partition = n,
                   .offset = place->offset,
                   .bits = load_le32(b, 16),
                   .bytes = load_le32(b, 20),
                   .bitmap = {}};
  bitmap.bitmap.assign(b.begin() + kBitmapHeader, b.end());
  return bitmap;
}

// Unallocated space entries (4/14.11): extents, in a chain of blocks.
bool read_table(const UdfVolume& volume, const UdfExtent& extent,
                const std::function<void(UdfAddress, std::uint64_t blocks)>& take) {
  constexpr std::size_t kHeader = 40;
  const std::vector<std::uint8_t> b = volume.block(extent.at);
  if (b.size() < kHeader || !udf_tag_is_sound(b)) return false;
  if (udf_tag(b) != UdfTag::unallocated_space) return false;
  UdfFile file;
  file.at = extent.at;
  file.flags = load_le16(b, 34);
  const std::size_t length = std::min<std::size_t>(load_le32(b, 36), b.size() - kHeader);
  const Bytes found = Bytes(b).subspan(kHeader, length);
  file.descriptors.assign(found.begin(), found.end());
  for_each_udf_extent(volume, file, [&](const UdfExtent& e) {
    take(e.at, (std::uint64_t{e.bytes} + volume.block_size() - 1) / volume.block_size());
    return true;
  });
  return true;
}

// Hands on what of `blocks` from `at` on is there.
class RangeSink {
 public:
  RangeSink(const UdfVolume& volume, const std::function<void(std::uint64_t, std::uint64_t)>& take)
      : volume_(volume), take_(take) {}

  void blocks(UdfAddress at, std::uint64_t count) {
    const std::uint64_t block = volume_.block_size(), size = volume_.source().size();
    while (count > 0 && told_ <= size) {  // no more than all of it, whatever a table says
      const auto place = volume_.place_of(at, count);
      if (!place || place->offset >= size) return;
      const std::uint64_t there = std::min(place->blocks * block, size - place->offset);
      take_(place->offset, there);
      told_ += there;
      count -= std::min(count, place->blocks);
      if (at.block + place->blocks > 0xFFFFFFFF) return;
      at.block += static_cast<std::uint32_t>(place->blocks);
    }
  }

 private:
  const UdfVolume& volume_;
  const std::function<void(std::uint64_t, std::uint64_t)>& take_;
  std::uint64_t told_ = 0;  // in bytes
};

}  // namespace

std::vector<UdfBitmap> udf_bitmaps(const UdfVolume& volume) {
  std::vector<UdfBitmap> bitmaps;
  for (std::size_t n = 0; n < volume.partitions().size(); ++n) {
    const UdfPartition& p = volume.partitions()[n];
    if (!lies_on_the_disc(p)) continue;
    for (const std::size_t at : {kUnallocatedBitmap, kFreedBitmap}) {
      const auto number = static_cast<std::uint16_t>(n);
      const UdfExtent extent = udf_short_ad(descriptor_of(volume, p), at, number);
      if (extent.bytes == 0) continue;
      if (auto bitmap = read_bitmap(volume, number, extent)) bitmaps.push_back(std::move(*bitmap));
    }
  }
  return bitmaps;
}

bool for_each_free_udf_range(
    const UdfVolume& volume,
    const std::function<void(std::uint64_t offset, std::uint64_t size)>& take) {
  bool any = false;
  RangeSink sink(volume, take);
  for (const UdfBitmap& bitmap : udf_bitmaps(volume)) {
    any = true;
    const std::uint64_t count = std::min<std::uint64_t>(bitmap.bits, bitmap.bitmap.size() * 8);
    for (std::uint64_t n = 0; n < count;) {
      std::uint64_t end = n;
      while (end < count && bitmap.is_unused(end)) ++end;
      if (end > n) {
        sink.blocks({.block = static_cast<std::uint32_t>(n), .partition = bitmap.partition},
                    end - n);
      }
      n = end + 1;
    }
  }
  for (std::size_t n = 0; n < volume.partitions().size(); ++n) {
    const UdfPartition& p = volume.partitions()[n];
    if (!lies_on_the_disc(p)) continue;
    for (const std::size_t at : {kUnallocatedTable, kFreedTable}) {
      const UdfExtent extent =
          udf_short_ad(descriptor_of(volume, p), at, static_cast<std::uint16_t>(n));
      if (extent.bytes == 0) continue;
      any |= read_table(volume, extent, [&](UdfAddress address, std::uint64_t blocks) {
        sink.blocks(address, blocks);
      });
    }
  }
  return any;
}

}  // namespace pregap::volumes
