#include "operations/q_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kTolerance = 2;  // sectors
// Frames without a position may lie between those of one range.
constexpr std::int32_t kJoin = 4;
constexpr std::size_t kMostRows = 16;

// What the sector's header says beside it.
enum HeaderSide : std::int32_t { kNoHeader, kWithQ, kWithLayout, kWithNeither };

HeaderSide side_of(std::optional<Lba> header, Lba lba, Lba by_q) {
  if (!header) return kNoHeader;
  if (*header == by_q) return kWithQ;
  return *header == lba ? kWithLayout : kWithNeither;
}

std::int32_t sectors_of(Msf msf) {
  return msf.minute * kFramesPerMinute + msf.second * kFramesPerSecond + msf.frame;
}

bool is_border_nearby(const SubchannelMaker& layout, Lba lba, const QPosition& q) {
  for (std::int32_t d = -kTolerance; d <= kTolerance; ++d) {
    const SubchannelMaker::Place place = layout.place_of(lba + d);
    if (place.track == q.track && place.index == q.index) return true;
  }
  return false;
}

// A pause before a track of another kind may begin as the track before it ends.
bool has_control_before(const SubchannelMaker& layout, Lba lba, const SubchannelMaker::Place& place,
                        const QContent& q) {
  if (place.index != 0 || place.since_border > lba.value) return false;  // nothing is before it
  return q.control == layout.place_of(lba - place.since_border - 1).control;
}

std::string track_text(std::int32_t track, std::int32_t index) {
  if (track == kLeadOutTrack) return "the lead-out";
  return fmt::format("track {} INDEX {:02}", track, index);
}

std::string control_text(std::int32_t control) {
  std::string text = (control & kControlData) != 0 ? "data" : "audio";
  if ((control & kControlCopyPermitted) != 0) text += " DCP";
  if ((control & kControlFourChannel) != 0) text += " 4CH";
  if ((control & kControlPreEmphasis) != 0) text += " PRE";
  return text;
}

}  // namespace

std::optional<QPlaces::Row> QPlaces::compare(Lba lba, const QContent& q,
                                             std::optional<Lba> header) const {
  const auto row = [lba](Kind kind, std::array<std::int32_t, 4> what) {
    return Row{.kind = kind, .what = what, .first = lba, .last = lba, .frames = 1};
  };
  const bool known = q.position || !q.mcn.empty() || !q.isrc.empty() || q.adr == kAdrMultiSession;
  if (!known) return row(Kind::form, {q.adr});
  const SubchannelMaker::Place place = layout_.place_of(lba);
  const bool beside_border = place.since_border < kTolerance || place.to_border <= kTolerance;
  if (q.position) {
    const QPosition& p = *q.position;
    const Lba by_q = to_lba(p.absolute);
    if (by_q != lba) return row(Kind::address, {by_q - lba, side_of(header, lba, by_q)});
    const bool same = p.track == place.track && p.index == place.index;
    if (!same && !is_border_nearby(layout_, lba, p)) {
      return row(Kind::border, {p.track, p.index, place.track, place.index});
    }
    const std::int32_t off = sectors_of(p.relative) - place.relative;
    if (same && std::abs(off) > kTolerance) return row(Kind::time, {off});
  }
  if (q.control != place.control && !beside_border && !has_control_before(layout_, lba, place, q)) {
    return row(Kind::control, {q.control, place.control});
  }
  return std::nullopt;
}

bool QPlaces::agrees(Lba lba, const QContent& q, std::optional<Lba> header) {
  const std::optional<Row> row = compare(lba, q, header);
  if (!row) return true;
  ++elsewhere_;
  misaddressed_ += row->kind == Kind::address;
  (row->kind == Kind::address ? addresses_ : others_).add(*row);
  return false;
}

void QPlaces::Rows::add(const Row& row) {
  const bool goes_on =
      last && last->kind == row.kind && last->what == row.what && row.first - last->last <= kJoin;
  if (goes_on) {
    last->last = row.last;
    ++last->frames;
    if (unlisted == 0) listed.back() = *last;
    return;
  }
  last = row;
  if (listed.size() < kMostRows) {
    listed.push_back(row);
  } else {
    ++unlisted;
  }
}

std::string QPlaces::message_of(const Row& row) {
  const auto& what = row.what;
  switch (row.kind) {
    case Kind::address: {
      constexpr std::array<std::string_view, 4> sides = {
          "", ", and so do the headers", ", the headers don't", ", the headers other ones again"};
      return fmt::format("Q gives addresses {:+} off{}", what[0],
                         sides[static_cast<std::size_t>(what[1])]);
    }
    case Kind::border:
      return fmt::format("Q says {}, expected {}", track_text(what[0], what[1]),
                         track_text(what[2], what[3]));
    case Kind::time:
      return fmt::format("Q gives times in the track {:+} sectors off", what[0]);
    case Kind::control:
      return fmt::format("Q says {}, expected {}", control_text(what[0]), control_text(what[1]));
    case Kind::form:
      return fmt::format("Q of good CRC and ADR {} is nothing that belongs into a track", what[0]);
  }
  return {};
}

void QPlaces::report_rows(const Rows& rows, const std::string& place,
                          std::vector<Problem>& problems) {
  for (const Row& row : rows.listed) {
    const std::string range = row.first == row.last
                                  ? fmt::format("{}", row.first.value)
                                  : fmt::format("{} to {}", row.first.value, row.last.value);
    problems.push_back(
        {.severity = Severity::warning,
         .code = row.kind == Kind::control ? "subchannel.control" : "subchannel.place",
         .message = fmt::format("{}:LBA {}: {} ({})", place, range, message_of(row),
                                counted(row.frames, "frame"))});
  }
  if (rows.unlisted == 0) return;
  problems.push_back({.severity = Severity::warning,
                      .code = "subchannel.place",
                      .message = fmt::format("{}: Q disagrees with the layout over {}", place,
                                             counted(rows.unlisted, "more range"))});
}

void QPlaces::report(const std::string& place, Addresses addresses,
                     std::vector<Problem>& problems) const {
  if (addresses == Addresses::show) report_rows(addresses_, place, problems);
  report_rows(others_, place, problems);
}

}  // namespace pregap::operations
