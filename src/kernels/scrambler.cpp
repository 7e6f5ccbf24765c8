#include "kernels/scrambler.h"

namespace pregap::kernels {
namespace {

constexpr std::array<std::uint8_t, kScrambledBytes> make_sequence() {
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
constexpr auto kSequence = make_sequence();
static_assert(kSequence[0] == 0x01 && kSequence[1] == 0x80 && kSequence[2] == 0x00 &&
              kSequence[3] == 0x60);

}  // namespace

void scalar::scramble(std::span<std::uint8_t, kScrambledBytes> region) noexcept {
  for (std::size_t i = 0; i < kScrambledBytes; ++i) region[i] ^= kSequence[i];
}

void scramble(std::span<std::uint8_t, kScrambledBytes> region) noexcept {
  scalar::scramble(region);
}

}  // namespace pregap::kernels
