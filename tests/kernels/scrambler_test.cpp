#include "kernels/scrambler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "guarded_buffer.h"
#include "support/image_builder.h"
#include "support/reference_sector.h"

namespace pregap::kernels {
namespace {

using Region = std::span<std::uint8_t, kScrambledBytes>;
using Scramble = void (*)(Region) noexcept;
constexpr Scramble kBoth[] = {scramble, scalar::scramble};

TEST(Scrambler, GivesTheSequenceOfAnnexB) {
  const std::array<std::uint8_t, 2340> expected = reference::scrambler_sequence();
  for (const Scramble f : kBoth) {
    std::array<std::uint8_t, kScrambledBytes> region{};
    f(region);
    EXPECT_EQ(region, expected);
    EXPECT_EQ(region[0], 0x01);
    EXPECT_EQ(region[1], 0x80);
    EXPECT_EQ(region[2], 0x00);
    EXPECT_EQ(region[3], 0x60);
  }
}

TEST(Scrambler, UndoesItself) {
  const test::Bytes noise = test::user_data(SectorKind::audio, 3);
  for (const Scramble f : kBoth) {
    std::array<std::uint8_t, kScrambledBytes> region;
    std::copy_n(noise.begin(), region.size(), region.begin());
    f(region);
    EXPECT_FALSE(std::ranges::equal(region, std::span(noise).first(region.size())));
    f(region);
    EXPECT_TRUE(std::ranges::equal(region, std::span(noise).first(region.size())));
  }
}

TEST(Scrambler, TouchesNoByteBesideTheRegion) {
  const test::Bytes zeros(kScrambledBytes);
  const std::array<std::uint8_t, 2340> expected = reference::scrambler_sequence();
  for (const auto side : test::kBothSides) {
    for (const Scramble f : kBoth) {
      const test::GuardedBuffer buffer(zeros, side);
      f(buffer.bytes().first<kScrambledBytes>());
      EXPECT_TRUE(std::ranges::equal(buffer.bytes(), expected));
    }
  }
}

}  // namespace
}  // namespace pregap::kernels
