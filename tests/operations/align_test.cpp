#include "operations/align.h"

#include <gtest/gtest.h>

#include "operations/dumps.h"

namespace pregap {
namespace {

using operations::align;
using operations::DumpAlignment;
using test::changed;
using test::dump_of;
using test::Original;
using test::Random;

std::vector<std::int64_t> shifts_of(const DumpAlignment& alignment) {
  std::vector<std::int64_t> shifts;
  for (const auto& track : alignment.tracks) shifts.push_back(track.found ? track.shift : -99999);
  return shifts;
}
using Shifts = std::vector<std::int64_t>;

TEST(Align, FindsADumpWithAnyOffsetWithinFiveSectors) {
  const Original original;
  const Disc base = dump_of(original);
  for (const int samples : {0, 1, -1, 6, -6, 588, 667, -667, 1200, -1200, 2940, -2940}) {
    const DumpAlignment found = align(base, dump_of(original, samples));
    EXPECT_EQ(shifts_of(found), (Shifts{samples * 4, samples * 4})) << samples;
    EXPECT_EQ(found.offset_samples(), samples);
  }
}

TEST(Align, FindsItThroughDamageInBothDumps) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    Random random(seed);
    const auto wounded = [&] {
      return changed(Original(), [&](int, reference::Sector& sector) {
        if (random.one_in(4)) test::destroy(random, sector);
      });
    };
    const Disc base = dump_of(wounded()), other = dump_of(wounded(), 667);
    EXPECT_EQ(shifts_of(align(base, other)), (Shifts{2668, 2668})) << "seed " << seed;
  }
}

TEST(Align, FindsNoisyAudio) {
  Random random(5);
  const auto noisy = [&] {
    return changed(Original(), [&](int, reference::Sector& sector) {
      for (std::uint8_t& byte : sector) byte = random.one_in(200) ? random.byte() : byte;
    });
  };
  const Disc base = dump_of(noisy()), other = dump_of(noisy(), -30);
  EXPECT_EQ(align(base, other).tracks[1].shift, -120);
}

TEST(Align, FindsDataWhoseFirstDumpHasNoSoundSector) {
  const Original original;
  const Original wounded = changed(original, [](int, reference::Sector& sector) {
    for (int i = 20; i < 1500; ++i) sector[static_cast<std::size_t>(i)] ^= 0x11;
  });
  EXPECT_EQ(align(dump_of(wounded), dump_of(original, 667)).tracks[0].shift, 2668);
}

TEST(Align, FindsScrambledData) {
  const Original original;
  const Original raw = changed(original, [](int lba, reference::Sector& sector) {
    if (lba < 200) sector = test::scrambled(sector);
  });
  EXPECT_EQ(shifts_of(align(dump_of(original), dump_of(raw, -88))), (Shifts{-352, -352}));
  EXPECT_EQ(shifts_of(align(dump_of(raw), dump_of(original, 12))), (Shifts{48, 48}));
}

TEST(Align, GivesASilentTrackTheOffsetOfTheOthers) {
  Original original;
  original.audio.assign(120, reference::Sector{});
  const DumpAlignment found = align(dump_of(original), dump_of(original, 667));
  EXPECT_EQ(shifts_of(found), (Shifts{2668, 2668}));
  EXPECT_EQ(found.tracks[1].probes, 0);
}

TEST(Align, GivesATrackThatRepeatsItselfTheOffsetOfTheOthers) {
  Original original;
  for (reference::Sector& sector : original.audio) {
    for (std::size_t i = 0; i < sector.size(); ++i) sector[i] = static_cast<std::uint8_t>(i % 147);
  }
  const DumpAlignment found = align(dump_of(original), dump_of(original, 667));
  EXPECT_EQ(shifts_of(found), (Shifts{2668, 2668}));
  EXPECT_GT(found.tracks[1].probes, 0);
}

TEST(Align, FindsATrackThatTheOtherDumpHasElsewhere) {
  const Original original;
  const Disc base = dump_of(original);
  // The audio alone, as the first track of another image.
  const Disc other = test::disc_of({{.type = TrackType::mode1, .sectors = {original.data[0]}},
                                    {.type = TrackType::audio, .sectors = original.audio}});
  EXPECT_EQ(align(base, other).tracks[1].shift, -199 * 2352);
}

TEST(Align, RefusesAnotherDisc) {
  const Disc base = dump_of(Original());
  Original other;
  for (int i = 0; i < other.size(); ++i) {
    auto& sector = i < 200 ? other.data[static_cast<std::size_t>(i)]
                           : other.audio[static_cast<std::size_t>(i - 200)];
    sector = test::sound_sector(i < 200 ? SectorKind::mode1 : SectorKind::audio, i);
    Random random(static_cast<std::uint64_t>(i) + 1000);
    for (std::size_t b = 16; b < 2064; ++b) sector[b] = random.byte();
    if (i < 200) {
      rebuild_edc_and_parity(SectorKind::mode1, sector);
    }
  }
  EXPECT_EQ(
      test::error_of([&] { align(base, dump_of(other)); }),
      "refused: disc.cue: nothing in it agrees with disc.cue, expected a dump of the same disc");
}

}  // namespace
}  // namespace pregap
