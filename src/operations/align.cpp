#include "operations/align.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "pregap/error.h"
#include "sector/quick.h"

namespace pregap::operations {
namespace {

constexpr int kProbes = 24;                // places of a track that are looked at
constexpr std::size_t kProbeBytes = 64;    // 16 samples
constexpr std::size_t kVariedValues = 12;  // with fewer, they are silence or a tone of few values
constexpr std::size_t kSample = 4;

using Votes = std::map<StreamPosition, int>;

// Sectors spread over a track, first and last of them apart from its ends.
std::vector<Lba> probes_of(const Track& track) {
  std::vector<Lba> lbas;
  const std::int32_t n = track.end_lba() - track.first_lba();
  const std::int32_t count = std::min(n, kProbes);
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int64_t at = (2 * std::int64_t{i} + 1) * n / (2 * count);
    lbas.push_back(track.first_lba() + static_cast<std::int32_t>(at));
  }
  return lbas;
}

// Where the other's table of contents has the track.
StreamPosition expected_shift(const Track& track, const Disc& other) {
  const Track* theirs = other.find_track(track.number);
  if (theirs == nullptr || theirs->is_data() != track.is_data()) return 0;
  return position_of(theirs->start_lba()) - position_of(track.start_lba());
}

// The only place of `wanted` in `bytes` at a multiple of `step`; nothing if there are two.
std::optional<std::size_t> only_place(std::span<const std::uint8_t> bytes,
                                      std::span<const std::uint8_t> wanted, std::size_t step) {
  std::optional<std::size_t> found;
  const std::boyer_moore_horspool_searcher searcher(wanted.begin(), wanted.end());
  for (auto at = bytes.begin();;) {
    at = std::search(at, bytes.end(), searcher);
    if (at == bytes.end()) return found;
    const std::size_t place = static_cast<std::size_t>(at - bytes.begin());
    if (place % step == 0) {
      if (found) return std::nullopt;
      found = place;
    }
    ++at;
  }
}

// Looks for bytes of the first dump around the place where they should be in the other.
bool vote_for(std::span<const std::uint8_t> wanted, StreamPosition at, StreamPosition shift,
              const Disc& other, std::size_t step, Votes& votes) {
  constexpr StreamPosition kReach = StreamPosition{kMostOffsetSectors} * kSectorSize;
  std::vector<std::uint8_t> around(static_cast<std::size_t>(2 * kReach) + wanted.size());
  read_stream(other, at + shift - kReach, around);
  const auto place = only_place(around, wanted, step);
  if (place) ++votes[shift + static_cast<StreamPosition>(*place) - kReach];
  return place.has_value();
}

bool is_varied(std::span<const std::uint8_t> bytes) {
  return std::set<std::uint8_t>(bytes.begin(), bytes.end()).size() >= kVariedValues;
}

Votes votes_of_samples(const Disc& base, const Track& track, StreamPosition shift,
                       const Disc& other, int& probes) {
  Votes votes;
  std::array<std::uint8_t, kSectorSize> sector;
  for (const Lba lba : probes_of(track)) {
    if (base.read_sectors(lba, 1, sector) != 1) continue;
    for (std::size_t at = 0; at + kProbeBytes <= kSectorSize; at += kProbeBytes) {
      const auto samples = std::span(sector).subspan(at, kProbeBytes);
      if (!is_varied(samples)) continue;
      ++probes;
      vote_for(samples, position_of(lba) + static_cast<StreamPosition>(at), shift, other, kSample,
               votes);
      break;
    }
  }
  return votes;
}

// Sync and header as they are stored: plain, or scrambled as everything behind the sync.
std::array<std::uint8_t, 16> start_of(RawSector sector) {
  std::array<std::uint8_t, 16> start;
  std::ranges::copy(sector.first<16>(), start.begin());
  return start;
}

std::array<std::uint8_t, kSectorSize> scrambled(RawSector sector) {
  std::array<std::uint8_t, kSectorSize> other;
  std::ranges::copy(sector, other.begin());
  scramble(other);
  return other;
}

// What the header of the first sync from `at` on says, and where it stands.
struct FoundHeader {
  Lba address;
  StreamPosition at = 0;
};
std::optional<FoundHeader> first_header(const Disc& other, StreamPosition at) {
  std::array<std::uint8_t, 2 * kSectorSize> bytes;
  read_stream(other, at, bytes);
  const auto sync =
      std::search(bytes.begin(), bytes.begin() + kSectorSize, kSync.begin(), kSync.end());
  const std::size_t place = static_cast<std::size_t>(sync - bytes.begin());
  if (place >= kSectorSize) return std::nullopt;
  const RawSector sector = std::span<const std::uint8_t>(bytes).subspan(place).first<kSectorSize>();
  for (const auto& reading : {start_of(sector), start_of(scrambled(sector))}) {
    if (const auto msf = msf_from_bcd(reading.data() + kHeaderOffset);
        msf && reading[kModeOffset] < 3) {
      return FoundHeader{to_lba(*msf), at + static_cast<StreamPosition>(place)};
    }
  }
  return std::nullopt;
}

// Votes of sound sectors, each found again by its sync and header.
Votes votes_of_headers(const Disc& base, const Track& track, StreamPosition expected,
                       const Disc& other, int& probes) {
  Votes votes;
  std::array<std::uint8_t, kSectorSize> sector;
  for (const Lba lba : probes_of(track)) {
    if (base.read_sectors(lba, 1, sector) != 1) continue;
    if (!quick_identity(sector)) scramble(sector);
    const auto identity = quick_identity(sector);
    if (!identity) continue;
    ++probes;
    StreamPosition shift = expected;
    if (const auto header = first_header(other, position_of(lba) + expected)) {
      shift = header->at - position_of(header->address) + position_of(identity->address) -
              position_of(lba);
    }
    if (!vote_for(start_of(sector), position_of(lba), shift, other, 1, votes)) {
      vote_for(start_of(scrambled(sector)), position_of(lba), shift, other, 1, votes);
    }
  }
  return votes;
}

// Where no sector of the first dump is sound, its headers are taken to be those of its LBAs.
Votes votes_of_other_headers(const Track& track, StreamPosition expected, const Disc& other,
                             int& probes) {
  Votes votes;
  for (const Lba lba : probes_of(track)) {
    ++probes;
    if (const auto header = first_header(other, position_of(lba) + expected)) {
      ++votes[header->at - position_of(header->address)];
    }
  }
  return votes;
}

TrackAlignment best_of(const Votes& votes, int probes, StreamPosition expected) {
  TrackAlignment best{.shift = expected, .expected = expected, .probes = probes};
  for (const auto& [shift, count] : votes) {
    if (count <= best.agreeing) continue;
    best.shift = shift;
    best.agreeing = count;
  }
  // One probe may agree with something else by chance.
  best.found = best.agreeing >= 2 || (best.agreeing == 1 && probes == 1);
  return best;
}

// Headers are the same on every disc: the content must be, too.
bool content_agrees(const Disc& base, const Track& track, const TrackAlignment& found,
                    const Disc& other) {
  int equal = 0, different = 0;
  std::array<std::uint8_t, kSectorSize> ours;
  for (const Lba lba : probes_of(track)) {
    if (base.read_sectors(lba, 1, ours) != 1 || !quick_identity(ours)) continue;
    DumpWindow theirs = read_window(other, position_of(lba) + found.shift);
    if (!quick_identity(theirs.bytes)) scramble(theirs.bytes);
    if (!quick_identity(theirs.bytes)) continue;
    ++(theirs.bytes == ours ? equal : different);
  }
  return equal >= different;
}

TrackAlignment align_track(const Disc& base, const Track& track, const Disc& other) {
  const StreamPosition expected = expected_shift(track, other);
  int probes = 0;
  if (!track.is_data()) {
    const Votes votes = votes_of_samples(base, track, expected, other, probes);
    return best_of(votes, probes, expected);
  }
  Votes votes = votes_of_headers(base, track, expected, other, probes);
  if (probes == 0) votes = votes_of_other_headers(track, expected, other, probes);
  TrackAlignment found = best_of(votes, probes, expected);
  if (found.found && !content_agrees(base, track, found, other)) found.found = false;
  return found;
}

// How many places of an audio track are the same in the other dump if it lies like this.
int equal_probes(const Disc& base, const Track& track, StreamPosition shift, const Disc& other) {
  int equal = 0;
  std::array<std::uint8_t, kSectorSize> sector;
  for (const Lba lba : probes_of(track)) {
    if (base.read_sectors(lba, 1, sector) != 1) continue;
    equal += read_window(other, position_of(lba) + shift).bytes == sector;
  }
  return equal;
}

// A silent track, or one that repeats itself, lies as the others do, if it does.
void place_the_rest(const Disc& base, const Disc& other, DumpAlignment& alignment) {
  const std::int64_t samples = alignment.offset_samples();
  for (std::size_t i = 0; i < base.tracks.size(); ++i) {
    TrackAlignment& found = alignment.tracks[i];
    if (found.found || base.tracks[i].is_data()) continue;
    const StreamPosition shift = found.expected + samples * static_cast<StreamPosition>(kSample);
    found.agreeing = equal_probes(base, base.tracks[i], shift, other);
    found.found = found.probes == 0 || 2 * found.agreeing >= found.probes;
    if (found.found) found.shift = shift;
  }
}

}  // namespace

std::int64_t DumpAlignment::offset_samples() const {
  std::map<std::int64_t, int> votes;
  for (const TrackAlignment& track : tracks) {
    if (!track.found) continue;
    votes[(track.shift - track.expected) / static_cast<StreamPosition>(kSample)] += track.agreeing;
  }
  const auto best = std::ranges::max_element(votes, {}, [](const auto& v) { return v.second; });
  return best == votes.end() ? 0 : best->first;
}

DumpAlignment align(const Disc& base, const Disc& other) {
  DumpAlignment alignment;
  for (const Track& track : base.tracks)
    alignment.tracks.push_back(align_track(base, track, other));
  place_the_rest(base, other, alignment);
  const auto agrees = [](const TrackAlignment& track) { return track.found && track.agreeing > 0; };
  if (std::ranges::none_of(alignment.tracks, agrees)) {
    throw Error(ErrorCode::refused, other.path.string(),
                fmt::format("nothing in it agrees with {}, expected a dump of the same disc",
                            base.path.string()));
  }
  return alignment;
}

}  // namespace pregap::operations
