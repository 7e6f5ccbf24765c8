// P and Q words in turn until nothing changes: what most wounds need.
#pragma once

#include <cstdint>

#include "sector/plane.h"

namespace pregap {

enum class FirstCode : bool { p, q };

// A word whose two syndromes point to one cell is fixed if the crossing word of the other code
// fails too; Q parity, which no P word crosses, only once all P words are good. Where that stalls,
// a word with exactly two cells whose crossing words fail is solved for these as erasures.
void iterate(Plane& plane, FirstCode first);

// As a drive does it: each word of one code by itself, whatever the other says, then the other.
void single_pass(Plane& plane, FirstCode first);

// The errors at two places of one word that explain its syndrome s = (s0, s1), the places' weights
// being a and b: e + f = s0, a e + b f = s1.
struct PairErrors {
  std::uint8_t e = 0, f = 0;
};
constexpr PairErrors solve_pair(kernels::Syndrome s, std::uint8_t a, std::uint8_t b) {
  namespace gf = kernels::gf256;
  const std::uint8_t f = gf::divide(static_cast<std::uint8_t>(s.s1 ^ gf::multiply(a, s.s0)),
                                    static_cast<std::uint8_t>(a ^ b));
  return {static_cast<std::uint8_t>(s.s0 ^ f), f};
}

}  // namespace pregap
