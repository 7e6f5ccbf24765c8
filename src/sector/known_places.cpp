#include "sector/known_places.h"

namespace pregap {
namespace {

// With so few equations left, one more error could be put anywhere.
constexpr int kFewestEquations = 4;

}  // namespace

KnownPlane::KnownPlane(const kernels::Syndromes& s, int plane, kernels::HeaderBytes header,
                       const RegionPlaces& places)
    : plane_(s, plane, header) {
  for (std::size_t at = 0; at < places.size(); ++at) {
    const Cell cell = cell_at(at);
    if (places[at] && static_cast<int>(at % kPlanes) == plane && plane_.may_err(cell)) {
      cells_.add(cell);
    }
  }
}

bool KnownPlane::solve() {
  plane_.undo_to(0);
  solver_.emplace(plane_, cells_);
  return solver_->solved();
}

bool KnownPlane::solve_with_others() {
  plane_.undo_to(0);
  while (!plane_.trail().full() && take_claims()) {
  }
  solver_.emplace(plane_, cells_);
  return solver_->solved() || solve_for_one_more();
}

// Words without a place among them are decoded as ever. A word that crosses one with places can't
// be contradicted by it.
bool KnownPlane::take_claims() {
  const std::size_t before = plane_.trail().size();
  std::uint64_t p_with_places = 0;
  for (int d = 0; d < kDiagonals; ++d) p_with_places |= cells_.of_q(d);
  for_each_bit(plane_.dirty_p() & ~p_with_places, [&](int c) {
    const auto claim = plane_.single_of_p(c);
    if (!claim) return;
    const bool crossing_is_open =
        cells_.of_q(claim->cell.q) != 0 || plane_.q_is_dirty(claim->cell.q);
    if (crossing_is_open) plane_.fix(claim->cell, claim->error);
  });
  for_each_bit(plane_.dirty_q(), [&](int d) {
    const auto claim = plane_.single_of_q(d);
    if (cells_.of_q(d) != 0 || !claim || !claim->cell.in_p()) return;
    const int c = claim->cell.c;
    const bool crossing_is_open = ((p_with_places >> c) & 1) != 0 || plane_.p_is_dirty(c);
    if (crossing_is_open) plane_.fix(claim->cell, claim->error);
  });
  return plane_.trail().size() != before;
}

bool KnownPlane::solve_for_one_more() {
  if (const auto error = solver_->error_outside()) {
    plane_.fix(error->cell, error->error);
    solver_.emplace(plane_, cells_);
    return solver_->solved();
  }
  const std::uint64_t contradicting = solver_->contradicting_p();
  if (std::popcount(contradicting) != 1) return false;
  const int c = std::countr_zero(contradicting);
  for (int row = 0; row < kRows; ++row) {
    const Cell cell = cell_in_row(c, row);
    if (cells_.has(cell) || !plane_.may_err(cell)) continue;
    CellSet with = cells_;
    with.add(cell);
    solver_.emplace(plane_, with);
    if (solver_->solved() && solver_->freedom() == 0 &&
        solver_->equations_left() >= kFewestEquations) {
      return true;
    }
  }
  return false;
}

PlaneErrors KnownPlane::errors() const {
  PlaneErrors errors = solver_->solution();
  for (const CellError& e : plane_.trail().all()) errors[e.cell] ^= e.error;
  return errors;
}

}  // namespace pregap
