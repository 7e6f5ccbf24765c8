#include "sector/bursts.h"

#include <array>

#include "sector/iterate.h"

namespace pregap {
namespace {

namespace gf = kernels::gf256;
using kernels::Syndrome;

constexpr int kStep = 4;  // symbols of the plane: eight bytes
constexpr int kWindow = 2 * kColumns;
static_assert(kPlanes * (kWindow - (kStep - 1)) == kFoundBurst);
// The Q word that is asked first; a burst that runs on into Q parity reaches its bytes last.
constexpr int kAsked = kDiagonals - 1;

// The windows of 86 symbols: from column `column` of row `row` on.
struct Window {
  int row = 0, column = 0;
  int first_row(int c) const { return row + (c < column); }
};

// The errors of column c if they lie in `row` and the one below.
PairErrors errors_from(const Plane& plane, int c, int row) {
  return solve_pair(plane.p(c), gf::power(kRows - 1 - row), gf::power(kRows - 2 - row));
}

class BurstFinder {
 public:
  explicit BurstFinder(Plane& plane) : plane_(plane) {
    for (int c = 0; c < kColumns; ++c) {
      const int row = Cell{static_cast<std::uint8_t>(c), kAsked}.row();
      const auto n = static_cast<std::size_t>(c);
      if (row < kRows - 1) as_upper_[n] = errors_from(plane, c, row).e;
      if (row > 0) as_lower_[n] = errors_from(plane, c, row - 1).f;
    }
  }

  bool run() {
    constexpr int kLast = kColumns * (kRows - 2);
    Window best;
    int fewest = kDiagonals - 1;  // failing Q words
    for (int at = 0; at <= kLast; at += kStep) {
      const Window window{at / kColumns, at % kColumns};
      if (!confirms(window)) continue;
      take_off(window);
      if (plane_.agrees()) return true;
      if (window.row >= kRows - 4 && plane_.bad_q() < fewest) {
        best = window;
        fewest = plane_.bad_q();
      }
      plane_.undo_to(0);
    }
    if (fewest == kDiagonals - 1) return false;
    take_off(best);
    return true;
  }

 private:
  // Whether the Q word agrees once the window's errors are off.
  bool confirms(const Window& window) const {
    Syndrome s = plane_.q(kAsked);
    for (int row = window.row; row < window.row + 3; ++row) {
      for (int c = (row + kRows - kAsked) % kRows; c < kColumns; c += kRows) {
        const int below_first = row - window.first_row(c);
        if (below_first < 0 || below_first > 1) continue;
        const auto n = static_cast<std::size_t>(c);
        const std::uint8_t error = below_first == 0 ? as_upper_[n] : as_lower_[n];
        s.s0 ^= error;
        s.s1 ^= gf::multiply(gf::power(kQSymbols - 1 - c), error);
      }
    }
    return s.is_zero();
  }

  // All P words agree afterwards, whatever the window; Q tells.
  void take_off(const Window& window) {
    for (int c = 0; c < kColumns; ++c) {
      const int row = window.first_row(c);
      const PairErrors pair = errors_from(plane_, c, row);
      const Cell x = cell_in_row(c, row), y = cell_in_row(c, row + 1);
      if (plane_.may_err(x)) plane_.fix(x, pair.e);
      if (plane_.may_err(y)) plane_.fix(y, pair.f);
    }
    iterate(plane_, FirstCode::q);
  }

  Plane& plane_;
  std::array<std::uint8_t, kColumns> as_upper_{}, as_lower_{};  // the errors at the asked word
};

}  // namespace

bool explain_by_burst(Plane& plane) {
  plane.undo_to(0);
  return BurstFinder(plane).run();
}

}  // namespace pregap
