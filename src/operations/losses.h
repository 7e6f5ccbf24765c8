// What a target format can't hold of a disc.
#pragma once

#include <array>
#include <cstdint>

#include "pregap/convert.h"

namespace pregap::operations {

// To an ISO that holds `track`; `kinds` counts the converted sectors by SectorKind.
std::vector<Loss> losses_to_iso(const Disc& disc, const Track& track,
                                const std::array<std::int64_t, kSectorKinds>& kinds, Form2 form2);

// To a cue sheet with one file of 2352-byte sectors.
std::vector<Loss> losses_to_cue(const Disc& disc);

}  // namespace pregap::operations
