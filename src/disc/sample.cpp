#include "disc/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "disc/read.h"
#include "pregap/check.h"

namespace pregap {
namespace {

constexpr std::int32_t kSamples = 16;

struct Votes {
  std::array<int, kSectorKinds> by_kind{};  // proven ones
  int sectors = 0, synced = 0, formless = 0;
  std::optional<SectorKind> first_proven;

  void add(RawSector sector) {
    ++sectors;
    if (!has_sync(sector)) return;
    ++synced;
    std::array<std::uint8_t, kSectorSize> plain;
    std::ranges::copy(sector, plain.begin());
    SectorIdentity id = identify_sector(sector);
    if (!id.proven && !(id.check.address && id.check.mode_good)) {
      scramble(plain);
      id = identify_sector(plain);
    }
    if (id.proven) {
      ++by_kind[static_cast<std::size_t>(id.kind)];
      if (!first_proven) first_proven = id.kind;
    } else if (id.kind == SectorKind::mode2) {
      ++formless;
    }
  }
  int proven(SectorKind kind) const { return by_kind[static_cast<std::size_t>(kind)]; }
};

// Sectors spread evenly over the track from INDEX 01 on, or from its start if that is all there is.
Votes sample(const Disc& disc, const Track& track) {
  Votes votes;
  std::array<std::uint8_t, kSectorSize> sector;
  const Lba from = std::min(std::max(track.start_lba(), track.first_lba()), track.end_lba() - 1);
  const std::int32_t length = track.end_lba() - from;
  const std::int32_t n = std::min(length, kSamples);
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int32_t at = static_cast<std::int32_t>(std::int64_t{i} * length / n);
    if (disc.read_sectors(from + at, 1, sector) == 1) votes.add(sector);
  }
  return votes;
}

SectorKind usual_kind(TrackType type) {
  switch (type) {
    case TrackType::audio:
      return SectorKind::audio;
    case TrackType::mode0:
      return SectorKind::mode0;
    case TrackType::mode1:
      return SectorKind::mode1;
    case TrackType::mode2:
      return SectorKind::mode2_form1;
  }
  return SectorKind::mode1;
}

// Mode 0 is what gaps are made of, so that it decides only where nothing else is there.
TrackType type_by_votes(const Votes& votes, TrackType declared) {
  const int mode1 = votes.proven(SectorKind::mode1);
  const int mode2 = votes.proven(SectorKind::mode2_form1) + votes.proven(SectorKind::mode2_form2) +
                    votes.formless;
  if (mode1 == 0 && mode2 == 0) {
    if (declared != TrackType::audio || votes.proven(SectorKind::mode0) == 0) return declared;
    return TrackType::mode0;
  }
  if (mode1 == mode2 && declared != TrackType::audio) return declared;
  return mode1 >= mode2 ? TrackType::mode1 : TrackType::mode2;
}

SectorKind kind_by_votes(const Votes& votes, TrackType type) {
  if (type == TrackType::mode2) {
    const int with_form =
        votes.proven(SectorKind::mode2_form1) + votes.proven(SectorKind::mode2_form2);
    if (votes.formless > with_form) return SectorKind::mode2;
    const bool first_has_form = votes.first_proven == SectorKind::mode2_form1 ||
                                votes.first_proven == SectorKind::mode2_form2;
    if (first_has_form) return *votes.first_proven;
  }
  return usual_kind(type);
}

void sample_track(Disc& disc, Track& track) {
  track.type = track.declared;
  track.sampled_kind = usual_kind(track.declared);
  if (track.stored_sectors() == 0 || has_user_data_only(track.extents.front().storage)) return;
  const Votes votes = sample(disc, track);
  const bool mostly_data = 2 * votes.synced >= votes.sectors;
  if (track.declared == TrackType::audio && !mostly_data) return;
  track.type = type_by_votes(votes, track.declared);
  track.sampled_kind = kind_by_votes(votes, track.type);
  if (track.declared_as.empty()) {  // a bare image declares nothing
    track.declared = track.type;
    return;
  }
  if (track.type != track.declared) {
    disc.problems.push_back(
        {.severity = Severity::warning,
         .code = "track.mode",
         .message =
             fmt::format("{}: track {} is declared {}, its sectors are {}", disc.path.string(),
                         track.number, track.declared_as, name_of(track.type))});
  }
}

}  // namespace

void sample_tracks(Disc& disc) {
  for (Track& track : disc.tracks) sample_track(disc, track);
}

}  // namespace pregap
