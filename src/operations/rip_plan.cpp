#include "operations/rip_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "disc/cd_text.h"
#include "sector/subchannel.h"

namespace pregap::operations {
namespace {

Track track_of(const TocTrack& toc) {
  Track track{.number = toc.number, .session = toc.session, .isrc = toc.isrc};
  track.type = toc.is_data() ? TrackType::mode1 : TrackType::audio;
  track.declared = track.type;
  track.sampled_kind = toc.is_data() ? SectorKind::mode1 : SectorKind::audio;
  track.flags = {.copy_permitted = (toc.control & kControlCopyPermitted) != 0,
                 .four_channel = !toc.is_data() && (toc.control & kControlFourChannel) != 0,
                 .pre_emphasis = !toc.is_data() && (toc.control & kControlPreEmphasis) != 0};
  return track;
}

}  // namespace

RipPlan::RipPlan(const DiscToc& toc, const std::vector<std::vector<Border>>& borders,
                 const std::vector<std::int32_t>& stored_pregap, const std::string& place)
    : place_(place), problems_(toc.problems) {
  skeleton_.mcn = toc.mcn;
  skeleton_.toc = toc.entries;
  for (const TocSession& session : toc.sessions) {
    skeleton_.sessions.push_back(
        {.number = session.number, .type = session.type, .lead_out = session.lead_out});
  }
  for (std::size_t s = 0; s < toc.sessions.size(); ++s) {
    if (borders[s].empty()) gaps_known_ = false;
    add_session(toc, toc.sessions[s], borders[s], stored_pregap[s]);
  }
  apply_cd_text(skeleton_, toc.cd_text, place);
  for (const Problem& problem : skeleton_.problems) problems_.push_back(problem);
  skeleton_.problems.clear();
}

// Q's borders as far as they agree with the TOC, which alone says where INDEX 01 is.
std::vector<Index> RipPlan::indexes_of(const TocTrack& track, Lba before, Lba end, bool first,
                                       const std::vector<Border>& borders) {
  std::vector<Index> indexes = {{.number = 1, .lba = track.start}};
  for (const Border& border : borders) {
    if (border.track != track.number) continue;
    if (border.index == 1 && border.lba != track.start && border.exact && !first) {
      problems_.push_back(
          {.severity = Severity::warning,
           .code = "toc.index",
           .message = fmt::format("{}: track {} begins at LBA {} by the TOC, at LBA {} by Q",
                                  place_, track.number, track.start.value, border.lba.value)});
    }
    if (!border.exact && border.index != 1) {
      problems_.push_back(
          {.severity = Severity::warning,
           .code = "toc.index_unclear",
           .message = fmt::format("{}: where INDEX {:02} of track {} begins is not told by Q right "
                                  "before LBA {}, which is taken for it",
                                  place_, border.index, track.number, border.lba.value)});
    }
    const bool pregap = border.index == 0 && border.lba > before && border.lba < track.start;
    if (pregap && !first) {
      indexes.insert(indexes.begin(), {.number = 0, .lba = border.lba});
    }
    if (border.index > indexes.back().number && border.lba > indexes.back().lba &&
        border.lba < end) {
      indexes.push_back({.number = border.index, .lba = border.lba});
    }
  }
  return indexes;
}

void RipPlan::add_session(const DiscToc& toc, const TocSession& session,
                          const std::vector<Border>& borders, std::int32_t stored_pregap) {
  const std::size_t first = skeleton_.tracks.size();
  Lba before(0);
  for (std::size_t i = 0; i < toc.tracks.size(); ++i) {
    const TocTrack& t = toc.tracks[i];
    if (t.session != session.number) continue;
    const bool first_of_session = skeleton_.tracks.size() == first;
    const bool last = i + 1 == toc.tracks.size() || toc.tracks[i + 1].session != t.session;
    const Lba end = last ? session.lead_out : toc.tracks[i + 1].start;
    Track track = track_of(t);
    track.indexes = indexes_of(t, before, end, first_of_session, borders);
    if (first_of_session && stored_pregap > 0) {
      track.indexes.insert(track.indexes.begin(), {.number = 0, .lba = t.start - stored_pregap});
    }
    before = t.start;
    skeleton_.tracks.push_back(std::move(track));
  }
  for (std::size_t i = first; i < skeleton_.tracks.size(); ++i) {
    Track& track = skeleton_.tracks[i];
    const bool last = i + 1 == skeleton_.tracks.size();
    const Lba start = track.indexes.front().lba;
    const Lba end = last ? session.lead_out : skeleton_.tracks[i + 1].indexes.front().lba;
    stretches_.push_back({.first = start,
                          .sectors = end - start,
                          .index = sectors_,
                          .audio = !track.is_data(),
                          .track = track.number});
    sectors_ += end - start;
  }
}

const Stretch& RipPlan::stretch_of(std::int32_t index) const {
  const auto behind = std::ranges::upper_bound(stretches_, index, {}, &Stretch::index);
  return *std::prev(behind);
}

Lba RipPlan::lba_of(std::int32_t index) const {
  const Stretch& stretch = stretch_of(index);
  return stretch.first + (index - stretch.index);
}

std::optional<std::int32_t> RipPlan::index_of(Lba lba) const {
  const auto behind = std::ranges::upper_bound(stretches_, lba, {}, &Stretch::first);
  if (behind == stretches_.begin()) return std::nullopt;
  const Stretch& stretch = *std::prev(behind);
  if (lba >= stretch.end()) return std::nullopt;
  return stretch.index + (lba - stretch.first);
}

Disc RipPlan::disc(std::uint32_t stride, bool subchannel) const {
  Disc disc = skeleton_;
  disc.format = "drive";
  disc.path = place_;
  for (std::size_t t = 0; t < stretches_.size(); ++t) {
    const Stretch& s = stretches_[t];
    const std::uint64_t index = static_cast<std::uint64_t>(s.index);
    disc.tracks[t].extents = {
        {.file = 0,
         .offset = index * stride,
         .storage = stride == kUserDataSize ? Storage::user2048 : Storage::raw2352,
         .first = s.first,
         .sectors = s.sectors}};
    if (subchannel) {
      disc.subchannel.push_back({.file = 1,
                                 .offset = index * kSubchannelSize,
                                 .stride = kSubchannelSize,
                                 .order = SubchannelOrder::linear,
                                 .first = s.first,
                                 .sectors = s.sectors});
    }
  }
  return disc;
}

}  // namespace pregap::operations
