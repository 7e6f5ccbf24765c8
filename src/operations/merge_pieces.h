// A sound sector from several that are not.
#pragma once

#include <bitset>
#include <span>
#include <vector>

#include "operations/merge.h"

namespace pregap::operations {

// Whether it agrees with its EDC, its parity and the address; never true of kinds without EDC.
bool is_sound(RawSector sector, SectorKind kind, Lba address);

// `dumps` hold one sector each, `missing` the bytes that they don't have. Tried in turn: majority
// of three or more; pieces of two dumps, cut where they begin and cease to differ; the bytes on
// which they differ as erasures, of all and then of each two. The first that is sound is put into
// `out`.
//
// Pieces are asked for soundness alone, parity and EDC; what erasures lead to may change four bytes
// at most on which all dumps agree. So what is accepted here is far likelier to be right than what
// a dump's own parity leads to.
MergeBasis put_together(SectorKind kind, Lba address, std::span<const RawSector> dumps,
                        std::span<const std::bitset<kSectorSize>> missing, MutableRawSector out);

}  // namespace pregap::operations
