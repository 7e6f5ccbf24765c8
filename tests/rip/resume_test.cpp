// A rip that is cut off goes on where it was: the end is that of one that nothing disturbed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "pregap/error.h"
#include "pregap/open.h"
#include "rip/rip_fixture.h"
#include "support/sanitized.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using operations::RipOptions;
using test::rip_disc;
using test::Ripped;
using test::TempFolder;

constexpr const char* kFaults =
    "unreadable=100-104&flaky=60-70&flaky_period=2&scratch=130-131&c2=140-144&seed=5";

void resume(RipOptions& options) { options.resume = true; }

// Until the drive lasts; how many tries that took.
int rip_in_pieces(const Disc& source, const TempFolder& folder, const std::string& out,
                  std::mt19937& random) {
  for (int pieces = 1;; ++pieces) {
    const unsigned most = std::uniform_int_distribution<unsigned>(20, 400)(random);
    const std::string query = fmt::format("{}&gone_after={}", kFaults, most * (pieces > 8 ? 9 : 1));
    try {
      rip_disc(source, folder, {.query = query, .out = out, .options = resume});
      return pieces;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unreadable) << error.what();
      if (pieces > 100) throw;
    }
  }
}

class Resume : public testing::TestWithParam<const char*> {};

TEST_P(Resume, HoweverOftenTheDriveIsLostTheEndIsThatOfAnUndisturbedRip) {
  const std::string kind = GetParam();
  const Disc source = test::source_disc(kind);
  const TempFolder whole;
  const Ripped expected = rip_disc(source, whole, {.query = kFaults, .out = "d.ccd"});
  const std::string unread = test::ranges_text(expected.report.unread);
  EXPECT_EQ(unread, "100-104");
  int kills = 0;
  const int wanted = test::kSanitized ? 20 : 100;
  for (unsigned seed = 0; kills < wanted; ++seed) {
    SCOPED_TRACE(fmt::format("{} seed {}", kind, seed));
    std::mt19937 random(seed);
    const TempFolder folder;
    kills += rip_in_pieces(source, folder, "d.ccd", random) - 1;
    // A sector that no two reads agree on has no bytes that are the right ones.
    if (expected.report.in_doubt.empty()) {
      ASSERT_EQ(folder.read("d.img"), whole.read("d.img"));
    } else {
      EXPECT_EQ(test::ranges_text(expected.report.in_doubt), "130-131");
      const std::string other = test::differing(expected.disc, open_disc(folder / "d.ccd"));
      ASSERT_TRUE(std::set<std::string>({"", "130", "131", "130-131"}).contains(other)) << other;
    }
    ASSERT_EQ(folder.read("d.sub"), whole.read("d.sub"));
    ASSERT_EQ(folder.read("d.ccd"), whole.read("d.ccd"));
    ASSERT_EQ(folder.read("d.map"), whole.read("d.map"));
    ASSERT_EQ(folder.list(), (std::vector<std::string>{"d.ccd", "d.img", "d.map", "d.sub"}));
  }
}

INSTANTIATE_TEST_SUITE_P(Discs, Resume, testing::Values("mode1", "audio"),
                         [](const auto& disc) { return std::string(disc.param); });

TEST(ResumedRip, ASecondDriveReadsWhatTheFirstCouldNot) {
  const Disc source = test::source_disc("mixed");
  for (const char* out : {"d.cue", "d.ccd"}) {
    SCOPED_TRACE(out);
    const TempFolder folder;
    const Ripped first = rip_disc(source, folder, {.query = "unreadable=20-29,180", .out = out});
    EXPECT_EQ(test::ranges_text(first.report.unread), "20-29, 180");
    const Ripped second =
        rip_disc(source, folder,
                 {.query = "unreadable=25-27,200-210&seed=2", .out = out, .options = resume});
    EXPECT_TRUE(second.report.resumed);
    EXPECT_EQ(test::ranges_text(second.report.unread), "25-27");
    const Ripped third = rip_disc(source, folder, {.out = out, .options = resume});
    EXPECT_TRUE(third.report.sound());
    EXPECT_EQ(test::differing(source, third.disc), "");
    EXPECT_LT(third.report.sectors_read, 200);  // not the whole disc again
  }
}

TEST(ResumedRip, WithNothingToGoOnFromBeginsAnew) {
  const TempFolder folder;
  const Disc source = test::source_disc("mode1");
  const Ripped rip = rip_disc(source, folder, {.options = resume});
  EXPECT_FALSE(rip.report.resumed);
  EXPECT_TRUE(rip.report.sound());
}

TEST(ResumedRip, AnotherDiscIsRefused) {
  const TempFolder folder;
  EXPECT_THROW(rip_disc(test::source_disc("mode1"), folder, {.query = "gone_after=26"}), Error);
  EXPECT_EQ(
      test::error_of([&] { rip_disc(test::source_disc("mixed"), folder, {.options = resume}); }),
      "refused: " + (folder / "out.map").string() +
          ": the map of another disc, expected that of the one in the drive | --force begins "
          "anew and throws away what was read");
}

TEST(ResumedRip, CorrectedAndUncorrectedOffsetsDoNotMix) {
  const TempFolder folder;
  const Disc source = test::source_disc("audio");
  EXPECT_THROW(rip_disc(source, folder, {.query = "gone_after=26"}), Error);
  const auto corrected = [](RipOptions& options) {
    options.resume = true;
    options.offset = 30;
  };
  EXPECT_EQ(test::error_of([&] { rip_disc(source, folder, {.options = corrected}); }),
            "refused: " + (folder / "out.map").string() +
                ": another way of correcting the read offset, expected the same for all of it | "
                "--offset N says the drive's correction");
}

TEST(ResumedRip, AMapOfAnotherShapeIsRefused) {
  const TempFolder folder;
  const Disc source = test::source_disc("mode1");
  EXPECT_THROW(rip_disc(source, folder, {.query = "gone_after=26"}), Error);
  const std::string place = (folder / "out.map").string();
  const auto resumed = [&] { rip_disc(source, folder, {.options = resume}); };
  folder.write("out.map", std::string("0x0 ? 1\n0x0 0x930 +\n"));
  EXPECT_EQ(test::error_of(resumed),
            "malformed: " + place + ":2: a map of 2352 bytes, expected one of 705600");
  folder.write("out.map", std::string("0x0 ? 1\n0x0 0x931 +\n"));
  EXPECT_EQ(test::error_of(resumed),
            "malformed: " + place +
                ":2: 2353 bytes at 0, expected whole sectors of 2352 bytes at 0, 705600 at most");
}

TEST(UnfinishedRip, IsNotOverwrittenUnasked) {
  const TempFolder folder;
  const Disc source = test::source_disc("mode1");
  EXPECT_EQ(test::error_of([&] { rip_disc(source, folder, {.query = "gone_after=26"}); }),
            "unreadable: simulated:disc:LBA 132: the drive is gone, expected it to go on reading | "
            "what was read is kept: --resume goes on from it");
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"out.map", "out.rip"}));
  fs::remove(folder / "out.map");
  const std::string place = (folder / "out.rip").string();
  EXPECT_EQ(test::error_of([&] { rip_disc(source, folder); }),
            "exists: " + place +
                ": an unfinished rip, expected no file of that name | --resume goes on with it, "
                "--force begins anew");
  const auto force = [](RipOptions& options) { options.force = true; };
  EXPECT_TRUE(rip_disc(source, folder, {.options = force}).report.sound());
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"out.bin", "out.cue", "out.map"}));
}

TEST(RipWithATimeLimit, KeepsWhatThereIsAndGoesOnLater) {
  const TempFolder folder;
  const Disc source = test::source_disc("mode1");
  const auto briefly = [](RipOptions& options) { options.time_limit = std::chrono::seconds(3); };
  const Ripped rip = rip_disc(source, folder, {.query = "unreadable=50-60", .options = briefly});
  EXPECT_TRUE(rip.report.passes.out_of_time);
  EXPECT_FALSE(rip.report.sound());
  EXPECT_FALSE(rip.report.unread.empty());
  const Ripped again = rip_disc(source, folder, {.options = resume});
  EXPECT_TRUE(again.report.sound());
  EXPECT_EQ(test::differing(source, again.disc), "");
}

// By the drive's clock, the map on the disk is never much older than ten seconds.
TEST(RipMap, IsSavedOftenEnough) {
  struct Watch final : operations::RipObserver {
    explicit Watch(const TempFolder& in) : folder(in) {}
    void update(const operations::RipProgress& p) override {
      const bool there = fs::exists(folder / "out.map");
      if (there && folder.read_text("out.map") == p.map->text()) same = p.elapsed;
      longest = std::max(longest, p.elapsed - same);
    }
    const TempFolder& folder;
    std::chrono::nanoseconds same{0}, longest{0};
  };
  const TempFolder folder;
  Watch watch(folder);
  const auto observed = [&](RipOptions& options) { options.observer = &watch; };
  const Ripped rip = rip_disc(test::source_disc("mode1"), folder,
                              {.query = "flaky=0-60&flaky_period=5", .options = observed});
  EXPECT_GT(rip.report.elapsed, std::chrono::seconds(60));
  EXPECT_LT(watch.longest, std::chrono::seconds(13));
  EXPECT_GT(watch.longest, std::chrono::seconds(5));
}

}  // namespace
}  // namespace pregap
