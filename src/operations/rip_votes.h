// Several imperfect reads of one sector, merged.
//
// Data sectors prove themselves by EDC and parity, corrected with C2 bits and places where reads
// differ as erasures; where all reads are the same and without C2, nothing is corrected. Whatever
// carries no such proof, audio above all, needs reads that agree: two whole ones of the same bytes
// without C2, or for each byte at least three without C2 that outvote all others three to one.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "pregap/check.h"

namespace pregap::operations {

using SectorArray = std::array<std::uint8_t, kSectorSize>;

// What a data sector shows by itself at an address.
struct DataLook {
  bool proven = false;     // its codes and its address
  bool misplaced = false;  // a sound header of another address: the drive read elsewhere
  SectorKind kind = SectorKind::mode1;
};
DataLook look_at_data(RawSector sector, Lba lba);

class Votes {
 public:
  struct Read {
    SectorArray data{};
    std::array<std::uint8_t, 294> c2{};
    bool clean = true;  // no C2
  };

  // `c2` may be empty: the drive tells none.
  void add(RawSector data, std::span<const std::uint8_t> c2);
  std::size_t reads() const { return reads_.size(); }

  // As a data sector of `lba`.
  std::optional<SectorArray> proven(Lba lba) const;
  std::optional<SectorArray> agreed() const;
  const SectorArray& best() const;  // of the fewest C2 bits; there is one

 private:
  std::optional<SectorArray> corrected(const Read& read, Lba lba, SectorKind kind) const;
  std::optional<SectorArray> merged() const;
  std::vector<const Read*> of_one_place() const;
  bool troubled() const;
  std::vector<Read> reads_;
};

}  // namespace pregap::operations
