// One sector as it lies in its file, and back: where its bytes are, in which order, and how many of
// the 2352 are stored.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "pregap/disc.h"

namespace pregap::operations {

struct StoredSector {
  std::size_t file = 0;
  std::uint64_t offset = 0;  // in the file's samples or bytes
  std::size_t size = 0;      // 2352, 2336 of sectors without header
  bool swapped = false;
  std::array<std::uint8_t, kSectorSize> bytes{};  // the first `size` of them, as in the file
};

// Nothing where the sector is in no file, or is user data alone.
std::optional<StoredSector> read_stored(const Disc& disc, const Track& track, Lba lba);

// All 2352 bytes of it, in the order that the layout has; those that are not stored are zero.
std::array<std::uint8_t, kSectorSize> whole_sector(const StoredSector& stored);

// The bytes to be stored in its place for a sector of 2352; the span is as long as `stored.size`.
std::array<std::uint8_t, kSectorSize> stored_form(const StoredSector& stored, RawSector sector);

// Extents that have bytes of an earlier one: changing them would change that one's sectors too.
class SharedBytes {
 public:
  explicit SharedBytes(const Disc& disc);
  bool has(const Track& track, Lba lba) const;

 private:
  std::set<const Extent*> shared_;
};

}  // namespace pregap::operations
