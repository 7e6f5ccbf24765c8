#include "operations/accuraterip.h"

#include <gtest/gtest.h>

#include "sector/random_sectors.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using operations::AccurateRipSums;
using operations::match_accuraterip;
using operations::parse_accuraterip;
using operations::TrackPlace;

std::vector<std::uint8_t> random_bytes(test::Random& random, std::size_t n) {
  std::vector<std::uint8_t> bytes(n);
  for (std::uint8_t& byte : bytes) byte = random.byte();
  return bytes;
}

struct Expected {
  std::uint32_t v1 = 0, v2 = 0;
};
// As the forum has it: a loop over all samples, with the uncounted ones skipped.
Expected sums_of(const std::vector<std::uint8_t>& bytes, bool first, bool last) {
  Expected sums;
  const std::size_t n = bytes.size() / 4;
  for (std::size_t i = 1; i <= n; ++i) {
    if (first && i < 5 * 588) continue;
    if (last && i + 5 * 588 > n) continue;
    std::uint64_t sample = 0;
    for (std::size_t k = 0; k < 4; ++k) sample += std::uint64_t{bytes[4 * (i - 1) + k]} << (8 * k);
    const std::uint64_t product = sample * i;
    sums.v1 += static_cast<std::uint32_t>(product % 0x100000000);
    sums.v2 += static_cast<std::uint32_t>(product % 0x100000000 + product / 0x100000000);
  }
  return sums;
}

TEST(AccurateRip, SumsWeighEverySampleWithItsPlace) {
  test::Random random(1);
  struct Case {
    TrackPlace place;
    bool first, last;
  };
  for (const std::size_t sectors : {1U, 9U, 10U, 11U, 40U, 460U}) {
    const std::vector<std::uint8_t> bytes = random_bytes(random, sectors * 2352);
    for (const Case& c :
         {Case{TrackPlace::inside, false, false}, Case{TrackPlace::first, true, false},
          Case{TrackPlace::last, false, true}, Case{TrackPlace::only, true, true}}) {
      AccurateRipSums sums(static_cast<std::uint32_t>(sectors * 588), c.place);
      for (std::size_t at = 0; at < bytes.size();) {  // in pieces of any size
        const std::size_t n = std::min(bytes.size() - at, 4 * random.between(1, 2000));
        sums.take(std::span(bytes).subspan(at, n));
        at += n;
      }
      const Expected expected = sums_of(bytes, c.first, c.last);
      EXPECT_EQ(sums.v1(), expected.v1) << sectors << " sectors";
      EXPECT_EQ(sums.v2(), expected.v2) << sectors << " sectors";
    }
  }
}

TEST(AccurateRip, Sector450IsSummedByItself) {
  test::Random random(2);
  const std::vector<std::uint8_t> bytes = random_bytes(random, 451 * 2352);
  AccurateRipSums sums(451 * 588, TrackPlace::first);
  sums.take(bytes);
  const std::vector<std::uint8_t> sector(bytes.end() - 2352, bytes.end());
  EXPECT_EQ(sums.frame450(), sums_of(sector, false, false).v1);
  EXPECT_EQ(AccurateRipSums(450 * 588, TrackPlace::first).frame450(), std::nullopt);
}

std::vector<std::uint8_t> answer() {
  std::vector<std::uint8_t> bytes;
  const auto put = [&](std::uint32_t n) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
  };
  for (const std::uint32_t pressing : {0U, 1U}) {
    bytes.push_back(2);
    for (const std::uint32_t id : {0x11U, 0x22U, 0x33U}) put(id);
    for (const std::uint32_t track : {0U, 1U}) {
      bytes.push_back(static_cast<std::uint8_t>(10 * pressing + track + 1));
      put(0xAA00 + track);
      put(0xBB00 + pressing);
    }
  }
  return bytes;
}

TEST(AccurateRip, AnswersListPressings) {
  const auto pressings = parse_accuraterip(answer(), "dBAR.bin");
  ASSERT_EQ(pressings.size(), 2U);
  EXPECT_EQ(pressings[1].id1, 0x11U);
  EXPECT_EQ(pressings[1].id2, 0x22U);
  EXPECT_EQ(pressings[1].freedb, 0x33U);
  EXPECT_EQ(pressings[1].tracks[1],
            (operations::AccurateRipEntry{.confidence = 12, .crc = 0xAA01, .frame450 = 0xBB01}));
  const auto match = match_accuraterip(pressings, 1, 0xAA01, 0);
  EXPECT_EQ(match.confidence_v1, 14);  // 2 and 12
  EXPECT_EQ(match.confidence_v2, 0);
  EXPECT_EQ(match_accuraterip(pressings, 0, 1, 0xAA00).confidence_v2, 12);
  EXPECT_EQ(match_accuraterip(pressings, 2, 0xAA00, 0xAA00).confidence_v1, 0);
  EXPECT_TRUE(parse_accuraterip({}, "dBAR.bin").empty());
}

TEST(AccurateRip, AnswersThatEndEarlyAreNamed) {
  std::vector<std::uint8_t> bytes = answer();
  bytes.pop_back();
  EXPECT_EQ(test::error_of([&] { parse_accuraterip(bytes, "dBAR.bin"); }),
            "malformed: dBAR.bin:byte 31: 30 bytes for a pressing of 2 tracks, expected 31");
  bytes[0] = 0;
  EXPECT_EQ(
      test::error_of([&] { parse_accuraterip(bytes, "dBAR.bin"); }),
      "malformed: dBAR.bin:byte 0: a pressing of 0 tracks, expected 1 to 99 | the file is what "
      "AccurateRip answers for the disc's dBAR name");
}

}  // namespace
}  // namespace pregap
