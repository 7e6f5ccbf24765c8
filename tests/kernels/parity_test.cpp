#include "kernels/parity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "guarded_buffer.h"
#include "support/image_builder.h"
#include "support/reference_sector.h"

namespace pregap::kernels {
namespace {

using reference::ParityHeader;
using reference::Sector;

constexpr std::size_t kRegionAt = 12;

ParityRegion region_of(const Sector& sector) {
  return ParityRegion(sector.data() + kRegionAt, kParityRegion);
}
MutableParityRegion region_of(Sector& sector) {
  return MutableParityRegion(sector.data() + kRegionAt, kParityRegion);
}

struct Reading {
  HeaderBytes header;
  ParityHeader same;
  const char* name;
};
constexpr Reading kReadings[] = {{HeaderBytes::as_stored, ParityHeader::real, "header as stored"},
                                 {HeaderBytes::as_zero, ParityHeader::zeroed, "header as zero"}};

using Syndromes_ = Syndromes (*)(ParityRegion, HeaderBytes) noexcept;
using IsGood = bool (*)(ParityRegion, HeaderBytes) noexcept;
using Generate = void (*)(MutableParityRegion, HeaderBytes) noexcept;
constexpr Syndromes_ kSyndromes[] = {parity_syndromes, scalar::parity_syndromes};
constexpr IsGood kIsGood[] = {parity_is_good, scalar::parity_is_good};
constexpr Generate kGenerate[] = {generate_parity, scalar::generate_parity};

Sector noise(int seed) { return test::sound_sector(SectorKind::audio, seed); }

TEST(Parity, PutsEveryByteIntoTheRightNumberOfWords) {
  std::vector<int> p(kParityRegion), q(kParityRegion);
  for (int word = 0; word < kPCount; ++word) {
    for (int i = 0; i < kPLength; ++i) ++p.at(p_offset(word, i));
  }
  for (int word = 0; word < kQCount; ++word) {
    for (int i = 0; i < kQLength; ++i) ++q.at(q_offset(word, i));
  }
  for (std::size_t at = 0; at < kParityRegion; ++at) {
    EXPECT_EQ(p[at], at < kQParityAt ? 1 : 0) << "P, byte " << at;
    EXPECT_EQ(q[at], 1) << "Q, byte " << at;
  }
}

TEST(Parity, LaysItsWordsAsTheStandardsFormulaeDo) {
  for (int word = 0; word < kPCount; ++word) {
    const auto expected = reference::p_word(word);
    for (int i = 0; i < kPLength; ++i) {
      EXPECT_EQ(p_offset(word, i) + kRegionAt, expected[static_cast<std::size_t>(i)]);
    }
  }
  for (int word = 0; word < kQCount; ++word) {
    const auto expected = reference::q_word(word);
    for (int i = 0; i < kQLength; ++i) {
      EXPECT_EQ(q_offset(word, i) + kRegionAt, expected[static_cast<std::size_t>(i)]);
    }
  }
}

TEST(Parity, EndsEveryWordInItsParity) {
  for (int word = 0; word < kPCount; ++word) {
    EXPECT_LT(p_offset(word, kPLength - 3), kPParityAt);
    EXPECT_GE(p_offset(word, kPLength - 2), kPParityAt);
    EXPECT_LT(p_offset(word, kPLength - 1), kQParityAt);
  }
  for (int word = 0; word < kQCount; ++word) {
    EXPECT_LT(q_offset(word, kQLength - 3), kQParityAt);
    EXPECT_GE(q_offset(word, kQLength - 2), kQParityAt);
  }
}

// s0 = sum of the symbols, s1 = sum of alpha^(L-1-i) times symbol i.
template <std::size_t Length>
Syndrome textbook(const Sector& sector, const std::array<std::uint16_t, Length>& word, bool zero) {
  Syndrome s;
  std::uint8_t weight = 1;
  for (std::size_t i = Length; i-- > 0;) {
    const bool blank = zero && word[i] < kRegionAt + 4;
    const std::uint8_t symbol = blank ? std::uint8_t{0} : sector[word[i]];
    s.s0 ^= symbol;
    s.s1 ^= reference::multiply(weight, symbol);
    weight = reference::multiply(weight, 2);
  }
  return s;
}

TEST(Parity, HasTheSyndromesOfTheTextbook) {
  for (const Reading& reading : kReadings) {
    const Sector sector = noise(5);
    const bool zero = reading.header == HeaderBytes::as_zero;
    for (const Syndromes_ f : kSyndromes) {
      const Syndromes s = f(region_of(sector), reading.header);
      for (int n = 0; n < kPCount; ++n) {
        const Syndrome expected = textbook(sector, reference::p_word(n), zero);
        EXPECT_EQ(s.p[static_cast<std::size_t>(n)].s0, expected.s0) << reading.name << ", P " << n;
        EXPECT_EQ(s.p[static_cast<std::size_t>(n)].s1, expected.s1) << reading.name << ", P " << n;
      }
      for (int n = 0; n < kQCount; ++n) {
        const Syndrome expected = textbook(sector, reference::q_word(n), zero);
        EXPECT_EQ(s.q[static_cast<std::size_t>(n)].s0, expected.s0) << reading.name << ", Q " << n;
        EXPECT_EQ(s.q[static_cast<std::size_t>(n)].s1, expected.s1) << reading.name << ", Q " << n;
      }
    }
  }
}

TEST(Parity, GeneratesWhatTheReferenceSolves) {
  for (const Reading& reading : kReadings) {
    for (int seed = 0; seed < 4; ++seed) {
      Sector expected = noise(seed);
      reference::write_parity(expected, reading.same);
      for (const Generate f : kGenerate) {
        Sector sector = noise(seed);
        f(region_of(sector), reading.header);
        EXPECT_TRUE(sector == expected) << reading.name << ", seed " << seed;
      }
    }
  }
}

TEST(Parity, IsGoodAsGeneratedAndBadInTheWordsThatADamagedByteLiesIn) {
  for (const Reading& reading : kReadings) {
    Sector sector = noise(9);
    generate_parity(region_of(sector), reading.header);
    for (const IsGood f : kIsGood) EXPECT_TRUE(f(region_of(sector), reading.header));
    for (std::size_t at = kRegionAt; at < sector.size(); at += 7) {
      sector[at] ^= 0x41;
      const reference::BadWords expected = reference::bad_words(sector, reading.same);
      const Syndromes s = parity_syndromes(region_of(sector), reading.header);
      for (std::size_t n = 0; n < kPCount; ++n) ASSERT_EQ(!s.p[n].is_zero(), expected.p[n]) << at;
      for (std::size_t n = 0; n < kQCount; ++n) ASSERT_EQ(!s.q[n].is_zero(), expected.q[n]) << at;
      for (const IsGood f : kIsGood) {
        ASSERT_EQ(f(region_of(sector), reading.header), expected.none()) << at;
      }
      sector[at] ^= 0x41;
    }
  }
}

TEST(Parity, TouchesNoByteBesideTheRegion) {
  const Sector sector = noise(11);
  const std::span<const std::uint8_t> bytes = std::span(sector).subspan(kRegionAt);
  for (const Reading& reading : kReadings) {
    Sector expected = sector;
    reference::write_parity(expected, reading.same);
    for (const auto side : test::kBothSides) {
      for (std::size_t i = 0; i < std::size(kGenerate); ++i) {
        const test::GuardedBuffer buffer(bytes, side);
        const MutableParityRegion region = buffer.bytes().first<kParityRegion>();
        EXPECT_FALSE(kIsGood[i](region, reading.header));
        kGenerate[i](region, reading.header);
        EXPECT_TRUE(kIsGood[i](region, reading.header));
        EXPECT_TRUE(kSyndromes[i](region, reading.header).p[0].is_zero());
        EXPECT_TRUE(std::ranges::equal(region, std::span(expected).subspan(kRegionAt)));
      }
    }
  }
}

}  // namespace
}  // namespace pregap::kernels
