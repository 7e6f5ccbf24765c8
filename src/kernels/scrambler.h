// The scrambler of ECMA-130 annex B: bytes 12-2351 are XORed with the output of a 15-bit shift
// register, x^15 + x + 1, preset to 1, least significant bit first.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pregap::kernels {

inline constexpr std::size_t kScrambledBytes = 2340;

// XORs the sequence onto `region`, which begins at byte 12 of a sector.
void scramble(std::span<std::uint8_t, kScrambledBytes> region) noexcept;

namespace scalar {
void scramble(std::span<std::uint8_t, kScrambledBytes> region) noexcept;
}

}  // namespace pregap::kernels
