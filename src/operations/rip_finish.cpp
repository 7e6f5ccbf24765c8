#include "operations/rip_finish.h"

#include <algorithm>

#include "disc/sample.h"
#include "disc/subchannel.h"
#include "operations/rip_sums.h"

namespace pregap::operations {
namespace {

constexpr std::uint8_t kDataFill = 0x55;

}  // namespace

Disc RipFinish::work_disc() const {
  const StoreSettings& settings = store_.settings();
  Disc disc = plan_.disc(settings.sector_size, settings.subchannel);
  disc.files = {{.path = settings.paths.sectors, .bytes = open_file(settings.paths.sectors)}};
  if (settings.subchannel) {
    disc.files.push_back(
        {.path = settings.paths.subchannel, .bytes = open_file(settings.paths.subchannel)});
  }
  sample_tracks(disc);
  // The TOC tells data from audio and no more, so a mode that it did not say is no disagreement.
  std::erase_if(disc.problems, [](const Problem& p) { return p.code == "track.mode"; });
  for (Track& track : disc.tracks) track.declared = track.type;
  return disc;
}

void RipFinish::add_range(std::vector<RipRange>& ranges, std::int32_t index) const {
  const Lba lba = plan_.lba_of(index);
  if (!ranges.empty() && ranges.back().first + ranges.back().count == lba) {
    ++ranges.back().count;
  } else {
    ranges.push_back({.first = lba, .count = 1});
  }
}

// What stayed unread is filled; sub-channel that did not come is made.
Disc RipFinish::run() {
  const Disc disc = work_disc();
  const SubchannelMaker maker(disc);
  for (std::int32_t i = 0; i < plan_.sectors(); ++i) {
    const SectorState state = store_.map()[i];
    if (state == SectorState::in_doubt) {
      add_range(report_.in_doubt, i);
      if (passes_.same_in_every_read(i)) add_range(report_.same_in_every_read, i);
    } else if (state != SectorState::good) {
      add_range(report_.unread, i);
      fill(i, disc);
    }
    if (store_.settings().subchannel) finish_subchannel(i, maker);
  }
  store_.save();
  Disc finished = work_disc();
  report_.tracks = tracks_of(report_.toc, finished);
  count_by_track(finished);
  count_missing_samples();
  return finished;
}

void RipFinish::fill(std::int32_t index, const Disc& disc) {
  const Lba lba = plan_.lba_of(index);
  const Track& track = *disc.track_at(lba);
  SectorArray sector;
  sector.fill(options_.fill.value_or(track.is_data() ? kDataFill : std::uint8_t{0}));
  if (track.is_data() && !report_.unchecked) {
    write_sync_and_header(track.sampled_kind, lba, sector);
  }
  store_.put(index, std::span(sector).first(store_.settings().sector_size), store_.map()[index]);
}

void RipFinish::finish_subchannel(std::int32_t index, const SubchannelMaker& maker) {
  const auto stored = store_.get_subchannel(index);
  const bool none = std::ranges::all_of(stored, [](std::uint8_t b) { return b == 0; });
  if (none) {
    store_.put_subchannel(index, maker.make(plan_.lba_of(index)));
    ++report_.made_q;
  } else if (!q_crc_is_good(q_of_linear(stored))) {
    ++report_.bad_q;
  }
}

void RipFinish::count_by_track(const Disc& finished) {
  const auto add = [&](const std::vector<RipRange>& ranges, std::int32_t RipTrack::*counter) {
    for (const RipRange& range : ranges) {
      for (std::int32_t i = 0; i < range.count; ++i) {
        const Track* track = finished.track_at(range.first + i);
        const auto at = std::ranges::find(report_.tracks, track->number, &RipTrack::number);
        ++((*at).*counter);
      }
    }
  };
  add(report_.unread, &RipTrack::unread);
  add(report_.in_doubt, &RipTrack::in_doubt);
}

// Samples that lie beyond what the drive gives, at each edge of the audio.
void RipFinish::count_missing_samples() {
  const std::vector<Stretch>& all = plan_.stretches();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].audio) continue;
    const bool starts = i == 0 || !all[i - 1].audio || all[i - 1].end() != all[i].first;
    const bool ends = i + 1 == all.size() || !all[i + 1].audio || all[i + 1].first != all[i].end();
    const bool over_in = report_.abilities.overreads_lead_in && all[i].first == Lba(0);
    const bool over_out = report_.abilities.overreads_lead_out && i + 1 == all.size();
    if (report_.offset < 0 && starts && !over_in) report_.missing_samples -= report_.offset;
    if (report_.offset > 0 && ends && !over_out) report_.missing_samples += report_.offset;
  }
}

}  // namespace pregap::operations
