// Constants of the vectorised parity code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/gf256.h"

namespace pregap::kernels {

constexpr std::uint8_t alpha_to(int exponent) {
  return gf256::power(((exponent % gf256::kOrder) + gf256::kOrder) % gf256::kOrder);
}

// The products of a constant with all low and all high nibbles.
struct NibbleProducts {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};
};
constexpr NibbleProducts nibble_products(int exponent) {
  NibbleProducts t;
  for (unsigned i = 0; i < 16; ++i) {
    t.low[i] = gf256::multiply(alpha_to(exponent), static_cast<std::uint8_t>(i));
    t.high[i] = gf256::multiply(alpha_to(exponent), static_cast<std::uint8_t>(i << 4));
  }
  return t;
}

// For lanes that each have a constant of their own: its products with 1, 2, 4, ... 128. Two bytes
// (a word of a Q diagonal: even and odd code word) share a constant.
struct LaneProducts {
  alignas(64) std::array<std::array<std::uint8_t, 64>, 8> bit{};
};
// alpha^(slope * j + exponent) for word lane j.
constexpr LaneProducts lane_products(int slope, int exponent) {
  LaneProducts t;
  for (std::size_t j = 0; j < 32; ++j) {
    const std::uint8_t c = alpha_to(slope * static_cast<int>(j) + exponent);
    for (std::size_t k = 0; k < 8; ++k) {
      const std::uint8_t product = gf256::multiply(c, static_cast<std::uint8_t>(1U << k));
      t.bit[k][2 * j] = t.bit[k][2 * j + 1] = product;
    }
  }
  return t;
}

// 64 bytes of ones, then 64 of zeros: loaded n bytes before the middle, a mask of n bytes.
struct SlidingMask {
  alignas(64) std::array<std::uint8_t, 128> bytes{};
};
constexpr SlidingMask make_sliding_mask() {
  SlidingMask m;
  for (std::size_t i = 0; i < 64; ++i) m.bytes[i] = 0xFF;
  return m;
}

inline constexpr NibbleProducts kTimesAlpha25 = nibble_products(25);
inline constexpr NibbleProducts kTimesAlphaMinus25 = nibble_products(-25);
inline constexpr NibbleProducts kTimesAlphaMinus26 = nibble_products(-26);
inline constexpr NibbleProducts kTimesAlpha2 = nibble_products(2);
inline constexpr LaneProducts kLanesToSyndrome = lane_products(-1, 19);  // alpha^(19 - j)
inline constexpr LaneProducts kLanesToFold = lane_products(1, -19);      // alpha^(j - 19)
inline constexpr SlidingMask kSlidingMask = make_sliding_mask();

}  // namespace pregap::kernels
