// Where a session's sectors lie in the image, told by what the image holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/ccd_layout.h"

namespace pregap::formats {

struct CcdPlacing {
  std::vector<std::int32_t> pregaps;  // by session: stored sectors before its first track's start
  std::vector<std::int32_t> skipped;  // by session: sectors of the image that lie before it
  std::string said;                   // how it is not as the control file says; empty: it is
};

// Of the ways in which programs store pregaps and gaps, the one that the image's size and its
// sectors' addresses speak for; in doubt as the control file says.
CcdPlacing place_ccd_sessions(const CcdLayout& layout, const ByteSource& image, Storage storage);

}  // namespace pregap::formats
