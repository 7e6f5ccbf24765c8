// Decoding the P and Q product code of one sector, errors at known places.
#pragma once

#include <array>
#include <bitset>
#include <optional>

#include "kernels/parity.h"
#include "sector/erasures.h"

namespace pregap {

using RegionPlaces = std::bitset<kernels::kParityRegion>;

// One plane's part.
class KnownPlane {
 public:
  KnownPlane(const kernels::Syndromes& s, int plane, kernels::HeaderBytes header,
             const RegionPlaces& places);
  KnownPlane(const KnownPlane&) = delete;
  KnownPlane& operator=(const KnownPlane&) = delete;

  // Solves for the places alone.
  bool solve();
  // Solves for the places and a few errors elsewhere: those that words free of the places show, and
  // one that only the equations together do.
  bool solve_with_others();

  const ErasureSolver& solver() const { return *solver_; }
  int places() const { return cells_.size(); }
  // The errors of the last solve.
  PlaneErrors errors() const;

 private:
  bool take_claims();
  bool solve_for_one_more();

  Plane plane_;
  CellSet cells_;
  std::optional<ErasureSolver> solver_;
};

}  // namespace pregap
