// From a control file to a disc: its image and its sub-channel are laid out along the entries.
//
// The image holds the sectors of every session from its first track on, one session right behind
// the other: lead-outs, lead-ins and the pause before a later session's first track are in no file.
#pragma once

#include <optional>

#include "formats/ccd.h"

namespace pregap::formats {

struct CcdFiles {
  DiscFile image;
  std::optional<DiscFile> subchannel;
};

// `place` is the control file's path. Throws Error: malformed for a layout that can't be,
// unsupported for an image whose sectors can't lie in it.
Disc build_ccd_disc(const CcdSheet& sheet, const std::string& place, CcdFiles files);

}  // namespace pregap::formats
