#include "disc/toc.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "pregap/error.h"
#include "sector/subchannel.h"

namespace pregap {
namespace {

constexpr std::int32_t kShortestSessionPregap = 150;

// What a disc's layout doesn't tell: usual values, as pressed discs of two sessions have them.
constexpr Msf kLastPossibleLeadOut{.minute = 79, .second = 59, .frame = 74};
constexpr Msf kFirstLeadIn{.minute = 97, .second = 25, .frame = 0};
constexpr std::uint8_t kNoPowerTold = 0x80;

std::int32_t frames_of(std::uint8_t minute, std::uint8_t second, std::uint8_t frame) {
  return minute * kFramesPerMinute + second * kFramesPerSecond + frame;
}

// Positive up to 99:59:74: no track begins in a lead-in.
Msf pointed_msf(Lba lba, const std::string& place, const std::string& what) {
  if (lba.value < -kLeadInFrames || lba > kHighestTocAddress) {
    throw Error(ErrorCode::unsupported, place,
                fmt::format("{} at LBA {}, expected {} to {}", what, lba.value, -kLeadInFrames,
                            kHighestTocAddress.value));
  }
  const std::int32_t frames = lba.value + kLeadInFrames;
  return {.minute = static_cast<std::uint8_t>(frames / kFramesPerMinute),
          .second = static_cast<std::uint8_t>(frames / kFramesPerSecond % 60),
          .frame = static_cast<std::uint8_t>(frames % kFramesPerSecond)};
}

void point_to(TocEntry& entry, Msf msf) {
  entry.pmin = msf.minute;
  entry.psec = msf.second;
  entry.pframe = msf.frame;
}

std::map<int, std::vector<const Track*>> tracks_by_session(const Disc& disc) {
  std::map<int, std::vector<const Track*>> result;
  for (const Track& track : disc.tracks) result[track.session].push_back(&track);
  for (auto& [number, tracks] : result) std::ranges::stable_sort(tracks, {}, &Track::number);
  return result;
}

Lba lead_out_of(const Disc& disc, int session, const std::vector<const Track*>& tracks) {
  if (const Session* known = disc.find_session(session)) return known->lead_out;
  Lba end = tracks.front()->end_lba();
  for (const Track* track : tracks) {
    end = std::max(end, track->end_lba() + track->missing + track->unstored_postgap);
  }
  return end;
}

class TocMaker {
 public:
  explicit TocMaker(const Disc& disc) : disc_(disc), place_(disc.path.string()) {}

  std::vector<TocEntry> make() {
    const auto sessions = tracks_by_session(disc_);
    for (auto at = sessions.begin(); at != sessions.end(); ++at) {
      const auto next = std::next(at);
      add_session(at->first, at->second);
      if (next == sessions.end()) break;
      add_link(at->first, control_of(*at->second.back()), *next->second.front(),
               at == sessions.begin());
    }
    return std::move(toc_);
  }

 private:
  static TocEntry entry(int session, int point, std::uint8_t control) {
    return {.session = static_cast<std::uint8_t>(session),
            .control = control,
            .point = static_cast<std::uint8_t>(point)};
  }

  void add_session(int number, const std::vector<const Track*>& tracks) {
    const Session* session = disc_.find_session(number);
    const std::uint8_t first_control = control_of(*tracks.front());
    const std::uint8_t last_control = control_of(*tracks.back());
    TocEntry first = entry(number, kPointFirstTrack, first_control);
    first.pmin = static_cast<std::uint8_t>(tracks.front()->number);
    first.psec = static_cast<std::uint8_t>(session != nullptr ? session->type : DiscType{});
    TocEntry last = entry(number, kPointLastTrack, last_control);
    last.pmin = static_cast<std::uint8_t>(tracks.back()->number);
    TocEntry lead_out = entry(number, kPointLeadOut, last_control);
    point_to(lead_out, pointed_msf(lead_out_of(disc_, number, tracks), place_,
                                   fmt::format("session {} has its lead-out", number)));
    toc_.insert(toc_.end(), {first, last, lead_out});
    for (const Track* track : tracks) {
      TocEntry start = entry(number, track->number, control_of(*track));
      point_to(start, pointed_msf(track->start_lba(), place_,
                                  fmt::format("track {} begins", track->number)));
      toc_.push_back(start);
    }
  }

  // Where the next session's program area begins: with the pause before its first track.
  void add_link(int number, std::uint8_t control, const Track& next, bool first) {
    TocEntry program = entry(number, kPointNextSession, control);
    program.adr = 5;
    const std::int32_t pregap = next.start_lba() - next.first_lba() + next.unstored_pregap;
    const Msf start =
        pointed_msf(next.start_lba() - std::max(pregap, kShortestSessionPregap), place_,
                    fmt::format("the program area behind session {} begins", number));
    program.min = start.minute;
    program.sec = start.second;
    program.frame = start.frame;
    program.zero = first ? 2 : 1;  // how many points of ADR 5 there are
    point_to(program, kLastPossibleLeadOut);
    toc_.push_back(program);
    if (!first) return;
    TocEntry lead_in = entry(number, kPointFirstLeadIn, control);
    lead_in.adr = 5;
    lead_in.min = kNoPowerTold;
    point_to(lead_in, kFirstLeadIn);
    toc_.push_back(lead_in);
  }

  const Disc& disc_;
  std::string place_;
  std::vector<TocEntry> toc_;
};

int rank(const TocEntry& entry) {
  const bool is_track = entry.point >= 1 && entry.point <= kLastTrackPoint;
  if (entry.point >= kPointFirstTrack && entry.point <= kPointLeadOut) return entry.point - 0xA0;
  return is_track ? 0x100 + entry.point : 0x200 + entry.point;
}

using EntryMap = std::map<std::pair<int, int>, TocEntry>;  // by session and point

EntryMap effective(const std::vector<TocEntry>& toc) {
  EntryMap map;
  for (const TocEntry& entry : toc) {
    const bool counts = (entry.adr == 1 || entry.adr == 4) &&
                        ((entry.point >= 1 && entry.point <= kLastTrackPoint) ||
                         (entry.point >= kPointFirstTrack && entry.point <= kPointLeadOut));
    if (counts) map[{entry.session, entry.point}] = entry;
  }
  return map;
}

std::string name_of_entry(const TocEntry& entry) {
  switch (entry.point) {
    case kPointFirstTrack:
      return fmt::format("session {}'s first track", entry.session);
    case kPointLastTrack:
      return fmt::format("session {}'s last track", entry.session);
    case kPointLeadOut:
      return fmt::format("session {}'s lead-out", entry.session);
    default:
      return fmt::format("track {}", entry.point);
  }
}

class Comparison {
 public:
  std::vector<TocDifference> compare(const EntryMap& stored, const EntryMap& expected) {
    for (const auto& [key, entry] : expected) {
      const auto at = stored.find(key);
      if (at == stored.end()) {
        add(true, fmt::format("the TOC has no entry for {}", name_of_entry(entry)));
      } else {
        compare_entries(at->second, entry);
      }
    }
    for (const auto& [key, entry] : stored) {
      if (expected.contains(key)) continue;
      add(true, fmt::format("the TOC has {} in session {}, the layout has not",
                            name_of_entry(entry), entry.session));
    }
    return std::move(found_);
  }

 private:
  void add(bool of_layout, std::string message) {
    found_.push_back({.of_layout = of_layout, .message = std::move(message)});
  }

  void compare_entries(const TocEntry& stored, const TocEntry& expected) {
    const std::string name = name_of_entry(expected);
    if (expected.point == kPointFirstTrack || expected.point == kPointLastTrack) {
      if (stored.pmin != expected.pmin) {
        add(true,
            fmt::format("{} is {} in the TOC, {} in the layout", name, stored.pmin, expected.pmin));
      }
      if (stored.psec != expected.psec && expected.point == kPointFirstTrack) {
        add(false, fmt::format("session {} has disc type {:02X}h in the TOC, {:02X}h in the layout",
                               expected.session, stored.psec, expected.psec));
      }
      return;
    }
    if (pointed_lba(stored) != pointed_lba(expected)) {
      add(true, fmt::format("{} is at LBA {} in the TOC, at LBA {} in the layout", name,
                            pointed_lba(stored).value, pointed_lba(expected).value));
    }
    if (expected.point != kPointLeadOut) compare_control(stored, expected, name);
  }

  // The two bits that speak of audio alone mean other things in a data track.
  void compare_control(const TocEntry& stored, const TocEntry& expected, const std::string& name) {
    unsigned mask = 0xF;
    if ((stored.control & expected.control & kControlData) != 0)
      mask = kControlData | kControlCopyPermitted;
    if ((stored.control & mask) == (expected.control & mask)) return;
    add(false, fmt::format("{} has Control {:X}h in the TOC, {:X}h in the layout", name,
                           stored.control, expected.control));
  }

  std::vector<TocDifference> found_;
};

}  // namespace

std::uint8_t control_of(const Track& track) noexcept {
  const TrackFlags& flags = track.flags;
  unsigned control = flags.copy_permitted ? kControlCopyPermitted : 0U;
  if (track.is_data()) {
    control |= kControlData;
  } else {
    if (flags.pre_emphasis) control |= kControlPreEmphasis;
    if (flags.four_channel) control |= kControlFourChannel;
  }
  return static_cast<std::uint8_t>(control);
}

Lba toc_lba(std::uint8_t minute, std::uint8_t second, std::uint8_t frame) noexcept {
  constexpr std::int32_t kWrap = 100 * kFramesPerMinute;
  const std::int32_t frames = frames_of(minute, second, frame) - kLeadInFrames;
  return Lba(minute >= 90 ? frames - kWrap : frames);
}

Lba pointed_lba(const TocEntry& entry) noexcept {
  return Lba(frames_of(entry.pmin, entry.psec, entry.pframe) - kLeadInFrames);
}

std::vector<TocEntry> make_full_toc(const Disc& disc) { return TocMaker(disc).make(); }

void sort_toc(std::vector<TocEntry>& toc) {
  std::ranges::stable_sort(toc, {}, [](const TocEntry& entry) {
    return std::pair<int, int>(entry.session, rank(entry));
  });
}

std::vector<TocDifference> compare_toc(const Disc& disc, const std::vector<TocEntry>& toc) {
  return Comparison().compare(effective(toc), effective(make_full_toc(disc)));
}

}  // namespace pregap
