// Repair in place, ended or starved at every single call that changes a file: the image comes back.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>

#include "support/image_builder.h"
#include "support/program.h"
#include "support/sanitized.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

constexpr int kSectors = 210;  // each of them wounded: a change, and so a call, each
constexpr int kKilled = 128 + 9;
constexpr unsigned kSeed = 20240817;

struct Image {
  Bytes sound, wounded;
};

const Image& image() {
  static const Image made = [] {
    std::mt19937 random(kSeed);
    Sectors sectors = sound_sectors(SectorKind::mode1, kSectors);
    Image result{.sound = bytes_of(sectors), .wounded = {}};
    for (reference::Sector& sector : sectors) wound(sector, random, 6);
    result.wounded = bytes_of(sectors);
    return result;
  }();
  return made;
}

void put_image(const TempFolder& folder) {
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
  folder.write("disc.bin", image().wounded);
}

RunResult run_faulty(const TempFolder& folder, std::vector<std::string> arguments,
                     const std::string& kind, int at) {
  return run_pregap(std::move(arguments),
                    {.folder = folder.path(),
                     .environment = {{"LD_PRELOAD", PREGAP_FAULT_SHIM},
                                     {"ASAN_OPTIONS", "verify_asan_link_order=0"},
                                     {"PREGAP_FAULT_KIND", kind},
                                     {"PREGAP_FAULT_AT", std::to_string(at)}}});
}

const std::vector<std::string> kRepair = {"repair", "--in-place", "disc.cue"};
const std::vector<std::string> kUndo = {"repair", "--undo", "disc.cue"};
constexpr const char* kJournal = "disc.cue.pregap-undo";

// Never struck.
RunResult plainly(const TempFolder& folder, const std::vector<std::string>& arguments) {
  return run_faulty(folder, arguments, "none", 0);
}

void expect_repaired(const TempFolder& folder) {
  const RunResult r = plainly(folder, kRepair);
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(folder.read("disc.bin"), image().sound);
}

void expect_undone(const TempFolder& folder) {
  if (fs::exists(folder / kJournal)) {
    const RunResult r = plainly(folder, kUndo);
    EXPECT_EQ(r.status, 0) << r.out << r.err;
  }
  EXPECT_EQ(folder.read("disc.bin"), image().wounded);
  EXPECT_FALSE(fs::exists(folder / kJournal));
}

TEST(RepairCrash, AtEveryMomentAnUndoOrASecondRunLosesNothing) {
  constexpr int kStep = test::kSanitized ? 5 : 1;
  int kills = 0;
  for (int at = 1;; at += kStep) {
    SCOPED_TRACE("call " + std::to_string(at) + ", seed " + std::to_string(kSeed));
    const TempFolder folder;
    put_image(folder);
    const RunResult r = run_faulty(folder, kRepair, at % 3 == 0 ? "half" : "kill", at);
    if (r.status == 0) break;
    ASSERT_EQ(r.status, kKilled) << r.out << r.err;
    ++kills;
    if (!fs::exists(folder / kJournal)) {
      EXPECT_EQ(folder.read("disc.bin"), image().wounded);
    }
    if (at % 2 == 0) expect_repaired(folder);
    if (at % 2 == 1 || at % 8 == 0) expect_undone(folder);
    if (HasFailure()) break;
  }
  EXPECT_GE(kills, 200 / kStep);
}

TEST(RepairCrash, AnUndoThatIsKilledCanBeRunAgain) {
  for (int at = 1;; at += test::kSanitized ? 27 : 9) {
    SCOPED_TRACE("call " + std::to_string(at));
    const TempFolder folder;
    put_image(folder);
    ASSERT_EQ(plainly(folder, kRepair).status, 0);
    const RunResult r = run_faulty(folder, kUndo, at % 2 == 0 ? "half" : "kill", at);
    if (r.status == 0) break;
    ASSERT_EQ(r.status, kKilled) << r.out << r.err;
    expect_undone(folder);
  }
}

TEST(RepairCrash, AFullDiskWhileTheJournalIsWrittenLeavesTheImage) {
  for (int at = 1; at <= 2; ++at) {  // the journal's bytes, its flushing
    const TempFolder folder;
    put_image(folder);
    const RunResult r = run_faulty(folder, kRepair, "full", at);
    EXPECT_EQ(r.status, 2);
    EXPECT_NE(r.err.find("disc.cue.pregap-undo:byte "), std::string::npos) << r.err;
    EXPECT_NE(r.err.find("No space left on device, expected room"), std::string::npos) << r.err;
    EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));
    EXPECT_EQ(folder.read("disc.bin"), image().wounded);
  }
}

TEST(RepairCrash, ADiskThatTakesNoMoreHalfwayLeavesTheJournal) {
  for (const int at : {4, 5, 100}) {
    SCOPED_TRACE(at);
    const TempFolder folder;
    put_image(folder);
    const RunResult r = run_faulty(folder, kRepair, "full", at);
    EXPECT_EQ(r.status, 2) << r.out;
    EXPECT_NE(r.err.find("No space left on device"), std::string::npos) << r.err;
    EXPECT_TRUE(fs::exists(folder / kJournal));
    if (at == 5) {
      const RunResult again = plainly(folder, kRepair);
      EXPECT_EQ(again.status, 0) << again.err;
      EXPECT_NE(again.out.find("an interrupted repair was completed from disc.cue.pregap-undo"),
                std::string::npos)
          << again.out;
      EXPECT_EQ(folder.read("disc.bin"), image().sound);
    }
    expect_undone(folder);
  }
}

TEST(RepairCrash, AKilledRepairToAnotherFileLeavesNothingOrAllOfIt) {
  int kills = 0;
  for (int at = 1;; ++at) {
    SCOPED_TRACE(at);
    const TempFolder folder;
    put_image(folder);
    const RunResult r = run_faulty(folder, {"repair", "disc.cue", "out.cue"}, "kill", at);
    if (r.status == 0) break;
    ASSERT_EQ(r.status, kKilled) << r.err;
    ++kills;
    EXPECT_EQ(folder.read("disc.bin"), image().wounded);
    // The descriptor gets its name last.
    if (fs::exists(folder / "out.cue")) {
      EXPECT_EQ(folder.read("out.bin"), image().sound);
    }
  }
  EXPECT_GE(kills, 3);
}

}  // namespace
}  // namespace pregap::test
