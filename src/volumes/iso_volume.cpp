#include "volumes/iso_volume.h"

#include <algorithm>
#include <string_view>

#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kFirstDescriptor = 16, kMostDescriptors = 64;
constexpr std::size_t kMostExtents = 1U << 16;  // of one file: 256 TiB

std::uint32_t usable_block_size(std::uint32_t stated) {
  return stated == 512 || stated == 1024 ? stated : kIsoSector;
}

}  // namespace

std::vector<IsoVolume> find_iso_volumes(std::shared_ptr<const ByteSource> source,
                                        std::uint64_t first_sector) {
  std::vector<IsoVolume> volumes;
  std::array<std::uint8_t, kIsoSector> s;
  for (std::uint64_t n = kFirstDescriptor; n < kFirstDescriptor + kMostDescriptors; ++n) {
    const std::uint64_t at = (first_sector + n) * kIsoSector;
    if (source->read(at, s) < s.size()) break;
    const std::string_view text = chars_of(s);
    const auto add = [&](IsoNames names, std::uint64_t record, std::size_t block_size_at) {
      volumes.push_back({.source = source,
                         .names = names,
                         .root_record = at + record,
                         .block_size = usable_block_size(load_le16(s, block_size_at))});
    };
    if (text.substr(9, 5) == "CDROM" && s[8] == 1) {
      add(IsoNames::high_sierra, 180, 136);
      continue;
    }
    if (text.substr(1, 5) != "CD001" || s[0] == 255) break;
    const std::string_view escape = text.substr(88, 3);
    const bool joliet = escape == "%/@" || escape == "%/C" || escape == "%/E";
    if (s[0] == 1) add(IsoNames::plain, 156, 128);
    if (s[0] == 2 && joliet) add(IsoNames::joliet, 156, 128);
  }
  return volumes;
}

Bytes IsoRecords::bytes_at(std::uint64_t at) {
  const std::uint64_t in_sector = at % kIsoSector;
  const std::uint64_t start = at - in_sector;
  if (!filled_ || start != start_) {
    filled_ = true;
    start_ = start;
    size_ = volume_.source->read(start, buffer_);
  }
  return in_sector < size_ ? Bytes(buffer_).first(size_).subspan(in_sector) : Bytes();
}

std::optional<IsoRecord> IsoRecords::at(std::uint64_t at) {
  return parse_iso_record(bytes_at(at), volume_.names);
}

bool IsoRecords::for_each_further_extent(
    const IsoRecord& first, std::uint64_t at,
    const std::function<void(const IsoRecord& next, std::uint64_t behind)>& use) {
  if (!first.has_more_extents()) return true;
  const std::vector<std::uint8_t> identifier(first.identifier.begin(), first.identifier.end());
  bool more = true;
  at += first.length;
  for (std::size_t n = 0; more; ++n) {
    const Bytes bytes = bytes_at(at);
    if (!bytes.empty() && bytes[0] == 0) {  // the next extent's record is in the next sector
      at += kIsoSector - at % kIsoSector;
    }
    const auto record = this->at(at);
    if (n == kMostExtents || !record || !std::ranges::equal(record->identifier, identifier)) {
      return false;
    }
    at += record->length;
    more = record->has_more_extents();
    use(*record, at);
  }
  return true;
}

}  // namespace pregap::volumes
