// From sheet to disc: addresses, extents, bytes.
#include "formats/cue_builder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

class CueBuilder : public testing::Test {
 protected:
  // A file of that many 2352-byte sectors, all holes.
  void sectors(const std::string& name, int count) {
    folder_.write(name, std::string());
    fs::resize_file(folder_ / name, static_cast<std::uintmax_t>(count) * 2352);
  }
  Disc build(const std::string& sheet) {
    const fs::path path = folder_ / "disc.cue";
    return build_cue_disc(parse_cue(sheet, "disc.cue"), path, {});
  }
  Lines layout(const std::string& sheet) { return test::layout_of(build(sheet)); }
  // "file@offset+sectors" of each extent.
  Lines bytes(const std::string& sheet) {
    Lines lines;
    for (const Track& track : build(sheet).tracks) {
      std::string text;
      for (const Extent& e : track.extents) {
        text += fmt::format("{}{}@{}+{}", text.empty() ? "" : " ", e.file, e.offset, e.sectors);
      }
      lines.push_back(text);
    }
    return lines;
  }
  const test::TempFolder folder_;
};

const std::string kFileA = "FILE a.bin BINARY\n", kFileB = "FILE b.bin BINARY\n";
std::string track(int number, const std::string& rest) {
  return fmt::format("TRACK {:02} AUDIO\n{}", number, rest);
}

TEST_F(CueBuilder, CountsAddressesFromTheStartOfAFile) {
  sectors("a.bin", 1000);
  const std::string sheet = kFileA + track(1, "INDEX 01 00:00:00\n") +
                            track(2, "INDEX 00 00:04:00\nINDEX 01 00:06:00\nINDEX 02 00:08:00\n") +
                            track(3, "INDEX 01 00:10:00\n");
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+300",
                                  "2 audio session 1 index 00=300 01=450 02=600 stored 300+450",
                                  "3 audio session 1 index 01=750 stored 750+250"}));
  EXPECT_EQ(bytes(sheet), (Lines{"0@0+300", "0@705600+450", "0@1764000+250"}));
}

TEST_F(CueBuilder, AddsFilesOneBehindTheOther) {
  sectors("a.bin", 300);
  sectors("b.bin", 400);
  const std::string sheet = kFileA + track(1, "INDEX 01 00:00:00\n") + kFileB +
                            track(2, "INDEX 00 00:00:00\nINDEX 01 00:02:00\n");
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+300",
                                  "2 audio session 1 index 00=300 01=450 stored 300+400"}));
  EXPECT_EQ(bytes(sheet), (Lines{"0@0+300", "1@0+400"}));
}

TEST_F(CueBuilder, GivesPregapAndPostgapAddressesAndNoBytes) {
  sectors("a.bin", 1000);
  const std::string sheet = kFileA +
                            track(1, "PREGAP 00:02:00\nINDEX 01 00:00:00\nPOSTGAP 00:01:00\n") +
                            track(2, "PREGAP 00:03:00\nINDEX 00 00:04:00\nINDEX 01 00:05:00\n") +
                            track(3, "INDEX 01 00:10:00\n");
  EXPECT_EQ(layout(sheet),
            (Lines{"1 audio session 1 pregap 150 index 01=150 stored 150+300 postgap 75",
                   "2 audio session 1 pregap 225 index 00=750 01=825 stored 750+450",
                   "3 audio session 1 index 01=1200 stored 1200+250"}));
  EXPECT_EQ(bytes(sheet), (Lines{"0@0+300", "0@705600+450", "0@1764000+250"}));
}

// EAC's "noncompliant" sheets: the gap lies at the end of the previous file.
TEST_F(CueBuilder, LaysAPregapAcrossTwoFiles) {
  sectors("a.bin", 450);
  sectors("b.bin", 500);
  const std::string sheet = kFileA + track(1, "INDEX 01 00:00:00\n") +
                            track(2, "INDEX 00 00:04:00\n" + kFileB + "INDEX 01 00:00:00\n");
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+300",
                                  "2 audio session 1 index 00=300 01=450 stored 300+150 450+500"}));
  EXPECT_EQ(bytes(sheet), (Lines{"0@0+300", "0@705600+150 1@0+500"}));
}

TEST_F(CueBuilder, TakesHiddenAudioBeforeTrack1ForItsPregap) {
  sectors("a.bin", 1000);
  const Disc disc =
      build(kFileA + track(1, "INDEX 01 00:04:00\n") + track(2, "INDEX 01 00:10:00\n"));
  EXPECT_EQ(test::layout_of(disc), (Lines{"1 audio session 1 index 00=0 01=300 stored 0+750",
                                          "2 audio session 1 index 01=750 stored 750+250"}));
  EXPECT_EQ(test::problems_of(disc.problems),
            Lines{"sheet.hidden_start: " + (folder_ / "disc.cue").string() +
                  ":3: track 1 begins at 00:04:00 of its file: what lies before is taken as its "
                  "pregap"});
  EXPECT_EQ(disc.problems.at(0).severity, Severity::note);
  EXPECT_EQ(layout(kFileA + track(1, "INDEX 00 00:00:00\nINDEX 01 00:04:00\n")),
            Lines{"1 audio session 1 index 00=0 01=300 stored 0+1000"});
}

TEST_F(CueBuilder, TakesTheStandardPregapForTheOneThatEveryDiscHas) {
  const std::string sheet =
      "FILE d.bin BINARY\nTRACK 01 MODE1/2352\nPREGAP 00:02:00\nINDEX 01 00:00:00\n";
  folder_.write("d.bin", test::bytes_of(test::sound_sectors(SectorKind::mode1, 5)));
  EXPECT_EQ(layout(sheet), Lines{"1 mode1 session 1 index 01=0 stored 0+5"});
  folder_.write("d.bin", test::bytes_of(test::sound_sectors(SectorKind::mode1, 5, 150)));
  EXPECT_EQ(layout(sheet), Lines{"1 mode1 session 1 pregap 150 index 01=150 stored 150+5"})
      << "the headers say that it comes on top";
}

TEST_F(CueBuilder, LeavesTheGapBetweenSessionsThatLieInTheirOwnFiles) {
  sectors("a.bin", 300);
  sectors("b.bin", 400);
  sectors("c.bin", 500);
  const std::string sheet = "REM SESSION 01\n" + kFileA + track(1, "INDEX 01 00:00:00\n") +
                            "REM SESSION 02\n" + kFileB + track(2, "INDEX 01 00:00:00\n") +
                            "REM SESSION 03\nFILE c.bin BINARY\n" + track(3, "INDEX 01 00:00:00\n");
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+300",
                                  "2 audio session 2 index 01=11700 stored 11700+400",
                                  "3 audio session 3 index 01=19000 stored 19000+500"}));
}

TEST_F(CueBuilder, LeavesNoGapBetweenSessionsOfOneFile) {
  sectors("a.bin", 1000);
  EXPECT_EQ(layout("REM SESSION 01\n" + kFileA + track(1, "INDEX 01 00:00:00\n") +
                   "REM SESSION 02\n" + track(2, "INDEX 01 00:04:00\n")),
            (Lines{"1 audio session 1 index 01=0 stored 0+300",
                   "2 audio session 2 index 01=300 stored 300+700"}));
}

// Times count sectors, bytes are a running sum.
TEST_F(CueBuilder, KeepsARunningByteOffsetOverMixedSectorSizes) {
  folder_.write("a.bin", std::string());
  fs::resize_file(folder_ / "a.bin", 300 * 2048 + 150 * 2352 + 100 * 2336 + 10 * 2352);
  const std::string sheet = kFileA +
                            "TRACK 01 MODE1/2048\nINDEX 01 00:00:00\n"
                            "TRACK 02 AUDIO\nINDEX 01 00:04:00\n"
                            "TRACK 03 MODE2/2336\nINDEX 01 00:06:00\n"
                            "TRACK 04 AUDIO\nINDEX 01 00:07:25\n";
  EXPECT_EQ(layout(sheet), (Lines{"1 mode1 session 1 index 01=0 stored 0+300",
                                  "2 audio session 1 index 01=300 stored 300+150",
                                  "3 mode2 session 1 index 01=450 stored 450+100",
                                  "4 audio session 1 index 01=550 stored 550+10"}));
  EXPECT_EQ(bytes(sheet), (Lines{"0@0+300", "0@614400+150", "0@967200+100", "0@1200800+10"}));
}

TEST_F(CueBuilder, TakesAFileThatIsNamedSeveralTimesForOne) {
  sectors("a.bin", 1000);
  const std::string sheet = kFileA + track(1, "INDEX 01 00:00:00\n") + kFileA +
                            track(2, "INDEX 00 00:04:00\nINDEX 01 00:06:00\n") +
                            "FILE A.BIN BINARY\n" + track(3, "INDEX 01 00:10:00\n");
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+300",
                                  "2 audio session 1 index 00=300 01=450 stored 300+450",
                                  "3 audio session 1 index 01=750 stored 750+250"}));
  EXPECT_EQ(build(sheet).files.size(), 1U);
}

// Made-up sheets stand one file for each track.
TEST_F(CueBuilder, TakesAFileThatBeginsAgainForAnother) {
  sectors("a.bin", 100);
  const std::string again = kFileA + track(1, "INDEX 01 00:00:00\n") + kFileA +
                            track(2, "INDEX 00 00:00:00\nINDEX 01 00:01:00\n");
  EXPECT_EQ(layout(again), (Lines{"1 audio session 1 index 01=0 stored 0+100",
                                  "2 audio session 1 index 00=100 01=175 stored 100+100"}));
  EXPECT_EQ(test::problems_of(build(again).problems),
            Lines{"file.again: " + (folder_ / "disc.cue").string() +
                  ":4: \"a.bin\" is named again from 00:00:00 on, taken as there twice"});
}

TEST_F(CueBuilder, RefusesTimesThatFallWithinAFileNamedTwice) {
  sectors("a.bin", 1000);
  EXPECT_EQ(
      test::error_of([&] {
        build(kFileA + track(1, "INDEX 01 00:04:00\n") + kFileA + track(2, "INDEX 01 00:02:00\n"));
      }),
      "malformed: " + (folder_ / "disc.cue").string() +
          ":6: track 2 has INDEX 01 at 00:02:00, before 00:04:00 of line 3 in the same file, "
          "expected rising times");
}

// The indexes of one track may fall too, if a FILE command stands between them.
TEST_F(CueBuilder, RefusesIndexesThatFallWithinAFileNamedTwice) {
  sectors("a.bin", 1000);
  EXPECT_TRUE(test::error_of([&] {
                build(kFileA + track(1, "INDEX 00 00:04:00\n" + kFileA + "INDEX 01 00:02:00\n") +
                      track(2, "INDEX 01 00:10:00\n"));
              }).starts_with("malformed: "));
  EXPECT_TRUE(test::error_of([&] {
                build(kFileA + track(1, "INDEX 01 00:00:00\nINDEX 02 00:06:00\n") + kFileA +
                      track(2, "INDEX 01 00:04:00\n"));
              }).starts_with("malformed: "));
}

TEST_F(CueBuilder, KeepsTracksWithoutSectors) {
  sectors("a.bin", 300);
  const std::string sheet = kFileA + track(1, "INDEX 01 00:00:00\n") +
                            track(2, "INDEX 01 00:02:00\n") + track(3, "INDEX 01 00:02:00\n");
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+150",
                                  "2 audio session 1 index 01=150 stored",
                                  "3 audio session 1 index 01=150 stored 150+150"}));
}

TEST_F(CueBuilder, TakesOverWhatTheSheetSaysBesides) {
  sectors("a.bin", 300);
  const Disc disc = build("CATALOG 1234567890123\nTITLE \"Album\"\nREM GENRE Rock\n" + kFileA +
                          track(1,
                                "FLAGS DCP PRE\nISRC ABCDE1234567\nTITLE \"Song\"\n"
                                "INDEX 01 00:00:00\n"));
  EXPECT_EQ(disc.mcn, "1234567890123");
  EXPECT_EQ(disc.text, (TextFields{{"TITLE", "Album"}}));
  EXPECT_EQ(disc.remarks, Lines{"REM GENRE Rock"});
  const Track& t = disc.tracks.at(0);
  EXPECT_TRUE(t.flags.copy_permitted && t.flags.pre_emphasis);
  EXPECT_FALSE(t.flags.four_channel || t.flags.serial_copy_system);
  EXPECT_EQ(t.isrc, "ABCDE1234567");
  EXPECT_EQ(t.text, (TextFields{{"TITLE", "Song"}}));
  EXPECT_EQ(t.declared_as, "AUDIO");
}

}  // namespace
}  // namespace pregap::formats
