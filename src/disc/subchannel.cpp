#include "disc/subchannel.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "disc/toc.h"

namespace pregap {
namespace {

constexpr std::int32_t kShortestPause = 150;    // of each session's first track
constexpr std::int32_t kShortestFlag = 150;     // of P
constexpr std::int32_t kMostRelative = 449999;  // 99:59:74
constexpr std::int32_t kFarAway = std::numeric_limits<std::int32_t>::max();

// MCN and ISRC take the place of a position once in kPeriod sectors, not at once behind or before
// a border, where positions matter most: then a few sectors later.
constexpr std::int32_t kPeriod = 75;
constexpr std::int32_t kMcnSlot = 40, kIsrcSlot = 65;
constexpr std::int32_t kSlotStep = 5, kSlotTries = 5;
constexpr std::int32_t kBorder = 2;

Msf msf_of(std::int32_t frames) {
  const std::int32_t n = std::clamp(frames, 0, kMostRelative);
  return {.minute = static_cast<std::uint8_t>(n / kFramesPerMinute),
          .second = static_cast<std::uint8_t>(n / kFramesPerSecond % 60),
          .frame = static_cast<std::uint8_t>(n % kFramesPerSecond)};
}

Msf absolute_of(Lba lba) { return *to_msf(std::clamp(lba, kLowestLba, kHighestLba)); }

std::int32_t floor_mod(std::int32_t n, std::int32_t by) { return (n % by + by) % by; }

bool has_number(const std::vector<Index>& indexes, int number) {
  return std::ranges::find(indexes, number, &Index::number) != indexes.end();
}

}  // namespace

SubchannelMaker::SubchannelMaker(const Disc& disc) : mcn_(disc.mcn), patches_(disc.q_patches) {
  const Track* before = nullptr;
  for (const Track& track : disc.tracks) {
    const bool new_session = before == nullptr || before->session != track.session;
    if (new_session && before != nullptr) add_lead_out(disc, *before);
    add_track(disc, track, new_session);
    before = &track;
  }
  if (before != nullptr) add_lead_out(disc, *before);
  if (segments_.empty()) segments_.push_back({});
  std::ranges::stable_sort(patches_, {}, &QPatch::lba);
}

// What begins where another began takes its place: an index without sectors.
void SubchannelMaker::add(Segment segment) {
  while (!segments_.empty() && segments_.back().first >= segment.first) segments_.pop_back();
  segments_.push_back(std::move(segment));
}

void SubchannelMaker::add_track(const Disc& disc, const Track& track, bool first_of_session) {
  const Lba start = track.start_lba();
  Lba pause = std::min(start, track.first_lba()) - track.unstored_pregap;
  if (has_number(track.indexes, 0)) pause = std::min(pause, track.indexes.front().lba);
  if (first_of_session) pause = std::min(pause, start - kShortestPause);
  if (&track == &disc.tracks.front()) pause = std::min(pause, Lba(-kShortestPause));
  if (!segments_.empty()) pause = std::max(pause, segments_.back().first + 1);
  const std::uint8_t control = control_of(track);
  if (pause < start) {
    add({.first = pause, .zero = start, .track = track.number, .index = 0, .control = control});
  }
  for (const Index& index : track.indexes) {
    if (index.number == 0) continue;
    add({.first = index.lba,
         .zero = start,
         .track = track.number,
         .index = index.number,
         .control = control,
         .isrc = track.isrc});
  }
}

void SubchannelMaker::add_lead_out(const Disc& disc, const Track& last) {
  const Session* session = disc.find_session(last.session);
  const Lba end = last.end_lba() + last.missing + last.unstored_postgap;
  const Lba lead_out = session == nullptr ? end : std::max(session->lead_out, end);
  add({.first = std::max(lead_out, last.start_lba() + 1),
       .zero = lead_out,
       .track = kLeadOutTrack,
       .index = 1,
       .control = control_of(last)});
}

std::size_t SubchannelMaker::segment_at(Lba lba) const {
  const auto behind = std::ranges::upper_bound(segments_, lba, {}, &Segment::first);
  if (behind == segments_.begin()) return 0;
  return static_cast<std::size_t>(behind - segments_.begin()) - 1;
}

SubchannelMaker::Place SubchannelMaker::place_of(Lba lba) const {
  const std::size_t n = segment_at(lba);
  const Segment& segment = segments_[n];
  const bool last = n + 1 == segments_.size();
  return {.track = segment.track,
          .index = segment.index,
          .relative = std::abs(lba - segment.zero),
          .control = segment.control,
          .since_border = n == 0 ? kFarAway : lba - segment.first,
          .to_border = last ? kFarAway : segments_[n + 1].first - lba};
}

QFrame SubchannelMaker::position(Lba lba) const {
  const Place place = place_of(lba);
  return build_q_position(place.control, {.track = place.track,
                                          .index = place.index,
                                          .relative = msf_of(place.relative),
                                          .absolute = absolute_of(lba)});
}

// Whether the slot of `lba`'s period falls on it: on the first of some candidates that is not
// beside a border, or on the first of all if each of them is.
bool SubchannelMaker::is_slot(Lba lba, std::int32_t offset) const {
  const std::int32_t since = floor_mod(lba.value - offset, kPeriod);
  if (since % kSlotStep != 0 || since / kSlotStep >= kSlotTries) return false;
  const auto beside_border = [this](Lba at) {
    const Place place = place_of(at);
    return place.since_border < kBorder || place.to_border <= kBorder;
  };
  const Lba slot = lba - since;
  for (std::int32_t i = 0; i < kSlotTries; ++i) {
    const Lba candidate = slot + i * kSlotStep;
    if (!beside_border(candidate)) return candidate == lba;
  }
  return since == 0;
}

QFrame SubchannelMaker::q(Lba lba) const {
  const auto patch = std::ranges::lower_bound(patches_, lba, {}, &QPatch::lba);
  if (patch != patches_.end() && patch->lba == lba) return patch->q;
  const Segment& segment = segments_[segment_at(lba)];
  if (!mcn_.empty() && is_slot(lba, kMcnSlot)) {
    const std::optional<QFrame> frame = build_q_mcn(segment.control, mcn_, absolute_of(lba));
    if (frame) return *frame;
  }
  if (!segment.isrc.empty() && is_slot(lba, kIsrcSlot)) {
    const std::optional<QFrame> frame =
        build_q_isrc(segment.control, segment.isrc, absolute_of(lba));
    if (frame) return *frame;
  }
  return position(lba);
}

// The start flag: the pause, and at least the two seconds before a track; in the lead-out, two
// seconds of zeros, then ones and zeros at 2 Hz.
bool SubchannelMaker::start_flag(Lba lba) const {
  std::size_t n = segment_at(lba);
  const Segment& here = segments_[n];
  if (here.track == kLeadOutTrack) {
    const std::int64_t since = std::int64_t{lba - here.zero} - kShortestFlag;
    return since >= 0 && since * 4 / kFramesPerSecond % 2 == 0;
  }
  if (here.index == 0) return true;
  while (n + 1 < segments_.size() && segments_[n].track == here.track) ++n;
  const Segment& next = segments_[n];
  return next.track != here.track && next.track != kLeadOutTrack &&
         next.zero - lba <= kShortestFlag;
}

std::array<std::uint8_t, kSubchannelSize> SubchannelMaker::make(Lba lba) const {
  return build_subchannel(start_flag(lba - 1) ? Pause::yes : Pause::no, q(lba));
}

}  // namespace pregap
