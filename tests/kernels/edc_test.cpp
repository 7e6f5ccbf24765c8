#include "kernels/edc.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "guarded_buffer.h"
#include "support/image_builder.h"
#include "support/reference_sector.h"

namespace pregap::kernels {
namespace {

using test::GuardedBuffer;
using Edc = std::uint32_t (*)(std::span<const std::uint8_t>) noexcept;
constexpr Edc kBoth[] = {edc, scalar::edc};

test::Bytes noise(std::size_t n) {
  test::Bytes bytes = test::user_data(SectorKind::audio, 7);
  bytes.resize(n);
  return bytes;
}

TEST(Edc, HasTheKnownCheckValue) {
  constexpr std::string_view text = "123456789";
  const test::Bytes bytes(text.begin(), text.end());
  for (const Edc f : kBoth) EXPECT_EQ(f(bytes), 0x6EC2EDC4U);
}

TEST(Edc, IsZeroOfNothingAndOfZeros) {
  for (const Edc f : kBoth) {
    EXPECT_EQ(f({}), 0U);
    EXPECT_EQ(f(test::Bytes(2064, 0)), 0U);
  }
}

TEST(Edc, AgreesWithTheBitwiseReferenceAtEveryLengthAndAlignment) {
  const test::Bytes bytes = noise(2352);
  for (std::size_t length = 0; length <= 80; ++length) {
    for (std::size_t from = 0; from < 17; ++from) {
      const std::span<const std::uint8_t> message = std::span(bytes).subspan(from, length);
      const std::uint32_t expected = reference::edc(message);
      for (const Edc f : kBoth) ASSERT_EQ(f(message), expected) << length << " at " << from;
    }
  }
  for (const std::size_t length : {2064U, 2056U, 2332U, 2352U, 2063U}) {
    const std::span<const std::uint8_t> message = std::span(bytes).first(length);
    for (const Edc f : kBoth) EXPECT_EQ(f(message), reference::edc(message)) << length;
  }
}

TEST(Edc, TouchesNoByteBesideTheMessage) {
  for (const std::size_t length : {0U, 1U, 7U, 8U, 9U, 63U, 64U, 65U, 2056U, 2064U, 2332U}) {
    for (const auto side : test::kBothSides) {
      const GuardedBuffer buffer(noise(length), side);
      for (const Edc f : kBoth) EXPECT_EQ(f(buffer.bytes()), reference::edc(buffer.bytes()));
    }
  }
}

TEST(Edc, OfAMessageWithItsOwnEdcIsZero) {
  test::Bytes bytes = noise(2064);
  const std::uint32_t value = edc(bytes);
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  for (const Edc f : kBoth) EXPECT_EQ(f(bytes), 0U);
}

TEST(Edc, ChangesWithEachSingleBit) {
  test::Bytes bytes = noise(64);
  const std::uint32_t before = edc(bytes);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_NE(edc(bytes), before) << "bit " << bit;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

}  // namespace
}  // namespace pregap::kernels
