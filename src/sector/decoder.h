// Decoding the P and Q product code of one sector.
#pragma once

#include <cstdint>

#include "kernels/parity.h"

namespace pregap {

// What is left after decoding; the EDC is the caller's to ask.
enum class Decoded : std::uint8_t {
  failed,    // `region` is left half-corrected
  p_agrees,  // every P word, and so all that P covers; some Q words fail
  agrees,    // every word of both codes
};

// Corrects `region` in place. Words of both codes are taken in turn. A word whose two syndromes
// point to one position is fixed if the crossing word of the other code fails too; the parity bytes
// of Q, which no P word crosses, only once all P words are good. Where that stalls, a word with two
// positions whose crossing words fail is solved for these as erasures. Each fix updates the
// syndromes of both words that hold the byte, so nothing is computed twice.
enum class FirstCode : bool { p, q };
Decoded decode_parity(kernels::MutableParityRegion region, kernels::HeaderBytes header,
                      FirstCode first) noexcept;

}  // namespace pregap
