// The two Reed-Solomon product codes over a sector's bytes 12-2351 (ECMA-130 annex A).
//
// Seen from byte 12, the bytes form 26 rows of 86. Column n is P word n: 24 rows of data, 2 of P
// parity. The Q words run diagonally over the same 26 rows (43 columns of 16-bit words, so that
// even and odd bytes never mix) with 2 parity bytes each behind them. Both are codes of distance 3
// whose parity-check matrix is
//       1        1      ...   1     1
//     alpha^(L-1) alpha^(L-2) ... alpha  1      with L = 26 for P, 45 for Q.
// A word is good when both of its syndromes, the products with these rows, are zero.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pregap::kernels {

inline constexpr std::size_t kParityRegion = 2340;  // bytes 12-2351 of a sector
inline constexpr int kPCount = 86, kPLength = 26;
inline constexpr int kQCount = 52, kQLength = 45;
inline constexpr std::size_t kPParityAt = 2064;  // within the region
inline constexpr std::size_t kQParityAt = 2236;

using ParityRegion = std::span<const std::uint8_t, kParityRegion>;
using MutableParityRegion = std::span<std::uint8_t, kParityRegion>;

struct Syndrome {
  std::uint8_t s0 = 0, s1 = 0;
  constexpr bool is_zero() const { return (s0 | s1) == 0; }
};
struct Syndromes {
  std::array<Syndrome, kPCount> p{};
  std::array<Syndrome, kQCount> q{};
};

// Where in the region symbol `position` of a word lies; the last two positions are its parity.
constexpr std::size_t p_offset(int word, int position) noexcept {
  return static_cast<std::size_t>(word + 86 * position);
}
// Q word 2d + b: diagonal d (0-25) of the even (b = 0) or odd bytes.
constexpr std::size_t q_offset(int word, int position) noexcept {
  if (position >= 43) {
    return kQParityAt + static_cast<std::size_t>(52 * (position - 43) + word);
  }
  const int diagonal = word / 2;
  return static_cast<std::size_t>(2 * ((44 * position + 43 * diagonal) % 1118) + word % 2);
}

// as_zero: the region's first four bytes count as zeros, as form 1 has it.
enum class HeaderBytes : bool { as_stored, as_zero };
Syndromes parity_syndromes(ParityRegion region, HeaderBytes header) noexcept;
bool parity_is_good(ParityRegion region, HeaderBytes header) noexcept;

// Writes the P parity, then the Q parity over data and P.
void generate_parity(MutableParityRegion region, HeaderBytes header) noexcept;

namespace scalar {
Syndromes parity_syndromes(ParityRegion region, HeaderBytes header) noexcept;
bool parity_is_good(ParityRegion region, HeaderBytes header) noexcept;
void generate_parity(MutableParityRegion region, HeaderBytes header) noexcept;
}  // namespace scalar

}  // namespace pregap::kernels
