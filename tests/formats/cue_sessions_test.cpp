// Sheets of several sessions, and of GD-ROMs: where the later one lies on the disc and in the file.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "formats/cue_builder.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using test::Bytes;
using Lines = std::vector<std::string>;

class CueSessions : public testing::Test {
 protected:
  void holes(const std::string& name, int sectors) {
    folder_.write(name, std::string());
    fs::resize_file(folder_ / name, static_cast<std::uintmax_t>(sectors) * 2352);
  }
  void data(const std::string& name, int count, int first, int holes_before = 0) {
    Bytes bytes(static_cast<std::size_t>(holes_before) * 2352);
    test::append(bytes, test::bytes_of(test::sound_sectors(SectorKind::mode1, count, first)));
    folder_.write(name, bytes);
  }
  Disc build(const std::string& sheet) {
    return build_cue_disc(parse_cue(sheet, "disc.cue"), folder_ / "disc.cue", {});
  }
  // Each track's session, first LBA, sectors and place in its file, then what the sessions are.
  static Lines described(const Disc& disc) {
    Lines lines;
    for (const Track& t : disc.tracks) {
      lines.push_back(fmt::format("{}: {} {}+{} at {}", t.session, t.number, t.first_lba().value,
                                  t.stored_sectors(),
                                  t.extents.empty() ? 0 : t.extents[0].offset / 2352));
    }
    for (const Session& s : disc.sessions) {
      lines.push_back(fmt::format("lead-out {}", s.lead_out.value));
    }
    return lines;
  }
  Lines problems(const Disc& disc) const {
    Lines lines = test::problems_of(disc.problems);
    const std::string place = (folder_ / "disc.cue").string();
    for (std::string& line : lines) {
      if (const std::size_t at = line.find(place); at != line.npos) {
        line.replace(at, place.size(), "S");
      }
    }
    return lines;
  }
  const test::TempFolder folder_;
};

const std::string kFirst = "REM SESSION 01\nFILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";
const std::string kOwnFile = "FILE b.bin BINARY\nTRACK 02 MODE1/2352\nINDEX 01 00:00:00\n";

TEST_F(CueSessions, TakesRedumpsLengths) {
  holes("a.bin", 300);
  holes("b.bin", 100);
  const Disc disc = build(kFirst +
                          "REM LEAD-OUT 01:30:00\nREM SESSION 02\nREM LEAD-IN 01:00:00\n"
                          "REM PREGAP 00:02:00\n" +
                          kOwnFile);
  EXPECT_EQ(described(disc),
            (Lines{"1: 1 0+300 at 0", "2: 2 11700+100 at 0", "lead-out 300", "lead-out 11800"}));
  EXPECT_EQ(disc.dialect, "redump multi-session");
  EXPECT_EQ(problems(disc), Lines());
  EXPECT_TRUE(disc.remarks.empty() && disc.tracks[0].remarks.empty());
}

TEST_F(CueSessions, TakesLengthsThatAreNotTheUsualOnes) {
  holes("a.bin", 300);
  holes("b.bin", 100);
  EXPECT_EQ(described(build(kFirst +
                            "REM LEAD-OUT 00:20:00\nREM SESSION 02\n"
                            "REM LEAD-IN 00:10:00\nREM PREGAP 00:01:00\n" +
                            kOwnFile))[1],
            fmt::format("2: 2 {}+100 at 0", 300 + 31 * 75));
  EXPECT_EQ(described(build(kFirst + "REM SESSION 02\nREM LEAD-IN 00:10:00\n" + kOwnFile))[1],
            fmt::format("2: 2 {}+100 at 0", 300 + 6750 + 750 + 150));
}

// In one file too: redump's times never count the gap.
TEST_F(CueSessions, TakesLengthsInOneFile) {
  holes("a.bin", 400);
  const Disc disc = build(kFirst +
                          "REM LEAD-OUT 01:30:00\nREM SESSION 02\nREM LEAD-IN 01:00:00\n"
                          "REM PREGAP 00:02:00\nTRACK 02 AUDIO\nINDEX 01 00:04:00\n");
  EXPECT_EQ(described(disc),
            (Lines{"1: 1 0+300 at 0", "2: 2 11700+100 at 300", "lead-out 300", "lead-out 11800"}));
}

TEST_F(CueSessions, DoesNotCountAStoredPregapTwice) {
  holes("a.bin", 300);
  holes("b.bin", 250);
  const Disc disc = build(kFirst +
                          "REM SESSION 02\nFILE b.bin BINARY\nTRACK 02 AUDIO\n"
                          "INDEX 00 00:00:00\nINDEX 01 00:02:00\n");
  EXPECT_EQ(described(disc)[1], "2: 2 11550+250 at 0");
  EXPECT_EQ(disc.tracks[1].start_lba(), Lba(11700));
}

const std::string kAddresses = kFirst +
                               "REM LEAD-OUT 00:04:00\nREM SESSION 02\nTRACK 02 MODE1/2352\n"
                               "INDEX 01 02:36:00\nREM LEAD-OUT 02:37:00\n";

TEST_F(CueSessions, TakesAddressesThatCountAGapOutsideTheFile) {
  holes("a.bin", 300 + 75);
  const Disc disc = build(kAddresses);
  EXPECT_EQ(described(disc),
            (Lines{"1: 1 0+300 at 0", "2: 2 11700+75 at 300", "lead-out 300", "lead-out 11775"}));
  EXPECT_EQ(problems(disc),
            Lines{"sheet.session: S:8: times count the gap between sessions (11,400 sectors), "
                  "which is not in \"a.bin\""});
  EXPECT_EQ(disc.dialect, "ImgBurn multi-session");
  EXPECT_TRUE(disc.tracks[1].remarks.empty());
  EXPECT_EQ(build("REM ORIGINAL MEDIA-TYPE: CD\n" + kAddresses).dialect, "IsoBuster multi-session");
}

TEST_F(CueSessions, TakesAddressesThatCountAGapInTheFile) {
  holes("a.bin", 11700 + 75);
  const Disc disc = build(kAddresses);
  EXPECT_EQ(described(disc),
            (Lines{"1: 1 0+300 at 0", "2: 2 11700+75 at 11700", "lead-out 300", "lead-out 11775"}));
  EXPECT_EQ(problems(disc),
            Lines{"sheet.session: S:8: times count the gap between sessions (11,400 sectors), "
                  "which is in \"a.bin\""});
}

// Neither size fits: what is nearer, less the sectors that are missing.
TEST_F(CueSessions, JudgesAShortFileByWhatItHolds) {
  holes("a.bin", 300 + 70);
  EXPECT_EQ(described(build(kAddresses))[1], "2: 2 11700+70 at 300");
  EXPECT_EQ(build(kAddresses).tracks[1].missing, 5);
  holes("a.bin", 11700 + 70);
  EXPECT_EQ(described(build(kAddresses))[1], "2: 2 11700+70 at 11700");
}

const std::string kOpenEnd = kFirst +
                             "REM LEAD-OUT 00:00:20\nREM SESSION 02\nTRACK 02 MODE1/2352\n"
                             "INDEX 01 00:00:60\n";

// No lead-out says where the last session ends: the headers do, or else nothing.
TEST_F(CueSessions, AsksTheHeadersWhereTheSizeSaysNothing) {
  data("a.bin", 80, 60, 20);
  EXPECT_EQ(described(build(kOpenEnd))[1], "2: 2 60+80 at 20");
  data("a.bin", 40, 60, 60);
  EXPECT_EQ(described(build(kOpenEnd))[1], "2: 2 60+40 at 60");
  holes("a.bin", 100);
  EXPECT_EQ(described(build(kOpenEnd))[1], "2: 2 60+80 at 20") << "most programs leave it out";
}

// A later session in the file's middle, and both gaps left out.
TEST_F(CueSessions, CountsTheGapsOfThreeSessions) {
  holes("a.bin", 300 + 75 + 80);
  const Disc disc = build(kAddresses + "REM SESSION 03\nTRACK 03 AUDIO\nINDEX 01 04:09:00\n");
  EXPECT_EQ(described(disc),
            (Lines{"1: 1 0+300 at 0", "2: 2 11700+75 at 300", "3: 3 18675+80 at 375",
                   "lead-out 300", "lead-out 11775", "lead-out 18755"}));
}

TEST_F(CueSessions, AsksTheHeadersWhereOnlySessionsAreTold) {
  const std::string sheet = kFirst + "REM SESSION 02\nTRACK 02 MODE1/2352\nINDEX 01 00:00:20\n";
  data("a.bin", 10, 11420, 20);
  const Disc disc = build(sheet);
  EXPECT_EQ(described(disc)[1], "2: 2 11420+10 at 20");
  EXPECT_EQ(problems(disc), Lines{"sheet.session: S:6: session 2 begins 11400 sectors behind the "
                                  "one before, as its headers say"});
  data("a.bin", 10, 0, 20);
  EXPECT_EQ(described(build(sheet))[1], "2: 2 20+10 at 20")
      << "headers that begin anew say nothing";
}

TEST_F(CueSessions, PutsTheHighDensityAreaWhereGdRomsHaveIt) {
  holes("a.bin", 300);
  holes("b.bin", 250);
  const std::string first =
      "REM SINGLE-DENSITY AREA\nFILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
      "REM HIGH-DENSITY AREA\nFILE b.bin BINARY\nTRACK 02 AUDIO\n";
  const Disc disc = build(first + "INDEX 01 00:00:00\n");
  EXPECT_EQ(described(disc),
            (Lines{"1: 1 0+300 at 0", "2: 2 45000+250 at 0", "lead-out 300", "lead-out 45250"}));
  EXPECT_EQ(disc.sessions.at(0).area, Area::single_density);
  EXPECT_EQ(disc.sessions.at(1).area, Area::high_density);
  EXPECT_EQ(disc.dialect, "redump GD-ROM");
  EXPECT_EQ(build(first + "INDEX 00 00:00:00\nINDEX 01 00:02:00\n").tracks[1].start_lba(),
            Lba(45000));
  const Disc late = build(
      "REM HIGH-DENSITY AREA\nFILE b.bin BINARY\nTRACK 03 MODE1/2352\n"
      "INDEX 01 00:00:00\n");
  EXPECT_EQ(described(late), (Lines{"2: 3 45000+250 at 0", "lead-out 45250"}));
}

TEST_F(CueSessions, WarnsOfASingleDensityAreaThatIsTooLong) {
  holes("a.bin", 45001);
  holes("b.bin", 10);
  const Disc disc = build(
      "REM SINGLE-DENSITY AREA\nFILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
      "REM HIGH-DENSITY AREA\nFILE b.bin BINARY\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n");
  EXPECT_EQ(described(disc)[1], "2: 2 45001+10 at 0");
  EXPECT_EQ(problems(disc), Lines{"sheet.session: S:7: the tracks before reach beyond LBA 45000, "
                                  "where the high-density area begins"});
}

TEST_F(CueSessions, TellsTheTypeOfADiscByItsModes) {
  holes("a.bin", 300);
  const auto type = [&](const std::string& mode) {
    return build("FILE a.bin BINARY\nTRACK 01 " + mode + "\nINDEX 01 00:00:00\n")
        .sessions.at(0)
        .type;
  };
  EXPECT_EQ(type("AUDIO"), DiscType::cd_da_or_rom);
  EXPECT_EQ(type("MODE1/2352"), DiscType::cd_da_or_rom);
  EXPECT_EQ(type("MODE2/2352"), DiscType::cd_xa);
  EXPECT_EQ(type("CDI/2352"), DiscType::cd_i);
}

TEST_F(CueSessions, KeepsALeadOutThatSaysNothingAsARemark) {
  holes("a.bin", 300);
  const std::string sheet = "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";
  EXPECT_EQ(build(sheet + "REM LEAD-OUT 74:00:00\n").tracks[0].remarks,
            Lines{"REM LEAD-OUT 74:00:00"});
  EXPECT_EQ(build(sheet + "REM LEAD-OUT 00:04:00\n").tracks[0].remarks, Lines());
}

// The headers say that the stored pregap is the one that every disc has.
TEST_F(CueSessions, BeginsBeforeLba0WhereTheHeadersDo) {
  data("a.bin", 160, -150);
  const std::string sheet =
      "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 00 00:00:00\nINDEX 01 00:02:00\n";
  const Disc disc = build(sheet);
  EXPECT_EQ(disc.tracks[0].first_lba(), Lba(-150));
  EXPECT_EQ(disc.tracks[0].start_lba(), Lba(0));
  EXPECT_EQ(problems(disc), Lines{"sheet.pregap: S:2: the pregap of track 1 lies before LBA 0, as "
                                  "its headers say"});
  data("a.bin", 160, 0);
  EXPECT_EQ(build(sheet).tracks[0].first_lba(), Lba(0));
}

}  // namespace
}  // namespace pregap::formats
