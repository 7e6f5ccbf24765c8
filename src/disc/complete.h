// What every opened disc has, whatever its descriptor says.
#pragma once

#include "pregap/disc.h"

namespace pregap {

// Adds a Session for every session of the tracks that has none, with the lead-out behind its last
// track, and a SubchannelRun for every extent whose sectors are followed by their sub-channel. The
// order of 96 bytes is told by the CRC of Q frames spread over them; interleaved where none is
// good.
// Types of tracks must be known.
void complete_disc(Disc& disc);

// What a session is where nothing says it: CD-ROM XA if it has a mode 2 track.
DiscType usual_disc_type(const Disc& disc, int session);

}  // namespace pregap
