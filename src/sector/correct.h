// Correction without the header: what a pass over a disc does before it knows the neighbours.
#pragma once

#include "pregap/check.h"

namespace pregap {

// As correct_sector, but a header that no parity covers is left as it is, and `sound` speaks of
// sync, EDC and parity alone.
Correction correct_content(SectorKind kind, MutableRawSector sector) noexcept;

// From the places that `erasures` names alone, without falling back on looking for others: a second
// try, after correct_content() failed.
Correction correct_named(SectorKind kind, const std::bitset<kSectorSize>& erasures,
                         MutableRawSector sector) noexcept;

}  // namespace pregap
