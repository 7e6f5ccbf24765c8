// How verify's options change what is said, and what counts.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

constexpr const char* kGood = "good        good.bin: 20 mode 1 sectors\n";
constexpr const char* kBad =
    "repairable  bad.bin: 20 mode 1 sectors; 1 bad: 1 repairable, 0 lost\n"
    "  track 1 LBA 7: edc, p_parity, q_parity - repairable\n";

void write_images(const TempFolder& folder) {
  Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  folder.write("good.bin", bytes_of(sectors));
  sectors[7][100] ^= 1;
  folder.write("bad.bin", bytes_of(sectors));
}

TEST(VerifyOptions, QuietLeavesOutWhatIsGood) {
  const TempFolder folder;
  write_images(folder);
  const RunOptions here{.folder = folder.path()};
  for (const char* quiet : {"--quiet", "-q"}) {
    EXPECT_EQ(run_pregap({"verify", quiet, "good.bin"}, here).out, "");
    EXPECT_EQ(run_pregap({"verify", quiet, "bad.bin"}, here).out, kBad);
  }
  EXPECT_EQ(run_pregap({"verify", "good.bin"}, here).out, kGood);
}

TEST(VerifyOptions, QuietLeavesTheTotalsOfSoundImagesOutToo) {
  const TempFolder folder;
  write_images(folder);
  const RunResult r =
      run_pregap({"verify", "--quiet", "good.bin", "good.bin"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, "");
}

TEST(VerifyOptions, VerboseTellsTracksAndEveryRange) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 60);
  std::string every;
  for (std::size_t lba = 1; lba < 60; lba += 2) {
    sectors[lba][100] ^= 1;
    every += "  track 1 LBA " + std::to_string(lba) + ": edc, p_parity, q_parity - repairable\n";
  }
  folder.write("many.bin", bytes_of(sectors));
  const RunOptions here{.folder = folder.path()};
  const std::string head =
      "repairable  many.bin: 60 mode 1 sectors; 30 bad: 30 repairable, 0 lost\n";
  const RunResult verbose = run_pregap({"verify", "--verbose", "many.bin"}, here);
  EXPECT_EQ(verbose.out,
            head +
                "  track 1  mode1  LBA      0 to     59: 60 mode 1 sectors; 30 bad: 30 "
                "repairable, 0 lost\n" +
                every);
  const RunResult brief = run_pregap({"verify", "many.bin"}, here);
  const std::string twenty = every.substr(0, every.find("  track 1 LBA 41"));
  EXPECT_EQ(brief.out, head + twenty + "  track 1: 10 ranges more (--verbose lists all)\n");
}

struct StrictCase {
  const char* image;
  int status, strict;
};

TEST(VerifyOptions, StrictMakesNotesAndWarningsCount) {
  const TempFolder folder;
  write_images(folder);
  Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  sectors[5][2070] = 1;
  reference::write_codes(sectors[5], SectorKind::mode1);
  folder.write("note.bin", bytes_of(sectors));
  folder.write("warning.cue", sheet("good.bin", "MODE2/2352"));
  constexpr StrictCase cases[] = {
      {"good.bin", 0, 0}, {"note.bin", 0, 1}, {"warning.cue", 0, 1}, {"bad.bin", 1, 1}};
  for (const StrictCase& c : cases) {
    SCOPED_TRACE(c.image);
    const RunOptions here{.folder = folder.path()};
    EXPECT_EQ(run_pregap({"verify", c.image}, here).status, c.status);
    EXPECT_EQ(run_pregap({"verify", "--strict", c.image}, here).status, c.strict);
  }
}

TEST(VerifyOptions, ColourIsForTerminalsWithoutNoColor) {
  const TempFolder folder;
  write_images(folder);
  const std::string plain = std::string(kGood).substr(0, 12);
  const std::string green = "\x1b[32mgood      \x1b[0m";
  const RunResult piped = run_pregap({"verify", "good.bin"}, {.folder = folder.path()});
  EXPECT_EQ(piped.out, kGood);
  const RunResult terminal =
      run_pregap({"verify", "good.bin"}, {.folder = folder.path(), .terminal = true});
  EXPECT_NE(terminal.out.find(green), std::string::npos) << terminal.out;
  const RunResult without =
      run_pregap({"verify", "good.bin"},
                 {.folder = folder.path(), .environment = {{"NO_COLOR", "1"}}, .terminal = true});
  EXPECT_EQ(without.out.find("\x1b["), std::string::npos) << without.out;
  EXPECT_EQ(without.out.substr(0, 12), plain);
}

TEST(VerifyOptions, TheReportIsTheSameWithAnyNumberOfThreads) {
  const TempFolder folder;
  std::mt19937 random(7);
  Sectors sectors = sound_sectors(SectorKind::mode2_form1, 700);
  append(sectors, sound_sectors(SectorKind::mode2_form2, 700, 700));
  for (reference::Sector& sector : sectors) {
    if (random() % 3 == 0) wound(sector, random, 200);
  }
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue",
               sheet("disc.bin", "MODE2/2352") + "  TRACK 02 MODE2/2352\n    INDEX 01 00:05:00\n");
  const auto with = [&](std::vector<std::string> arguments, const char* threads) {
    append(arguments, {"--threads", threads});
    return run_pregap(arguments, {.folder = folder.path()}).out;
  };
  const std::vector<std::string> text = {"verify", "--verbose", "disc.cue", "disc.bin"};
  const std::vector<std::string> as_json = {"verify", "--json", "disc.cue", "disc.bin"};
  EXPECT_EQ(with(text, "1"), with(text, "7"));
  EXPECT_EQ(with(as_json, "1"), with(as_json, "7"));
}

// Samples without end: only a signal brings the program to its own.
void write_endless(const TempFolder& folder) {
  folder.write("endless.cue", sheet("endless.bin", "AUDIO"));
  folder.write("endless.bin", Bytes());
  ASSERT_EQ(::truncate((folder / "endless.bin").c_str(), off_t{64} << 30), 0);
}

TEST(VerifyOptions, ProgressIsForTerminalsOnly) {
  const TempFolder folder;
  write_endless(folder);
  const std::vector<std::string> command = {program_under_test(PREGAP_PROGRAM), "verify",
                                            "endless.cue"};
  Process watched(command, {.folder = folder.path(), .terminal = true});
  ASSERT_TRUE(watched.wait_for_output(" s left"));
  watched.signal(SIGTERM);
  const RunResult seen = watched.wait();
  EXPECT_NE(seen.out.find("endless.cue: "), std::string::npos);
  EXPECT_NE(seen.out.find("MiB/s"), std::string::npos);
  const std::string end = "\r\x1b[Kpregap: endless.cue: stopped, expected to go on to the end\r\n";
  EXPECT_TRUE(seen.out.ends_with(end)) << seen.out;
  EXPECT_EQ(seen.status, 2);

  Process unwatched(command, {.folder = folder.path()});
  ASSERT_TRUE(unwatched.wait_until_read(std::uint64_t{256} << 20));
  unwatched.signal(SIGTERM);
  const RunResult alone = unwatched.wait();
  EXPECT_EQ(alone.out, "");
  EXPECT_EQ(alone.err, "pregap: endless.cue: stopped, expected to go on to the end\n");
  EXPECT_EQ(alone.status, 2);
}

}  // namespace
}  // namespace pregap::test
