// The directory records of one view of an ISO 9660 volume (ECMA-119), and where its root is told.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "pregap/bytes.h"
#include "volumes/iso_record.h"

namespace pregap::volumes {

inline constexpr std::size_t kIsoSector = 2048;

struct IsoVolume {
  std::shared_ptr<const ByteSource> source;
  IsoNames names = IsoNames::plain;
  std::uint64_t root_record = 0;  // where it stands, in bytes
  std::uint32_t block_size = kIsoSector;
  // Bytes before Rock Ridge in each record's system use; nothing: there is none, or it isn't
  // wanted.
  std::optional<std::uint32_t> susp_skip{};

  // In bytes.
  std::uint64_t start_of(const IsoRecord& record) const {
    return (static_cast<std::uint64_t>(record.first_block) + record.xar_blocks) * block_size;
  }
};

// Every view that the descriptors from `first_sector` + 16 on name, in their order; at most 64
// sectors are looked at. `susp_skip` is not looked for.
std::vector<IsoVolume> find_iso_volumes(std::shared_ptr<const ByteSource> source,
                                        std::uint64_t first_sector);

// Reads records one behind the other, a sector at once.
class IsoRecords {
 public:
  explicit IsoRecords(const IsoVolume& volume) : volume_(volume) {}

  // From `at` to the end of its sector, which no record crosses; empty where the source ends.
  Bytes bytes_at(std::uint64_t at);
  // Nothing where no record can be. Its spans hold until the next call.
  std::optional<IsoRecord> at(std::uint64_t at);

  // Of a file of several extents, whose record at `at` is `first`: the records behind it, which
  // bear the same name, each with the byte behind it. False where the chain breaks off.
  bool for_each_further_extent(
      const IsoRecord& first, std::uint64_t at,
      const std::function<void(const IsoRecord& next, std::uint64_t behind)>& use);

 private:
  const IsoVolume& volume_;
  std::array<std::uint8_t, kIsoSector> buffer_{};
  std::uint64_t start_ = 0;
  std::size_t size_ = 0;
  bool filled_ = false;
};

}  // namespace pregap::volumes
