#include "kernels/scrambler.h"

#include "kernels/scrambler_table.h"

namespace pregap::kernels {

void scalar::scramble(std::span<std::uint8_t, kScrambledBytes> region) noexcept {
  for (std::size_t i = 0; i < kScrambledBytes; ++i) region[i] ^= kScramblerSequence[i];
}

}  // namespace pregap::kernels
