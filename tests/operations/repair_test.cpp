// Repair as the library offers it.
#include "pregap/repair.h"

#include <gtest/gtest.h>

#include <atomic>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

using test::error_of;
using test::TempFolder;
using Names = std::vector<std::string>;

constexpr int kSectors = 400;

struct Image {
  TempFolder folder;
  test::Bytes sound;

  Image() {
    test::Sectors sectors = test::sound_sectors(SectorKind::mode1, kSectors);
    sound = test::bytes_of(sectors);
    for (const std::size_t at : {7U, 8U, 300U}) sectors[at][500] ^= 0x11;
    sectors[200].fill(0xFF);
    folder.write("a.cue", test::sheet("a.bin", "MODE1/2352"));
    folder.write("a.bin", test::bytes_of(sectors));
  }
  Disc open() const { return open_disc(folder / "a.cue"); }
};

TEST(Repair, ReportsTheSameWhateverTheNumberOfThreads) {
  const Image image;
  const Disc disc = image.open();
  for (const unsigned threads : {1U, 2U, 5U}) {
    const RepairReport report = repair(disc, {}, {.work = {.threads = threads}, .dry_run = true});
    EXPECT_EQ(report.sectors, kSectors);
    EXPECT_EQ(report.bad, 4);
    EXPECT_EQ(report.changed, 3);
    EXPECT_EQ(report.remaining, 1);
    ASSERT_EQ(report.ranges.size(), 3U);
    EXPECT_EQ(report.ranges[0].count, 2);
    EXPECT_EQ(report.ranges[1].deed, Deed::lost);
    EXPECT_EQ(report.ranges[2].first, Lba(300));
    EXPECT_EQ(report.ranges[2].basis, BasisSet{Basis::parity});
    EXPECT_FALSE(report.sound());
    EXPECT_FALSE(report.written);
  }
}

// Asks to stop once so many bytes were worked on.
class Stopper final : public Progress {
 public:
  explicit Stopper(std::uint64_t after) : after_(after) {}
  void add_total(std::uint64_t) override {}
  void advance(std::uint64_t bytes) override {
    if ((done_ += bytes) > after_) source.request_stop();
  }
  std::stop_source source;

 private:
  std::atomic<std::uint64_t> done_{0};
  std::uint64_t after_;
};

TEST(Repair, AStopLeavesNothingBehind) {
  const Image image;
  const Disc disc = image.open();
  const test::Bytes before = image.folder.read("a.bin");
  const std::string stopped =
      "stopped: " + (image.folder / "a.cue").string() + ": stopped, expected to go on to the end";
  for (const bool in_place : {false, true}) {
    Stopper stopper(1);
    const RepairOptions options{
        .work = {.threads = 1, .progress = &stopper, .stop = stopper.source.get_token()}};
    EXPECT_EQ(error_of([&] {
                if (in_place) {
                  repair_in_place(image.folder / "a.cue", options);
                } else {
                  repair(disc, image.folder / "b.cue", options);
                }
              }),
              stopped);
    EXPECT_EQ(image.folder.list(), (Names{"a.bin", "a.cue"}));
    EXPECT_EQ(image.folder.read("a.bin"), before);
  }
}

TEST(Repair, NamesOfWhatWasDoneAreThoseOfJson) {
  EXPECT_EQ(name_of(Deed::corrected), "corrected");
  EXPECT_EQ(name_of(Deed::lost), "lost");
  EXPECT_EQ(name_of(Reason::duplicate_addresses), "duplicate_addresses");
  EXPECT_EQ(name_of(Reason::filled), "filled");
  EXPECT_EQ(name_of(Basis::neighbours), "neighbours");
  EXPECT_EQ(name_of(Basis::request), "request");
  EXPECT_EQ(name_of(JournalState::completed), "completed");
}

TEST(Repair, ReadingOfTheImageFailsWithItsPlace) {
  const Image image;
  const Disc disc = image.open();
  image.folder.write("a.bin", test::Bytes(1000));  // cut since it was opened
  EXPECT_TRUE(error_of([&] {
                repair(disc, image.folder / "b.cue");
              }).starts_with("unreadable: " + (image.folder / "a.bin").string()));
  EXPECT_EQ(image.folder.list(), (Names{"a.bin", "a.cue"}));
}

}  // namespace
}  // namespace pregap
