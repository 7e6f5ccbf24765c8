// pregap rip, as a user runs it, on simulated drives.
#include <gtest/gtest.h>

#include <csignal>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

class RipCommand : public testing::Test {
 protected:
  RipCommand() {
    folder.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 300)));
    folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
  }
  RunResult rip(const std::string& query, const std::string& out,
                std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"rip", "simulated:disc.cue" + query, out};
    append(arguments, more);
    return run_pregap(arguments, {.folder = folder.path()});
  }
  TempFolder folder;
};

TEST_F(RipCommand, ReadsADiscAndLeavesSheetLogAndMap) {
  const RunResult r = rip("?seed=7", "out.cue");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.out, "good        out.cue: 300 sectors\n  log: out.log\n");
  EXPECT_EQ(folder.read("out.bin"), folder.read("disc.bin"));
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue", "out.bin", "out.cue",
                                                     "out.json", "out.log", "out.map"}));
  EXPECT_NE(folder.read_text("out.log").find("Verdict: everything was read and agrees\n"),
            std::string::npos);
}

TEST_F(RipCommand, KeepsWhatWasReadWhereAnIsoCantHoldIt) {
  Sectors sectors = sound_sectors(SectorKind::mode2_form1, 40);
  append(sectors, sound_sectors(SectorKind::mode2_form2, 20, 40));
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", "MODE2/2352"));
  const RunResult r = rip("", "out.iso");
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: simulated:disc.cue:LBA 40: a form 2 sector with 2324 bytes of user data, "
            "expected 2048\n"
            "hint: what was read is kept: out.cue with --resume writes all of it\n");
  EXPECT_EQ(rip("", "out.cue", {"--resume"}).status, 0);
  EXPECT_EQ(folder.read("out.bin"), bytes_of(sectors));
}

TEST_F(RipCommand, TellsWhatStayedUnread) {
  const RunResult r = rip("?unreadable=100-120,200", "out.cue", {"--json"});
  EXPECT_EQ(r.status, 1);
  const std::vector<json> lines = json_lines(r.out);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["schema"], "pregap.rip/1");
  EXPECT_EQ(lines[0]["sound"], false);
  EXPECT_EQ(lines[0]["unread"], json::parse(R"([{"lba":100,"count":21},{"lba":200,"count":1}])"));
  EXPECT_EQ(json::parse(folder.read_text("out.json")), lines[0]);
  EXPECT_NE(folder.read_text("out.log").find("  unread, filled: LBA 100 to 120 (21 sectors)\n"),
            std::string::npos);
  // The filling is one that verify knows.
  const RunResult verified = run_pregap({"verify", "--json", "out.cue"}, {.folder = folder.path()});
  EXPECT_EQ(json_lines(verified.out)[0]["bad"]["filled"], 22);
  const RunResult text = rip("?unreadable=100-120,200", "other.cue");
  EXPECT_EQ(text.out,
            "incomplete  other.cue: 300 sectors\n  LBA 100-120: unread, filled\n"
            "  LBA 200: unread, filled\n  log: other.log\n");
}

TEST_F(RipCommand, GoesOnAfterItWasKilled) {
  for (const int command : {20, 24, 28}) {
    for (const char* name : {"out.bin", "out.cue", "out.map", "out.log", "out.json"}) {
      std::filesystem::remove(folder / name);
    }
    const RunResult killed = rip("?die_after=" + std::to_string(command), "out.cue");
    EXPECT_EQ(killed.status, 128 + SIGKILL) << command;
    const RunResult resumed = rip("", "out.cue", {"--resume"});
    EXPECT_EQ(resumed.status, 0) << resumed.err;
    EXPECT_EQ(folder.read("out.bin"), folder.read("disc.bin"));
  }
}

TEST_F(RipCommand, ALostDriveIsAnErrorAndTheWorkIsKept) {
  const RunResult lost = rip("?gone_after=26", "out.cue");
  EXPECT_EQ(lost.status, 2);
  EXPECT_EQ(lost.out, "");
  EXPECT_EQ(lost.err,
            "pregap: simulated:disc.cue:LBA 132: the drive is gone, expected it to go on reading\n"
            "hint: what was read is kept: --resume goes on from it\n");
  EXPECT_EQ(rip("", "out.cue").status, 2);
  EXPECT_EQ(rip("", "out.cue", {"--resume", "-q"}).out, "");
  EXPECT_EQ(folder.read("out.bin"), folder.read("disc.bin"));
}

TEST_F(RipCommand, RefusesWhatIsThere) {
  ASSERT_EQ(rip("", "out.cue").status, 0);
  const RunResult again = rip("", "out.cue");
  EXPECT_EQ(again.status, 2);
  EXPECT_EQ(again.err,
            "pregap: out.cue: exists already, expected a new name\nhint: --force replaces it\n");
  EXPECT_EQ(rip("", "out.cue", {"--force"}).status, 0);
}

TEST_F(RipCommand, ExplainsItsErrorsInOneLine) {
  struct Row {
    std::vector<std::string> arguments;
    const char* error;
  };
  for (
      const Row& row : std::vector<Row>{
          {{"rip"},
           "pregap: command line: no drive, expected DRIVE and OUT\nhint: pregap rip --list shows "
           "the drives\n"},
          {{"rip", "/nonexistent/sr0", "out.cue"},
           "pregap: /nonexistent/sr0: No such file or directory, expected a CD drive\nhint: pregap "
           "rip --list shows the drives\n"},
          {{"rip", "disc.cue", "out.cue"},
           "pregap: disc.cue: no device, expected a CD drive\nhint: simulated:IMAGE reads an image "
           "as if it lay in a drive\n"},
          {{"rip", "simulated:disc.cue?speed=3", "out.cue"},
           "pregap: simulated:disc.cue?speed=3: key \"speed\", expected one that a simulated drive "
           "knows\nhint: docs/drives.md lists the keys\n"},
          {{"rip", "simulated:disc.cue?lacks=medium", "out.cue"},
           "pregap: simulated:disc.cue: 02/3A/00 (no disc in the drive), expected a disc\n"},
          {{"rip", "simulated:disc.cue", "out.nrg"},
           "pregap: out.nrg: output format \"nrg\", expected cue, ccd, toc, iso or a folder that "
           "is "
           "there\n"},
          {{"rip", "simulated:disc.cue?raw=bare", "out.cue"},
           "pregap: simulated:disc.cue: data sectors without EDC and parity, expected whole ones\n"
           "hint: OUT.iso takes the user data that the drive gives\n"}}) {
    const RunResult r = run_pregap(row.arguments, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, row.error);
    EXPECT_EQ(r.out, "");
  }
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));
}

TEST_F(RipCommand, ShowsProgressOnATerminal) {
  const RunResult r = run_pregap({"rip", "simulated:disc.cue", "out.cue"},
                                 {.folder = folder.path(), .terminal = true});
  EXPECT_EQ(r.status, 0);
  EXPECT_NE(r.out.find("copy: LBA "), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("% good, "), std::string::npos);
}

// Other people's programs agree on what was written.
TEST_F(RipCommand, OtherProgramsReadTheSheet) {
  if (!is_installed("cd-info")) GTEST_SKIP() << "cd-info is not installed";
  std::filesystem::copy(PREGAP_SAMPLES, folder / "made", std::filesystem::copy_options::recursive);
  ASSERT_EQ(
      run_pregap({"rip", "simulated:made/mixed/mixed.cue", "out.cue"}, {.folder = folder.path()})
          .status,
      0);
  const auto tracks_of = [&](const std::string& image) {
    const RunResult r =
        run({"cd-info", "--no-device-info", "--no-disc-mode", "--cue-file=" + image},
            {.folder = folder.path()});
    const std::size_t from = r.out.find("Track List"), to = r.out.find("Media Catalog");
    EXPECT_NE(from, std::string::npos) << r.out << r.err;
    return r.out.substr(from, to == std::string::npos ? to : to - from);
  };
  const std::string tracks = tracks_of("out.cue");
  EXPECT_EQ(tracks, tracks_of("made/mixed/mixed.cue"));
  EXPECT_NE(tracks.find("audio"), std::string::npos) << tracks;
}

TEST_F(RipCommand, AnotherRipperReadsTheSameAudioFromTheSheet) {
  if (!is_installed("cd-paranoia")) GTEST_SKIP() << "cd-paranoia is not installed";
  std::filesystem::copy(PREGAP_SAMPLES, folder / "made", std::filesystem::copy_options::recursive);
  ASSERT_EQ(
      run_pregap({"rip", "simulated:made/mixed/mixed.cue", "out.cue"}, {.folder = folder.path()})
          .status,
      0);
  const RunResult r = run({"cd-paranoia", "-d", "out.cue", "-q", "-r", "2", "track2.raw"},
                          {.folder = folder.path()});
  ASSERT_EQ(r.status, 0) << r.err;
  const Bytes whole = folder.read("made/mixed/mixed.bin");
  constexpr std::ptrdiff_t kFrom = std::ptrdiff_t{492} * 2352, kTo = std::ptrdiff_t{584} * 2352;
  EXPECT_EQ(folder.read("track2.raw"), (Bytes{whole.begin() + kFrom, whole.begin() + kTo}));
}

}  // namespace
}  // namespace pregap::test
