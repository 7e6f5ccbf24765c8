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
  const int right = unknowns_;
  for (int d = 0; d < kDiagonals; ++d) {
    const auto at = static_cast<std::size_t>(2 * d);
    rows_[at].fill(0);
    rows_[at + 1].fill(0);
    rows_[at][static_cast<std::size_t>(right)] = plane.q(d).s0;
    rows_[at + 1][static_cast<std::size_t>(right)] = plane.q(d).s1;
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
  for (int n = 0; n < unknowns_; ++n) enter_effect(n);
  eliminate(right + 1);
  const bool agree = std::all_of(rows_.begin() + rank_, rows_.end(), [&](const Row& row) {
    return row[static_cast<std::size_t>(right)] == 0;
  });
  solved_ = agree && freedom() <= kMaxFreedom;
}

// All that P says of the places: false if it contradicts them, or too much is left unknown.
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
  if (column.places == 0) return s.is_zero();
  if (column.places == 1) {
    column.base[0] = s.s0;
    return s.s1 == gf::multiply(Plane::weight_in_p(column.pivots[0]), s.s0);
  }
  const PairErrors pair = solve_pair(s, Plane::weight_in_p(column.pivots[0]),
                                     Plane::weight_in_p(column.pivots[1]));
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
  PlaneErrors errors;
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

// To reduced row echelon form; all columns of a row go along, only the first `width` - 1 are solved.
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

// P notices an error outside unless the column has two places to put the blame on; then Q's
// equations that are left over are asked.
bool ErasureSolver::is_blind(Cell cell) const {
  std::array<Cell, 3> at = {cell};
  std::array<std::uint8_t, 3> error = {1};
  if (cell.in_p()) {
    const Column& column = columns_[cell.c];
    if (column.places < 2) return false;
    const PairErrors pair = carried(cell, column.pivots);
    at = {cell, column.pivots[0], column.pivots[1]};
    error = {1, pair.e, pair.f};
  }
  const auto sum_over = [&](const Row& row) {
    std::uint8_t sum = 0;
    for (std::size_t k = 0; k < at.size(); ++k) {
      if (error[k] == 0) continue;
      const auto s0 = static_cast<std::size_t>(unknowns_ + 1 + 2 * at[k].q);
      const std::uint8_t weight = Plane::weight_in_q(at[k]);
      sum ^= gf::multiply(error[k], row[s0] ^ gf::multiply(weight, row[s0 + 1]));
    }
    return sum;
  };
  return std::all_of(rows_.begin() + rank_, rows_.end(),
                     [&](const Row& row) { return sum_over(row) == 0; });
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
