#include "operations/merge_pieces.h"

#include <algorithm>
#include <array>
#include <map>

namespace pregap::operations {
namespace {

using Sector = std::array<std::uint8_t, kSectorSize>;
using Places = std::bitset<kSectorSize>;

constexpr std::size_t kMostErasures = 276;  // as many as parity has equations
constexpr int kMostUnnamed = 4;             // changes where the dumps agree
// Garbage agrees by chance with one byte in 256, so that a piece has holes.
constexpr std::size_t kHole = 16;
// With parity behind the EDC as many as can be tried at once; of form 2, which has the EDC alone,
// two: 4 questions at 2^-32.
constexpr std::size_t kMostPieces = 10, kMostPiecesOfForm2 = 2;

bool has_parity(SectorKind kind) { return layout_of(kind).p_parity.size != 0; }

// What most of the dumps that have a byte say; the first one's where they are at odds. `split` are
// the bytes on which they differ, `missing` those that no dump has.
struct Majority {
  Sector sector{};
  Places split, missing, undecided;
};
Majority majority_of(std::span<const RawSector> dumps, std::span<const Places> missing) {
  Majority m;
  for (std::size_t i = 0; i < kSectorSize; ++i) {
    std::array<std::uint8_t, 256> votes{};
    std::size_t voices = 0;
    std::uint8_t best = dumps[0][i];
    for (std::size_t d = 0; d < dumps.size(); ++d) {
      if (missing[d][i]) continue;
      const std::uint8_t byte = dumps[d][i];
      ++votes[byte];
      if (voices++ == 0 || votes[byte] > votes[best]) best = byte;
    }
    m.sector[i] = best;
    if (voices == 0) m.missing.set(i);
    if (votes[best] < voices) m.split.set(i);
    if (2 * std::size_t{votes[best]} <= voices) m.undecided.set(i);
  }
  return m;
}

int changes_outside(RawSector before, RawSector after, const Places& named) {
  int n = 0;
  for (std::size_t i = 0; i < kSectorSize; ++i) n += before[i] != after[i] && !named[i];
  return n;
}

bool solve(SectorKind kind, Lba address, const Sector& start, const Places& erasures,
           MutableRawSector out) {
  if (!has_parity(kind) || erasures.count() > kMostErasures) return false;
  Sector sector = start;
  if (!correct_sector(kind, {.address = address, .erasures = erasures}, sector).sound) return false;
  if (!is_sound(sector, kind, address)) return false;
  // Sync and a header that no parity covers are known anyway.
  Places named = erasures;
  for (std::size_t i = 0; i < kSubheaderOffset; ++i) named.set(i);
  if (changes_outside(start, sector, named) > kMostUnnamed) return false;
  std::ranges::copy(sector, out.begin());
  return true;
}

struct Piece {
  std::size_t from = 0, to = 0;
};
std::vector<Piece> pieces_of(const Places& different) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < kSectorSize; ++i) {
    if (!different[i]) continue;
    if (!pieces.empty() && i - pieces.back().to < kHole) {
      pieces.back().to = i + 1;
    } else {
      pieces.push_back({i, i + 1});
    }
  }
  return pieces;
}

// Every piece from the one or the other.
bool try_pieces(SectorKind kind, Lba address, RawSector a, RawSector b, const Places& different,
                MutableRawSector out) {
  const std::vector<Piece> pieces = pieces_of(different);
  if (pieces.empty() || pieces.size() > (has_parity(kind) ? kMostPieces : kMostPiecesOfForm2))
    return false;
  for (std::size_t choice = 1; choice + 1 < (std::size_t{1} << pieces.size()); ++choice) {
    Sector sector;
    std::ranges::copy(a, sector.begin());
    write_sync_and_header(kind, address, sector);
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      if ((choice >> p & 1) == 0) continue;
      const auto part = b.subspan(pieces[p].from, pieces[p].to - pieces[p].from);
      std::ranges::copy(part, sector.begin() + static_cast<std::ptrdiff_t>(pieces[p].from));
    }
    if (!is_sound(sector, kind, address)) continue;
    std::ranges::copy(sector, out.begin());
    return true;
  }
  return false;
}

Places differences_of(RawSector a, RawSector b) {
  Places places;
  for (std::size_t i = 0; i < kSectorSize; ++i) places.set(i, a[i] != b[i]);
  return places;
}

// Two dumps at a time, which a third that is worse than both does not disturb.
template <typename Try>
bool for_pairs(std::size_t n, Try attempt) {
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = a + 1; b < n; ++b) {
      if (attempt(a, b)) return true;
    }
  }
  return false;
}

}  // namespace

bool is_sound(RawSector sector, SectorKind kind, Lba address) {
  const SectorCheck check = check_sector(sector, kind);
  return check.faults().empty() && check.content_sound() && check.edc == EdcState::good &&
         check.address && to_lba(*check.address) == address;
}

MergeBasis put_together(SectorKind kind, Lba address, std::span<const RawSector> dumps,
                        std::span<const Places> missing, MutableRawSector out) {
  if (layout_of(kind).edc.size == 0 || dumps.size() < 2) return MergeBasis::none;
  Majority all = majority_of(dumps, missing);
  write_sync_and_header(kind, address, all.sector);
  if (all.missing.none() && dumps.size() > 2 && is_sound(all.sector, kind, address)) {
    std::ranges::copy(all.sector, out.begin());
    return MergeBasis::vote;
  }
  if (for_pairs(dumps.size(), [&](std::size_t a, std::size_t b) {
        return (missing[a] | missing[b]).none() &&
               try_pieces(kind, address, dumps[a], dumps[b], differences_of(dumps[a], dumps[b]),
                          out);
      })) {
    return MergeBasis::pieces;
  }
  if (solve(kind, address, all.sector, all.undecided | all.missing, out) ||
      solve(kind, address, all.sector, all.split | all.missing, out)) {
    return MergeBasis::differences;
  }
  if (dumps.size() > 2 && for_pairs(dumps.size(), [&](std::size_t a, std::size_t b) {
        const std::array<RawSector, 2> two = {dumps[a], dumps[b]};
        const std::array<Places, 2> gone = {missing[a], missing[b]};
        Majority m = majority_of(two, gone);
        write_sync_and_header(kind, address, m.sector);
        return solve(kind, address, m.sector, m.split | m.missing, out);
      })) {
    return MergeBasis::differences;
  }
  return MergeBasis::none;
}

}  // namespace pregap::operations
