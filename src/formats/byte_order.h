// The order of the bytes in audio samples, told by how they follow each other.
#pragma once

#include "pregap/disc.h"

namespace pregap::formats {

// Whether a track's samples follow each other far more smoothly with their bytes the other way
// round than as its extents have them: music does, in one of the two orders; noise and silence in
// neither. Looks at a few sectors spread over the track.
bool sounds_swapped(const Disc& disc, const Track& track);

// Adds a warning for every audio track that does: cdrdao writes the high byte first and other
// programs' sheets call that BINARY.
void warn_of_swapped_audio(const std::string& place, Disc& disc);

}  // namespace pregap::formats
