// The vectorised parity kernels against their scalar twins.
#include <algorithm>
#include <cstring>

#include "guarded_buffer.h"
#include "kernels/parity.h"
#include "targets_fixture.h"

namespace pregap::kernels {
namespace {

constexpr std::size_t kRegionAt = 12, kAlignments = 64;
constexpr HeaderBytes kBothReadings[] = {HeaderBytes::as_stored, HeaderBytes::as_zero};

class ParityOnTarget : public OnTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, ParityOnTarget, testing::ValuesIn(available_targets()),
                         target_name);

// Where two sets of syndromes differ, or nothing.
std::string difference(const Syndromes& a, const Syndromes& b) {
  const auto same = [](const Syndrome& x, const Syndrome& y) {
    return x.s0 == y.s0 && x.s1 == y.s1;
  };
  for (std::size_t n = 0; n < a.p.size(); ++n) {
    if (!same(a.p[n], b.p[n])) return "P word " + std::to_string(n);
  }
  for (std::size_t n = 0; n < a.q.size(); ++n) {
    if (!same(a.q[n], b.q[n])) return "Q word " + std::to_string(n);
  }
  return {};
}

// Every kernel on one region; what differs from the twin, or nothing.
std::string check(ParityRegion region) {
  for (const HeaderBytes header : kBothReadings) {
    const Syndromes expected = scalar::parity_syndromes(region, header);
    const std::string syndrome = difference(parity_syndromes(region, header), expected);
    if (!syndrome.empty()) return "syndromes: " + syndrome;
    const auto is_zero = [](const Syndrome& s) { return s.is_zero(); };
    const bool good =
        std::ranges::all_of(expected.p, is_zero) && std::ranges::all_of(expected.q, is_zero);
    if (parity_is_good(region, header) != good) return "parity_is_good";
    if (scalar::parity_is_good(region, header) != good) return "the twin of parity_is_good";
  }
  return {};
}

std::string check_generation(ParityRegion region) {
  for (const HeaderBytes header : kBothReadings) {
    test::Bytes expected(region.begin(), region.end()), built = expected;
    scalar::generate_parity(std::span(expected).first<kParityRegion>(), header);
    generate_parity(std::span(built).first<kParityRegion>(), header);
    const auto at = std::ranges::mismatch(expected, built).in1;
    if (at != expected.end()) return "byte " + std::to_string(at - expected.begin());
    if (!parity_is_good(std::span(built).first<kParityRegion>(), header)) return "not good";
  }
  return {};
}

ParityRegion region_of(std::span<const std::uint8_t> sector) {
  return sector.subspan(kRegionAt).first<kParityRegion>();
}

TEST_P(ParityOnTarget, EqualsItsTwinForEveryKindOfSector) {
  for (const SectorKind kind : kEveryKind) {
    for (int lba = 0; lba < 8; ++lba) {
      const reference::Sector sector = test::sound_sector(kind, lba * 1234);
      EXPECT_EQ(check(region_of(sector)), "") << name_of(kind) << " " << lba;
      EXPECT_EQ(check_generation(region_of(sector)), "") << name_of(kind) << " " << lba;
    }
  }
}

TEST_P(ParityOnTarget, EqualsItsTwinForRandomBytes) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const test::Bytes bytes = noise(kParityRegion, seed);
    ASSERT_EQ(check(std::span(bytes).first<kParityRegion>()), "") << seed;
    ASSERT_EQ(check_generation(std::span(bytes).first<kParityRegion>()), "") << seed;
  }
}

TEST_P(ParityOnTarget, SeesAWoundAtEveryPosition) {
  std::mt19937 random(1);
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    reference::Sector sector = test::sound_sector(kind, 77);
    for (std::size_t at = kRegionAt; at < sector.size(); ++at) {
      const std::uint8_t was = sector[at];
      change(sector[at], random);
      ASSERT_EQ(check(region_of(sector)), "") << name_of(kind) << ", byte " << at;
      sector[at] = was;
    }
    EXPECT_TRUE(parity_is_good(region_of(sector), kind == SectorKind::mode1
                                                      ? HeaderBytes::as_stored
                                                      : HeaderBytes::as_zero));
  }
}

// One bit at one position shows each weight of each word, bit by bit.
TEST_P(ParityOnTarget, GivesEachSingleBitItsWeight) {
  test::Bytes zeros(kParityRegion);
  for (std::size_t at = 0; at < kParityRegion; ++at) {
    for (const unsigned bit : {0U, 7U}) {
      zeros[at] = static_cast<std::uint8_t>(1U << bit);
      ASSERT_EQ(check(std::span(zeros).first<kParityRegion>()), "") << at << ", bit " << bit;
    }
    zeros[at] = 0;
  }
}

TEST_P(ParityOnTarget, EqualsItsTwinWithUpToFourWounds) {
  std::mt19937 random(2);
  for (const SectorKind kind : kEveryKind) {
    const reference::Sector sound = test::sound_sector(kind, 4711);
    for (int trial = 0; trial < 500; ++trial) {
      reference::Sector sector = sound;
      wound_at_random(std::span(sector).subspan(kRegionAt), trial % 5, random);
      ASSERT_EQ(check(region_of(sector)), "") << name_of(kind) << ", trial " << trial;
    }
  }
}

TEST_P(ParityOnTarget, EqualsItsTwinAtEveryAlignment) {
  test::Bytes bytes(kParityRegion + 2 * kAlignments);
  const std::size_t first =
      kAlignments - reinterpret_cast<std::uintptr_t>(bytes.data()) % kAlignments;
  const reference::Sector sound = test::sound_sector(SectorKind::mode1, 5);
  for (std::size_t from = first; from < first + kAlignments; ++from) {
    bytes = noise(bytes.size(), static_cast<unsigned>(from));
    std::ranges::copy(region_of(sound), bytes.begin() + static_cast<std::ptrdiff_t>(from));
    const auto region = std::span(bytes).subspan(from).first<kParityRegion>();
    EXPECT_TRUE(parity_is_good(region, HeaderBytes::as_stored)) << from - first;
    ASSERT_EQ(check(region), "") << "alignment " << from - first;
    region[from] ^= 1;
    ASSERT_EQ(check(region), "") << "alignment " << from - first;
    test::Bytes expected = bytes;
    scalar::generate_parity(std::span(expected).subspan(from).first<kParityRegion>(),
                            HeaderBytes::as_stored);
    generate_parity(region, HeaderBytes::as_stored);
    ASSERT_EQ(bytes, expected) << "or it changed a byte beside, alignment " << from - first;
  }
}

TEST_P(ParityOnTarget, TouchesNoByteBesideTheRegion) {
  for (const SectorKind kind : kEveryKind) {
    const reference::Sector sector = test::sound_sector(kind, 9);
    for (const auto side : test::kBothSides) {
      const test::GuardedBuffer buffer(region_of(sector), side);
      const auto region = buffer.bytes().first<kParityRegion>();
      EXPECT_EQ(check(region), "");
      generate_parity(region, HeaderBytes::as_stored);
      EXPECT_TRUE(parity_is_good(region, HeaderBytes::as_stored));
    }
  }
}

}  // namespace
}  // namespace pregap::kernels
