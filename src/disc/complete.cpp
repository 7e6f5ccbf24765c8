#include "disc/complete.h"

#include <algorithm>
#include <map>
#include <vector>

#include "disc/subchannel_read.h"

namespace pregap {
namespace {

Lba behind(const Track& track) { return track.end_lba() + track.missing + track.unstored_postgap; }

void complete_sessions(Disc& disc) {
  for (const Track& track : disc.tracks) {
    if (disc.find_session(track.session) == nullptr) {
      disc.sessions.push_back({.number = track.session,
                               .type = usual_disc_type(disc, track.session),
                               .lead_out = behind(track)});
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

bool has_run_for(const Disc& disc, const Extent& extent) {
  return std::ranges::any_of(disc.subchannel, [&](const SubchannelRun& run) {
    return run.first <= extent.first && extent.first < run.first + run.sectors;
  });
}

constexpr int kMostReads = 64;  // of all files together, but for the fewest of each
constexpr int kFewestReads = 4;

// Nothing in an image tells the order of its sub-channel but the sub-channel itself. One file has
// one order; a file in which no Q frame is good goes with the others.
void detect_orders(Disc& disc, std::size_t first_run) {
  std::map<std::size_t, std::vector<SubchannelRun*>> by_file;
  for (std::size_t i = first_run; i < disc.subchannel.size(); ++i) {
    SubchannelRun& run = disc.subchannel[i];
    if (run.order == SubchannelOrder::interleaved) by_file[run.file].push_back(&run);
  }
  if (by_file.empty()) return;
  const int reads = std::max(kFewestReads, kMostReads / static_cast<int>(by_file.size()));
  int linear = 0, interleaved = 0;
  std::vector<SubchannelRun*> undecided;
  for (const auto& [file, runs] : by_file) {
    const std::optional<SubchannelOrder> order = detect_order(disc, runs, reads);
    if (!order) undecided.insert(undecided.end(), runs.begin(), runs.end());
    if (!order) continue;
    ++(*order == SubchannelOrder::linear ? linear : interleaved);
    for (SubchannelRun* run : runs) run->order = *order;
  }
  if (linear <= interleaved) return;
  for (SubchannelRun* run : undecided) run->order = SubchannelOrder::linear;
}

void complete_subchannel(Disc& disc) {
  const std::size_t known = disc.subchannel.size();
  for (const Track& track : disc.tracks) {
    for (const Extent& extent : track.extents) {
      const std::uint32_t stride = stride_of(extent.storage);
      if (!has_whole_sectors(extent.storage) || stride == kSectorSize) continue;
      if (has_run_for(disc, extent)) continue;
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
  detect_orders(disc, known);
  std::ranges::sort(disc.subchannel, {}, &SubchannelRun::first);
}

}  // namespace

DiscType usual_disc_type(const Disc& disc, int session) {
  const auto is_mode2 = [session](const Track& track) {
    return track.session == session && track.type == TrackType::mode2;
  };
  return std::ranges::any_of(disc.tracks, is_mode2) ? DiscType::cd_xa : DiscType::cd_da_or_rom;
}

void complete_disc(Disc& disc) {
  complete_sessions(disc);
  complete_subchannel(disc);
}

}  // namespace pregap
