// Bytes that may be wrong, known from beside the sector or from what it looks like: a second try
// where parity alone leads nowhere.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "pregap/sector.h"

namespace pregap {

using NamedBytes = std::bitset<kSectorSize>;

// Pointers to wrong bytes of a disc's sectors. Asked by several threads at once.
class Pointers {
 public:
  virtual ~Pointers() = default;
  Pointers() = default;
  Pointers(const Pointers&) = delete;
  Pointers& operator=(const Pointers&) = delete;
  // Of the sector at `lba`; none where nothing is known of it.
  virtual NamedBytes at(Lba lba) const = 0;
};

// What a pass may try beside the ordinary correction.
struct Aid {
  const Pointers* pointers = nullptr;  // may be null
  bool fills = false;                  // runs of one byte value
};

// What a correction took for unknown.
enum class Doubt : std::uint8_t { none, pointers, fill };

// Runs of one byte value that a reader may have put in the place of what it could not read: each by
// itself, the longest first, then those of one value together; four sets at most. Runs shorter than
// 8 bytes are left out, and sets of more than 244, after which parity could contradict no guess.
std::vector<NamedBytes> possible_fills(RawSector sector);

}  // namespace pregap
