#include "disc/complete.h"

#include <algorithm>

namespace pregap {
namespace {

Lba behind(const Track& track) { return track.end_lba() + track.missing + track.unstored_postgap; }

void complete_sessions(Disc& disc) {
  for (const Track& track : disc.tracks) {
    if (disc.find_session(track.session) == nullptr) {
      disc.sessions.push_back({.number = track.session, .lead_out = behind(track)});
    }
  }
  std::ranges::sort(disc.sessions, {}, &Session::number);
  for (Session& session : disc.sessions) {
    for (const Track& track : disc.tracks) {
      if (track.session == session.number) {
        session.lead_out = std::max(session.lead_out, behind(track));
      }
    }
  }
}

void complete_subchannel(Disc& disc) {
  for (const Track& track : disc.tracks) {
    for (const Extent& extent : track.extents) {
      const std::uint32_t stride = stride_of(extent.storage);
      if (!has_whole_sectors(extent.storage) || stride == kSectorSize) continue;
      const bool known = std::ranges::any_of(disc.subchannel, [&](const SubchannelRun& run) {
        return run.first <= extent.first && extent.first < run.first + run.sectors;
      });
      if (known) continue;
      disc.subchannel.push_back({.file = extent.file,
                                 .offset = extent.offset + kSectorSize,
                                 .stride = stride,
                                 .order = extent.storage == Storage::raw2368
                                              ? SubchannelOrder::q_only
                                              : SubchannelOrder::interleaved,
                                 .first = extent.first,
                                 .sectors = extent.sectors});
    }
  }
  std::ranges::sort(disc.subchannel, {}, &SubchannelRun::first);
}

}  // namespace

void complete_disc(Disc& disc) {
  complete_sessions(disc);
  complete_subchannel(disc);
}

}  // namespace pregap
