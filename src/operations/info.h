// What an image is, beyond what its descriptor says: the volumes on its data tracks.
#pragma once

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

}  // namespace pregap::operations
