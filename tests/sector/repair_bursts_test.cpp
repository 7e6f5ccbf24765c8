// Bursts at every place, and longer wounds whose places are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "sector/wounds.h"

namespace pregap {
namespace {

using reference::Sector;
using test::Random;
using test::Wounds;

constexpr int kLba = 815;

class Bursts : public testing::TestWithParam<SectorKind> {
 protected:
  Bursts() : random_(1), sound_(test::random_sector(random_, GetParam(), kLba)) {}

  std::size_t first() const { return test::first_covered(GetParam()); }

  Wounds burst(std::size_t at, std::size_t length) {
    Wounds wounds;
    for (std::size_t i = 0; i < length; ++i) wounds.push_back({at + i, random_.nonzero_byte()});
    return wounds;
  }

  // Whether the burst is corrected. Corrected wrongly, or touched in vain, is a failure.
  bool restores(const Wounds& wounds, const CorrectionHints& hints) {
    const Sector damaged = test::wounded(sound_, wounds);
    Sector sector = damaged;
    const Correction c = correct_sector(GetParam(), hints, sector);
    const Sector& expected = c.sound ? sound_ : damaged;
    EXPECT_TRUE(sector == expected) << wounds.size() << " bytes at " << wounds[0].at << ", "
                                    << test::describe_difference(expected, sector);
    return c.sound;
  }

  Random random_;
  const Sector sound_;
};

INSTANTIATE_TEST_SUITE_P(Sector, Bursts,
                         testing::Values(SectorKind::mode1, SectorKind::mode2_form1),
                         [](const auto& test) { return std::string(name_of(test.param)); });

// A burst that takes all of Q's first parity bytes with it, beside a whole row and more, leaves
// nothing that could tell where it was.
TEST_P(Bursts, ComeBackUpTo166BytesWithoutAHint) {
  for (std::size_t length = 1; length <= 166; ++length) {
    for (std::size_t at = first() + length % 11; at + length <= 2352; at += 11) {
      ASSERT_TRUE(restores(burst(at, length), {})) << length << " bytes at " << at;
    }
  }
}

TEST_P(Bursts, OfMoreAreNeverCorrectedWrongly) {
  for (std::size_t length = 167; length <= 400; ++length) {
    for (std::size_t at = first() + length % 31; at + length <= 2352; at += 31) {
      restores(burst(at, length), {});
    }
  }
}

TEST_P(Bursts, ComeBackUpTo244BytesAtEveryPlaceThatIsKnown) {
  for (const std::size_t length : {173U, 240U, 244U}) {
    for (std::size_t at = first(); at + length <= 2352; ++at) {
      const Wounds wounds = burst(at, length);
      ASSERT_TRUE(restores(wounds, {.address = {}, .erasures = places_of(wounds)}))
          << length << " bytes at " << at;
    }
  }
}

TEST_P(Bursts, OfMoreThanTheEquationsAreNeverCorrectedWronglyWhereTheyAreKnown) {
  for (std::size_t length = 245; length <= 400; ++length) {
    for (std::size_t at = first() + length % 97; at + length <= 2352; at += 97) {
      const Wounds wounds = burst(at, length);
      const bool restored = restores(wounds, {.address = {}, .erasures = places_of(wounds)});
      EXPECT_FALSE(restored && length > 277) << length << " bytes at " << at;
    }
  }
}

}  // namespace
}  // namespace pregap
