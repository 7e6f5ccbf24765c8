// Errors at known places of a plane, all of them at once.
//
// A word by itself gives back two symbols. Taken together, the 138 equations of a plane (two of
// each of 43 P and 26 Q words) give back as many as their rank is. P words with up to two of the
// places are settled at once; in each of the others two of the places are expressed by the rest,
// which stay unknown together with the places in Q parity. Q's 52 equations are then solved for the
// unknowns by Gauss and Jordan.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sector/plane.h"

namespace pregap {

inline constexpr int kQEquations = 2 * kDiagonals;
inline constexpr int kPlaneEquations = 2 * kColumns + kQEquations;  // all independent

// A set of a plane's cells: for each Q word, the symbols in it.
class CellSet {
 public:
  void add(Cell cell) { bits_[cell.q] |= std::uint64_t{1} << cell.c; }
  bool has(Cell cell) const { return ((bits_[cell.q] >> cell.c) & 1) != 0; }
  std::uint64_t of_q(int d) const { return bits_[static_cast<std::size_t>(d)]; }
  int size() const;

 private:
  std::array<std::uint64_t, kDiagonals> bits_{};
};

// An error for every cell of a plane.
class PlaneErrors {
 public:
  PlaneErrors() = default;
  explicit PlaneErrors(const Trail& trail) {
    for (const CellError& e : trail.all()) (*this)[e.cell] ^= e.error;
  }
  std::uint8_t& operator[](Cell cell) { return errors_[cell.q][cell.c]; }
  std::uint8_t operator[](Cell cell) const { return errors_[cell.q][cell.c]; }
  void apply(Plane& plane) const;
  bool operator==(const PlaneErrors&) const = default;

 private:
  std::array<std::array<std::uint8_t, kQSymbols>, kDiagonals> errors_{};
};

class ErasureSolver {
 public:
  static constexpr int kMaxFreedom = 4;

  // The plane's syndromes, and the places outside which nothing is wrong.
  ErasureSolver(const Plane& plane, const CellSet& cells);

  // Whether errors at the places explain all syndromes, and no more than kMaxFreedom dimensions of
  // them do; all else is of use only then.
  bool solved() const { return solved_; }
  // The dimension of the space of errors at the places that no word notices.
  int freedom() const { return unknowns_ - rank_; }
  // The equations that were not needed, and agree; those of Q among them.
  int equations_left() const { return p_left_ + q_equations_left(); }
  int q_equations_left() const { return kQEquations - rank_; }
  // One solution; errors that may be added to it, times any constant, for n below freedom().
  PlaneErrors solution() const;
  PlaneErrors unseen(int n) const;
  // How many of the cells outside could have an error that no equation left over notices.
  int blind_cells() const;

  // If it is not solved: the P words with fewer than two of the places that contradict them; and
  // where there are none, the one error outside that reconciles all that is left over of Q.
  std::uint64_t contradicting_p() const { return contradicting_p_; }
  std::optional<CellError> error_outside() const;

 private:
  static constexpr int kMaxUnknowns = kQEquations + kMaxFreedom;
  using Row = std::array<std::uint8_t, kMaxUnknowns + 1 + kQEquations>;

  struct Column {  // a P word: its first two places, the errors there if the rest have none
    std::array<Cell, 2> pivots{};
    std::array<std::uint8_t, 2> base{};
    int places = 0;
  };
  bool settle_p();
  void enter_right_side();
  bool settle_column(int c, std::uint32_t places);
  bool add_unknown(Cell cell);
  void enter_effect(int unknown);
  void eliminate(int width);
  void expand(int unknown, std::uint8_t value, PlaneErrors& errors) const;
  // What an error of 1 outside adds to the right side of a row. P has no say in it if the cell's
  // column has two places to put the blame on.
  bool is_for_q(Cell cell) const { return !cell.in_p() || columns_[cell.c].places >= 2; }
  std::uint8_t effect(Cell cell, const Row& row) const;
  bool is_blind(Cell cell) const;
  std::optional<std::uint8_t> error_that_reconciles(Cell cell) const;

  const Plane& plane_;
  CellSet cells_;
  bool solved_ = false, fits_ = false;
  std::uint64_t contradicting_p_ = 0;
  int unknowns_ = 0, rank_ = 0, p_left_ = 0;
  std::array<Cell, kMaxUnknowns> unknown_;
  std::array<Column, kColumns> columns_;
  std::array<int, kMaxUnknowns> pivot_of_{};  // row in which an unknown is solved; -1: it is free
  std::array<Row, kQEquations> rows_;         // unknowns, right side, and how the row was made
};

}  // namespace pregap
