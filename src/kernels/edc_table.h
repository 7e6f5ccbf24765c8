// Constants of the EDC, from its polynomial.
//
// Values are reflected: bit 31 is the coefficient of x^0. The vectorised EDC takes a message in
// blocks of 16 bytes counted from its end. The block that has d blocks behind it contributes
// block * x^(128 d) mod P; its two halves of 64 bits are multiplied by x^(128 d + 64) and
// x^(128 d), reduced beforehand to 32 bits. A carry-less product of reflected numbers comes out
// shifted by one bit, which the exponents below make up for. The sum over all blocks is 16 bytes
// with the same EDC as the message.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace pregap::kernels {

// The product of the two factors over GF(2), without the term x^32.
constexpr std::uint32_t edc_polynomial() {
  constexpr std::uint64_t a = 0x18005, b = 0x10007;
  std::uint64_t product = 0;
  for (int bit = 0; bit <= 16; ++bit) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  return static_cast<std::uint32_t>(product);
}
static_assert(edc_polynomial() == 0x8001801B);

constexpr std::uint32_t reflected(std::uint32_t v) {
  std::uint32_t r = 0;
  for (int bit = 0; bit < 32; ++bit) r |= ((v >> bit) & 1) << (31 - bit);
  return r;
}
inline constexpr std::uint32_t kEdcReflected = reflected(edc_polynomial());

constexpr std::uint32_t edc_times_x(std::uint32_t v) {
  return (v >> 1) ^ ((v & 1) ? kEdcReflected : 0);
}
constexpr std::uint32_t edc_over_x(std::uint32_t v) {
  return (v & 0x80000000U) ? ((v ^ kEdcReflected) << 1) | 1 : v << 1;
}

inline constexpr std::size_t kEdcBlock = 16;    // bytes
inline constexpr std::size_t kEdcBlocks = 147;  // a whole sector, and what stands before its blocks

// The pair at 2 i is for the block that has kEdcBlocks - 1 - i blocks behind it, so that constants
// and message are read in the same direction.
struct EdcFold {
  alignas(64) std::array<std::uint64_t, 2 * kEdcBlocks> pairs{};
};
constexpr EdcFold make_edc_fold() {
  EdcFold fold;
  std::uint32_t power = edc_over_x(reflected(1));  // x^-1
  for (std::size_t d = 0; d < kEdcBlocks; ++d) {
    const std::size_t at = 2 * (kEdcBlocks - 1 - d);
    fold.pairs[at + 1] = std::uint64_t{power} << 32;  // x^(128 d - 1)
    for (int i = 0; i < 64; ++i) power = edc_times_x(power);
    fold.pairs[at] = std::uint64_t{power} << 32;  // x^(128 d + 63)
    for (int i = 0; i < 64; ++i) power = edc_times_x(power);
  }
  return fold;
}
inline constexpr EdcFold kEdcFold = make_edc_fold();

}  // namespace pregap::kernels
