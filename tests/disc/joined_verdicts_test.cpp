// Sound neighbours in one verdict: taken apart they say what single verdicts say, byte for byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "disc/pass.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::Sectors;

// Verdicts in a text each, joined ones taken apart; with a digest-like sum of what they carry.
std::vector<std::string> singly(const Disc& disc, PassOptions options) {
  std::vector<std::string> texts;
  run_pass(disc, whole_disc(disc), options, [&](const SectorVerdict& v) {
    ASSERT_EQ(v.bytes.size(), static_cast<std::size_t>(v.count) * kSectorSize);
    if (!options.join) {
      ASSERT_EQ(v.count, 1);
    }
    SectorVerdict one = v;
    one.count = 1;
    for (std::int32_t i = 0; i < v.count; ++i) {
      one.lba = v.lba + i;
      std::uint64_t sum = 0;
      const auto bytes = v.bytes.subspan(static_cast<std::size_t>(i) * kSectorSize, kSectorSize);
      for (const std::uint8_t b : bytes) sum = sum * 31 + b;
      texts.push_back(test::describe(one) + (v.checked ? " checked " : " unchecked ") +
                      (v.data_proven ? "proven " : "") + std::to_string(sum));
    }
  });
  return texts;
}

// Stretches of every kind with wounds, jumps and odd sectors between them.
Sectors mixed(TrackType type, std::uint32_t seed) {
  std::mt19937 random(seed);
  Sectors sectors;
  const std::vector<SectorKind> kinds =
      type == TrackType::mode1   ? std::vector{SectorKind::mode1}
      : type == TrackType::audio ? std::vector{SectorKind::audio}
                                 : std::vector{SectorKind::mode2_form1, SectorKind::mode2_form2};
  int address = 0;
  while (sectors.size() < 700) {
    const SectorKind kind = kinds[random() % kinds.size()];
    for (std::size_t n = 1 + random() % 90; n > 0; --n) {
      sectors.push_back(test::sound_sector(kind, address++));
    }
    switch (random() % 5) {
      case 0:
        test::wound(sectors.back(), random, 30);
        break;
      case 1:
        address += 5;
        break;
      case 2:
        sectors.back() = test::scrambled(sectors.back());
        break;
      case 3:
        sectors.back() = test::sound_sector(SectorKind::mode1, static_cast<int>(random() % 9999));
        break;
      default:
        sectors.back().fill(static_cast<std::uint8_t>(random() % 2 * 0x55));
    }
  }
  return sectors;
}

TEST(JoinedVerdicts, SayWhatSingleOnesSay) {
  for (const TrackType type : {TrackType::mode1, TrackType::mode2, TrackType::audio}) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
      const Disc disc = test::disc_of(type, mixed(type, seed));
      for (const bool mend : {false, true}) {
        const auto expected = singly(disc, {.work = {.threads = 1}, .mend = mend});
        for (const unsigned threads : {1U, 2U, 7U}) {
          const PassOptions options{.work = {.threads = threads}, .join = true, .mend = mend};
          ASSERT_EQ(singly(disc, options), expected)
              << name_of(type) << ", seed " << seed << ", " << threads << " threads";
        }
      }
    }
  }
}

TEST(JoinedVerdicts, TakeInAWholeChunkOfSoundSectors) {
  const Disc disc = test::disc_of(TrackType::mode1, test::sound_sectors(SectorKind::mode1, 300));
  std::vector<std::int32_t> counts;
  run_pass(disc, whole_disc(disc), {.work = {.threads = 1}, .join = true},
           [&](const SectorVerdict& v) { counts.push_back(v.count); });
  EXPECT_EQ(counts, (std::vector<std::int32_t>{128, 128, 44}));
}

// What an ISO holds, cut out in the workers.
TEST(UserDataOfVerdicts, IsThatOfTheirSectors) {
  for (const TrackType type : {TrackType::mode1, TrackType::mode2}) {
    const Disc disc = test::disc_of(type, mixed(type, 9));
    const PassOptions options{.work = {.threads = 2},
                              .join = true,
                              .content = PassOptions::Content::user_data,
                              .mend = true};
    std::size_t seen = 0;
    run_pass(disc, whole_disc(disc), options, [&](const SectorVerdict& v) {
      const FieldRange range = layout_of(v.kind).user_data;
      if (v.user_data.empty() || range.size != kUserDataSize) return;
      ASSERT_EQ(v.user_data.size(), static_cast<std::size_t>(v.count) * kUserDataSize);
      for (std::size_t i = 0; i < static_cast<std::size_t>(v.count); ++i, ++seen) {
        EXPECT_TRUE(std::ranges::equal(v.user_data.subspan(i * kUserDataSize, kUserDataSize),
                                       v.bytes.subspan(i * kSectorSize + range.offset, range.size)))
            << v.lba.value;
      }
    });
    EXPECT_GT(seen, 300U);
  }
}

}  // namespace
}  // namespace pregap
