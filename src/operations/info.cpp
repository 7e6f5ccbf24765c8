#include "operations/info.h"

namespace pregap::operations {

std::vector<TrackVolumes> find_volumes(const Disc& disc) {
  std::vector<TrackVolumes> result;
  for (const Track& track : disc.tracks) {
    if (!track.is_data() || track.stored_sectors() == 0) continue;
    const auto data = user_data_source(disc, track.start_lba(), track.sectors());
    std::vector<volumes::Volume> found = volumes::read_volumes(*data);
    if (!found.empty()) result.push_back({.track = &track, .volumes = std::move(found)});
  }
  return result;
}

}  // namespace pregap::operations
