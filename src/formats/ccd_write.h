// Writing a CloneCD control file.
#pragma once

#include <string>

#include "pregap/disc.h"

namespace pregap::formats {

// For a layout of one image file that holds the 2352-byte sectors of all sessions, one behind the
// other and nothing else. The stored TOC is written where it fits the layout, else the one that
// the layout makes. Lines end in CR LF. Throws Error(unsupported) for other layouts, and
// Error(refused) for a number or a code that no line can hold.
std::string write_ccd(const Disc& layout);

}  // namespace pregap::formats
