#include "sector/plane.h"

namespace pregap {
namespace {

namespace gf = kernels::gf256;
using kernels::Syndrome;

constexpr bool cells_match_the_words() {
  for (int plane = 0; plane < kPlanes; ++plane) {
    for (int d = 0; d < kDiagonals; ++d) {
      for (int c = 0; c < kQSymbols; ++c) {
        const Cell cell{static_cast<std::uint8_t>(c), static_cast<std::uint8_t>(d)};
        const std::size_t offset = region_offset(plane, cell);
        if (offset != kernels::q_offset(2 * d + plane, c) || cell_at(offset) != cell) return false;
        if (cell.in_p() && offset != kernels::p_offset(2 * c + plane, cell.row())) return false;
      }
    }
  }
  return true;
}
static_assert(cells_match_the_words());

// The exponent k of one error e at weight alpha^k: s0 = e, s1 = alpha^k e. Nothing if there is
// none.
std::optional<int> exponent_of_single(Syndrome s, int length) {
  if (s.s0 == 0 || s.s1 == 0) return std::nullopt;
  const int exponent = gf::log(gf::divide(s.s1, s.s0));
  if (exponent >= length) return std::nullopt;
  return exponent;
}

}  // namespace

Plane::Plane(const kernels::Syndromes& s, int plane, kernels::HeaderBytes header)
    : zero_header_(header == kernels::HeaderBytes::as_zero) {
  for (std::size_t c = 0; c < kColumns; ++c) {
    p_[c] = s.p[2 * c + static_cast<std::size_t>(plane)];
    dirty_p_ |= std::uint64_t{!p_[c].is_zero()} << c;
  }
  for (std::size_t d = 0; d < kDiagonals; ++d) {
    q_[d] = s.q[2 * d + static_cast<std::size_t>(plane)];
    dirty_q_ |= std::uint32_t{!q_[d].is_zero()} << d;
  }
}

void Plane::add(Cell cell, std::uint8_t error) {
  if (cell.in_p()) {
    Syndrome& s = p_[cell.c];
    s.s0 ^= error;
    s.s1 ^= gf::multiply(weight_in_p(cell), error);
    const std::uint64_t bit = std::uint64_t{1} << cell.c;
    dirty_p_ = s.is_zero() ? dirty_p_ & ~bit : dirty_p_ | bit;
  }
  Syndrome& s = q_[cell.q];
  s.s0 ^= error;
  s.s1 ^= gf::multiply(weight_in_q(cell), error);
  const std::uint32_t bit = std::uint32_t{1} << cell.q;
  dirty_q_ = s.is_zero() ? dirty_q_ & ~bit : dirty_q_ | bit;
}

void Plane::fix(Cell cell, std::uint8_t error) {
  if (error == 0 || trail_.full()) return;
  add(cell, error);
  trail_.push({cell, error});
}

void Plane::undo_to(std::size_t size) {
  while (trail_.size() > size) {
    const CellError e = trail_.pop();
    add(e.cell, e.error);
  }
}

std::optional<CellError> Plane::single_of_p(int c, Syndrome s) const {
  const std::optional<int> exponent = exponent_of_single(s, kRows);
  if (!exponent) return std::nullopt;
  const Cell cell = cell_in_row(c, kRows - 1 - *exponent);
  if (!may_err(cell)) return std::nullopt;
  return CellError{cell, s.s0};
}

std::optional<CellError> Plane::single_of_q(int d, Syndrome s) const {
  const std::optional<int> exponent = exponent_of_single(s, kQSymbols);
  if (!exponent) return std::nullopt;
  const Cell cell{static_cast<std::uint8_t>(kQSymbols - 1 - *exponent),
                  static_cast<std::uint8_t>(d)};
  if (!may_err(cell)) return std::nullopt;
  return CellError{cell, s.s0};
}

}  // namespace pregap
