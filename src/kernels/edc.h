// The error detection code of ECMA-130 clause 14.3: a 32-bit CRC with
// P(x) = (x^16 + x^15 + x^2 + 1)(x^16 + x^2 + x + 1), least significant bit first, starting at 0,
// stored little-endian. A message followed by its own EDC has an EDC of 0.
#pragma once

#include <cstdint>
#include <span>

namespace pregap::kernels {

std::uint32_t edc(std::span<const std::uint8_t> message) noexcept;

namespace scalar {
std::uint32_t edc(std::span<const std::uint8_t> message) noexcept;
}

}  // namespace pregap::kernels
