// One of the two halves that a sector's parity falls into, as its syndromes alone.
//
// Even and odd bytes of the parity region never meet in a word, so each of the two planes is a code
// of its own: 26 rows of 43 symbols, the columns being P words, and 2 x 26 symbols of Q parity.
// With symbol number 43 i + c in row i and column c, Q word q has as its symbol c the one in column
// c and row i = (c + q) mod 26. So a P word and a Q word of a plane cross in exactly one symbol,
// and every symbol is named by its Q word q and its place c there: c below 43 is also its P word, c
// of 43 and 44 are Q parity, which no P word holds.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>

#include "kernels/gf256.h"
#include "kernels/parity.h"

namespace pregap {

inline constexpr int kPlanes = 2;
inline constexpr int kColumns = kernels::kPCount / kPlanes;    // P words
inline constexpr int kDiagonals = kernels::kQCount / kPlanes;  // Q words
inline constexpr int kRows = kernels::kPLength;
inline constexpr int kQSymbols = kernels::kQLength;

struct Cell {
  std::uint8_t c = 0, q = 0;
  constexpr bool in_p() const { return c < kColumns; }
  constexpr int row() const { return (c + q) % kRows; }
  constexpr bool operator==(const Cell&) const = default;
};
constexpr Cell cell_in_row(int c, int row) {
  return {static_cast<std::uint8_t>(c),
          static_cast<std::uint8_t>((row - c + 2 * kRows) % kDiagonals)};
}
constexpr std::size_t region_offset(int plane, Cell cell) {
  if (!cell.in_p()) {
    return kernels::kQParityAt +
           static_cast<std::size_t>(kernels::kQCount * (cell.c - kColumns) + 2 * cell.q + plane);
  }
  return static_cast<std::size_t>(kernels::kPCount * cell.row() + 2 * cell.c + plane);
}
constexpr Cell cell_at(std::size_t offset) {
  if (offset >= kernels::kQParityAt) {
    const std::size_t tail = offset - kernels::kQParityAt;
    return {static_cast<std::uint8_t>(kColumns + tail / kernels::kQCount),
            static_cast<std::uint8_t>(tail % kernels::kQCount / 2)};
  }
  return cell_in_row(static_cast<int>(offset % kernels::kPCount / 2),
                     static_cast<int>(offset / kernels::kPCount));
}

// What is to be added to a cell.
struct CellError {
  Cell cell;
  std::uint8_t error = 0;
  constexpr bool operator==(const CellError&) const = default;
};

// The errors found so far. More than its capacity are more than could ever be right.
class Trail {
 public:
  static constexpr std::size_t kCapacity = 320;
  Trail() {}  // the errors are written before they are read
  Trail(const Trail& other) { *this = other; }
  Trail& operator=(const Trail& other) {
    size_ = other.size_;
    std::copy_n(other.errors_.begin(), size_, errors_.begin());
    return *this;
  }
  std::size_t size() const { return size_; }
  bool full() const { return size_ == kCapacity; }
  void push(CellError e) { errors_[size_++] = e; }
  void clear() { size_ = 0; }
  CellError pop() { return errors_[--size_]; }
  CellError operator[](std::size_t i) const { return errors_[i]; }
  std::span<const CellError> all() const { return {errors_.data(), size_}; }

 private:
  std::size_t size_ = 0;
  std::array<CellError, kCapacity> errors_;
};

// The syndromes of a plane's words, which of them are not zero, and the errors taken off so far.
class Plane {
 public:
  Plane(const kernels::Syndromes& s, int plane, kernels::HeaderBytes header);

  kernels::Syndrome p(int c) const { return p_[static_cast<std::size_t>(c)]; }
  kernels::Syndrome q(int d) const { return q_[static_cast<std::size_t>(d)]; }
  std::uint64_t dirty_p() const { return dirty_p_; }
  std::uint32_t dirty_q() const { return dirty_q_; }
  bool p_is_dirty(int c) const { return ((dirty_p_ >> c) & 1) != 0; }
  bool q_is_dirty(int d) const { return ((dirty_q_ >> d) & 1) != 0; }
  int bad_p() const { return std::popcount(dirty_p_); }
  int bad_q() const { return std::popcount(dirty_q_); }
  bool p_agrees() const { return dirty_p_ == 0; }
  bool agrees() const { return dirty_p_ == 0 && dirty_q_ == 0; }
  // Bytes that are known to be zero have no errors: the header of form 1.
  bool may_err(Cell cell) const { return !zero_header_ || !is_header(cell); }

  // Takes an error off: O(1), the two words that hold the cell. `undo_to` puts back all but the
  // first `size` of the trail.
  void fix(Cell cell, std::uint8_t error);
  void undo_to(std::size_t size);
  const Trail& trail() const { return trail_; }

  // The one error that explains a word by itself, if there is one; or the word with syndrome s.
  std::optional<CellError> single_of_p(int c) const { return single_of_p(c, p(c)); }
  std::optional<CellError> single_of_q(int d) const { return single_of_q(d, q(d)); }
  std::optional<CellError> single_of_p(int c, kernels::Syndrome s) const;
  std::optional<CellError> single_of_q(int d, kernels::Syndrome s) const;

  static constexpr std::uint8_t weight_in_p(Cell cell) {
    return kernels::gf256::power(kRows - 1 - cell.row());
  }
  static constexpr std::uint8_t weight_in_q(Cell cell) {
    return kernels::gf256::power(kQSymbols - 1 - cell.c);
  }

 private:
  static constexpr bool is_header(Cell cell) { return cell.c < 2 && cell.row() == 0; }
  void add(Cell cell, std::uint8_t error);

  std::array<kernels::Syndrome, kColumns> p_;
  std::array<kernels::Syndrome, kDiagonals> q_;
  std::uint64_t dirty_p_ = 0;
  std::uint32_t dirty_q_ = 0;
  bool zero_header_;
  Trail trail_;
};

// Calls take(index) for each bit set, from the lowest.
template <typename Bits, typename Take>
void for_each_bit(Bits bits, Take take) {
  for (; bits != 0; bits &= bits - 1) take(std::countr_zero(bits));
}

}  // namespace pregap
