#include "volumes/udf_extents.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace pregap::volumes {
namespace {

using Allocation = UdfFile::Allocation;

constexpr std::size_t kMostFurther = 16384;  // extents of descriptors
constexpr std::size_t kMostEmpty = 16;       // of these in a row
constexpr std::size_t kFurtherHeader = 24;   // of an allocation extent descriptor (4/14.5)

std::size_t size_of(Allocation allocation) {
  switch (allocation) {
    case Allocation::short_ad:
      return 8;
    case Allocation::long_ad:
      return 16;
    case Allocation::extended_ad:
      return 20;
    default:
      return 0;
  }
}

// Short ones count in the partition that the file's entry lies in.
UdfExtent extent_at(Bytes b, std::size_t at, Allocation allocation, std::uint16_t partition) {
  if (allocation == Allocation::short_ad) return udf_short_ad(b, at, partition);
  if (allocation == Allocation::long_ad) return udf_long_ad(b, at);
  UdfExtent extent = udf_short_ad(b, at, partition);  // 4/14.14.3: the address is behind two sizes
  extent.at = {.block = load_le32(b, at + 12), .partition = load_le16(b, at + 16)};
  return extent;
}

class PartWalk {
 public:
  PartWalk(const UdfVolume& volume, std::uint64_t size,
           const std::function<bool(const UdfPart&)>& take, UdfVolume::Copy copy)
      : volume_(volume), left_(size), take_(take), copy_(copy) {}

  // False: the walk is over.
  bool take_extent(const UdfExtent& extent) {
    std::uint64_t bytes = std::min<std::uint64_t>(extent.bytes, left_);
    if (extent.kind != UdfExtentKind::recorded) {
      return hand_on({.size = bytes, .offset = 0, .is_stored = false});
    }
    UdfAddress at = extent.at;
    const std::uint64_t block = volume_.block_size();
    while (bytes > 0) {
      const auto place = volume_.place_of(at, (bytes + block - 1) / block, copy_);
      if (!place)
        return fail(fmt::format("block {} of partition {} lies nowhere", at.block, at.partition));
      const std::uint64_t size = volume_.source().size();
      const std::uint64_t wanted = std::min(bytes, place->blocks * block);
      const std::uint64_t there = place->offset < size ? std::min(wanted, size - place->offset) : 0;
      if (there > 0 && !hand_on({.size = there, .offset = place->offset, .is_stored = true})) {
        return false;
      }
      if (there < wanted) return fail("the rest lies behind the image's end");
      bytes -= wanted;
      const std::uint64_t next = at.block + place->blocks;
      if (next > 0xFFFFFFFF && bytes > 0) return fail("an extent leads beyond its partition");
      at.block = static_cast<std::uint32_t>(next);
    }
    return left_ > 0;
  }

  bool hand_on(const UdfPart& part) {
    if (part.size == 0) return left_ > 0;
    left_ -= part.size;
    told_ += part.size;
    stopped_ = !take_(part);
    return !stopped_ && left_ > 0;
  }

  UdfContentEnd finish(std::string fault) {
    if (fault_.empty() && left_ > 0 && !stopped_) {
      fault_ = fault.empty() ? "its extents end before" : std::move(fault);
    }
    return {.told = told_, .fault = std::move(fault_)};
  }

 private:
  bool fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  const UdfVolume& volume_;
  std::uint64_t left_, told_ = 0;
  const std::function<bool(const UdfPart&)>& take_;
  UdfVolume::Copy copy_;
  bool stopped_ = false;
  std::string fault_;
};

}  // namespace

std::string for_each_udf_extent(const UdfVolume& volume, const UdfFile& file,
                                const std::function<bool(const UdfExtent&)>& take) {
  const std::size_t size = size_of(file.allocation());
  if (size == 0) {
    return fmt::format("allocation descriptors of the unknown kind {}", file.flags & 7);
  }
  std::vector<std::uint8_t> descriptors = file.descriptors;
  std::set<UdfAddress> seen;
  std::uint16_t partition = file.at.partition;
  std::size_t empty_in_a_row = 0;
  while (true) {
    std::optional<UdfExtent> further;
    ++empty_in_a_row;
    for (std::size_t at = 0; at + size <= descriptors.size(); at += size) {
      const UdfExtent extent = extent_at(descriptors, at, file.allocation(), partition);
      if (extent.bytes == 0) return {};
      if (extent.kind == UdfExtentKind::next) {
        further = extent;
        break;
      }
      empty_in_a_row = 0;
      if (!take(extent)) return {};
    }
    if (!further) return {};
    if (!seen.insert(further->at).second) return "its allocation descriptors lead in a circle";
    if (seen.size() > kMostFurther || empty_in_a_row > kMostEmpty)
      return "too many extents of allocation descriptors";
    const std::vector<std::uint8_t> block = volume.block(further->at);
    if (block.empty() || !udf_tag_is_sound(block) || udf_tag(block) != UdfTag::allocation_extent) {
      return fmt::format("no allocation extent descriptor in block {}", further->at.block);
    }
    partition = further->at.partition;
    const std::size_t length =
        std::min<std::size_t>(load_le32(block, 20), block.size() - kFurtherHeader);
    const Bytes found = Bytes(block).subspan(kFurtherHeader, length);
    descriptors.assign(found.begin(), found.end());
  }
}

UdfContentEnd for_each_udf_part(const UdfVolume& volume, const UdfFile& file,
                                const std::function<bool(const UdfPart&)>& take,
                                UdfVolume::Copy copy) {
  PartWalk walk(volume, file.size, take, copy);
  if (file.size == 0) return {};
  if (file.allocation() == Allocation::within) {
    const std::uint64_t there = std::min<std::uint64_t>(file.size, file.descriptors.size());
    walk.hand_on({.size = there, .offset = file.descriptors_at, .is_stored = true});
    return walk.finish("its entry holds less");
  }
  return walk.finish(for_each_udf_extent(
      volume, file, [&](const UdfExtent& extent) { return walk.take_extent(extent); }));
}

std::vector<std::uint8_t> read_udf_content(const UdfVolume& volume, const UdfFile& file,
                                           std::uint64_t most) {
  std::vector<std::uint8_t> content;
  for_each_udf_part(volume, file, [&](const UdfPart& part) {
    const auto n = static_cast<std::size_t>(std::min(part.size, most - content.size()));
    const std::size_t before = content.size();
    content.resize(before + n);
    if (part.is_stored) {
      const std::size_t came = volume.read(part.offset, MutableBytes(content).subspan(before));
      if (came < n) {
        content.resize(before + came);
        return false;
      }
    }
    return content.size() < most;
  });
  return content;
}

}  // namespace pregap::volumes
