#include "sector/erasures.h"

#include <algorithm>

#include "sector/iterate.h"

namespace pregap {
namespace {

namespace gf = kernels::gf256;
using kernels::Syndrome;

// row += factor * other, over [from, to).
template <typename Row>
void add_row(Row& row, const Row& other, std::uint8_t factor, int from, int to) {
  if (factor == 0) return;
  const int log = gf::log(factor);
  for (auto i = static_cast<std::size_t>(from); i < static_cast<std::size_t>(to); ++i) {
    if (other[i] != 0) row[i] ^= gf::power(gf::log(other[i]) + log);
  }
}

// What an error of 1 at `cell` puts on the two pivots of its column, so that P doesn't notice.
PairErrors carried(Cell cell, const std::array<Cell, 2>& pivots) {
  return solve_pair({1, Plane::weight_in_p(cell)}, Plane::weight_in_p(pivots[0]),
                    Plane::weight_in_p(pivots[1]));
}

}  // namespace

int CellSet::size() const {
  int n = 0;
  for (const std::uint64_t b : bits_) n += std::popcount(b);
  return n;
}

void PlaneErrors::apply(Plane& plane) const {
  for (std::uint8_t q = 0; q < kDiagonals; ++q) {
    for (std::uint8_t c = 0; c < kQSymbols; ++c) plane.fix({c, q}, errors_[q][c]);
  }
}

ErasureSolver::ErasureSolver(const Plane& plane, const CellSet& cells)
    : plane_(plane), cells_(cells) {
  if (cells.size() > kPlaneEquations + kMaxFreedom || !settle_p()) return;
  enter_right_side();
  for (int n = 0; n < unknowns_; ++n) enter_effect(n);
  eliminate(unknowns_ + 1);
  fits_ = freedom() <= kMaxFreedom;
  const bool agree = std::all_of(rows_.begin() + rank_, rows_.end(), [&](const Row& row) {
    return row[static_cast<std::size_t>(unknowns_)] == 0;
  });
  solved_ = agree && fits_ && contradicting_p_ == 0;
}

// The syndromes of Q, without the errors that P alone puts at its pivots.
void ErasureSolver::enter_right_side() {
  const int right = unknowns_;
  for (int d = 0; d < kDiagonals; ++d) {
    const auto at = static_cast<std::size_t>(2 * d);
    rows_[at].fill(0);
    rows_[at + 1].fill(0);
    rows_[at][static_cast<std::size_t>(right)] = plane_.q(d).s0;
    rows_[at + 1][static_cast<std::size_t>(right)] = plane_.q(d).s1;
  }
  for (std::size_t r = 0; r < kQEquations; ++r) {
    rows_[r][static_cast<std::size_t>(right + 1) + r] = 1;
  }
  for (const Column& column : columns_) {
    for (std::size_t k = 0; k < 2 && static_cast<int>(k) < column.places; ++k) {
      const auto at = static_cast<std::size_t>(2 * column.pivots[k].q);
      const std::uint8_t error = column.base[k];
      rows_[at][static_cast<std::size_t>(right)] ^= error;
      rows_[at + 1][static_cast<std::size_t>(right)] ^=
          gf::multiply(Plane::weight_in_q(column.pivots[k]), error);
    }
  }
}

// All that P says of the places: false if too much is left unknown.
bool ErasureSolver::settle_p() {
  std::array<std::uint32_t, kColumns> places{};
  for (int d = 0; d < kDiagonals; ++d) {
    bool fits = true;
    for_each_bit(cells_.of_q(d), [&](int c) {
      if (c < kColumns) {
        places[static_cast<std::size_t>(c)] |= std::uint32_t{1} << d;
      } else {
        fits = fits && add_unknown({static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)});
      }
    });
    if (!fits) return false;
  }
  for (int c = 0; c < kColumns; ++c) {
    if (!settle_column(c, places[static_cast<std::size_t>(c)])) return false;
  }
  return true;
}

bool ErasureSolver::settle_column(int c, std::uint32_t places) {
  Column& column = columns_[static_cast<std::size_t>(c)];
  const Syndrome s = plane_.p(c);
  bool fits = true;
  for_each_bit(places, [&](int d) {
    const Cell cell{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)};
    if (column.places < 2) column.pivots[static_cast<std::size_t>(column.places)] = cell;
    if (column.places++ >= 2) fits = fits && add_unknown(cell);
  });
  p_left_ += 2 - std::min(column.places, 2);
  if (column.places < 2) {
    const std::uint8_t weight = column.places == 0 ? 0 : Plane::weight_in_p(column.pivots[0]);
    column.base[0] = column.places == 0 ? 0 : s.s0;
    const bool agrees = (column.places == 1 || s.s0 == 0) && s.s1 == gf::multiply(weight, s.s0);
    contradicting_p_ |= std::uint64_t{!agrees} << c;
    return true;
  }
  const PairErrors pair =
      solve_pair(s, Plane::weight_in_p(column.pivots[0]), Plane::weight_in_p(column.pivots[1]));
  column.base = {pair.e, pair.f};
  return fits;
}

bool ErasureSolver::add_unknown(Cell cell) {
  if (unknowns_ == kMaxUnknowns) return false;
  unknown_[static_cast<std::size_t>(unknowns_++)] = cell;
  return true;
}

// The unknown's column of the matrix: what an error of 1 there adds to the syndromes of Q.
void ErasureSolver::enter_effect(int unknown) {
  const auto n = static_cast<std::size_t>(unknown);
  const auto enter = [&](Cell cell, std::uint8_t error) {
    const auto at = static_cast<std::size_t>(2 * cell.q);
    rows_[at][n] ^= error;
    rows_[at + 1][n] ^= gf::multiply(Plane::weight_in_q(cell), error);
  };
  const Cell cell = unknown_[n];
  enter(cell, 1);
  if (!cell.in_p()) return;
  const auto& pivots = columns_[cell.c].pivots;
  const PairErrors pair = carried(cell, pivots);
  enter(pivots[0], pair.e);
  enter(pivots[1], pair.f);
}

// To reduced row echelon form; all columns of a row go along, only the first `width` - 1 are
// solved.
void ErasureSolver::eliminate(int width) {
  const int end = width + kQEquations;
  for (int n = 0; n < unknowns_; ++n) {
    const auto column = static_cast<std::size_t>(n);
    pivot_of_[column] = -1;
    const auto found = std::find_if(rows_.begin() + rank_, rows_.end(),
                                    [&](const Row& row) { return row[column] != 0; });
    if (found == rows_.end()) continue;
    Row& pivot = rows_[static_cast<std::size_t>(rank_)];
    std::swap(pivot, *found);
    const std::uint8_t inverse = gf::divide(1, pivot[column]);
    for (int i = n; i < end; ++i) {
      std::uint8_t& v = pivot[static_cast<std::size_t>(i)];
      v = gf::multiply(v, inverse);
    }
    for (Row& row : rows_) {
      if (&row != &pivot) add_row(row, pivot, row[column], n, end);
    }
    pivot_of_[column] = rank_++;
  }
}

void ErasureSolver::expand(int unknown, std::uint8_t value, PlaneErrors& errors) const {
  const Cell cell = unknown_[static_cast<std::size_t>(unknown)];
  errors[cell] ^= value;
  if (!cell.in_p()) return;
  const auto& pivots = columns_[cell.c].pivots;
  const PairErrors pair = carried(cell, pivots);
  errors[pivots[0]] ^= gf::multiply(pair.e, value);
  errors[pivots[1]] ^= gf::multiply(pair.f, value);
}

PlaneErrors ErasureSolver::solution() const {
  PlaneErrors errors;
  for (const Column& column : columns_) {
    for (std::size_t k = 0; k < 2 && static_cast<int>(k) < column.places; ++k) {
      errors[column.pivots[k]] ^= column.base[k];
    }
  }
  for (int n = 0; n < unknowns_; ++n) {
    const int row = pivot_of_[static_cast<std::size_t>(n)];
    if (row < 0) continue;
    expand(n, rows_[static_cast<std::size_t>(row)][static_cast<std::size_t>(unknowns_)], errors);
  }
  return errors;
}

PlaneErrors ErasureSolver::unseen(int n) const {
  PlaneErrors errors;
  int free = 0;
  while (pivot_of_[static_cast<std::size_t>(free)] >= 0 || n-- > 0) ++free;
  expand(free, 1, errors);
  for (int k = 0; k < unknowns_; ++k) {
    const int row = pivot_of_[static_cast<std::size_t>(k)];
    if (row < 0) continue;
    expand(k, rows_[static_cast<std::size_t>(row)][static_cast<std::size_t>(free)], errors);
  }
  return errors;
}

std::uint8_t ErasureSolver::effect(Cell cell, const Row& row) const {
  const auto in_q = [&](Cell at, std::uint8_t error) {
    if (error == 0) return std::uint8_t{0};
    const auto s0 = static_cast<std::size_t>(unknowns_ + 1 + 2 * at.q);
    return gf::multiply(error, row[s0] ^ gf::multiply(Plane::weight_in_q(at), row[s0 + 1]));
  };
  std::uint8_t sum = in_q(cell, 1);
  if (cell.in_p()) {
    const auto& pivots = columns_[cell.c].pivots;
    const PairErrors pair = carried(cell, pivots);
    sum ^= in_q(pivots[0], pair.e);
    sum ^= in_q(pivots[1], pair.f);
  }
  return sum;
}

bool ErasureSolver::is_blind(Cell cell) const {
  return is_for_q(cell) && std::all_of(rows_.begin() + rank_, rows_.end(),
                                       [&](const Row& row) { return effect(cell, row) == 0; });
}

std::optional<std::uint8_t> ErasureSolver::error_that_reconciles(Cell cell) const {
  std::optional<std::uint8_t> error;
  for (auto row = rows_.begin() + rank_; row != rows_.end(); ++row) {
    const std::uint8_t wanted = (*row)[static_cast<std::size_t>(unknowns_)];
    const std::uint8_t one = effect(cell, *row);
    if (!error && one != 0) error = gf::divide(wanted, one);
    if (gf::multiply(error.value_or(0), one) != wanted) return std::nullopt;
  }
  return error;
}

std::optional<CellError> ErasureSolver::error_outside() const {
  constexpr int kFewestEquations = 4;  // at 1500 cells, three leave one in 10^4 to chance
  if (!fits_ || contradicting_p_ != 0 || q_equations_left() < kFewestEquations) return std::nullopt;
  std::optional<CellError> found;
  for (std::uint8_t q = 0; q < kDiagonals; ++q) {
    for (std::uint8_t c = 0; c < kQSymbols; ++c) {
      const Cell cell{c, q};
      if (cells_.has(cell) || !plane_.may_err(cell) || !is_for_q(cell)) continue;
      const auto error = error_that_reconciles(cell);
      if (!error || *error == 0) continue;
      if (found) return std::nullopt;
      found = CellError{cell, *error};
    }
  }
  return found;
}

int ErasureSolver::blind_cells() const {
  int n = 0;
  for (std::uint8_t q = 0; q < kDiagonals; ++q) {
    for (std::uint8_t c = 0; c < kQSymbols; ++c) {
      const Cell cell{c, q};
      n += !cells_.has(cell) && plane_.may_err(cell) && is_blind(cell);
    }
  }
  return n;
}

}  // namespace pregap
