// What correction must bring back, what it must refuse, and what it must leave alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "sector/random_sectors.h"
#include "support/reference_sector.h"

namespace pregap {
namespace {

using reference::ParityHeader;
using reference::Sector;
using test::correct_copy;
using test::describe;
using test::describe_difference;
using test::kAllKinds;
using test::Outcome;
using test::Random;

constexpr int kLba = 123456;
constexpr SectorKind kDataKinds[] = {SectorKind::mode0, SectorKind::mode1, SectorKind::mode2,
                                     SectorKind::mode2_form1, SectorKind::mode2_form2};
constexpr SectorKind kParityKinds[] = {SectorKind::mode1, SectorKind::mode2_form1};

void expect_flags(const Correction& actual, const Correction& expected) {
  EXPECT_EQ(describe(actual), describe(expected));
}

void expect_refused(const Outcome& outcome, const Sector& damaged) {
  EXPECT_FALSE(outcome.correction.sound) << describe(outcome.correction);
  EXPECT_EQ(outcome.sector, damaged) << describe_difference(damaged, outcome.sector);
}

void expect_restored(const Outcome& outcome, const Sector& original) {
  EXPECT_TRUE(outcome.correction.sound) << describe(outcome.correction);
  EXPECT_EQ(outcome.sector, original) << describe_difference(original, outcome.sector);
}

void fill_random(Random& random, Sector& sector, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) sector[i] = random.byte();
}

TEST(CorrectSector, LeavesASoundSectorAsItIs) {
  for (const SectorKind kind : kDataKinds) {
    for (const bool address_known : {false, true}) {
      SCOPED_TRACE(std::string(name_of(kind)) + (address_known ? ", address known" : ""));
      Random random(1);
      const Sector sound = test::random_sector(random, kind, kLba);
      const std::optional<Lba> address = address_known ? std::optional(Lba(kLba)) : std::nullopt;
      const Outcome outcome = correct_copy(kind, address, sound);
      expect_restored(outcome, sound);
      expect_flags(outcome.correction, {.sound = true});
    }
  }
}

// Parity covers a mode 1 sector from its header on, and a form 1 sector from its sub-header on: no
// address is needed.
TEST(CorrectSector, PutsBackEverySingleByteErrorThatParityCovers) {
  for (const SectorKind kind : kParityKinds) {
    Random random(2);
    const Sector sound = test::random_sector(random, kind, kLba);
    for (std::size_t at = kind == SectorKind::mode1 ? 12 : 16; at < sound.size(); ++at) {
      const std::uint8_t errors[] = {0x01, 0x80, 0xFF, random.nonzero_byte()};
      for (const std::uint8_t error : errors) {
        SCOPED_TRACE(std::string(name_of(kind)) + ", byte " + std::to_string(at) + ", error " +
                     std::to_string(error));
        Sector damaged = sound;
        damaged[at] ^= error;
        const Outcome outcome = correct_copy(kind, std::nullopt, damaged);
        expect_restored(outcome, sound);
        EXPECT_TRUE(outcome.correction.from_parity || outcome.correction.parity_rebuilt);
        if (at < 2076) expect_flags(outcome.correction, {.sound = true, .from_parity = true});
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
}

TEST(CorrectSector, PutsBackEverySyncByte) {
  for (const SectorKind kind : kDataKinds) {
    Random random(3);
    const Sector sound = test::random_sector(random, kind, kLba);
    for (std::size_t at = 0; at < 12; ++at) {
      for (const std::uint8_t error : std::initializer_list<std::uint8_t>{0x01, 0xFF}) {
        SCOPED_TRACE(std::string(name_of(kind)) + ", byte " + std::to_string(at));
        Sector damaged = sound;
        damaged[at] ^= error;
        const Outcome outcome = correct_copy(kind, Lba(kLba), damaged);
        expect_restored(outcome, sound);
        expect_flags(outcome.correction, {.sound = true, .sync_rebuilt = true});
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
}

TEST(CorrectSector, PutsBackTheWholeSyncOfAMode1SectorWithoutAnAddress) {
  Random random(4);
  const Sector sound = test::random_sector(random, SectorKind::mode1, kLba);
  Sector damaged = sound;
  std::fill_n(damaged.begin(), 12, std::uint8_t{0xAA});
  const Outcome outcome = correct_copy(SectorKind::mode1, std::nullopt, damaged);
  expect_restored(outcome, sound);
  expect_flags(outcome.correction, {.sound = true, .sync_rebuilt = true});
}

// The errors leave the mode byte with a mode that isn't one; other modes are check_test's matter.
TEST(CorrectSector, PutsBackEveryHeaderByteFromTheAddressGiven) {
  for (const SectorKind kind : kDataKinds) {
    if (kind == SectorKind::mode1) continue;
    Random random(5);
    const Sector sound = test::random_sector(random, kind, kLba);
    for (std::size_t at = 12; at < 16; ++at) {
      for (const std::uint8_t error : std::initializer_list<std::uint8_t>{0x1D, 0xFF, 0x01}) {
        if (at == 15 && error == 0x01 && kind == SectorKind::mode0) continue;
        SCOPED_TRACE(std::string(name_of(kind)) + ", byte " + std::to_string(at) + ", error " +
                     std::to_string(error));
        Sector damaged = sound;
        damaged[at] ^= error;
        const Outcome outcome = correct_copy(kind, Lba(kLba), damaged);
        expect_restored(outcome, sound);
        expect_flags(outcome.correction, {.sound = true, .header_rebuilt = true});
      }
    }
  }
}

TEST(CorrectSector, PutsBackSyncAndHeaderTogether) {
  for (const SectorKind kind :  // in the others, nothing would vouch for what follows
       {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    Random random(6);
    const Sector sound = test::random_sector(random, kind, kLba);
    Sector damaged = sound;
    std::fill_n(damaged.begin(), 16, std::uint8_t{0xAA});
    const Outcome outcome = correct_copy(kind, Lba(kLba), damaged);
    expect_restored(outcome, sound);
    EXPECT_TRUE(outcome.correction.sync_rebuilt);
  }
}

TEST(CorrectSector, PutsBackTheHeaderOfAMode1SectorByParity) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    const Sector sound = test::random_sector(random, SectorKind::mode1, kLba);
    Sector damaged = sound;
    for (std::size_t at = 12; at < 16; ++at) damaged[at] ^= random.nonzero_byte();
    const Outcome outcome = correct_copy(SectorKind::mode1, std::nullopt, damaged);
    expect_restored(outcome, sound);
    expect_flags(outcome.correction, {.sound = true, .from_parity = true});
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
}

TEST(CorrectSector, RefusesAHeaderThatNothingCoversWithoutAnAddress) {
  for (const SectorKind kind : kDataKinds) {
    if (kind == SectorKind::mode1) continue;
    SCOPED_TRACE(name_of(kind));
    Random random(7);
    Sector damaged = test::random_sector(random, kind, kLba);
    damaged[13] = 0xFF;
    expect_refused(correct_copy(kind, std::nullopt, damaged), damaged);
    // Nor does an address serve that no header can hold.
    expect_refused(correct_copy(kind, Lba(404850), damaged), damaged);
  }
}

// Parity over a real header of four zeros is parity over zeros: a decoder that tries both readings
// may find the header "wrong". These errors can't be decoded under the first reading alone.
TEST(CorrectSector, NeverChangesAForm1HeaderWithoutAnAddress) {
  for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
    Random random(seed % 50);
    const Sector sound = test::random_sector(random, SectorKind::mode2_form1, kLba);
    Random errors(seed);
    Sector damaged = sound;
    const auto word = reference::q_word(static_cast<int>(errors.below(52)));
    for (std::size_t i = 0; i < 43; ++i) {
      if (word[i] >= 16) damaged[word[i]] ^= errors.nonzero_byte();
    }
    const Outcome outcome = correct_copy(SectorKind::mode2_form1, std::nullopt, damaged);
    const Sector& expected = outcome.correction.sound ? sound : damaged;
    ASSERT_EQ(outcome.sector, expected) << "seed " << seed << ", " << describe(outcome.correction)
                                        << ", " << describe_difference(expected, outcome.sector);
  }
}

TEST(CorrectSector, PutsBackHeaderAndBodyOfAForm1SectorTogether) {
  Random random(8);
  const Sector sound = test::random_sector(random, SectorKind::mode2_form1, kLba);
  Sector damaged = sound;
  damaged[3] ^= 0xFF;
  damaged[12] ^= 0xFF;
  damaged[500] ^= 0xFF;
  const Outcome outcome = correct_copy(SectorKind::mode2_form1, Lba(kLba), damaged);
  expect_restored(outcome, sound);
  expect_flags(outcome.correction,
               {.sound = true, .from_parity = true, .sync_rebuilt = true, .header_rebuilt = true});
}

TEST(CorrectSector, RebuildsParityWhereTheEdcProvesTheData) {
  for (const SectorKind kind : kParityKinds) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      Random random(seed);
      const Sector sound = test::random_sector(random, kind, kLba);
      Sector damaged = sound;
      fill_random(random, damaged, 2076, 2352);
      const Outcome outcome = correct_copy(kind, Lba(kLba), damaged);
      expect_restored(outcome, sound);
      expect_flags(outcome.correction, {.sound = true, .parity_rebuilt = true});
      ASSERT_FALSE(testing::Test::HasFailure()) << name_of(kind) << ", seed " << seed;
    }
  }
}

TEST(CorrectSector, PutsBackADestroyedEdcFieldByParity) {
  for (const SectorKind kind : kParityKinds) {
    const std::size_t edc = kind == SectorKind::mode1 ? 2064 : 2072;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      Random random(seed);
      const Sector sound = test::random_sector(random, kind, kLba);
      Sector damaged = sound;
      for (std::size_t i = 0; i < 4; ++i) damaged[edc + i] ^= random.nonzero_byte();
      const Outcome outcome = correct_copy(kind, Lba(kLba), damaged);
      expect_restored(outcome, sound);
      expect_flags(outcome.correction, {.sound = true, .from_parity = true});
      ASSERT_FALSE(testing::Test::HasFailure()) << name_of(kind) << ", seed " << seed;
    }
  }
}

TEST(CorrectSector, NeverTakesAConstantSectorForDamagedData) {
  for (const SectorKind kind : kAllKinds) {
    for (int value = 0; value < 256; ++value) {
      for (const std::optional<Lba> address : {std::optional<Lba>(), std::optional(Lba(kLba))}) {
        SCOPED_TRACE(std::string(name_of(kind)) + " of " + std::to_string(value));
        Sector filled;
        filled.fill(static_cast<std::uint8_t>(value));
        const Outcome outcome = correct_copy(kind, address, filled);
        EXPECT_EQ(outcome.sector, filled) << describe_difference(filled, outcome.sector);
        if (kind != SectorKind::audio) {
          expect_flags(outcome.correction, {});
        }
      }
    }
  }
}

TEST(CorrectSector, FindsAForm1SectorOfZerosSound) {
  const Sector zeros =
      reference::build(SectorKind::mode2_form1, kLba, std::vector<std::uint8_t>(2048));
  const Outcome outcome = correct_copy(SectorKind::mode2_form1, Lba(kLba), zeros);
  expect_restored(outcome, zeros);
  expect_flags(outcome.correction, {.sound = true});
}

TEST(CorrectSector, LeavesASectorUntouchedWhereItFails) {
  for (const SectorKind kind : kParityKinds) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      Random random(seed);
      Sector damaged = test::random_sector(random, kind, kLba);
      fill_random(random, damaged, 100, 1900);
      expect_refused(correct_copy(kind, Lba(kLba), damaged), damaged);
      damaged[0] ^= 1;  // the sync alone could be put back, but isn't
      damaged[13] = 0xFF;
      expect_refused(correct_copy(kind, Lba(kLba), damaged), damaged);
      ASSERT_FALSE(testing::Test::HasFailure()) << name_of(kind) << ", seed " << seed;
    }
  }
}

TEST(CorrectSector, CannotCorrectTheDataOfKindsWithoutParity) {
  for (const SectorKind kind : {SectorKind::mode0, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    Random random(9);
    Sector damaged = test::random_sector(random, kind, kLba);
    damaged[1000] ^= 1;
    expect_refused(correct_copy(kind, Lba(kLba), damaged), damaged);
    damaged[0] ^= 1;
    expect_refused(correct_copy(kind, Lba(kLba), damaged), damaged);
  }
}

// All words agree, but the EDC says that the data isn't what was written.
TEST(CorrectSector, RefusesASectorWhoseParityAgreesAndEdcDoesNot) {
  for (const SectorKind kind : kParityKinds) {
    SCOPED_TRACE(name_of(kind));
    Random random(10);
    Sector damaged = test::random_sector(random, kind, kLba);
    damaged[1000] ^= 1;
    reference::write_parity(damaged, reference::parity_header_of(kind));
    expect_refused(correct_copy(kind, Lba(kLba), damaged), damaged);
  }
}

// Parity over the real header is odd but sound; correction has no business changing it.
TEST(CorrectSector, LeavesParityOverTheRealHeaderAsItIs) {
  Random random(11);
  Sector sector = test::random_sector(random, SectorKind::mode2_form1, kLba);
  reference::write_parity(sector, ParityHeader::real);
  const Outcome outcome = correct_copy(SectorKind::mode2_form1, Lba(kLba), sector);
  expect_restored(outcome, sector);
  expect_flags(outcome.correction, {.sound = true});
}

TEST(CorrectSector, NeverGuessesAtASectorWithParityOverTheRealHeader) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    Sector sound = test::random_sector(random, SectorKind::mode2_form1, kLba);
    reference::write_parity(sound, ParityHeader::real);
    Sector damaged = sound;
    for (std::size_t wounds = random.between(1, 5); wounds != 0; --wounds) {
      damaged[random.between(random.one_in(4) ? 12 : 16, 2075)] ^= random.nonzero_byte();
    }
    const Outcome outcome = correct_copy(SectorKind::mode2_form1, Lba(kLba), damaged);
    const Sector& expected = outcome.correction.sound ? sound : damaged;
    ASSERT_TRUE(std::equal(expected.begin(), expected.begin() + 2076, outcome.sector.begin()))
        << "seed " << seed << ", " << describe(outcome.correction) << ", "
        << describe_difference(expected, outcome.sector);
  }
}

// A form 2 sector whose EDC is absent has nothing that could be checked, but its header can be.
TEST(CorrectSector, PutsBackTheHeaderOfAForm2SectorWithoutEdc) {
  Random random(12);
  Sector sound = test::random_sector(random, SectorKind::mode2_form2, kLba);
  std::fill(sound.begin() + 2348, sound.end(), std::uint8_t{0});
  Sector damaged = sound;
  damaged[12] ^= 0xFF;
  const Outcome outcome = correct_copy(SectorKind::mode2_form2, Lba(kLba), damaged);
  expect_restored(outcome, sound);
  expect_flags(outcome.correction, {.sound = true, .header_rebuilt = true});
}

}  // namespace
}  // namespace pregap
