#include "formats/cue_sessions.h"

#include <algorithm>

#include "formats/cue_mode.h"
#include "formats/cue_text.h"

namespace pregap::formats {
namespace {

class Gaps {
 public:
  Gaps(const CueSheet& sheet, const CueImages& images) : sheet_(sheet), images_(images) {}

  std::vector<CueGap> find() const {
    std::vector<CueGap> gaps;
    for (std::size_t t = 0; t < sheet_.tracks.size(); ++t) {
      const CueTrack& track = sheet_.tracks[t];
      const CueSession* later = find_session(sheet_, track.session);
      const bool first = t == 0, high = later != nullptr && later->area == Area::high_density;
      if (first ? !high : track.session == sheet_.tracks[t - 1].session) continue;
      gaps.push_back(first ? CueGap{.track = t, .told = GapTold::area} : gap(t, later));
    }
    return gaps;
  }

 private:
  CueGap gap(std::size_t t, const CueSession* later) const {
    const CueTrack& before = sheet_.tracks[t - 1];
    const CueSession* earlier = find_session(sheet_, before.session);
    const bool told_lengths = later != nullptr && (later->lead_in || later->pregap);
    const bool told_lead_out = earlier != nullptr && earlier->lead_out;
    if (told_lead_out && !told_lengths && is_address(t, *earlier->lead_out)) {
      const CueTime from = sheet_.tracks[t].indexes.front().time;
      return {.track = t,
              .told = GapTold::addresses,
              .sectors = from - *earlier->lead_out,
              .lead_out = *earlier->lead_out};
    }
    if (told_lengths || told_lead_out) {
      return {.track = t, .told = GapTold::lengths, .sectors = length(t, earlier, later)};
    }
    if (later != nullptr && later->area == Area::high_density) {
      return {.track = t, .told = GapTold::area};
    }
    return {.track = t, .sectors = in_one_file(t) ? 0 : length(t, nullptr, nullptr)};
  }

  bool in_one_file(std::size_t t) const {
    const auto file = [&](const CueIndex& index) {
      return images_.of_command[static_cast<std::size_t>(index.file)];
    };
    return file(sheet_.tracks[t].indexes.front()) == file(sheet_.tracks[t - 1].indexes.back());
  }

  bool is_first_session(std::size_t t) const {
    return sheet_.tracks[t - 1].session == sheet_.tracks.front().session;
  }
  std::int32_t usual_lead_out(std::size_t t) const {
    return is_first_session(t) ? kFirstLeadOut : kLaterLeadOut;
  }

  // An address lies between the indexes around it. What is as long as a lead-out is one, unless as
  // an address it leaves just the usual gap.
  bool is_address(std::size_t t, CueTime lead_out) const {
    const CueTime last = sheet_.tracks[t - 1].indexes.back().time;
    const CueTime next = sheet_.tracks[t].indexes.front().time;
    if (!in_one_file(t) || lead_out <= last || lead_out > next) return false;
    const std::int32_t gap = next - lead_out - (usual_lead_out(t) + kLeadIn);
    return lead_out != usual_lead_out(t) || gap == 0 || gap == kSessionPregap;
  }

  // A pregap that the track has itself is not there twice.
  std::int32_t length(std::size_t t, const CueSession* earlier, const CueSession* later) const {
    const CueTrack& track = sheet_.tracks[t];
    const std::int32_t usual_pregap = own_pregap(track) >= kSessionPregap ? 0 : kSessionPregap;
    std::int32_t sum = usual_lead_out(t);
    if (earlier != nullptr && earlier->lead_out) sum = *earlier->lead_out;
    sum += later != nullptr && later->lead_in ? *later->lead_in : kLeadIn;
    return sum + (later != nullptr && later->pregap ? *later->pregap : usual_pregap);
  }

  static std::int32_t own_pregap(const CueTrack& track) {
    const auto start = std::ranges::find(track.indexes, 1, &CueIndex::number);
    const CueIndex& first = track.indexes.front();
    const bool stored = start != track.indexes.end() && start->file == first.file;
    return track.pregap + (stored ? start->time - first.time : 0);
  }

  const CueSheet& sheet_;
  const CueImages& images_;
};

Lba behind(const Track& track) { return track.end_lba() + track.missing + track.unstored_postgap; }

DiscType type_of(const Disc& disc, int session) {
  DiscType type = DiscType::cd_da_or_rom;
  for (const Track& track : disc.tracks) {
    if (track.session != session) continue;
    if (is_green_mode(track.declared_as)) return DiscType::cd_i;
    if (track.declared == TrackType::mode2) type = DiscType::cd_xa;
  }
  return type;
}

}  // namespace

std::vector<CueGap> find_gaps(const CueSheet& sheet, const CueImages& images) {
  return Gaps(sheet, images).find();
}

const CueGap* gap_before(const std::vector<CueGap>& gaps, std::size_t track) {
  const auto at = std::ranges::find(gaps, track, &CueGap::track);
  return at == gaps.end() ? nullptr : &*at;
}

void keep_unused_remarks(const CueSheet& sheet, const std::vector<CueGap>& gaps, Disc& disc) {
  const auto told = [&](std::size_t track) {
    const CueGap* gap = gap_before(gaps, track);
    return gap != nullptr && (gap->told == GapTold::lengths || gap->told == GapTold::addresses);
  };
  for (const CueSession& session : sheet.sessions) {
    const auto of_session = [&](const Track& t) { return t.session == session.number; };
    const auto first = std::ranges::find_if(disc.tracks, of_session);
    const auto behind_last = std::find_if_not(first, disc.tracks.end(), of_session);
    const auto index_of = [&](auto at) {
      return static_cast<std::size_t>(at - disc.tracks.begin());
    };
    std::vector<std::string>& remarks =
        first == disc.tracks.end() ? disc.remarks : std::prev(behind_last)->remarks;
    const auto keep = [&](const char* name, const std::optional<CueTime>& time) {
      if (time) remarks.push_back(std::string("REM ") + name + ' ' + format_cue_time(*time));
    };
    const bool at_start = first != disc.tracks.end() && told(index_of(first));
    const bool at_end = behind_last != disc.tracks.end() && told(index_of(behind_last));
    const bool ends_there = first != disc.tracks.end() && session.lead_out &&
                            behind(*std::prev(behind_last)) == Lba(*session.lead_out);
    if (!at_end && !ends_there) keep("LEAD-OUT", session.lead_out);
    if (!at_start) {
      keep("LEAD-IN", session.lead_in);
      keep("PREGAP", session.pregap);
    }
  }
}

std::vector<Session> sessions_of(const CueSheet& sheet, const Disc& disc) {
  std::vector<Session> sessions;
  for (const Track& track : disc.tracks) {
    if (sessions.empty() || sessions.back().number != track.session) {
      const CueSession* told = find_session(sheet, track.session);
      sessions.push_back({.number = track.session,
                          .type = type_of(disc, track.session),
                          .area = told == nullptr ? Area::none : told->area,
                          .lead_out = behind(track)});
    }
    sessions.back().lead_out = std::max(sessions.back().lead_out, behind(track));
  }
  return sessions;
}

}  // namespace pregap::formats
