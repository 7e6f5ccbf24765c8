#include "formats/ccd_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "disc/toc.h"
#include "pregap/error.h"
#include "sector/subchannel.h"

namespace pregap::formats {
namespace {

// Lead-out and lead-in between two sessions, with the pause behind them (ECMA-394).
constexpr std::int32_t kFirstSessionGap = 6750 + 4500 + 150;
constexpr std::int32_t kLaterSessionGap = 2250 + 4500 + 150;
// Of the pause before track 1, which few images hold.
constexpr Lba kLowestStored(-150);

class LayoutMaker {
 public:
  LayoutMaker(const CcdSheet& sheet, const std::string& place) : sheet_(sheet), place_(place) {}

  CcdLayout make() {
    if (sheet_.entries.empty()) {
      take_index_lines();
    } else {
      take_entries();
    }
    if (layout_.sessions.empty()) {
      throw Error(ErrorCode::malformed, place_,
                  "no [Entry] of a track, expected at least one with Point 1 to 99");
    }
    require_rising();
    settle_lead_outs();
    for (CcdLayoutSession& session : layout_.sessions) {
      for (std::size_t t = 0; t < session.tracks.size(); ++t) settle_pregap(session, t);
    }
    return std::move(layout_);
  }

 private:
  void warn(const char* code, int line, const std::string& message) {
    layout_.problems.push_back({.severity = Severity::warning,
                                .code = code,
                                .message = fmt::format("{}:{}: {}", place_, line, message)});
  }

  // The nth [TRACK] section of a number is of the nth session with such a track.
  const CcdTrack* section_of(int number) {
    std::size_t skip = used_sections_[number]++;
    const CcdTrack* last = nullptr;
    for (const CcdTrack& track : sheet_.tracks) {
      if (track.number != number) continue;
      last = &track;
      if (skip-- == 0) return &track;
    }
    return used_sections_[number] > 1 ? nullptr : last;
  }

  const CcdSession* session_section(int number) const {
    const auto at = std::ranges::find(sheet_.sessions, number, &CcdSession::number);
    return at == sheet_.sessions.end() ? nullptr : &*at;
  }

  void take_entries() {
    std::map<std::pair<int, int>, const CcdEntry*> entries;  // by session and point
    for (const CcdEntry& entry : sheet_.entries) {
      if (entry.toc.adr != 1 && entry.toc.adr != 4) continue;
      const CcdEntry*& known = entries[{entry.toc.session, entry.toc.point}];
      if (known != nullptr && address_of(*known) != address_of(entry)) {
        warn("toc.duplicate", entry.line,
             fmt::format("point {:02X}h of session {} is there twice, the later one is taken",
                         entry.toc.point, entry.toc.session));
      }
      known = &entry;
    }
    for (const auto& [key, entry] : entries) {
      const auto [session, point] = key;
      if (point < 1 || point > kLastTrackPoint) continue;
      if (layout_.sessions.empty() || layout_.sessions.back().number != session) {
        layout_.sessions.push_back({.number = session, .section = session_section(session)});
      }
      layout_.sessions.back().tracks.push_back({.number = point,
                                                .session = session,
                                                .control = entry->toc.control,
                                                .start = checked_address(*entry),
                                                .section = section_of(point)});
      lines_.push_back(entry->line);
    }
    for (CcdLayoutSession& session : layout_.sessions) {
      const auto first = entries.find({session.number, kPointFirstTrack});
      if (first != entries.end()) session.type = disc_type(*first->second);
      const auto out = entries.find({session.number, kPointLeadOut});
      if (out != entries.end()) session.lead_out = checked_address(*out->second);
    }
  }

  // Some programs leave the entries out.
  void take_index_lines() {
    warn("ccd.entries", sheet_.tracks.front().line,
         "no [Entry] sections, the tracks' INDEX lines are taken as addresses");
    CcdLayoutSession session{.section = session_section(1)};
    for (const CcdTrack& track : sheet_.tracks) {
      const auto start = track.indexes.find(1);
      if (start == track.indexes.end()) {
        throw Error(ErrorCode::malformed, fmt::format("{}:{}", place_, track.line),
                    fmt::format("track {} with neither [Entry] nor INDEX 1, expected its address",
                                track.number));
      }
      session.tracks.push_back(
          {.number = track.number,
           .control = track.mode.value_or(0) == 0 ? std::uint8_t{0} : kControlData,
           .start = Lba(start->second),
           .section = &track});
      lines_.push_back(track.line);
    }
    layout_.sessions.push_back(std::move(session));
  }

  static Lba address_of(const CcdEntry& entry) {
    return entry.plba ? Lba(*entry.plba) : pointed_lba(entry.toc);
  }

  Lba checked_address(const CcdEntry& entry) {
    const Lba by_time = pointed_lba(entry.toc);
    if (!entry.plba || Lba(*entry.plba) == by_time) return by_time;
    // From 90 minutes on some programs count as for the lead-in.
    if (Lba(*entry.plba) == toc_lba(entry.toc.pmin, entry.toc.psec, entry.toc.pframe)) {
      return by_time;
    }
    warn("ccd.address", entry.line,
         fmt::format("PLBA={} is not what PMin, PSec and PFrame say (LBA {}), PLBA is taken",
                     *entry.plba, by_time.value));
    return Lba(*entry.plba);
  }

  DiscType disc_type(const CcdEntry& entry) {
    switch (entry.toc.psec) {
      case 0x00:
        return DiscType::cd_da_or_rom;
      case 0x10:
        return DiscType::cd_i;
      case 0x20:
        return DiscType::cd_xa;
      default:
        warn("toc.disc_type", entry.line,
             fmt::format("disc type {:02X}h, expected 00h, 10h or 20h, taken as 00h",
                         entry.toc.psec));
        return DiscType::cd_da_or_rom;
    }
  }

  void require_rising() const {
    const CcdLayoutTrack* before = nullptr;
    std::size_t n = 0;
    for (const CcdLayoutSession& session : layout_.sessions) {
      for (const CcdLayoutTrack& track : session.tracks) {
        const int line = lines_[n++];
        if (track.start < Lba(0)) {
          throw Error(ErrorCode::malformed, fmt::format("{}:{}", place_, line),
                      fmt::format("track {} begins at LBA {}, expected 0 or more", track.number,
                                  track.start.value));
        }
        if (before != nullptr && track.start <= before->start) {
          throw Error(
              ErrorCode::malformed, fmt::format("{}:{}", place_, line),
              fmt::format("track {} begins at LBA {}, track {} before it at LBA {}, "
                          "expected rising addresses",
                          track.number, track.start.value, before->number, before->start.value));
        }
        before = &track;
      }
    }
  }

  void settle_lead_outs() {
    for (std::size_t s = 0; s < layout_.sessions.size(); ++s) {
      CcdLayoutSession& session = layout_.sessions[s];
      const CcdLayoutSession* next =
          s + 1 < layout_.sessions.size() ? &layout_.sessions[s + 1] : nullptr;
      const Lba last = session.tracks.back().start;
      const bool fits = session.lead_out && *session.lead_out > last &&
                        (next == nullptr || *session.lead_out <= next->tracks.front().start);
      if (fits) continue;
      std::string found = "no lead-out";
      if (session.lead_out) found = fmt::format("its lead-out at LBA {}", session.lead_out->value);
      session.lead_out.reset();
      std::string instead = "the image's end is taken";
      if (next != nullptr) {
        const std::int32_t gap = s == 0 ? kFirstSessionGap : kLaterSessionGap;
        const Lba start = next->tracks.front().start;
        session.lead_out = start - gap > last ? start - gap : start;
        instead = fmt::format("LBA {} is taken", session.lead_out->value);
      }
      if (sheet_.entries.empty()) continue;
      warn("toc.lead_out", sheet_.entries.front().line,
           fmt::format("session {} has {}, expected one behind its last track at LBA {}; {}",
                       session.number, found, last.value, instead));
    }
  }

  // INDEX lines may count from the disc's start or the session's: only their difference is sure.
  void settle_pregap(CcdLayoutSession& session, std::size_t t) {
    CcdLayoutTrack& track = session.tracks[t];
    if (track.section == nullptr) return;
    const auto& indexes = track.section->indexes;
    const auto from = indexes.find(0), to = indexes.find(1);
    if (from == indexes.end()) return;
    const std::int64_t start = to == indexes.end() ? track.start.value : to->second;
    const std::int64_t pregap = start - from->second;
    std::int32_t room = track.start - kLowestStored;
    if (t > 0) room = track.start - session.tracks[t - 1].start - 1;
    if (t == 0 && &session != &layout_.sessions.front()) {
      room = track.start - *(&session - 1)->lead_out;
    }
    if (pregap >= 0 && pregap <= room) {
      track.pregap = static_cast<std::int32_t>(pregap);
      return;
    }
    warn("ccd.index", track.section->line,
         fmt::format("track {} has INDEX 0={} and INDEX 1={}, which leaves no room for a pregap; "
                     "taken as without one",
                     track.number, from->second, start));
  }

  const CcdSheet& sheet_;
  const std::string& place_;
  CcdLayout layout_;
  std::vector<int> lines_;  // of the tracks, in their order
  std::map<int, std::size_t> used_sections_;
};

}  // namespace

CcdLayout make_ccd_layout(const CcdSheet& sheet, const std::string& place) {
  return LayoutMaker(sheet, place).make();
}

}  // namespace pregap::formats
