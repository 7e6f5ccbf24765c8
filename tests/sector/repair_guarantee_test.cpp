// The code's distance is 9: any four wounded bytes come back, any eight if their places are known.
// Random places first, then those on which decoders fail. PREGAP_TEST_SCALE=200 makes it ten
// million of each.
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
using test::Code;
using test::Random;
using test::Wounds;

constexpr int kLba = 4711;
constexpr std::size_t kOriginals = 64;

class Guarantee : public testing::TestWithParam<SectorKind> {
 protected:
  Guarantee() {
    for (std::size_t i = 0; i < kOriginals; ++i) {
      Random random(500 + i);
      originals_.push_back(test::random_sector(random, GetParam(), kLba));
    }
  }

  std::size_t first() const { return test::first_covered(GetParam()); }

  void expect_restored(const Wounds& wounds, const CorrectionHints& hints) {
    const Sector& sound = originals_[turn_++ % kOriginals];
    Sector sector = test::wounded(sound, wounds);
    const Correction c = correct_sector(GetParam(), hints, sector);
    ASSERT_TRUE(c.sound) << describe(wounds);
    ASSERT_EQ(sector, sound) << describe(wounds);
  }
  void expect_restored(const Wounds& wounds) { expect_restored(wounds, CorrectionHints{}); }
  // What stands at the places is as good as anything: here errors, and some that are none.
  void expect_restored_where_known(const Wounds& wounds) {
    expect_restored(wounds, {.address = {}, .erasures = places_of(wounds)});
  }

  std::vector<Sector> originals_;
  std::size_t turn_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Sector, Guarantee,
                         testing::Values(SectorKind::mode1, SectorKind::mode2_form1),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(Guarantee, AnyFourComeBack) {
  const std::size_t count = test::scaled(50000);
  for (std::size_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Wounds wounds = scattered(random, first(), random.one_in(4) ? random.between(1, 3) : 4);
    ASSERT_NO_FATAL_FAILURE(expect_restored(wounds));
  }
}

TEST_P(Guarantee, AnyEightComeBackWhereTheyAreKnown) {
  const std::size_t count = test::scaled(50000);
  for (std::size_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Wounds wounds = scattered(random, first(), random.one_in(4) ? random.between(1, 7) : 8);
    for (auto& wound : wounds) wound.error *= !random.one_in(5);
    ASSERT_NO_FATAL_FAILURE(expect_restored_where_known(wounds));
  }
}

// Four of a few bytes that share words: all of one word, or where few words cross.
TEST_P(Guarantee, AnyFourThatShareWordsComeBack) {
  const std::size_t count = test::scaled(50000);
  for (std::size_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<std::size_t> pool =
        test::crossings(random, random.between(1, 4), random.between(1, 4));
    if (random.one_in(3)) {
      const Code code = random.one_in(2) ? Code::p : Code::q;
      const auto word = word_symbols(
          code, static_cast<int>(random.below(static_cast<std::size_t>(test::words_of(code)))));
      pool.insert(pool.end(), word.at.begin(), word.at.end());
    }
    // Q parity of the words in question, so that Q counts for less.
    for (std::size_t n = random.below(3); n != 0; --n) pool.push_back(random.between(2248, 2351));
    Wounds wounds;
    for (std::size_t n = 0; n < 16 && wounds.size() < 4; ++n) {
      const std::size_t at = pool[random.below(pool.size())];
      if (at < first() || std::ranges::find(wounds, at, &test::Wound::at) != wounds.end()) continue;
      wounds.push_back({at, random.nonzero_byte()});
    }
    ASSERT_NO_FATAL_FAILURE(expect_restored(wounds));
  }
}

// Three errors in a word that sees none of them, and one more anywhere.
TEST_P(Guarantee, ErrorsThatCancelOutInAWordComeBack) {
  const std::size_t count = test::scaled(20000);
  for (std::size_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Code code = random.one_in(2) ? Code::p : Code::q;
    const auto word = word_symbols(
        code, static_cast<int>(random.below(static_cast<std::size_t>(test::words_of(code)))));
    std::size_t i = random.below(word.at.size()), j = 0, k = 0;
    do j = random.below(word.at.size());
    while (j == i);
    do k = random.below(word.at.size());
    while (k == i || k == j);
    Wounds wounds = test::unseen_in_word(random, word, i, j, k);
    const test::Wound other{
        random.one_in(2) ? word.at[random.below(word.at.size())] : random.between(first(), 2351),
        random.nonzero_byte()};
    if (std::ranges::find(wounds, other.at, &test::Wound::at) == wounds.end()) {
      wounds.push_back(other);
    }
    if (!test::all_covered(wounds, first())) continue;
    ASSERT_NO_FATAL_FAILURE(expect_restored(wounds));
    ASSERT_NO_FATAL_FAILURE(expect_restored_where_known(wounds));
  }
}

// Three errors in a word that looks as if it had one, elsewhere; and one more that makes the word
// that crosses there fail.
TEST_P(Guarantee, WordsThatClaimAFalseErrorAreNotBelieved) {
  const std::size_t count = test::scaled(20000);
  for (std::size_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Code code = random.one_in(2) ? Code::p : Code::q;
    const auto word = word_symbols(
        code, static_cast<int>(random.below(static_cast<std::size_t>(test::words_of(code)))));
    Wounds wounds = test::posing_as_single(random, word);
    const std::size_t at = random.between(first(), 2351);
    if (std::ranges::find(wounds, at, &test::Wound::at) == wounds.end()) {
      wounds.push_back({at, random.nonzero_byte()});
    }
    if (!test::all_covered(wounds, first())) continue;
    ASSERT_NO_FATAL_FAILURE(expect_restored(wounds));
  }
}

// x^1024 + x^4 + x^2 + x is a multiple of the EDC's polynomial, so that the EDC agrees with these
// two wounds, 128 bytes apart. A good EDC that parity contradicts is not the last word.
TEST_P(Guarantee, WoundsThatTheEdcIsBlindToComeBack) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::size_t at = random.between(first() + 12, 2060 - 128);
    Wounds wounds = {{at, 160}, {at + 128, 114}};
    for (std::size_t n = random.below(3); n != 0; --n) {
      const std::size_t parity = random.between(2076, 2351);
      if (std::ranges::find(wounds, parity, &test::Wound::at) == wounds.end()) {
        wounds.push_back({parity, random.nonzero_byte()});
      }
    }
    Sector sector = test::wounded(originals_[0], wounds);
    ASSERT_EQ(check_sector(sector, GetParam()).edc, EdcState::good);
    ASSERT_NO_FATAL_FAILURE(expect_restored(wounds));
    ASSERT_NO_FATAL_FAILURE(expect_restored_where_known(wounds));
  }
}

// Nine places where three P words cross three Q words carry a word of the code; any eight of them
// settle it. So do eight of three bytes and the Q parity of their words.
TEST_P(Guarantee, EightOfTheNineOfALightestWordComeBackWhereTheyAreKnown) {
  const std::size_t count = test::scaled(5000);
  for (std::size_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<std::size_t> places = test::crossings(random, 3, 3);
    if (random.one_in(2)) {  // three of one P word
      const auto word = word_symbols(Code::p, static_cast<int>(random.below(86)));
      places.clear();
      for (int n = 0; n < 52; ++n) {
        const auto q = word_symbols(Code::q, n);
        const auto shared = std::ranges::find_first_of(q.at, word.at);
        if (shared == q.at.end() || places.size() == 9) continue;
        places.insert(places.end(), {*shared, q.at[43], q.at[44]});
      }
    }
    ASSERT_EQ(places.size(), 9U);
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(random.below(9)));
    Wounds wounds;
    for (const std::size_t at : places) wounds.push_back({at, random.nonzero_byte()});
    if (!test::all_covered(wounds, first())) continue;
    ASSERT_NO_FATAL_FAILURE(expect_restored_where_known(wounds));
  }
}

}  // namespace
}  // namespace pregap
