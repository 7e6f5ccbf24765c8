#include "disc/pass.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::Sectors;
using test::sound_sectors;

// All storages, several chunks, some damage.
Disc varied() {
  Sectors mode1 = sound_sectors(SectorKind::mode1, 250);
  std::mt19937 random(5);
  for (std::size_t i = 0; i < mode1.size(); i += 9) test::wound(mode1[i], random, 9);
  return test::disc_of(
      {{.sectors = mode1},
       {.type = TrackType::audio, .sectors = sound_sectors(SectorKind::audio, 120, 250)},
       {.type = TrackType::mode2,
        .sectors = sound_sectors(SectorKind::mode2_form2, 5, 370),
        .storage = Storage::xa2336},
       {.sectors = sound_sectors(SectorKind::mode1, 120, 375), .storage = Storage::user2048},
       {.type = TrackType::mode2,
        .sectors = sound_sectors(SectorKind::mode2_form1, 3, 500),
        .storage = Storage::raw2448,
        .hole = 5}});
}

struct Seen {
  int lba = 0;
  std::string text;
  std::vector<std::uint8_t> bytes;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> run(const Disc& disc, const PassOptions& options) {
  std::vector<Seen> seen;
  run_pass(disc, whole_disc(disc), options, [&](const SectorVerdict& v) {
    seen.push_back({v.lba.value, test::describe(v), {v.bytes.begin(), v.bytes.end()}});
  });
  return seen;
}

TEST(Pass, HandsOnEverySectorInOrderWhateverTheNumberOfThreads) {
  const Disc disc = varied();
  for (const bool mend : {false, true}) {
    const std::vector<Seen> one =
        run(disc, {.work = {.threads = 1}, .mend = mend, .build_cooked = true});
    ASSERT_EQ(one.size(), 498U);
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].lba, static_cast<int>(i < 495 ? i : i + 5));
    }
    for (const unsigned threads : {2U, 7U, 0U}) {
      EXPECT_TRUE(run(disc, {.work = {.threads = threads}, .mend = mend, .build_cooked = true}) ==
                  one)
          << threads << " threads";
    }
  }
}

TEST(Pass, GivesSectorsAsTheyAreStoredUnlessItMends) {
  const Disc disc = varied();
  std::vector<std::uint8_t> all(500 * kSectorSize);
  ASSERT_EQ(disc.read_sectors(Lba(0), 495, all), 495);
  for (const Seen& seen : run(disc, {.build_cooked = true})) {
    if (seen.lba >= 495) break;
    const auto from = all.begin() + seen.lba * static_cast<std::ptrdiff_t>(kSectorSize);
    EXPECT_TRUE(std::equal(seen.bytes.begin(), seen.bytes.end(), from)) << seen.text;
  }
}

TEST(Pass, MendsWhatItCallsRepairable) {
  const Sectors sound = sound_sectors(SectorKind::mode1, 250);
  int repaired = 0;
  for (const Seen& seen : run(varied(), {.mend = true})) {
    if (seen.lba >= 250 || seen.text.find("repairable") == std::string::npos) continue;
    ++repaired;
    const auto& expected = sound[static_cast<std::size_t>(seen.lba)];
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), seen.bytes.begin())) << seen.text;
  }
  EXPECT_GT(repaired, 15);
}

TEST(Pass, DescramblesOnlyWhereItMends) {
  const Sectors sound = sound_sectors(SectorKind::mode1, 3);
  Sectors sectors = sound;
  for (auto& sector : sectors) sector = test::scrambled(sector);
  const Disc disc = test::disc_of(TrackType::mode1, sectors);
  const auto bytes = [](const reference::Sector& s) {
    return std::vector<std::uint8_t>(s.begin(), s.end());
  };
  EXPECT_TRUE(run(disc, {})[1].bytes == bytes(sectors[1]));
  EXPECT_TRUE(run(disc, {.mend = true})[1].bytes == bytes(sound[1]));
}

TEST(Pass, TakesThePartsOfTracksThatAreAskedFor) {
  const Disc disc = varied();
  std::vector<int> lbas;
  const std::vector<PassRange> ranges = {{&disc.tracks[1], Lba(360), 10},
                                         {&disc.tracks[2], Lba(371), 2}};
  run_pass(disc, ranges, {}, [&](const SectorVerdict& v) { lbas.push_back(v.lba.value); });
  EXPECT_EQ(lbas, (std::vector<int>{360, 361, 362, 363, 364, 365, 366, 367, 368, 369, 371, 372}));
  EXPECT_EQ(stored_bytes(ranges), 10U * 2352 + 2 * 2336);
}

class Counter final : public Progress {
 public:
  void add_total(std::uint64_t bytes) override { total += bytes; }
  void advance(std::uint64_t bytes) override { done += bytes; }
  std::atomic<std::uint64_t> total = 0, done = 0;
};

TEST(Pass, TellsProgressThatSumsToTheStoredBytes) {
  const Disc disc = varied();
  for (const unsigned threads : {1U, 2U, 7U}) {
    Counter progress;
    run(disc, {.work = {.threads = threads, .progress = &progress}});
    EXPECT_EQ(progress.done, disc.stored_bytes()) << threads << " threads";
  }
  EXPECT_EQ(stored_bytes(whole_disc(disc)), disc.stored_bytes());
}

TEST(Pass, StopsWhenAskedTo) {
  const Disc disc = varied();
  for (const unsigned threads : {1U, 2U, 7U}) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(test::error_of(
                  [&] { run(disc, {.work = {.threads = threads, .stop = stop.get_token()}}); }),
              "stopped: disc.cue: stopped, expected to go on to the end");
  }
}

TEST(Pass, StopsInTheMidst) {
  const Disc disc = varied();
  for (const unsigned threads : {1U, 2U}) {
    std::stop_source stop;
    int seen = 0;
    const PassOptions options{.work = {.threads = threads, .stop = stop.get_token()}};
    const std::string error = test::error_of([&] {
      run_pass(disc, whole_disc(disc), options, [&](const SectorVerdict&) {
        ++seen;
        stop.request_stop();
      });
    });
    if (threads == 1) {
      EXPECT_TRUE(error.starts_with("stopped: ")) << error;
      EXPECT_LT(seen, 250);
    }
    EXPECT_GT(seen, 0);
  }
}

TEST(Pass, SaysWhereAFileEndsTooEarly) {
  for (const unsigned threads : {1U, 2U, 7U}) {
    Disc disc = varied();
    disc.tracks[0].extents[0].sectors = 250;
    disc.files[1] = test::memory_file(test::Bytes(100 * 2352), "cut.bin");
    const std::string error = test::error_of([&] { run(disc, {.work = {.threads = threads}}); });
    EXPECT_TRUE(error.starts_with("unreadable: cut.bin:byte 235200: the file ends here, expected "))
        << error;
  }
}

TEST(Pass, LeavesEmptyTracksOut) {
  Disc disc = varied();
  disc.tracks[1].extents.clear();
  EXPECT_EQ(whole_disc(disc).size(), 4U);
  EXPECT_EQ(run(disc, {}).size(), 378U);
}

}  // namespace
}  // namespace pregap
