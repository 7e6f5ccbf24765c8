// The kernels over runs of sectors against their scalar twins and the independent reference: every
// target, both strides, 0 to 70 sectors, all alignments, guard pages on both sides.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "guarded_buffer.h"
#include "kernels/runs.h"
#include "kernels/scrambler.h"
#include "targets_fixture.h"

namespace pregap::kernels {
namespace {

using reference::Sector;
constexpr std::size_t kStrides[] = {2352, 2448};
constexpr std::size_t kMost = 70;

class RunsOnTarget : public OnTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, RunsOnTarget, testing::ValuesIn(available_targets()),
                         target_name);

std::string text(const SoundRun& run) {
  constexpr std::array<const char*, 4> kNames = {"none", "mode1", "form1", "form2"};
  return std::to_string(run.count) + " " + kNames[static_cast<std::size_t>(run.kind)] + " from " +
         std::to_string(run.frames);
}

// Sectors `stride` apart with other bytes between them, none behind the last.
test::Bytes laid_out(const std::vector<Sector>& sectors, std::size_t stride) {
  test::Bytes bytes;
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    bytes.resize(i * stride, 0x5A);
    bytes.insert(bytes.end(), sectors[i].begin(), sectors[i].end());
  }
  return bytes;
}

// The reference takes its time: what it built once is kept.
std::vector<Sector> sound(SectorKind kind, int first, std::size_t count) {
  static std::map<std::pair<SectorKind, int>, std::vector<Sector>> built;
  std::vector<Sector>& sectors = built[{kind, first}];
  while (sectors.size() < count) {
    sectors.push_back(test::sound_sector(kind, first + static_cast<int>(sectors.size())));
  }
  return {sectors.begin(), sectors.begin() + static_cast<int>(count)};
}

PlainKind plain(SectorKind kind) {
  if (kind == SectorKind::mode1) return PlainKind::mode1;
  return kind == SectorKind::mode2_form1 ? PlainKind::form1 : PlainKind::form2;
}
constexpr SectorKind kWithEdc[] = {SectorKind::mode1, SectorKind::mode2_form1,
                                   SectorKind::mode2_form2};

TEST_P(RunsOnTarget, ClassifyEqualsItsTwinForEveryKindAndEveryByteOfTheHead) {
  for (const SectorKind kind : kEveryKind) {
    Sector sector = test::sound_sector(kind, 12345);
    ASSERT_EQ(classify(sector), scalar::classify(sector)) << name_of(kind);
    for (const std::size_t at : {0,  1,  5,  10, 11, 12, 13,   14,   15,   16,   17,
                                 18, 19, 20, 21, 22, 23, 2067, 2068, 2071, 2075, 2076}) {
      const std::uint8_t was = sector[at];
      for (unsigned value = 0; value < 256; ++value) {
        sector[at] = static_cast<std::uint8_t>(value);
        ASSERT_EQ(classify(sector), scalar::classify(sector))
            << name_of(kind) << ", byte " << at << " is " << value;
      }
      sector[at] = was;
    }
  }
}

TEST_P(RunsOnTarget, ClassifyTellsWhatTheHeadSays) {
  const Sector mode1 = test::sound_sector(SectorKind::mode1, 0);
  const SectorClass c = classify(mode1);
  EXPECT_TRUE(c.sync && c.address && c.intermediate_zero);
  EXPECT_EQ(c.frames, 150U);
  EXPECT_EQ(c.mode, 1);
  EXPECT_EQ(c.plain_kind(), PlainKind::mode1);
  EXPECT_EQ(classify(test::sound_sector(SectorKind::mode2_form1, 1)).plain_kind(),
            PlainKind::form1);
  EXPECT_EQ(classify(test::sound_sector(SectorKind::mode2_form2, 1)).plain_kind(),
            PlainKind::form2);
  EXPECT_EQ(classify(test::sound_sector(SectorKind::mode0, 1)).plain_kind(), PlainKind::none);
  EXPECT_EQ(classify(test::sound_sector(SectorKind::audio, 1)).plain_kind(), PlainKind::none);
}

TEST_P(RunsOnTarget, IsOneValueSeesEachByteThatDiffers) {
  for (const std::size_t size : {0U, 1U, 2U, 15U, 16U, 17U, 31U, 32U, 33U, 64U, 100U, 2352U}) {
    const test::Bytes same(size, 0x55);
    for (const auto side : test::kBothSides) {
      const test::GuardedBuffer buffer(same, side);
      EXPECT_TRUE(is_one_value(buffer.bytes())) << size;
      if (size < 2) continue;
      for (std::size_t at = 0; at < size; ++at) {
        buffer.bytes()[at] ^= 1;
        ASSERT_FALSE(is_one_value(buffer.bytes())) << at << " of " << size;
        ASSERT_FALSE(scalar::is_one_value(buffer.bytes())) << at << " of " << size;
        buffer.bytes()[at] ^= 1;
      }
    }
  }
}

TEST_P(RunsOnTarget, SoundRunTakesAllOfASoundRunAndTouchesNothingBeside) {
  for (const SectorKind kind : kWithEdc) {
    const std::vector<Sector> all = sound(kind, 4000, kMost);
    for (const std::size_t stride : kStrides) {
      for (std::size_t n = 0; n <= kMost; ++n) {
        const test::Bytes bytes =
            laid_out({all.begin(), all.begin() + static_cast<int>(n)}, stride);
        for (const auto side : test::kBothSides) {
          const test::GuardedBuffer buffer(bytes, side);
          const SoundRun expected =
              n == 0 ? SoundRun() : SoundRun{.count = n, .kind = plain(kind), .frames = 4150};
          ASSERT_EQ(text(sound_run(SectorRun(buffer.bytes(), stride, n))), text(expected));
        }
      }
    }
  }
}

TEST_P(RunsOnTarget, SoundRunEndsWhereAnythingIsUnusual) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 600; ++trial) {
    const SectorKind kind = kWithEdc[random() % 3];
    const std::size_t n = 1 + random() % kMost;
    std::vector<Sector> sectors = sound(kind, 1000, n);
    const std::size_t at = random() % n;
    switch (trial % 4) {
      case 0:
        wound_at_random(sectors[at], 1 + trial / 4 % 4, random);
        break;
      case 1:
        sectors[at] = test::sound_sector(kind, 77777);
        break;
      case 2:
        sectors[at] = test::sound_sector(kEveryKind[random() % 6], 1000 + static_cast<int>(at));
        break;
      default:
        sectors[at] = test::scrambled(sectors[at]);
    }
    const std::size_t stride = kStrides[random() % 2];
    const test::Bytes bytes = laid_out(sectors, stride);
    const SectorRun run(bytes, stride, n);
    ASSERT_EQ(text(sound_run(run)), text(scalar::sound_run(run))) << "trial " << trial;
    if (trial % 4 != 2) {
      ASSERT_EQ(sound_run(run).count, at == 0 && trial % 4 == 1 ? 1 : at) << "trial " << trial;
    }
  }
}

TEST_P(RunsOnTarget, SoundRunEndsWhereAddressesTurnNegative) {
  const std::vector<Sector> sectors = sound(SectorKind::mode1, 404847, 3);
  std::vector<Sector> over = sectors;
  Sector next = sectors[0];  // 90:00:00
  next[12] = 0x90;
  next[13] = next[14] = 0;
  const MutableSectorRun one(next, kSectorBytes, 1);
  scalar::generate_codes(one, Protection::mode1);
  over.push_back(next);
  const test::Bytes bytes = laid_out(over, 2352);
  EXPECT_EQ(text(sound_run(SectorRun(bytes, 2352, 4))), "3 mode1 from 404997");
  EXPECT_EQ(text(scalar::sound_run(SectorRun(bytes, 2352, 4))), "3 mode1 from 404997");
}

TEST_P(RunsOnTarget, CountsGoodCodesUpToTheFirstBadSector) {
  std::mt19937 random(9);
  for (std::size_t n = 0; n <= kMost; ++n) {
    for (const std::size_t stride : kStrides) {
      std::vector<Sector> sectors = sound(SectorKind::mode1, 9, n);
      const std::size_t bad = random() % (n + 1);
      if (bad < n) wound_at_random(sectors[bad], 3, random);
      const test::GuardedBuffer buffer(laid_out(sectors, stride), test::GuardedBuffer::Side::back);
      const SectorRun run(buffer.bytes(), stride, n);
      ASSERT_EQ(count_good_codes(run, Protection::mode1), bad);
      ASSERT_EQ(scalar::count_good_codes(run, Protection::mode1), bad);
      ASSERT_EQ(count_good_codes(run, Protection::form1), 0U);
    }
  }
}

// What the reference built is wiped and built anew.
TEST_P(RunsOnTarget, GeneratesTheReferencesCodes) {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    const bool mode1 = kind == SectorKind::mode1;
    const std::vector<Sector> all = sound(kind, 300, kMost);
    for (const std::size_t stride : kStrides) {
      for (std::size_t n = 0; n <= kMost; n += 1 + n / 8) {
        const test::Bytes expected =
            laid_out({all.begin(), all.begin() + static_cast<int>(n)}, stride);
        test::Bytes wiped = expected;
        for (std::size_t i = 0; i < n; ++i) {
          const auto from = wiped.begin() + static_cast<int>(i * stride);
          std::fill(from + (mode1 ? 2064 : 2072), from + (mode1 ? 2068 : 2076), 0xAA);
          std::fill(from + 2076, from + 2352, 0xAA);
        }
        for (const auto side : test::kBothSides) {
          const test::GuardedBuffer buffer(wiped, side);
          generate_codes(MutableSectorRun(buffer.bytes(), stride, n),
                         mode1 ? Protection::mode1 : Protection::form1);
          ASSERT_TRUE(std::ranges::equal(buffer.bytes(), expected)) << n << " at " << stride;
        }
      }
    }
  }
}

TEST_P(RunsOnTarget, ScramblesTheSectorsAndNothingBetween) {
  const std::vector<Sector> all = sound(SectorKind::mode1, 0, kMost);
  for (const std::size_t stride : kStrides) {
    for (std::size_t n = 0; n <= kMost; n += 1 + n / 8) {
      std::vector<Sector> plain_ones(all.begin(), all.begin() + static_cast<int>(n)), scrambled;
      for (const Sector& sector : plain_ones) scrambled.push_back(test::scrambled(sector));
      const test::Bytes expected = laid_out(scrambled, stride);
      for (const auto side : test::kBothSides) {
        const test::GuardedBuffer buffer(laid_out(plain_ones, stride), side);
        scramble(MutableSectorRun(buffer.bytes(), stride, n));
        ASSERT_TRUE(std::ranges::equal(buffer.bytes(), expected)) << n << " at " << stride;
      }
    }
  }
}

TEST_P(RunsOnTarget, AgreeAtEveryAlignment) {
  const std::vector<Sector> sectors = sound(SectorKind::mode2_form1, 55, 3);
  const test::Bytes run = laid_out(sectors, 2352);
  test::Bytes bytes(run.size() + 128);
  for (std::size_t from = 0; from < 64; ++from) {
    std::ranges::copy(run, bytes.begin() + static_cast<int>(from));
    const std::span<std::uint8_t> there = std::span(bytes).subspan(from, run.size());
    ASSERT_EQ(text(sound_run(SectorRun(there, 2352, 3))), "3 form1 from 205") << from;
    scramble(MutableSectorRun(there, 2352, 3));
    ASSERT_EQ(sound_run(SectorRun(there, 2352, 3)).count, 0U) << from;
    scramble(MutableSectorRun(there, 2352, 3));
    ASSERT_TRUE(std::ranges::equal(there, run)) << from;
  }
}

}  // namespace
}  // namespace pregap::kernels
