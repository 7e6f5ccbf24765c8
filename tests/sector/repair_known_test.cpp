// What is known beside a sector: places of wounds, right, too many or too few, and the address.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "sector/wounds.h"
#include "support/scale.h"

namespace pregap {
namespace {

using reference::Sector;
using test::Random;
using test::Wounds;

constexpr int kLba = 333;
constexpr SectorKind kParityKinds[] = {SectorKind::mode1, SectorKind::mode2_form1};

struct Result {
  Correction correction;
  Sector sector;
};
Result correct(SectorKind kind, const Sector& damaged, const CorrectionHints& hints) {
  Result result{{}, damaged};
  result.correction = correct_sector(kind, hints, result.sector);
  return result;
}

class KnownPlaces : public testing::TestWithParam<SectorKind> {
 protected:
  std::size_t first() const { return test::first_covered(GetParam()); }

  // Of `count` sectors wounded by `wound(random)`, which gives the wounds and the hints, how many
  // come back. A wrong one is a failure.
  template <typename Wound>
  std::size_t restored_of(std::size_t count, Wound wound) {
    std::size_t restored = 0;
    for (std::size_t seed = 1; seed <= count; ++seed) {
      Random random(seed);
      const Sector sound = test::random_sector(random, GetParam(), kLba);
      const auto [wounds, erasures] = wound(random);
      const Sector damaged = test::wounded(sound, wounds);
      const Result result = correct(GetParam(), damaged, {.address = {}, .erasures = erasures});
      restored += result.correction.sound;
      const Sector& expected = result.correction.sound ? sound : damaged;
      EXPECT_TRUE(result.sector == expected)
          << "seed " << seed << ", " << test::describe_difference(expected, result.sector);
    }
    return restored;
  }
  using Wounded = std::pair<Wounds, std::bitset<2352>>;
  Wounded named(const Wounds& wounds) const { return {wounds, places_of(wounds)}; }
};

INSTANTIATE_TEST_SUITE_P(Sector, KnownPlaces,
                         testing::Values(SectorKind::mode1, SectorKind::mode2_form1),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(KnownPlaces, TwoHundredRandomBytesComeBackInNinetyNineOfAHundredSectors) {
  const std::size_t count = test::scaled(1000);
  const std::size_t restored =
      restored_of(count, [&](Random& random) { return named(scattered(random, first(), 200)); });
  EXPECT_GE(restored * 100, count * 99) << restored << " of " << count;
}

TEST_P(KnownPlaces, AHundredAndSixtyRandomBytesComeBackAlways) {
  const std::size_t count = test::scaled(500);
  EXPECT_EQ(count, restored_of(count, [&](Random& random) {
              return named(scattered(random, first(), 160));
            }));
}

// More places than equations: nothing to rest on.
TEST_P(KnownPlaces, MoreThanTheEquationsAreRefused) {
  EXPECT_EQ(
      0U, restored_of(100, [&](Random& random) { return named(scattered(random, first(), 300)); }));
}

TEST_P(KnownPlaces, BytesThatAreRightAfterAllDoNoHarm) {
  EXPECT_EQ(200U, restored_of(200, [&](Random& random) {
              Wounds wounds = scattered(random, first(), 150);
              for (auto& wound : wounds) wound.error *= random.one_in(10);
              return named(wounds);
            }));
}

// One wound was not named, or a few were not.
TEST_P(KnownPlaces, OneMoreThatIsNotNamedComesBackToo) {
  const std::size_t restored = restored_of(300, [&](Random& random) {
    const Wounds wounds = scattered(random, first(), 121);
    Wounded result = named(wounds);
    result.second.reset(wounds[0].at);
    return result;
  });
  EXPECT_GE(restored, 290U);
}

TEST_P(KnownPlaces, AFewMoreThatAreNotNamedComeBackBesideFewNamedOnes) {
  const std::size_t restored = restored_of(300, [&](Random& random) {
    const Wounds wounds = scattered(random, first(), 45);
    Wounded result = named(wounds);
    for (std::size_t i = 0; i < 5; ++i) result.second.reset(wounds[i].at);
    return result;
  });
  EXPECT_GE(restored, 285U);
}

// Wrong hints mislead nobody: the decoder that knows nothing has its turn.
TEST_P(KnownPlaces, HintsThatAreAllWrongDoNoHarm) {
  EXPECT_EQ(
      300U, restored_of(300, [&](Random& random) {
        return Wounded{scattered(random, first(), 10), places_of(scattered(random, first(), 100))};
      }));
}

// At the edge of what the equations give, with wounds that the hints miss: refused or right.
TEST_P(KnownPlaces, MissedWoundsAreNeverHiddenByTheNamedOnes) {
  restored_of(test::scaled(3000), [&](Random& random) {
    const std::size_t missed = random.between(1, 4);
    const Wounds wounds = scattered(random, first(), random.between(180, 235));
    Wounded result = named(wounds);
    for (std::size_t i = 0; i < missed; ++i) result.second.reset(wounds[i].at);
    return result;
  });
}

// Nine bytes where three P words cross three Q words carry a word of the code, unless some of the
// rows in question follow on the last: parity leaves one of 256 sectors open, and 24 bits of the
// EDC confirm the one that its other 8 chose.
TEST_P(KnownPlaces, ALightestWordIsSettledByTheEdc) {
  std::size_t tried = 0, by_edc = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Sector sound = test::random_sector(random, GetParam(), kLba);
    Wounds wounds;
    bool covered = true;
    for (const std::size_t at : test::crossings(random, 3, 3)) {
      wounds.push_back({at, random.nonzero_byte()});
      covered = covered && at >= first();
    }
    // In parity alone the EDC has no say.
    if (!covered || std::ranges::none_of(wounds, [](auto& w) { return w.at < 2064; })) continue;
    ++tried;
    const Result result = correct(GetParam(), test::wounded(sound, wounds),
                                  {.address = {}, .erasures = places_of(wounds)});
    ASSERT_TRUE(result.correction.sound);
    EXPECT_TRUE(result.correction.from_erasures);
    by_edc += result.correction.edc_bits_spent == 8;
    EXPECT_EQ(result.sector, sound);
  }
  EXPECT_GT(tried, 200U);
  EXPECT_GT(by_edc, tried / 10);
}

TEST_P(KnownPlaces, SayWhatTheCorrectionRestsOn) {
  Random random(1);
  const Sector sound = test::random_sector(random, GetParam(), kLba);
  const Wounds wounds = scattered(random, 24, 100);
  const Result result = correct(GetParam(), test::wounded(sound, wounds),
                                {.address = {}, .erasures = places_of(wounds)});
  EXPECT_EQ(result.sector, sound);
  EXPECT_TRUE(result.correction.from_parity);
  EXPECT_TRUE(result.correction.from_erasures);
  EXPECT_FALSE(result.correction.parity_rebuilt);
  EXPECT_EQ(result.correction.edc_bits_spent, 0);
}

// Fills are named as erasures by who finds them; a sector that is nothing else stays as it is.
TEST(KnownPlacesOfAll, LeaveAConstantSectorAlone) {
  for (const SectorKind kind : kParityKinds) {
    Sector filled;
    filled.fill(0x55);
    CorrectionHints hints{.address = Lba(kLba), .erasures = {}};
    hints.erasures.set();
    const Result result = correct(kind, filled, hints);
    EXPECT_FALSE(result.correction.sound);
    EXPECT_EQ(result.sector, filled);
  }
}

TEST(KnownPlacesInAForm1Header, NeedTheAddress) {
  Random random(3);
  const Sector sound = test::random_sector(random, SectorKind::mode2_form1, kLba);
  Sector damaged = sound;
  damaged[13] = static_cast<std::uint8_t>(damaged[13] ^ 1);  // still an address
  damaged[700] ^= 0x40;
  CorrectionHints hints;
  hints.erasures.set(13);
  hints.erasures.set(700);
  const Result refused = correct(SectorKind::mode2_form1, damaged, hints);
  EXPECT_FALSE(refused.correction.sound);
  EXPECT_EQ(refused.sector, damaged);
  hints.address = Lba(kLba);
  const Result result = correct(SectorKind::mode2_form1, damaged, hints);
  EXPECT_TRUE(result.correction.header_rebuilt);
  EXPECT_EQ(result.sector, sound);
}

// Four bytes of a copy and so many others that only the whole copy, put in its place, leaves few
// enough.
TEST(SubheaderCopies, StandInForEachOther) {
  std::size_t restored = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Random random(seed);
    const Sector sound = test::random_sector(random, SectorKind::mode2_form1, kLba);
    Sector damaged = test::wounded(sound, scattered(random, 24, 60));
    const std::size_t copy = random.one_in(2) ? 16 : 20;
    for (std::size_t i = 0; i < 4; ++i) damaged[copy + i] ^= random.nonzero_byte();
    const Result result = correct(SectorKind::mode2_form1, damaged, {});
    restored += result.correction.sound;
    EXPECT_EQ(result.sector, result.correction.sound ? sound : damaged) << "seed " << seed;
  }
  EXPECT_GE(restored, 75U);
}

}  // namespace
}  // namespace pregap
