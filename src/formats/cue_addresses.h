// Addresses of a cue sheet's tracks: they count from LBA 0 over all its files; PREGAP, POSTGAP and
// what lies between sessions take addresses but no bytes.
#pragma once

#include <string>
#include <vector>

#include "formats/cue.h"
#include "formats/cue_files.h"
#include "formats/cue_layout.h"
#include "formats/cue_sessions.h"

namespace pregap::formats {

// Gives the disc's tracks indexes, and their extents addresses; takes out empty extents; adds
// problems. Throws Error(unsupported) at `place` for more sectors than an address can count.
void assign_cue_addresses(const CueSheet& sheet, const CueImages& images,
                          const std::vector<CueGap>& gaps, const CueLayout& layout,
                          const std::string& place, Disc& disc);

}  // namespace pregap::formats
