// What info tells of a sheet's dialect, sessions, encodings and sound files.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

RunResult info(const TempFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "info");
  return run_pregap(arguments, {.folder = folder.path()});
}

const std::string kTwoSessions =
    "REM SESSION 01\nFILE \"1.bin\" BINARY\n  TRACK 01 AUDIO\n    REM made by hand\n"
    "    INDEX 01 00:00:00\nREM LEAD-OUT 01:30:00\nREM SESSION 02\nREM LEAD-IN 01:00:00\n"
    "REM PREGAP 00:02:00\nFILE \"2.BIN\" BINARY\n  TRACK 02 MODE2/2352\n    INDEX 01 00:00:00\n";

void write_sessions(const TempFolder& folder) {
  folder.write("1.bin", bytes_of(sound_sectors(SectorKind::audio, 300)));
  folder.write("2.bin", bytes_of(sound_sectors(SectorKind::mode2_form1, 40, 11700)));
  folder.write("disc.cue", kTwoSessions);
}

TEST(InfoOfASheet, TellsDialectSessionsRemarksAndRepairs) {
  const TempFolder folder;
  write_sessions(folder);
  const RunResult r = info(folder, {"disc.cue"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "disc.cue: cue (redump multi-session), 2 sessions, 2 tracks, 340 sectors in 2 files\n"
            "  track  type     bytes    start  MSF        length  time\n"
            "      1  audio     2352        0  00:02:00      300  00:04:00\n"
            "      2  mode2     2352    11700  02:38:00       40  00:00:40\n"
            "  track 1: REM made by hand\n"
            "  track 1: 1.bin at byte 0\n"
            "  track 2: 2.bin at byte 0\n"
            "  session 1: CD-DA or CD-ROM, lead-out at LBA 300\n"
            "  session 2: CD-ROM XA, lead-out at LBA 11740\n"
            "  note: disc.cue:10: no file \"2.BIN\", taken is 2.bin\n");
}

TEST(InfoOfASheet, TellsThemInJson) {
  const TempFolder folder;
  write_sessions(folder);
  const json disc = json_lines(info(folder, {"--json", "disc.cue"}).out).at(0);
  EXPECT_EQ(disc.at("dialect"), "redump multi-session");
  EXPECT_EQ(disc.at("session_list"),
            json::parse(R"([{"number":1,"type":"cd_da_or_rom","area":"none","lead_out":300},
                            {"number":2,"type":"cd_xa","area":"none","lead_out":11740}])"));
  EXPECT_EQ(disc.at("tracks").at(0).at("remarks"), json::array({"REM made by hand"}));
  EXPECT_EQ(disc.at("problems").at(0).at("severity"), "note");
  EXPECT_EQ(disc.at("problems").at(0).at("code"), "file.name");
}

// The whole of it holds, too, when it is written and read again.
TEST(InfoOfASheet, VerifiesBothSessions) {
  const TempFolder folder;
  write_sessions(folder);
  const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
}

TEST(InfoOfASheet, ReadsTextAsTheUserSays) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::audio, 3)));
  folder.write("disc.cue", "TITLE \"\xEB\xC9\xCE\xCF\"\n" + sheet("a.bin", "AUDIO"));
  const auto title = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "disc.cue"});
    return json_lines(info(folder, arguments).out).at(0).at("cd_text").at("TITLE");
  };
  EXPECT_EQ(title({"--encoding", "KOI8-R"}), "Кино");
  EXPECT_EQ(title({"--encoding", "CP1252"}), "ëÉÎÏ");
  const RunResult guess = info(folder, {"disc.cue"});
  EXPECT_NE(guess.out.find("note: disc.cue:1: text that is not UTF-8, taken as "),
            std::string::npos);
  for (const char* command : {"info", "verify", "sector", "convert"}) {
    std::vector<std::string> arguments{command, "--encoding", "klingon", "disc.cue"};
    if (command == std::string("sector")) arguments.emplace_back("0");
    if (command == std::string("convert")) arguments.emplace_back("out.cue");
    const RunResult r = run_pregap(arguments, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2) << command;
    EXPECT_NE(r.err.find("--encoding: no encoding of that name is known"), std::string::npos)
        << command << r.err;
  }
}

}  // namespace
}  // namespace pregap::test
