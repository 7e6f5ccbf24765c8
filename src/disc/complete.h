// What every opened disc has, whatever its descriptor says.
#pragma once

#include "pregap/disc.h"

namespace pregap {

// Adds a Session for every session of the tracks that has none, with the lead-out behind its last
// track, and a SubchannelRun for every extent whose sectors are followed by their sub-channel.
void complete_disc(Disc& disc);

}  // namespace pregap
