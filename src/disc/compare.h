// What two discs say differently, but for where their bytes lie.
#pragma once

#include <string>
#include <vector>

#include "pregap/disc.h"

namespace pregap {

struct Difference {
  std::string what;     // "tracks", "indexes", "gaps", "flags", "mcn", ...
  std::string place;    // "track 2, flags"
  std::string message;  // one line: the place, the first disc's, the second's; long ones cut
};

// Tracks, sessions, indexes, stored ranges, gaps, types, flags, MCN, ISRC, CD-Text, the addresses
// that have sub-channel. Contents are not looked at.
std::vector<Difference> differences(const Disc& a, const Disc& b);

}  // namespace pregap
