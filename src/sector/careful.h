// Iteration that takes the best founded errors first.
#pragma once

#include <cstdint>

#include "sector/plane.h"

namespace pregap {

// Words not to be believed when they claim to hold a single error.
struct Distrust {
  std::uint64_t p = 0;
  std::uint32_t q = 0;
};

// How well a word's claim to hold one error is founded. A word of two errors claims one at odds of
// 1 in 10 (P) or 1 in 6 (Q), and the other code has to tell.
enum class Footing : std::uint8_t {
  none,       // the crossing word is good, or there is no claim
  weak,       // the crossing word fails
  linked,     // and what is left in that one afterwards claims one error where a word fails
  confirmed,  // the crossing word claims the same error, or the one left over is so confirmed
};
Footing footing_of_p(const Plane& plane, const CellError& claim);
Footing footing_of_q(const Plane& plane, const CellError& claim);

// Takes off confirmed errors while there are any, then linked ones, then a single weak one, and
// begins anew. `looks` goes down by the words looked at, and it ends when none are left.
void iterate_carefully(Plane& plane, const Distrust& distrust, int& looks);

// What one error leaves of a syndrome, and the single error that this claims.
kernels::Syndrome without(kernels::Syndrome s, std::uint8_t weight, std::uint8_t error);
// Whether what is left of a word is nothing, or one error where a crossing word fails.
bool q_rest_is_plausible(const Plane& plane, int d, kernels::Syndrome rest);
bool p_rest_is_plausible(const Plane& plane, int c, kernels::Syndrome rest);

}  // namespace pregap
