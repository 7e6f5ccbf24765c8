// Correction where the places of the wounds are known.
#pragma once

#include "pregap/check.h"
#include "sector/known_places.h"
#include "sector/proof.h"

namespace pregap {

// Solves for the bytes at `places` of the parity region, and if that contradicts what is outside,
// for a few errors there too. The result is in `work`, the flags in `c`; each candidate costs one
// of the questions to the EDC.
bool correct_known_places(const Patient& patient, const RegionPlaces& places, SectorBuffer& work,
                          Correction& c, int& questions);

}  // namespace pregap
