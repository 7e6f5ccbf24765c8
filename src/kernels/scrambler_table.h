// The scrambler's sequence, from its shift register.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/scrambler.h"

namespace pregap::kernels {

constexpr std::array<std::uint8_t, kScrambledBytes> make_scrambler_sequence() {
  std::array<std::uint8_t, kScrambledBytes> sequence{};
  unsigned reg = 1;
  for (std::uint8_t& byte : sequence) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      byte = static_cast<std::uint8_t>(byte | (reg & 1) << bit);
      const unsigned feedback = (reg ^ (reg >> 1)) & 1;
      reg = (reg >> 1) | (feedback << 14);
    }
  }
  return sequence;
}
inline constexpr auto kScramblerSequence = make_scrambler_sequence();
static_assert(kScramblerSequence[0] == 0x01 && kScramblerSequence[1] == 0x80 &&
              kScramblerSequence[2] == 0x00 && kScramblerSequence[3] == 0x60);

}  // namespace pregap::kernels
