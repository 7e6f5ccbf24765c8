// Decoding the P and Q product code of one sector.
#pragma once

#include "kernels/parity.h"

namespace pregap {

// Corrects `region` in place and returns whether every syndrome is zero afterwards; the EDC is the
// caller's to ask. `region` is left half-corrected when it returns false.
//
// Words of both codes are taken in turn. A word whose two syndromes point to one position is fixed
// if the crossing word of the other code fails too. Where that stalls, a word with one or two
// positions whose crossing words fail is solved for these as erasures. Each fix updates the
// syndromes of both words that hold the byte, so nothing is computed twice.
enum class FirstCode : bool { p, q };
bool decode_parity(kernels::MutableParityRegion region, kernels::HeaderBytes header,
                   FirstCode first) noexcept;

}  // namespace pregap
