// The field of the parity codes: GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1, with alpha = 2 as its
// primitive element (ECMA-130 annex A). Tables are computed here, from the polynomial.
#pragma once

#include <array>
#include <cstdint>

namespace pregap::kernels::gf256 {

inline constexpr unsigned kPolynomial = 0x11D;
inline constexpr int kOrder = 255;  // of the multiplicative group: alpha^255 = 1

struct Tables {
  std::array<std::uint8_t, 2 * kOrder> power{};  // alpha^n, n below 510: sums of two logs fit
  std::array<std::uint8_t, 256> log{};           // log of 0 is unused
};

constexpr Tables make_tables() {
  Tables t;
  unsigned x = 1;
  for (unsigned n = 0; n < kOrder; ++n) {
    t.power[n] = t.power[n + kOrder] = static_cast<std::uint8_t>(x);
    t.log[x] = static_cast<std::uint8_t>(n);
    x <<= 1;
    if (x & 0x100) x ^= kPolynomial;
  }
  return t;
}
inline constexpr Tables kTables = make_tables();

constexpr std::uint8_t times_alpha(std::uint8_t a) noexcept {
  return static_cast<std::uint8_t>((a << 1) ^ ((a & 0x80) ? (kPolynomial & 0xFF) : 0));
}
constexpr std::uint8_t multiply(std::uint8_t a, std::uint8_t b) noexcept {
  if (a == 0 || b == 0) return 0;
  return kTables.power[static_cast<std::size_t>(kTables.log[a] + kTables.log[b])];
}
// b must not be 0.
constexpr std::uint8_t divide(std::uint8_t a, std::uint8_t b) noexcept {
  if (a == 0) return 0;
  return kTables.power[static_cast<std::size_t>(kTables.log[a] + kOrder - kTables.log[b])];
}
// alpha^n for n in [0, 510).
constexpr std::uint8_t power(int n) noexcept { return kTables.power[static_cast<std::size_t>(n)]; }
// The exponent of a, which must not be 0.
constexpr int log(std::uint8_t a) noexcept { return kTables.log[a]; }

}  // namespace pregap::kernels::gf256
