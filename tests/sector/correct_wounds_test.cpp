// Correction under heavy damage may refuse, but must never return a sector that isn't the one that
// was written. Trials: 100,000, and a million with PREGAP_TEST_SCALE=10.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "pregap/check.h"
#include "sector/random_sectors.h"
#include "support/reference_sector.h"
#include "support/scale.h"

namespace pregap {
namespace {

using reference::Sector;
using test::correct_copy;
using test::describe;
using test::describe_difference;
using test::Outcome;
using test::Random;

constexpr int kLba = 7000;
constexpr std::size_t kOriginals = 64;

using Originals = std::vector<Sector>;

enum class Intermediate { zero, random };

Originals make_originals(SectorKind kind, Intermediate intermediate) {
  Originals originals;
  for (std::size_t i = 0; i < kOriginals; ++i) {
    Random random(1000 + i);
    Sector sector = test::random_sector(random, kind, kLba);
    if (intermediate == Intermediate::random) {
      std::ranges::copy(random.bytes(8), sector.begin() + 2068);
      reference::write_codes(sector, kind);
    }
    originals.push_back(sector);
  }
  return originals;
}

void scatter(Random& random, Sector& sector) {
  for (std::size_t n = random.between(5, random.one_in(2) ? 40 : 400); n != 0; --n) {
    sector[random.below(2352)] = random.byte();
  }
}

void burst(Random& random, Sector& sector) {
  for (std::size_t bursts = random.between(1, 3); bursts != 0; --bursts) {
    const std::size_t length = random.between(5, 400), at = random.below(2352 - length + 1);
    const bool constant = random.one_in(3);
    const std::uint8_t value = random.one_in(2) ? std::uint8_t{0} : random.byte();
    for (std::size_t i = 0; i < length; ++i) sector[at + i] = constant ? value : random.byte();
  }
}

// Some or all bytes of a few whole words of either code.
void words(Random& random, Sector& sector) {
  for (std::size_t n = random.between(1, 6); n != 0; --n) {
    const bool all = random.one_in(2);
    const auto hit = [&](std::size_t at) {
      if (all || random.one_in(2)) sector[at] ^= random.nonzero_byte();
    };
    if (random.one_in(2)) {
      for (const std::size_t at : reference::p_word(static_cast<int>(random.below(86)))) hit(at);
    } else {
      for (const std::size_t at : reference::q_word(static_cast<int>(random.below(52)))) hit(at);
    }
  }
}

// Errors only where a few P words cross a few Q words, so that each has several.
void crossings(Random& random, Sector& sector) {
  std::vector<bool> on_q(2352);
  for (std::size_t n = random.between(2, 5); n != 0; --n) {
    for (const std::size_t at : reference::q_word(static_cast<int>(random.below(52)))) {
      on_q[at] = true;
    }
  }
  for (std::size_t n = random.between(2, 9); n != 0; --n) {
    for (const std::size_t at : reference::p_word(static_cast<int>(random.below(86)))) {
      if (on_q[at]) sector[at] ^= random.nonzero_byte();
    }
  }
}

// Part of another sound sector: what a drive returns when it loses its place. Less than half, so
// that the sector stays nearer to its original.
void splice(Random& random, const Originals& originals, Sector& sector) {
  const Sector& other = originals[random.below(originals.size())];
  const std::size_t length = random.between(5, 1100), at = random.below(2352 - length + 1);
  std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(at), length,
              sector.begin() + static_cast<std::ptrdiff_t>(at));
}

// The codes themselves and the little that lies beside them, where EDC may still agree.
void tail(Random& random, Sector& sector) {
  const std::size_t begin = random.between(2064, 2080);
  const std::size_t end = random.between(begin + 1, 2352);
  for (std::size_t at = begin; at < end; ++at) {
    if (!random.one_in(4)) sector[at] = random.byte();
  }
}

// Some bytes shifted, as by a slip of the clock.
void slip(Random& random, Sector& sector) {
  const std::size_t by = random.between(1, 24), at = random.between(12, 2352 - by - 5);
  const std::size_t end = std::min<std::size_t>(2352 - by, at + random.between(5, 400));
  const Sector before = sector;
  std::copy(before.begin() + static_cast<std::ptrdiff_t>(at + by),
            before.begin() + static_cast<std::ptrdiff_t>(end + by),
            sector.begin() + static_cast<std::ptrdiff_t>(at));
}

const char* wound(Random& random, const Originals& originals, Sector& sector) {
  switch (random.below(7)) {
    case 0:
      burst(random, sector);
      return "burst";
    case 1:
      words(random, sector);
      return "words";
    case 2:
      crossings(random, sector);
      return "crossings";
    case 3:
      splice(random, originals, sector);
      return "splice";
    case 4:
      tail(random, sector);
      return "tail";
    case 5:
      slip(random, sector);
      return "slip";
    default:
      scatter(random, sector);
      return "scatter";
  }
}

struct Tally {
  int corrected = 0, refused = 0, wrong = 0;
};

// One trial: wounds a random original and corrects it. The address is known in two of three.
struct Trial {
  Trial(std::uint64_t seed, SectorKind kind, const Originals& originals) : random(seed) {
    original = originals[random.below(originals.size())];
    damaged = original;
    pattern = wound(random, originals, damaged);
    if (!random.one_in(3)) address = Lba(kLba);
    outcome = correct_copy(kind, address, damaged);
    expected = outcome.correction.sound ? original : damaged;
  }

  void count(Tally& tally, std::uint64_t seed) const {
    if (outcome.sector == expected) {
      ++(outcome.correction.sound ? tally.corrected : tally.refused);
    } else if (++tally.wrong <= 5) {
      ADD_FAILURE() << "seed " << seed << ", " << pattern << (address ? ", address known" : "")
                    << ": " << describe(outcome.correction) << ", "
                    << describe_difference(expected, outcome.sector);
    }
  }

  Random random;
  Sector original, damaged, expected;
  const char* pattern = nullptr;
  std::optional<Lba> address;
  Outcome outcome;
};

void record(const Tally& tally) {
  testing::Test::RecordProperty("corrected", tally.corrected);
  testing::Test::RecordProperty("refused", tally.refused);
  testing::Test::RecordProperty("wrong", tally.wrong);
  EXPECT_EQ(tally.wrong, 0) << tally.corrected << " corrected, " << tally.refused << " refused";
  EXPECT_GT(tally.corrected, 0);
  EXPECT_GT(tally.refused, 0);
}

TEST(CorrectWounds, NeverMakeAnotherMode1Sector) {
  const Originals originals = make_originals(SectorKind::mode1, Intermediate::zero);
  Tally tally;
  const std::size_t count = test::scaled(50000);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    Trial(seed, SectorKind::mode1, originals).count(tally, seed);
  }
  record(tally);
}

// Nothing covers a form 1 header: without an address, one that reads well stays as it is, and block
// indicators stay in any case.
TEST(CorrectWounds, NeverMakeAnotherForm1Sector) {
  const Originals originals = make_originals(SectorKind::mode2_form1, Intermediate::zero);
  Tally tally;
  const std::size_t count = test::scaled(50000);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    Trial trial(seed, SectorKind::mode2_form1, originals);
    if (!trial.address) std::copy_n(trial.damaged.begin() + 12, 4, trial.expected.begin() + 12);
    if ((trial.damaged[15] & 0x1F) == 2) trial.expected[15] = trial.damaged[15];
    trial.count(tally, seed);
  }
  record(tally);
}

// The EDC doesn't cover the intermediate field, so that only parity vouches for one that isn't
// zero. Where damage left it zero, zeros are what the standard asks for, and as good as any.
TEST(CorrectWounds, NeverInventAnIntermediateField) {
  const Originals originals = make_originals(SectorKind::mode1, Intermediate::random);
  Tally tally;
  const std::size_t count = test::scaled(10000);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const Trial trial(seed, SectorKind::mode1, originals);
    const bool was_zero = std::all_of(trial.damaged.begin() + 2068, trial.damaged.begin() + 2076,
                                      [](std::uint8_t byte) { return byte == 0; });
    if (!was_zero) trial.count(tally, seed);
  }
  record(tally);
}

}  // namespace
}  // namespace pregap
