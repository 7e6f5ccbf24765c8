// What every descriptor of a GD-ROM counts on.
#pragma once

#include "pregap/address.h"

namespace pregap::formats {

// The second area, of high density, begins here: INDEX 01 of its first track.
inline constexpr Lba kHighDensityStart{45000};

}  // namespace pregap::formats
