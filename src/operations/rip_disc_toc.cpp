#include "operations/rip_disc_toc.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "disc/toc.h"
#include "pregap/error.h"
#include "sector/subchannel.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kSessionGap = 11400;  // lead-out, lead-in and pause between two sessions

DiscType disc_type(std::uint8_t psec) {
  if (psec == 0x10) return DiscType::cd_i;
  return psec == 0x20 ? DiscType::cd_xa : DiscType::cd_da_or_rom;
}

// Of an entry that is there twice, the last one counts.
void take_full(DiscToc& toc) {
  std::map<int, TocTrack> tracks;
  std::map<int, TocSession> sessions;
  for (const TocEntry& e : toc.entries) {
    if (e.adr != kAdrPosition) continue;
    if (e.point >= 1 && e.point <= kLastTrackPoint) {
      tracks[e.point] = {
          .number = e.point, .session = e.session, .control = e.control, .start = pointed_lba(e)};
    }
    if (e.point == kPointFirstTrack) sessions[e.session].type = disc_type(e.psec);
    if (e.point == kPointLeadOut) sessions[e.session].lead_out = pointed_lba(e);
  }
  for (auto& [number, session] : sessions) {
    session.number = number;
    const bool used =
        std::ranges::any_of(tracks, [n = number](const auto& t) { return t.second.session == n; });
    if (used) toc.sessions.push_back(session);
  }
  for (const auto& [number, track] : tracks) toc.tracks.push_back(track);
}

void take_plain(drive::Mmc& mmc, const std::vector<drive::TocTrack>& rows, DiscToc& toc) {
  const std::optional<drive::SessionInfo> last = mmc.sessions();
  const bool two = last && last->last > 1 && last->first_of_last.start > rows.front().start;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    const bool later = two && rows[i].start >= last->first_of_last.start;
    toc.tracks.push_back({.number = rows[i].number,
                          .session = later ? 2 : 1,
                          .control = rows[i].control,
                          .start = rows[i].start});
  }
  const Lba end = rows.back().start;
  if (!two) {
    toc.sessions = {{.number = 1, .lead_out = end}};
    return;
  }
  toc.sessions = {{.number = 1, .lead_out = last->first_of_last.start - kSessionGap},
                  {.number = 2, .lead_out = end}};
  toc.problems.push_back(
      {.severity = Severity::warning,
       .code = "toc.plain",
       .message = fmt::format("{}: no full TOC, so that all but the last of {} sessions are taken "
                              "for one, its lead-out for {} sectors before the next",
                              mmc.name(), last->last, kSessionGap)});
}

// What can't be: no track, tracks that don't rise, a lead-out before its tracks.
void require_sense(const DiscToc& toc, const std::string& place) {
  const auto fail = [&](const std::string& found, const char* expected) {
    throw Error(ErrorCode::unreadable, place, fmt::format("{}, expected {}", found, expected));
  };
  if (toc.tracks.empty()) fail("a TOC without tracks", "at least one");
  for (std::size_t i = 0; i < toc.tracks.size(); ++i) {
    const TocTrack& t = toc.tracks[i];
    const auto session = std::ranges::find(toc.sessions, t.session, &TocSession::number);
    if (session == toc.sessions.end()) {
      fail(fmt::format("session {} without a lead-out in the TOC", t.session), "one");
    }
    if (t.start < Lba(0) || t.start >= session->lead_out || session->lead_out > kHighestLba + 1) {
      fail(fmt::format("track {} at LBA {} and its lead-out at LBA {} in the TOC", t.number,
                       t.start.value, session->lead_out.value),
           "the track before it, both on the disc");
    }
    if (i == 0) continue;
    const TocTrack& before = toc.tracks[i - 1];
    const auto earlier = std::ranges::find(toc.sessions, before.session, &TocSession::number);
    const bool next_session = before.session != t.session;
    if (t.start <= before.start || t.session < before.session ||
        (next_session && t.start < earlier->lead_out)) {
      fail(fmt::format("track {} at LBA {} behind track {} at LBA {} in the TOC", t.number,
                       t.start.value, before.number, before.start.value),
           "addresses that rise");
    }
  }
}

}  // namespace

DiscToc read_disc_toc(drive::Mmc& mmc) {
  DiscToc toc;
  const std::optional<std::vector<TocEntry>> full = mmc.full_toc();
  const std::optional<std::vector<drive::TocTrack>> plain = mmc.toc();
  if (full) toc.entries = *full;
  if (full) take_full(toc);
  if (!full && plain) take_plain(mmc, *plain, toc);
  if (!full && !plain) {
    throw Error(ErrorCode::unreadable, mmc.name(), "no TOC, expected a disc with one",
                "an empty disc has none");
  }
  require_sense(toc, mmc.name());
  toc.cd_text = mmc.cd_text();
  toc.mcn = mmc.mcn();
  toc.atip = mmc.atip();
  for (TocTrack& track : toc.tracks) {
    if (!track.is_data()) track.isrc = mmc.isrc(track.number);
  }
  return toc;
}

std::string fingerprint(const DiscToc& toc) {
  std::string text;
  for (const TocTrack& t : toc.tracks) {
    text += fmt::format("{} {:X} {};", t.number, t.control & 0x4U, t.start.value);
  }
  text += fmt::format("{}", toc.lead_out().value);
  const std::unique_ptr<Digest> digest = make_digest(DigestKind::sha1);
  digest->update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return digest->finish();
}

}  // namespace pregap::operations
