#include "sector/correct_known.h"

#include <bit>

#include "kernels/gf256.h"
#include "sector/region.h"

namespace pregap {
namespace {

constexpr int kBitsOfUnknown = 8;

// With one symbol left open by parity, 24 of the EDC's 32 bits are left to judge: too few for an
// error outside the places, if parity is blind to it, by itself. So parity must see most of them:
// docs/repair.md has the odds.
constexpr int kMostFreedom = 1;
constexpr int kLeastSeenOf4 = 3;

void apply(const PlaneErrors& errors, int plane, std::uint8_t factor, SectorBuffer& sector) {
  const auto region = parity_region(MutableRawSector(sector));
  for (std::uint8_t q = 0; q < kDiagonals; ++q) {
    for (std::uint8_t c = 0; c < kQSymbols; ++c) {
      const Cell cell{c, q};
      if (errors[cell] == 0) continue;
      region[region_offset(plane, cell)] ^= kernels::gf256::multiply(errors[cell], factor);
    }
  }
}

// The constant with which the errors that parity does not notice are to be added, if exactly one
// makes the EDC agree. Eight unknown bits, and an equation for each of the remainder's 32.
std::optional<std::uint8_t> factor_by_edc(SectorKind kind, const PlaneErrors& unseen, int plane,
                                          const SectorBuffer& work) {
  std::uint32_t wanted = edc_remainder(kind, work);
  std::uint8_t factor = 0;
  std::array<std::uint32_t, kBitsOfUnknown> rows{};
  std::array<std::uint8_t, kBitsOfUnknown> made_of{};
  for (std::size_t bit = 0; bit < kBitsOfUnknown; ++bit) {
    SectorBuffer alone{};
    made_of[bit] = static_cast<std::uint8_t>(1U << bit);
    apply(unseen, plane, made_of[bit], alone);
    rows[bit] = edc_remainder(kind, alone);
    for (std::size_t k = 0; k < bit; ++k) {
      if (((rows[bit] >> std::countr_zero(rows[k])) & 1) == 0) continue;
      rows[bit] ^= rows[k];
      made_of[bit] ^= made_of[k];
    }
    if (rows[bit] == 0) return std::nullopt;  // the EDC does not tell them apart
  }
  for (std::size_t k = 0; k < kBitsOfUnknown; ++k) {
    if (((wanted >> std::countr_zero(rows[k])) & 1) == 0) continue;
    wanted ^= rows[k];
    factor ^= made_of[k];
  }
  if (wanted != 0) return std::nullopt;
  return factor;
}

class KnownSector {
 public:
  KnownSector(const Patient& patient, const RegionPlaces& places)
      : patient_(patient),
        s_(kernels::parity_syndromes(parity_region(RawSector(patient.start)), patient.header)),
        planes_{KnownPlane(s_, 0, patient.header, places),
                KnownPlane(s_, 1, patient.header, places)} {}

  bool run(SectorBuffer& work, Correction& c, int& questions) {
    const bool alone = planes_[0].solve() && planes_[1].solve();
    if (!alone && !solve_with_others()) return false;
    if (freedom() > (alone ? kMostFreedom : 0) || questions == 0) return false;
    work = patient_.start;
    for (int n = 0; n < kPlanes; ++n) apply(plane(n).errors(), n, 1, work);
    --questions;
    if (freedom() == 1 && !settle_by_edc(work)) return false;
    if (!may_become(patient_, work) || !edc_agrees(patient_.kind, work) ||
        !header_holds(patient_, work)) {
      return false;
    }
    c = {.from_parity = true, .from_erasures = true};
    c.edc_bits_spent = static_cast<std::uint8_t>(freedom() * kBitsOfUnknown);
    return true;
  }

 private:
  KnownPlane& plane(int n) { return planes_[static_cast<std::size_t>(n)]; }
  int freedom() { return plane(0).solver().freedom() + plane(1).solver().freedom(); }

  bool solve_with_others() {
    for (KnownPlane& p : planes_) {
      if (!p.solve() && !p.solve_with_others()) return false;
    }
    return true;
  }

  bool settle_by_edc(SectorBuffer& work) {
    int blind = 0, outside = static_cast<int>(kernels::kParityRegion);
    for (const KnownPlane& p : planes_) {
      blind += p.solver().blind_cells();
      outside -= p.places();
    }
    if (4 * (outside - blind) < kLeastSeenOf4 * outside) return false;
    const int open = plane(0).solver().freedom() == 1 ? 0 : 1;
    const PlaneErrors unseen = plane(open).solver().unseen(0);
    const auto factor = factor_by_edc(patient_.kind, unseen, open, work);
    if (factor) apply(unseen, open, *factor, work);
    return factor.has_value();
  }

  const Patient& patient_;
  kernels::Syndromes s_;
  std::array<KnownPlane, kPlanes> planes_;
};

}  // namespace

bool correct_known_places(const Patient& patient, const RegionPlaces& places, SectorBuffer& work,
                          Correction& c, int& questions) {
  return places.any() && KnownSector(patient, places).run(work, c, questions);
}

}  // namespace pregap
