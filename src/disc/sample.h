// A look at a few sectors of each track: descriptors err about modes, so the content is asked.
#pragma once

#include "pregap/disc.h"

namespace pregap {

// Sets every track's type and sampled_kind from a few of its sectors, and adds a Problem
// "track.mode" where the descriptor says otherwise. A track declared as data stays data even if no
// sector has a sync: that is damage to report.
void sample_tracks(Disc& disc);

}  // namespace pregap
