#include "operations/merge.h"

#include <gtest/gtest.h>

#include "operations/dumps.h"
#include "sector/subchannel.h"

namespace pregap {
namespace {

using operations::DumpDoubt;
using operations::MergeBasis;
using operations::Merged;
using operations::Merger;
using reference::Sector;
using test::changed;
using test::dump_of;
using test::Original;
using test::Random;

// Merges one sector of the first dump.
struct Result {
  Merged merged;
  Sector sector{};
};
Result merge_data(const Merger& merger, const Disc& base, int lba) {
  Result result;
  base.read_sectors(Lba(lba), 1, result.sector);
  result.merged =
      merger.merge_faulty(base.tracks[0], Lba(lba), SectorKind::mode1, Lba(lba), result.sector);
  return result;
}
Result merge_audio(const Merger& merger, const Disc& base, int lba) {
  Result result;
  base.read_sectors(Lba(lba), 1, result.sector);
  result.merged = merger.merge_unchecked(base.tracks[1], Lba(lba), result.sector);
  return result;
}

// A dump in which only sector `lba` is changed.
Original with(const Original& original, int lba, const std::function<void(Sector&)>& change) {
  return changed(original, [&](int at, Sector& sector) {
    if (at == lba) change(sector);
  });
}
std::function<void(Sector&)> burst(std::size_t from, std::size_t size) {
  return [=](Sector& sector) {
    for (std::size_t i = from; i < from + size; ++i) sector[i] ^= 0xA5;
  };
}

TEST(MergeFaulty, TwoDumpsWithAFewSectorsDestroyedGiveTheOriginal) {
  const Original original;
  for (const int samples : {0, 667, -1200}) {
    Random random(static_cast<std::uint64_t>(samples) + 7);
    std::set<int> bad_in_first, bad_in_second;
    const auto dump = [&](std::set<int>& bad) {
      return changed(original, [&](int lba, Sector& sector) {
        if (lba >= 200 || !random.one_in(8)) return;
        bad.insert(lba);
        test::destroy(random, sector);
      });
    };
    const Disc base = dump_of(dump(bad_in_first)), other = dump_of(dump(bad_in_second), samples);
    const Merger merger(base, {&other});
    int lost = 0, back = 0;
    for (const int lba : bad_in_first) {
      const Result result = merge_data(merger, base, lba);
      if (bad_in_second.contains(lba)) {
        EXPECT_EQ(result.merged.basis, MergeBasis::none) << lba;
        EXPECT_FALSE(result.merged.changed);
        ++lost;
        continue;
      }
      ASSERT_EQ(result.merged.basis, MergeBasis::dump) << samples << " LBA " << lba;
      EXPECT_EQ(result.merged.dump, 1U);
      EXPECT_EQ(result.sector, original.at(lba));
      ++back;
    }
    EXPECT_GT(back, 10);
    EXPECT_GT(lost, 0);
  }
}

TEST(MergeFaulty, TakesTheDumpWhoseOwnParityHelps) {
  const Original original;
  const Disc base = dump_of(with(original, 50, burst(100, 900)));
  const Disc other = dump_of(with(original, 50, burst(40, 80)), 13);
  const Result result = merge_data(Merger(base, {&other}), base, 50);
  EXPECT_EQ(result.merged.basis, MergeBasis::dump_parity);
  EXPECT_EQ(result.sector, original.at(50));
}

TEST(MergeFaulty, PutsPiecesOfTwoDumpsTogether) {
  const Original original;
  const Disc base = dump_of(with(original, 50, burst(100, 900)));
  const Disc other = dump_of(with(original, 50, burst(1200, 700)));
  const Result result = merge_data(Merger(base, {&other}), base, 50);
  EXPECT_EQ(result.merged.basis, MergeBasis::pieces);
  EXPECT_TRUE(result.merged.sound);
  EXPECT_EQ(result.sector, original.at(50));
}

TEST(MergeFaulty, TakesDifferingBytesForErasures) {
  const Original original;
  int solved = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
    Random random(seed);
    const auto scatter = [&](Sector& sector) {
      for (int i = 0; i < 102; ++i) sector[12 + random.below(2340)] ^= random.nonzero_byte();
    };
    const Disc base = dump_of(with(original, 50, scatter)),
               other = dump_of(with(original, 50, scatter));
    const Result result = merge_data(Merger(base, {&other}), base, 50);
    EXPECT_EQ(result.sector, original.at(50)) << "seed " << seed;
    solved += result.merged.basis == MergeBasis::differences;  // else one's own parity was enough
  }
  EXPECT_GE(solved, 5);
}

TEST(MergeFaulty, ThreeDumpsVote) {
  const Original original;
  Random random(9);
  const auto scatter = [&](Sector& sector) {
    for (std::size_t i = 16; i < 2352; ++i)
      sector[i] = random.one_in(8) ? random.byte() : sector[i];
  };
  // Where two are wrong at once, no majority is left, or a wrong one: so those are few.
  const auto third = [&](std::size_t from, std::size_t to) {
    return [=, &random](Sector& sector) {
      for (std::size_t i = from; i < to; ++i) sector[i] ^= random.nonzero_byte();
    };
  };
  const Disc a = dump_of(with(original, 50, third(100, 800))),
             b = dump_of(with(original, 50, third(800, 1500))),
             c = dump_of(with(original, 50, third(1500, 2200)));
  const Result voted = merge_data(Merger(a, {&b, &c}), a, 50);
  EXPECT_EQ(voted.merged.basis, MergeBasis::vote);
  EXPECT_EQ(voted.sector, original.at(50));

  const Disc d = dump_of(with(original, 50, scatter)), e = dump_of(with(original, 50, scatter)),
             f = dump_of(with(original, 50, scatter));
  const Result solved = merge_data(Merger(d, {&e, &f}), d, 50);
  EXPECT_EQ(solved.merged.basis, MergeBasis::differences);
  EXPECT_EQ(solved.sector, original.at(50));
}

TEST(MergeFaulty, LeavesASectorThatIsLostInAllDumps) {
  const Original original;
  Random random(11);
  const auto lose = [&](Sector& sector) { test::destroy(random, sector); };
  const Disc base = dump_of(with(original, 50, lose)), one = dump_of(with(original, 50, lose)),
             two = dump_of(with(original, 50, lose));
  Sector before{};
  base.read_sectors(Lba(50), 1, before);
  const Result result = merge_data(Merger(base, {&one, &two}), base, 50);
  EXPECT_EQ(result.merged.basis, MergeBasis::none);
  EXPECT_FALSE(result.merged.sound);
  EXPECT_EQ(result.sector, before);
}

TEST(MergeFaulty, FillsSayNothing) {
  const Original original;
  const auto fill = [](Sector& sector) { sector.fill(0x55); };
  const Disc base = dump_of(with(original, 50, fill)), lost = dump_of(with(original, 50, fill)),
             half = dump_of(with(original, 50, burst(500, 160)));
  const Result result = merge_data(Merger(base, {&lost, &half}), base, 50);
  EXPECT_EQ(result.merged.basis, MergeBasis::dump_parity);
  EXPECT_EQ(result.merged.dump, 2U);
  EXPECT_EQ(result.sector, original.at(50));
}

TEST(MergeFaulty, FindsSectorsOfADumpThatSlipped) {
  const Original original;
  Original slipped = original;
  slipped.data.erase(slipped.data.begin() + 30, slipped.data.begin() + 33);
  const Disc base = dump_of(with(original, 20, burst(100, 900)));
  const Disc base_late = dump_of(with(original, 150, burst(100, 900)));
  const Disc other = dump_of(slipped);
  EXPECT_EQ(merge_data(Merger(base, {&other}), base, 20).sector, original.at(20));
  EXPECT_EQ(merge_data(Merger(base_late, {&other}), base_late, 150).sector, original.at(150));
}

TEST(MergeFaulty, ReadsScrambledDumps) {
  const Original original;
  const Disc base = dump_of(with(original, 50, burst(100, 900)));
  const Disc other = dump_of(changed(original,
                                     [](int lba, Sector& sector) {
                                       if (lba < 200) sector = test::scrambled(sector);
                                     }),
                             99);
  EXPECT_EQ(merge_data(Merger(base, {&other}), base, 50).sector, original.at(50));
}

TEST(MergeFaulty, TakesNoSectorFromElsewhere) {
  const Original original;
  const Disc base = dump_of(with(original, 50, burst(100, 900)));
  const Disc other = dump_of(with(original, 50, [&](Sector& sector) { sector = original.at(51); }));
  const Result result = merge_data(Merger(base, {&other}), base, 50);
  EXPECT_NE(result.sector, original.at(51));
  EXPECT_FALSE(result.merged.sound);
}

TEST(MergeUnchecked, ThreeNoisyDumpsGiveTheOriginal) {
  const Original original;
  for (const std::uint64_t seed : {1, 2, 3}) {
    Random random(seed);
    // No two are wrong in the same sample, so that the vote can't go wrong.
    const auto noisy = [&](int which) {
      return changed(original, [&, which](int lba, Sector& sector) {
        if (lba < 200) return;
        for (std::size_t i = 0; i < 588; ++i) {
          if (static_cast<int>((i + static_cast<std::size_t>(lba)) % 3) == which &&
              random.one_in(30))
            sector[4 * i + random.below(4)] ^= random.nonzero_byte();
        }
      });
    };
    const Disc base = dump_of(noisy(0)), one = dump_of(noisy(1), 667), two = dump_of(noisy(2), -20);
    const Merger merger(base, {&one, &two});
    int changes = 0;
    for (int lba = 205; lba < 315; ++lba) {
      const Result result = merge_audio(merger, base, lba);
      ASSERT_EQ(result.sector, original.at(lba)) << "seed " << seed << " LBA " << lba;
      EXPECT_TRUE(result.merged.doubts.empty());
      changes += result.merged.changed;
    }
    EXPECT_GT(changes, 90);
  }
}

TEST(MergeUnchecked, TwoDumpsThatDifferLeaveADoubt) {
  const Original original;
  const Disc base = dump_of(with(original, 250, burst(100, 6)));
  const Disc other = dump_of(original);
  const Result result = merge_audio(Merger(base, {&other}), base, 250);
  EXPECT_EQ(result.merged.basis, MergeBasis::none);
  EXPECT_FALSE(result.merged.changed);
  EXPECT_EQ(result.merged.doubts, (std::vector<DumpDoubt>{{.offset = 100, .size = 8}}));
}

TEST(MergeUnchecked, AFilledSectorGivesWayToTheOnlyDumpThatHasIt) {
  const Original original;
  const Disc base = dump_of(with(original, 250, [](Sector& sector) { sector.fill(0); }));
  const Disc other = dump_of(original, 667);
  const Result result = merge_audio(Merger(base, {&other}), base, 250);
  EXPECT_EQ(result.merged.basis, MergeBasis::only_dump);
  EXPECT_EQ(result.merged.dump, 1U);
  EXPECT_EQ(result.sector, original.at(250));

  const Disc good = dump_of(original),
             filled = dump_of(with(original, 250, [](Sector&s) { s.fill(0); }));
  const Result kept = merge_audio(Merger(good, {&filled}), good, 250);
  EXPECT_FALSE(kept.merged.changed);
  EXPECT_TRUE(kept.merged.doubts.empty());
}

TEST(MergeUnchecked, SilenceInAllDumpsStays) {
  Original original;
  original.audio[40].fill(0);
  const Disc base = dump_of(original), other = dump_of(original, 5);
  const Result result = merge_audio(Merger(base, {&other}), base, 240);
  EXPECT_FALSE(result.merged.changed);
  EXPECT_TRUE(result.merged.doubts.empty());
}

TEST(MergeQ, TakesTheFirstGoodFrame) {
  const Original original;
  const QFrame good =
      build_q_position(4, {.track = 1, .index = 1, .relative = {0, 0, 9}, .absolute = {0, 2, 9}});
  const auto with_q = [&](const QFrame& frame) {
    Disc disc = dump_of(original);
    test::Bytes sub(96 * 200, 0);
    std::copy(frame.begin(), frame.end(), sub.begin() + 96 * 9 + 12);
    disc.files.push_back(test::memory_file(sub, "disc.sub"));
    disc.subchannel.push_back({.file = disc.files.size() - 1, .first = Lba(0), .sectors = 200});
    return disc;
  };
  QFrame bad = good;
  bad[3] ^= 1;
  const Disc base = with_q(bad), one = with_q(bad), two = with_q(good);
  const Merger merger(base, {&one, &two});
  QFrame q = bad;
  EXPECT_EQ(merger.merge_q(Lba(9), q), std::optional<std::size_t>(2));
  EXPECT_EQ(q, good);
  EXPECT_EQ(merger.merge_q(Lba(9), q), std::nullopt);
}

}  // namespace
}  // namespace pregap
