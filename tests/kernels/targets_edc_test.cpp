// The vectorised EDC and the scrambler against their scalar twins.
#include <algorithm>

#include "guarded_buffer.h"
#include "kernels/edc.h"
#include "kernels/scrambler.h"
#include "targets_fixture.h"

namespace pregap::kernels {
namespace {

constexpr std::size_t kLongest = 2400;
constexpr std::size_t kAlignments = 64;

class EdcOnTarget : public OnTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, EdcOnTarget, testing::ValuesIn(available_targets()), target_name);

TEST_P(EdcOnTarget, EqualsItsTwinAtEveryLengthAndAlignment) {
  test::Bytes bytes = noise(kLongest + 2 * kAlignments, 1);
  const std::size_t first =
      kAlignments - reinterpret_cast<std::uintptr_t>(bytes.data()) % kAlignments;
  for (std::size_t from = first; from < first + kAlignments; ++from) {
    for (std::size_t length = 0; length <= kLongest; ++length) {
      const std::span<const std::uint8_t> message(bytes.data() + from, length);
      ASSERT_EQ(edc(message), scalar::edc(message)) << length << " bytes, " << from - first;
    }
  }
}

TEST_P(EdcOnTarget, EqualsItsTwinOfLongMessages) {
  const test::Bytes bytes = noise(70000, 2);
  for (const std::size_t length : {2401U, 4704U, 9999U, 65536U, 70000U}) {
    const std::span<const std::uint8_t> message(bytes.data(), length);
    EXPECT_EQ(edc(message), scalar::edc(message)) << length;
  }
}

TEST_P(EdcOnTarget, TouchesNoByteBesideAMessageOfAnyLength) {
  for (std::size_t length = 0; length <= kLongest; ++length) {
    const test::Bytes bytes = noise(length, 3);
    for (const auto side : test::kBothSides) {
      const test::GuardedBuffer buffer(bytes, side);
      ASSERT_EQ(edc(buffer.bytes()), scalar::edc(bytes)) << length;
    }
  }
}

TEST_P(EdcOnTarget, SeesEachByteOfASectorsMessages) {
  std::mt19937 random(4);
  for (const std::size_t length : {2056U, 2064U, 2068U, 2332U, 2352U}) {
    test::Bytes bytes = noise(length, 5);
    const std::uint32_t before = scalar::edc(bytes);
    for (std::uint8_t& byte : bytes) {
      const std::uint8_t was = byte;
      change(byte, random);
      const std::uint32_t after = edc(bytes);
      ASSERT_NE(after, before) << length << " bytes, at " << &byte - bytes.data();
      ASSERT_EQ(after, scalar::edc(bytes)) << length << " bytes, at " << &byte - bytes.data();
      byte = was;
    }
  }
}

class ScramblerOnTarget : public OnTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, ScramblerOnTarget, testing::ValuesIn(available_targets()),
                         target_name);

TEST_P(ScramblerOnTarget, EqualsItsTwinAtEveryAlignment) {
  test::Bytes bytes(kScrambledBytes + 2 * kAlignments);
  const std::size_t first =
      kAlignments - reinterpret_cast<std::uintptr_t>(bytes.data()) % kAlignments;
  for (std::size_t from = first; from < first + kAlignments; ++from) {
    bytes = noise(bytes.size(), static_cast<unsigned>(from));
    test::Bytes expected = bytes;
    scalar::scramble(std::span(expected).subspan(from).first<kScrambledBytes>());
    scramble(std::span(bytes).subspan(from).first<kScrambledBytes>());
    ASSERT_EQ(bytes, expected) << "or it changed a byte beside, alignment " << from - first;
  }
}

TEST_P(ScramblerOnTarget, TouchesNoByteBesideTheRegion) {
  const test::Bytes bytes = noise(kScrambledBytes, 6);
  test::Bytes expected = bytes;
  scalar::scramble(std::span(expected).first<kScrambledBytes>());
  for (const auto side : test::kBothSides) {
    const test::GuardedBuffer buffer(bytes, side);
    scramble(buffer.bytes().first<kScrambledBytes>());
    EXPECT_TRUE(std::ranges::equal(buffer.bytes(), expected));
  }
}

TEST(Targets, AreNamedAndSwitched) {
  const std::vector<std::string> names = available_targets();
  ASSERT_FALSE(names.empty());
  EXPECT_FALSE(use_target("PENTIUM"));
  for (const std::string& name : names) EXPECT_TRUE(use_target(name)) << name;
  EXPECT_EQ(available_targets(), names) << "a restriction hides none";
  EXPECT_TRUE(use_target(""));
}

}  // namespace
}  // namespace pregap::kernels
