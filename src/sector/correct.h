// Correction without the header: what a pass over a disc does before it knows the neighbours.
#pragma once

#include "pregap/check.h"

namespace pregap {

// As correct_sector, but a header that no parity covers is left as it is, and `sound` speaks of
// sync, EDC and parity alone.
Correction correct_content(SectorKind kind, MutableRawSector sector) noexcept;

}  // namespace pregap
