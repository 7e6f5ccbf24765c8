// Sectors with little in them lie near the word of all zeros, which agrees with EDC and parity.
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "pregap/check.h"

namespace pregap {
namespace {

using Sector = std::array<std::uint8_t, kSectorSize>;

Sector sparse(SectorKind kind, std::string_view text, Subheader subheader) {
  std::vector<std::uint8_t> data(layout_of(kind).user_data.size);
  std::ranges::copy(text, data.begin());
  Sector sector;
  build_sector(kind, Lba(100), data, sector, subheader);
  return sector;
}

TEST(CorrectSparseSectors, KeepsWhatAGoodEdcCovers) {
  for (const std::string_view text :
       {"a", "The quick brown fox", "0123456789012345678901234567890"}) {
    for (const Subheader subheader : {Subheader{.submode = kSubmodeData}, Subheader{}}) {
      const Sector sound = sparse(SectorKind::mode2_form1, text, subheader);
      Sector sector = sound;
      std::fill(sector.begin() + 2076, sector.end(),
                std::uint8_t{0});  // as tools write that skip ECC
      const Correction c = correct_sector(SectorKind::mode2_form1, Lba(100), sector);
      EXPECT_TRUE(c.sound) << text;
      EXPECT_TRUE(c.parity_rebuilt) << text;
      EXPECT_EQ(sector, sound) << text;
    }
  }
}

TEST(CorrectSparseSectors, NeverLeadsToZeros) {
  for (const SectorKind kind : {SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    Sector damaged = sparse(kind, "The quick brown fox", {.submode = kSubmodeForm2});
    std::fill(damaged.begin() + 2076, damaged.begin() + 2340, std::uint8_t{0});
    damaged[30] ^= 0x11;
    Sector sector = damaged;
    EXPECT_FALSE(correct_sector(SectorKind::mode2_form1, Lba(100), sector).sound);
    EXPECT_EQ(sector, damaged);
  }
}

}  // namespace
}  // namespace pregap
