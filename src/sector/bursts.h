// A burst of unknown place.
#pragma once

#include "sector/plane.h"

namespace pregap {

// The longest burst that is found wherever it begins, in bytes of the sector.
inline constexpr int kFoundBurst = 166;

// Up to two rows' length of consecutive symbols holds no more than two of any P word, so that P
// gives them back if only the place is known; whether it is the place, Q says. Tries the places one
// after the other, by one Q word first. Worth a try only where nearly all P words fail. True if the
// errors are off, but perhaps for some in Q parity; else the plane is as it was.
bool explain_by_burst(Plane& plane);

}  // namespace pregap
