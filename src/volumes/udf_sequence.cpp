#include "volumes/udf_sequence.h"

#include <algorithm>
#include <array>
#include <utility>

#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint32_t kSectorSizes[] = {2048, 512, 4096, 1024, 8192, 16384, 32768};
constexpr std::uint32_t kDiscSector = 2048;
constexpr std::size_t kLeast = 512;          // bytes of a descriptor that are looked at
constexpr std::size_t kMostOfSector = 4096;  // none is larger
constexpr std::size_t kMostDescriptors = 256;

std::optional<UdfAnchor> anchor_at(const ByteSource& source, std::uint32_t sector_size,
                                   std::uint64_t sector) {
  std::array<std::uint8_t, kLeast> b;
  if (sector > source.size() / sector_size) return std::nullopt;
  if (source.read(sector * sector_size, b) < b.size()) return std::nullopt;
  if (udf_tag(b) != UdfTag::anchor || !udf_tag_is_sound(b)) return std::nullopt;
  if (load_le32(b, 12) != (sector & 0xFFFFFFFF)) return std::nullopt;  // of another sector size
  return UdfAnchor{.sector_size = sector_size,
                   .sector = sector,
                   .main = udf_sectors(b, 16),
                   .reserve = udf_sectors(b, 24)};
}

// Whether a logical volume and a partition of it are told there.
bool leads_to_a_volume(const ByteSource& source, const UdfAnchor& anchor) {
  const UdfPrevailing found = prevailing_udf(source, anchor);
  return found.logical && !found.partitions.empty();
}

std::optional<UdfAnchor> anchor_in(const ByteSource& source, std::uint32_t size,
                                   std::uint64_t start) {
  const std::uint64_t sectors = source.size() / size;
  const std::uint64_t first = start / size;
  std::optional<UdfAnchor> found = anchor_at(source, size, first + 256);
  for (const std::uint64_t place : {sectors - 1, sectors - 257, first + 512}) {
    if (place >= sectors) continue;
    const auto other = anchor_at(source, size, place);
    if (!other || !leads_to_a_volume(source, *other)) continue;
    // Of a later session of a disc: its sequence lies behind this one's anchor.
    const bool is_later =
        found && start == 0 && size == kDiscSector && other->main.first > found->sector &&
        other->main.first != found->main.first && other->main.first != found->reserve.first;
    if (!found || is_later) return other;
  }
  return found;
}

bool is_better(const UdfDescriptor& a, const UdfDescriptor& b) {
  if (a.crc_good != b.crc_good) return a.crc_good;
  return a.sequence_number() > b.sequence_number();
}

void take_better(std::optional<UdfDescriptor>& place, UdfDescriptor&& descriptor) {
  if (!place || is_better(descriptor, *place)) place = std::move(descriptor);
}

}  // namespace

std::optional<UdfRecognition> recognise_udf(const ByteSource& source, std::uint64_t start) {
  constexpr std::uint64_t kFrom = 32768, kMost = 64;
  for (const std::uint32_t step : {2048U, 4096U, 8192U, 16384U, 32768U}) {
    for (std::uint64_t n = 0; n < kMost; ++n) {
      std::array<std::uint8_t, 7> b;
      if (source.read(start + kFrom + n * step, b) < b.size()) break;
      const std::string_view id = chars_of(Bytes(b).subspan(1, 5));
      if (id == "NSR02" || id == "NSR03") return UdfRecognition{std::string(id), step};
      if (id != "BEA01" && id != "CD001" && id != "BOOT2" && id != "CDW02" && id != "TEA01") break;
    }
  }
  return std::nullopt;
}

std::optional<UdfAnchor> find_udf_anchor(const ByteSource& source,
                                         const UdfRecognition& recognition, std::uint64_t start) {
  std::optional<UdfAnchor> unusable;
  for (const bool agrees : {true, false}) {
    for (const std::uint32_t size : kSectorSizes) {
      if ((std::max<std::uint32_t>(2048, size) == recognition.step) != agrees) continue;
      auto anchor = anchor_in(source, size, start);
      if (!anchor) continue;
      if (leads_to_a_volume(source, *anchor)) return anchor;
      if (!unusable) unusable = anchor;
    }
  }
  return unusable;
}

std::optional<UdfAnchor> find_udf_anchor_before(const ByteSource& source, std::uint32_t sector_size,
                                                std::uint64_t end, std::uint64_t most) {
  for (std::uint64_t n = 1; n <= std::min(end, most); ++n) {
    if (auto anchor = anchor_at(source, sector_size, end - n)) return anchor;
  }
  return std::nullopt;
}

void for_each_udf_descriptor(const ByteSource& source, std::uint32_t sector_size, UdfSectors extent,
                             const std::function<void(UdfDescriptor&&)>& take,
                             const std::function<void(std::uint64_t)>& broken) {
  std::size_t broken_in_a_row = 0;
  std::uint64_t sector = extent.first;
  std::uint64_t left = extent.bytes / sector_size;
  for (std::size_t n = 0; n < kMostDescriptors && left > 0; ++n, ++sector, --left) {
    const std::size_t size = std::clamp<std::size_t>(sector_size, kLeast, kMostOfSector);
    UdfDescriptor d{.offset = sector * sector_size, .bytes = std::vector<std::uint8_t>(size)};
    d.bytes.resize(source.read(d.offset, d.bytes));
    if (d.bytes.size() < kLeast || all_zero(Bytes(d.bytes).first(kUdfTagSize))) return;
    if (!udf_tag_is_sound(d.bytes)) {
      constexpr std::size_t kMostBroken = 16;
      broken(d.offset);
      if (++broken_in_a_row == kMostBroken) return;
      continue;
    }
    broken_in_a_row = 0;
    const UdfTag tag = udf_tag(d.bytes);
    if (tag == UdfTag::terminator || tag > UdfTag::integrity) return;
    d.crc_good = udf_crc_is_good(d.bytes);
    // What follows stands in another extent (3/10.3, 3/10.10.4).
    const std::size_t next_at = tag == UdfTag::pointer ? 20 : tag == UdfTag::integrity ? 32 : 0;
    const UdfSectors next = next_at > 0 ? udf_sectors(d.bytes, next_at) : UdfSectors{};
    take(std::move(d));
    if (next.bytes < sector_size) continue;
    sector = std::uint64_t{next.first} - 1;
    left = std::uint64_t{next.bytes / sector_size} + 1;
  }
}

UdfPrevailing UdfPrevailing::of(const ByteSource& source, std::uint32_t sector_size,
                                UdfSectors extent) {
  UdfPrevailing found;
  for_each_udf_descriptor(
      source, sector_size, extent, [&](UdfDescriptor&& d) { found.take(std::move(d)); },
      [](std::uint64_t) {});
  return found;
}

void UdfPrevailing::take(UdfDescriptor&& descriptor) {
  switch (udf_tag(descriptor.bytes)) {
    case UdfTag::primary:
      return take_better(primary, std::move(descriptor));
    case UdfTag::logical:
      return take_better(logical, std::move(descriptor));
    case UdfTag::partition: {
      const std::uint16_t number = load_le16(descriptor.bytes, 22);
      const auto known = partitions.find(number);
      if (known == partitions.end()) {
        partitions.emplace(number, std::move(descriptor));
      } else if (is_better(descriptor, known->second)) {
        known->second = std::move(descriptor);
      }
      return;
    }
    default:
      return;
  }
}

bool UdfPrevailing::is_whole() const {
  return logical && logical->crc_good && !partitions.empty() &&
         std::ranges::all_of(partitions, [](const auto& p) { return p.second.crc_good; });
}

UdfPrevailing prevailing_udf(const ByteSource& source, const UdfAnchor& anchor) {
  UdfPrevailing found;
  bool any_broken = false;
  for (const UdfSectors& extent : {anchor.main, anchor.reserve}) {
    for_each_udf_descriptor(
        source, anchor.sector_size, extent,
        [&](UdfDescriptor&& descriptor) { found.take(std::move(descriptor)); },
        [&](std::uint64_t) { any_broken = true; });
    if (found.is_whole() && !any_broken) break;
  }
  return found;
}

std::optional<UdfDescriptor> udf_integrity(const ByteSource& source, std::uint32_t sector_size,
                                           UdfSectors extent) {
  std::optional<UdfDescriptor> last;
  for_each_udf_descriptor(
      source, sector_size, extent,
      [&](UdfDescriptor&& d) {
        if (udf_tag(d.bytes) == UdfTag::integrity) last = std::move(d);
      },
      [](std::uint64_t) {});
  return last;
}

}  // namespace pregap::volumes
