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

// A linear map of bytes by the images of 1, 2, 4, ... 128, as GF2P8AFFINEQB takes it: its byte 7 -
// i has the bits that go into bit i.
template <typename Image>
constexpr std::uint64_t bit_matrix(Image image_of) {
  std::uint64_t matrix = 0;
  for (unsigned k = 0; k < 8; ++k) {
    const std::uint8_t image = image_of(static_cast<std::uint8_t>(1U << k));
    for (unsigned i = 0; i < 8; ++i) {
      if (image >> i & 1) matrix |= std::uint64_t{1} << (8 * (7 - i) + k);
    }
  }
  return matrix;
}

// Multiplication by alpha^exponent.
constexpr std::uint64_t power_matrix(int exponent) {
  return bit_matrix([&](std::uint8_t x) { return gf256::multiply(alpha_to(exponent), x); });
}

// GF2P8MULB multiplies modulo x^8 + x^4 + x^3 + x + 1. That field is the same but for the names of
// its elements: alpha becomes a root of our polynomial there.
constexpr std::uint8_t multiply_11b(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0, shifted = a;
  for (unsigned k = 0; k < 8; ++k) {
    if (b >> k & 1) product ^= shifted;
    shifted = shifted << 1 ^ (shifted & 0x80 ? 0x11B : 0);
  }
  return static_cast<std::uint8_t>(product);
}
constexpr std::uint8_t alpha_in_11b() {
  for (unsigned root = 2; root < 256; ++root) {
    std::uint8_t power = 1;
    unsigned sum = 0;
    for (unsigned n = 0; n <= 8; ++n) {
      if (gf256::kPolynomial >> n & 1) sum ^= power;
      power = multiply_11b(power, static_cast<std::uint8_t>(root));
    }
    if (sum == 0) return static_cast<std::uint8_t>(root);
  }
  return 0;
}
inline constexpr std::uint8_t kAlphaIn11b = alpha_in_11b();
constexpr std::uint8_t to_11b(std::uint8_t x) {
  std::uint8_t sum = 0, power = 1;
  for (unsigned k = 0; k < 8; ++k) {
    if (x >> k & 1) sum = static_cast<std::uint8_t>(sum ^ power);
    power = multiply_11b(power, kAlphaIn11b);
  }
  return sum;
}
constexpr std::uint8_t from_11b(std::uint8_t y) {
  for (unsigned x = 0; x < 256; ++x) {
    if (to_11b(static_cast<std::uint8_t>(x)) == y) return static_cast<std::uint8_t>(x);
  }
  return 0;
}

// The products of a constant with all low and all high nibbles, and the same as a map.
struct NibbleProducts {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};
  std::uint64_t matrix = 0;
};
constexpr NibbleProducts nibble_products(int exponent) {
  NibbleProducts t;
  t.matrix = power_matrix(exponent);
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

inline constexpr std::uint64_t kAlphaMatrix = power_matrix(1);
inline constexpr std::uint64_t kAlpha2Matrix = power_matrix(2);
inline constexpr std::uint64_t kTo11b = bit_matrix(to_11b);
inline constexpr std::uint64_t kFrom11b = bit_matrix(from_11b);
inline constexpr NibbleProducts kTimesAlpha25 = nibble_products(25);
inline constexpr NibbleProducts kTimesAlphaMinus25 = nibble_products(-25);
inline constexpr NibbleProducts kTimesAlphaMinus26 = nibble_products(-26);
inline constexpr NibbleProducts kTimesAlpha2 = nibble_products(2);
inline constexpr LaneProducts kLanesToSyndrome = lane_products(-1, 19);  // alpha^(19 - j)
inline constexpr LaneProducts kLanesToFold = lane_products(1, -19);      // alpha^(j - 19)
inline constexpr SlidingMask kSlidingMask = make_sliding_mask();

}  // namespace pregap::kernels
