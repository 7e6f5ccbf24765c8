// Repair in place and taking it back, as the user sees it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr const char* kJournal = "a.cue.pregap-undo";

struct Image {
  TempFolder folder;
  Bytes sound, wounded;

  Image() {
    Sectors sectors = sound_sectors(SectorKind::mode1, 50);
    sound = bytes_of(sectors);
    for (const std::size_t at : {5U, 6U, 20U}) sectors[at][900] ^= 0x77;
    wounded = bytes_of(sectors);
    folder.write("a.cue", sheet("a.bin", "MODE1/2352"));
    folder.write("a.bin", wounded);
  }
  RunResult run(Names arguments) const {
    arguments.insert(arguments.begin(), "repair");
    return run_pregap(arguments, {.folder = folder.path()});
  }
  Bytes now() const { return folder.read("a.bin"); }
};

TEST(RepairUndo, TheImageIsMendedAndComesBack) {
  const Image image;
  const RunResult r = image.run({"--in-place", "a.cue"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "a.cue: 50 sectors, 3 corrected\n"
            "  LBA 5-6: edc, p_parity, q_parity - corrected, by parity\n"
            "  LBA 20: edc, p_parity, q_parity - corrected, by parity\n"
            "  undo: a.cue.pregap-undo (--undo takes the repair back)\n");
  EXPECT_EQ(image.now(), image.sound);
  const RunResult undo = image.run({"--undo", "a.cue"});
  EXPECT_EQ(undo.status, 0) << undo.err;
  EXPECT_EQ(undo.out, "a.cue: restored 3 of 3 changed places (3 bytes); the journal is removed\n");
  EXPECT_EQ(image.now(), image.wounded);
  EXPECT_EQ(image.folder.list(), (Names{"a.bin", "a.cue"}));
}

TEST(RepairUndo, JsonOfTheUndo) {
  const Image image;
  ASSERT_EQ(image.run({"--in-place", "a.cue"}).status, 0);
  EXPECT_EQ(image.run({"--undo", "a.cue", "--json"}).out,
            "{\"schema\":\"pregap.undo/1\",\"image\":\"a.cue\",\"files\":[\"a.bin\"],\"changes\":3,"
            "\"restored\":3,\"bytes\":3}\n");
}

TEST(RepairUndo, ASecondRunHasNothingToDoAndKeepsTheJournal) {
  const Image image;
  ASSERT_EQ(image.run({"--in-place", "a.cue"}).status, 0);
  const Bytes journal = image.folder.read(kJournal);
  const RunResult r = image.run({"--in-place", "a.cue"});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out,
            "a.cue: sound, nothing to repair\n"
            "  undo: a.cue.pregap-undo is of an earlier repair\n");
  EXPECT_EQ(image.folder.read(kJournal), journal);
}

TEST(RepairUndo, AnotherRepairIsRefusedWhileTheJournalIsThere) {
  const Image image;
  ASSERT_EQ(image.run({"--in-place", "a.cue", "--only", "5"}).status, 1);
  const Bytes half = image.now();
  const RunResult r = image.run({"--in-place", "a.cue"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: a.cue.pregap-undo: the journal of an earlier repair, expected none before "
            "another one\n"
            "hint: --undo takes that repair back; --force keeps it for good and replaces the "
            "journal\n");
  EXPECT_EQ(image.now(), half);
  EXPECT_EQ(image.run({"--in-place", "a.cue", "--force"}).status, 0);
  EXPECT_EQ(image.now(), image.sound);
  EXPECT_EQ(image.run({"--undo", "a.cue"}).status, 0);
  EXPECT_EQ(image.now(), half);
}

TEST(RepairUndo, AFileThatWasChangedSinceIsNotTouched) {
  const Image image;
  ASSERT_EQ(image.run({"--in-place", "a.cue"}).status, 0);
  Bytes changed = image.now();
  changed[6 * 2352 + 900] = static_cast<std::uint8_t>(image.sound[6 * 2352 + 900] ^ 0x01);
  image.folder.write("a.bin", changed);
  const RunResult r = image.run({"--undo", "a.cue"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: a.bin:byte 15012: neither the bytes before nor those after the repair, "
            "expected what a.cue.pregap-undo has\n"
            "hint: the file was changed since; the journal still holds the old bytes\n");
  EXPECT_EQ(image.now(), changed);
  changed.push_back(0);
  image.folder.write("a.bin", changed);
  EXPECT_EQ(image.run({"--undo", "a.cue"}).err,
            "pregap: a.bin: 117601 bytes, expected 117600 as a.cue.pregap-undo has it\n");
  EXPECT_EQ(image.now(), changed);
}

TEST(RepairUndo, ABrokenJournalStopsBothWays) {
  const Image image;
  image.folder.write(kJournal, std::string("PREGAPUN, but not really"));
  for (const char* way : {"--in-place", "--undo"}) {
    const RunResult r = image.run({way, "a.cue"});
    EXPECT_EQ(r.status, 2) << way;
    EXPECT_TRUE(r.err.starts_with("pregap: a.cue.pregap-undo: an undo journal of version "))
        << r.err;
    EXPECT_EQ(image.now(), image.wounded);
  }
}

TEST(RepairUndo, ForceGivesAJournalUpThatIsOfNoUse) {
  for (const bool broken : {true, false}) {
    const Image image;
    if (broken) {
      image.folder.write(kJournal, std::string("PREGAPUN"));
    } else {
      ASSERT_EQ(image.run({"--in-place", "a.cue"}).status, 0);
      Bytes changed = image.wounded;
      changed[6 * 2352 + 900] ^= 0x80;  // the place is wounded otherwise now
      image.folder.write("a.bin", changed);
    }
    EXPECT_EQ(image.run({"--in-place", "a.cue"}).status, 2);
    EXPECT_EQ(image.run({"--in-place", "a.cue", "--force"}).status, 0);
    EXPECT_EQ(image.now(), image.sound);
    EXPECT_EQ(image.folder.list(), (Names{"a.bin", "a.cue", kJournal}));
  }
}

TEST(RepairUndo, ASoundImageGetsNoJournal) {
  const Image image;
  image.folder.write("a.bin", image.sound);
  EXPECT_EQ(image.run({"--in-place", "a.cue"}).out, "a.cue: sound, nothing to repair\n");
  EXPECT_EQ(image.folder.list(), (Names{"a.bin", "a.cue"}));
}

TEST(RepairUndo, AnImageThatMayNotBeWrittenStaysAsItIs) {
  const Image image;
  if (::geteuid() != 0) GTEST_SKIP() << "only root can run it as somebody else";
  fs::permissions(image.folder / "a.bin", fs::perms(0444));
  fs::permissions(image.folder.path(), fs::perms(0777));
  const RunResult r =
      run_pregap({"repair", "--in-place", "a.cue"}, {.folder = image.folder.path(), .user = 65534});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: a.bin: Permission denied, expected a file that can be changed\n");
  EXPECT_EQ(image.folder.list(), (Names{"a.bin", "a.cue"}));
}

}  // namespace
}  // namespace pregap::test
