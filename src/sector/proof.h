// What a sector must show to be taken for the one that was written.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/parity.h"
#include "pregap/sector.h"

namespace pregap {

using SectorBuffer = std::array<std::uint8_t, kSectorSize>;

// A sector under repair: what it was, and how its parity reads the header.
struct Patient {
  SectorKind kind;
  kernels::HeaderBytes header;
  const SectorBuffer& start;
};

// The computed EDC and the stored one, one XORed to the other: 0 if they agree, and linear in the
// sector's bits. The kind must have an EDC.
std::uint32_t edc_remainder(SectorKind kind, RawSector sector);
inline bool edc_agrees(SectorKind kind, RawSector sector) {
  return edc_remainder(kind, sector) == 0;
}

// The header after decoding must be one: the all-zero word, for one, is a codeword that agrees with
// everything but mode 1's sync. A mode byte that decoding did not touch may be a flipped one. In
// form 1 the header is no business of the decoder, whichever reading its parity has.
bool header_holds(const Patient& patient, const SectorBuffer& work);

// What the stored EDC vouches for must stay as it is, unless parity shows a wound of a few bytes:
// the EDC is blind to some pairs of bytes 128 and 256 apart (docs/repair.md). And the word of all
// zeros, which agrees with every code, is where the decoder leads any sector with little in it, so
// that it proves nothing.
bool may_become(const Patient& patient, const SectorBuffer& work);

// Builds parity anew if the EDC vouches for the data in `work`: it is mere arithmetic then. The EDC
// does not cover the intermediate field. Where Q does not confirm it either, a byte of it that is
// not the zero of the standard must stand in a P word that was good from the start.
bool complete_parity(const Patient& patient, SectorBuffer& work);

}  // namespace pregap
