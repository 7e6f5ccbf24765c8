// In which reading of the header the parity of form 1 is built anew, when the EDC proves the data
// and parity is destroyed: over zeros, unless what is left of it clearly says the real header.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "kernels/parity.h"
#include "pregap/check.h"
#include "support/image_builder.h"

namespace pregap {
namespace {

using reference::Sector;

Sector with_parity_over_header(Sector sector) {
  kernels::generate_parity(std::span(sector).subspan<12, kernels::kParityRegion>(),
                           kernels::HeaderBytes::as_stored);
  return sector;
}

// All parity is noise but for `words` P words, which are those over the real header.
Sector with_words_of_real_header(const Sector& sound, std::size_t words, std::uint32_t seed) {
  std::mt19937 random(seed);
  const Sector real = with_parity_over_header(sound);
  Sector sector = sound;
  for (std::size_t i = 2076; i < sector.size(); ++i) {
    sector[i] = static_cast<std::uint8_t>(random() >> 24);
  }
  for (std::size_t word = 0; word < words; ++word) {
    sector[2076 + word] = real[2076 + word];
    sector[2076 + 86 + word] = real[2076 + 86 + word];
  }
  return sector;
}

TEST(ParityOfForm1, IsBuiltOverZerosThoughOneOrTwoWordsAgreeByChance) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Sector sound = test::sound_sector(SectorKind::mode2_form1, 1000);
    for (const std::size_t words : {0U, 1U, 2U}) {
      Sector sector = with_words_of_real_header(sound, words, seed);
      EXPECT_TRUE(correct_sector(SectorKind::mode2_form1, std::nullopt, sector).sound);
      EXPECT_TRUE(sector == sound) << words << " words, seed " << seed;
    }
  }
}

TEST(ParityOfForm1, IsBuiltOverTheRealHeaderIfItsWordsSaySo) {
  const Sector sound = test::sound_sector(SectorKind::mode2_form1, 1000);
  Sector sector = with_words_of_real_header(sound, 86, 1);
  EXPECT_TRUE(correct_sector(SectorKind::mode2_form1, std::nullopt, sector).sound);
  EXPECT_TRUE(sector == with_parity_over_header(sound));
}

}  // namespace
}  // namespace pregap
