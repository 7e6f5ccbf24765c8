#include "operations/info.h"

#include <algorithm>

#include "operations/q_codes.h"
#include "sector/subchannel.h"

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

SubchannelCodes find_subchannel_codes(const Disc& disc) {
  constexpr std::int32_t kLookAt = 300;  // sectors: each number stands in every 100
  SubchannelCodes codes;
  if (disc.subchannel.empty()) return codes;
  std::vector<std::uint8_t> bytes(kLookAt * kSubchannelSize);
  QCodes mcns;
  for (const Track& track : disc.tracks) {
    QCodes isrcs;
    const std::int32_t wanted = std::min(kLookAt, track.sectors());
    const std::int32_t n = disc.read_subchannel(track.start_lba(), wanted, bytes);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      const auto sector = std::span(bytes).subspan(i * kSubchannelSize).first<kSubchannelSize>();
      const QContent content = parse_q(q_of_linear(sector));
      if (!content.crc_good) continue;
      mcns.add(content.mcn);
      isrcs.add(content.isrc);
    }
    if (!isrcs.most_frequent().empty()) {
      codes.isrcs.emplace_back(&track, isrcs.most_frequent());
    }
  }
  codes.mcn = mcns.most_frequent();
  return codes;
}

}  // namespace pregap::operations
