// What an image is, beyond what its descriptor says: the volumes on its data tracks.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pregap/disc.h"
#include "volumes/iso9660.h"

namespace pregap::operations {

struct TrackVolumes {
  const Track* track = nullptr;
  std::vector<volumes::Volume> volumes;
};

// The data tracks that hold a volume; `disc` must outlive the result.
std::vector<TrackVolumes> find_volumes(const Disc& disc);

// Numbers that Q has, from the first few seconds of each track.
struct SubchannelCodes {
  std::string mcn;  // empty: none
  std::vector<std::pair<const Track*, std::string>> isrcs;
};

// `disc` must outlive the result. Throws Error(unreadable) where the sub-channel can't be read.
SubchannelCodes find_subchannel_codes(const Disc& disc);

}  // namespace pregap::operations
