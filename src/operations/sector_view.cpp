#include "operations/sector_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "disc/pass.h"
#include "disc/subchannel.h"
#include "operations/q_places.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

// So many sectors around are judged too, since kind and address are told by the neighbours.
constexpr std::int32_t kNeighbours = 16;

std::string stored_ranges(const Disc& disc) {
  std::string text;
  const auto add = [&](Lba first, Lba end) {
    text += fmt::format("{}{} to {}", text.empty() ? "" : ", ", first.value, end.value - 1);
  };
  Lba first, end;
  bool open = false;
  for (const Track& track : disc.tracks) {
    for (const Extent& extent : track.extents) {
      if (open && extent.first != end) add(first, end);
      if (!open || extent.first != end) first = extent.first;
      end = extent.first + extent.sectors;
      open = true;
    }
  }
  if (open) add(first, end);
  return text;
}

std::vector<ByteChange> changes_between(RawSector before, std::span<const std::uint8_t> after) {
  std::vector<ByteChange> changes;
  for (std::size_t i = 0; i < kSectorSize; ++i) {
    if (before[i] == after[i]) continue;
    changes.push_back({.offset = static_cast<std::uint16_t>(i), .from = before[i], .to = after[i]});
  }
  return changes;
}

void judge_in_place(const Disc& disc, SectorView& view) {
  const Lba from = std::max(view.lba - kNeighbours, view.track->first_lba());
  const Lba to = std::min(view.lba + kNeighbours, view.track->end_lba() - 1);
  const std::vector<PassRange> range = {
      {.track = view.track, .first = from, .sectors = to - from + 1}};
  const PassOptions options{.work = {.threads = 1}, .mend = true, .build_cooked = true};
  run_pass(disc, range, options, [&](const SectorVerdict& v) {
    if (v.lba != view.lba) return;
    view.kind = v.kind;
    view.faults = v.faults;
    view.notes = v.notes;
    view.repairable = v.repairable;
    view.fill = v.fill;
    view.scrambled = v.notes.has(Note::scrambled);
    if (view.scrambled) scramble(view.bytes);
    if (v.repairable) view.changes = changes_between(view.bytes, v.bytes);
  });
}

std::optional<QView> view_q(const Disc& disc, const SectorView& view) {
  std::array<std::uint8_t, kSubchannelSize> bytes;
  if (disc.read_subchannel(view.lba, 1, bytes) == 0) return std::nullopt;
  const SubchannelMaker layout(disc);
  QView q{.stored = q_of_linear(bytes), .content = {}, .regular = layout.position(view.lba)};
  q.content = parse_q(q.stored);
  q.agrees = q.content.crc_good && QPlaces(layout).agrees(view.lba, q.content, std::nullopt);
  return q;
}

}  // namespace

SectorView view_sector(const Disc& disc, Lba lba) {
  SectorView view;
  view.lba = lba;
  view.track = disc.track_at(lba);
  if (view.track == nullptr) {
    throw Error(ErrorCode::usage, fmt::format("{}:LBA {}", disc.path.string(), lba.value),
                fmt::format("no stored sector, expected one of {}", stored_ranges(disc)));
  }
  view.extent = view.track->extent_at(lba);
  view.file_offset = view.extent->offset + static_cast<std::uint64_t>(lba - view.extent->first) *
                                               stride_of(view.extent->storage);
  disc.read_sectors(lba, 1, view.bytes);
  judge_in_place(disc, view);
  view.check = check_sector(view.bytes, view.kind);
  view.q = view_q(disc, view);
  return view;
}

}  // namespace pregap::operations
