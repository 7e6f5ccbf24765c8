// Two errors and more, placed against the structure of the code: the P words are the columns and
// the Q words the diagonals of 26 rows of 43 symbols, once for the even bytes and once for the odd.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
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

constexpr int kLba = 4711;

class CorrectErrors : public testing::TestWithParam<SectorKind> {
 protected:
  CorrectErrors() : random_(1), sound_(test::random_sector(random_, GetParam(), kLba)) {}

  // The first byte that parity covers.
  std::size_t first() const { return GetParam() == SectorKind::mode1 ? 12 : 16; }

  bool covered(std::size_t at) const { return at >= first(); }

  // Whether random errors at `places` are corrected. Corrected wrongly is a failure in any case.
  bool restores(const std::vector<std::size_t>& places) {
    damaged_ = sound_;
    for (const std::size_t at : places) damaged_[at] ^= random_.nonzero_byte();
    const Outcome outcome = correct_copy(GetParam(), std::nullopt, damaged_);
    const Sector& expected = outcome.correction.sound ? sound_ : damaged_;
    EXPECT_EQ(outcome.sector, expected)
        << "errors at" << errors(places) << ", " << describe(outcome.correction) << ", "
        << describe_difference(expected, outcome.sector);
    return outcome.correction.sound;
  }

  void expect_restored(const std::vector<std::size_t>& places) {
    ASSERT_TRUE(restores(places)) << "errors at" << errors(places);
  }

  // Places and values of the last errors.
  std::string errors(const std::vector<std::size_t>& places) const {
    std::string text;
    for (const std::size_t at : places) {
      text += " " + std::to_string(at) + "^" + std::to_string(damaged_[at] ^ sound_[at]);
    }
    return text;
  }

  template <typename Word>
  std::vector<std::size_t> covered_places(const Word& word) const {
    std::vector<std::size_t> places;
    std::ranges::copy_if(word, std::back_inserter(places),
                         [this](std::size_t at) { return covered(at); });
    return places;
  }

  Random random_;
  const Sector sound_;
  Sector damaged_;
};

INSTANTIATE_TEST_SUITE_P(Sector, CorrectErrors,
                         testing::Values(SectorKind::mode1, SectorKind::mode2_form1),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(CorrectErrors, ArePutBackInPairsAnywhere) {
  const std::size_t count = test::scaled(100000);  // of 2.7 million, for each of the two kinds
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t a = random_.between(first(), 2351), b = random_.between(first(), 2351);
    if (a == b) continue;
    ASSERT_NO_FATAL_FAILURE(expect_restored({a, b}));
  }
}

TEST_P(CorrectErrors, ArePutBackInPairsWithTheFirstByteAndTheLast) {
  for (std::size_t at = first() + 1; at < 2351; ++at) {
    ASSERT_NO_FATAL_FAILURE(expect_restored({first(), at}));
    ASSERT_NO_FATAL_FAILURE(expect_restored({at, 2351}));
  }
}

TEST_P(CorrectErrors, ArePutBackInPairsWithinOnePWord) {
  for (int n = 0; n < 86; ++n) {
    const auto word = reference::p_word(n);
    for (std::size_t i = 0; i < word.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (!covered(word[k])) continue;
        ASSERT_NO_FATAL_FAILURE(expect_restored({word[i], word[k]})) << "P word " << n;
      }
    }
  }
}

TEST_P(CorrectErrors, ArePutBackInPairsWithinOneQWord) {
  for (int n = 0; n < 52; ++n) {
    const auto word = reference::q_word(n);
    for (std::size_t i = 0; i < word.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        if (!covered(word[i]) || !covered(word[k])) continue;
        ASSERT_NO_FATAL_FAILURE(expect_restored({word[i], word[k]})) << "Q word " << n;
      }
    }
  }
}

// Each byte is the only error of a Q word. A decoder that believes one code only where the other
// fails too is held up when what is left in the P word happens to be a codeword: about 23 in 65536.
TEST_P(CorrectErrors, ArePutBackInAWholePWord) {
  int refused = 0, trials = 0;
  for (int n = 0; n < 86; ++n) {
    for (int i = 0; i < 50; ++i, ++trials) {
      refused += !restores(covered_places(reference::p_word(n)));
    }
  }
  EXPECT_LT(refused, trials / 200);
}

// The same the other way round, but for the Q word's own parity, which stands in no P word.
TEST_P(CorrectErrors, ArePutBackInAllTheDataOfAQWord) {
  int refused = 0, trials = 0;
  for (int n = 0; n < 52; ++n) {
    std::vector<std::size_t> places = covered_places(reference::q_word(n));
    places.resize(places.size() - 2);
    for (int i = 0; i < 50; ++i, ++trials) refused += !restores(places);
  }
  EXPECT_LT(refused, trials / 200);
}

// P corrects the data by itself; with EDC and P agreeing, Q is a matter of arithmetic.
TEST_P(CorrectErrors, ArePutBackWithBothParityBytesOfTheirQWord) {
  for (int n = 0; n < 52; ++n) {
    const auto word = reference::q_word(n);
    for (std::size_t i = 0; i < 43; i += 6) {
      if (!covered(word[i])) continue;
      ASSERT_NO_FATAL_FAILURE(expect_restored({word[i], word[43], word[44]})) << "Q word " << n;
    }
  }
}

TEST_P(CorrectErrors, ArePutBackWhereAllQParityIsLost) {
  for (std::size_t at = first(); at < 2248; at += 13) {
    std::vector<std::size_t> places = {at};
    for (std::size_t q = 2248; q < 2352; ++q) places.push_back(q);
    ASSERT_NO_FATAL_FAILURE(expect_restored(places));
  }
}

TEST_P(CorrectErrors, ArePutBackInBurstsOfUpTo64Bytes) {
  for (std::size_t length = 2; length <= 64; ++length) {
    for (std::size_t at = first() + length % 7; at + length <= 2352; at += 31) {
      std::vector<std::size_t> places(length);
      for (std::size_t i = 0; i < length; ++i) places[i] = at + i;
      ASSERT_NO_FATAL_FAILURE(expect_restored(places)) << length << " bytes at " << at;
    }
  }
}

// Four errors where two P words cross two Q words: no word has a single error, but the failures of
// each code are the erasures of the other. Decoding P as erasures gives each word back exactly.
TEST_P(CorrectErrors, ArePutBackWhereTwoPWordsCrossTwoQWords) {
  const std::size_t count = test::scaled(20000);
  for (std::size_t i = 0; i < count; ++i) {
    const int plane = static_cast<int>(random_.below(2));
    const int p1 = static_cast<int>(random_.below(43)), p2 = static_cast<int>(random_.below(43));
    const int q1 = static_cast<int>(random_.below(26)), q2 = static_cast<int>(random_.below(26));
    if (p1 == p2 || q1 == q2) continue;
    std::vector<std::size_t> places;
    for (const int p : {p1, p2}) {
      for (const std::size_t at : reference::p_word(2 * p + plane)) {
        for (const int q : {q1, q2}) {
          const auto word = reference::q_word(2 * q + plane);
          if (std::ranges::find(word, at) != word.end()) places.push_back(at);
        }
      }
    }
    ASSERT_EQ(places.size(), 4U);
    if (!std::ranges::all_of(places, [this](std::size_t at) { return covered(at); })) continue;
    ASSERT_NO_FATAL_FAILURE(expect_restored(places));
  }
}

}  // namespace
}  // namespace pregap
