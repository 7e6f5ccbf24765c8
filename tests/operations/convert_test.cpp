#include "pregap/convert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "pregap/open.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using test::Bytes;
using test::Sectors;
using test::sound_sectors;
using Lines = std::vector<std::string>;

constexpr SectorKind kMode1 = SectorKind::mode1, kForm1 = SectorKind::mode2_form1,
                     kForm2 = SectorKind::mode2_form2, kAudio = SectorKind::audio;

class Convert : public testing::Test {
 protected:
  ConvertReport convert_to(const Disc& disc, const std::string& name, ConvertOptions options = {}) {
    return convert(disc, folder_ / name, options);
  }
  Disc open_sheet(const std::string& sheet) {
    folder_.write("in/disc.cue", sheet);
    return open_disc(folder_ / "in/disc.cue");
  }
  const test::TempFolder folder_;
};

void destroy(reference::Sector& s) {
  for (std::size_t i = 16; i < 2064; ++i) s[i] = static_cast<std::uint8_t>(i * i / 5);
}

TEST_F(Convert, TakesTheUserDataCorrectingOnTheWay) {
  for (const SectorKind kind : {kMode1, kForm1}) {
    const Sectors sound = sound_sectors(kind, 30);
    Sectors sectors = sound;
    sectors[3][700] ^= 1;
    for (std::size_t i = 0; i < 12; ++i) sectors[5][i] = 9;
    sectors[7] = test::scrambled(sectors[7]);
    const TrackType type = kind == kMode1 ? TrackType::mode1 : TrackType::mode2;
    const std::string name = std::string(name_of(kind)) + ".iso";
    const ConvertReport report = convert_to(test::disc_of(type, sectors), name);
    EXPECT_TRUE(report.written && report.sound());
    EXPECT_EQ(report.corrected, 2);
    EXPECT_EQ(report.sectors, 30);
    EXPECT_EQ(report.bytes, 30U * 2048);
    EXPECT_EQ(report.outputs, std::vector<fs::path>{folder_ / name});
    EXPECT_TRUE(folder_.read(name) == test::iso_of(sound, test::times(30, kind)));
  }
}

TEST_F(Convert, LeavesNothingIfASectorIsLost) {
  Sectors sectors = sound_sectors(kMode1, 30);
  destroy(sectors[3]);
  destroy(sectors[9]);
  const ConvertReport report = convert_to(test::disc_of(TrackType::mode1, sectors), "a.iso");
  EXPECT_FALSE(report.written);
  EXPECT_FALSE(report.sound());
  EXPECT_EQ(report.uncorrectable, 2) << "all of them are looked for";
  EXPECT_EQ(report.bad.size(), 2U);
  EXPECT_EQ(folder_.list(), Lines());
}

TEST_F(Convert, KeepsOrFillsLostSectorsIfAsked) {
  Sectors sectors = sound_sectors(kMode1, 30);
  destroy(sectors[3]);
  const Disc disc = test::disc_of(TrackType::mode1, sectors);
  Bytes expected = test::iso_of(sectors, test::times(30, kMode1));
  const ConvertReport kept = convert_to(disc, "kept.iso", {.keep_damaged = true});
  EXPECT_TRUE(kept.written);
  EXPECT_FALSE(kept.sound());
  EXPECT_EQ(kept.kept_damaged, 1);
  EXPECT_TRUE(folder_.read("kept.iso") == expected);
  std::fill_n(expected.begin() + 3 * 2048, 2048, std::uint8_t{0x55});
  const ConvertReport filled = convert_to(disc, "filled.iso", {.fill = 0x55});
  EXPECT_EQ(filled.filled, 1);
  EXPECT_TRUE(folder_.read("filled.iso") == expected);
}

TEST_F(Convert, TakesForm2AsAsked) {
  Sectors sectors = sound_sectors(kForm1, 4);
  test::append(sectors, sound_sectors(kForm2, 3, 4));
  const Disc disc = test::disc_of(TrackType::mode2, sectors);
  EXPECT_TRUE(
      test::error_of([&] { convert_to(disc, "a.iso"); })
          .starts_with("unsupported: disc.cue:LBA 4: a form 2 sector with 2324 bytes of user "
                       "data, expected 2048"));
  EXPECT_EQ(folder_.list(), Lines());
  convert_to(disc, "cut.iso", {.form2 = Form2::cut});
  EXPECT_TRUE(folder_.read("cut.iso") == test::iso_of(sectors, test::times(7, kForm1)));
  EXPECT_EQ(convert_to(disc, "whole.iso", {.form2 = Form2::whole}).bytes, 4U * 2048 + 3 * 2324);
  convert_to(disc, "raw.iso", {.form2 = Form2::raw});
  EXPECT_TRUE(folder_.read("raw.iso") == test::bytes_of(sectors));
}

TEST_F(Convert, ChoosesATrack) {
  const Disc disc =
      test::disc_of({{.sectors = sound_sectors(kMode1, 3)},
                     {.type = TrackType::audio, .sectors = sound_sectors(kAudio, 3, 3)},
                     {.type = TrackType::mode2, .sectors = sound_sectors(kForm1, 4, 6)}});
  EXPECT_EQ(test::error_of([&] { convert_to(disc, "a.iso"); }),
            "usage: disc.cue: 2 data tracks (1, 3), expected one | --track N chooses one of 1, 3");
  EXPECT_EQ(test::error_of([&] { convert_to(disc, "a.iso", {.track = 2}); }),
            "usage: disc.cue: track 2 is audio, expected a data track: 1, 3");
  EXPECT_EQ(test::error_of([&] { convert_to(disc, "a.iso", {.track = 9}); }),
            "usage: disc.cue: track 9 doesn't exist, expected a data track: 1, 3");
  EXPECT_EQ(convert_to(disc, "a.iso", {.track = 3}).sectors, 4);
  EXPECT_EQ(folder_.list(), Lines{"a.iso"});
}

TEST_F(Convert, RefusesOtherEndings) {
  const Disc disc = test::disc_of(TrackType::mode1, sound_sectors(kMode1, 3));
  for (const char* name : {"a.xyz", "a"}) {
    EXPECT_TRUE(test::error_of([&] { convert_to(disc, name); }).starts_with("unsupported: "))
        << name;
  }
  ConvertOptions options;
  options.to = "ISO";
  EXPECT_TRUE(convert_to(disc, "a.xyz", options).written);
}

TEST_F(Convert, NeverWritesOverItsSource) {
  folder_.write("disc.bin", test::bytes_of(sound_sectors(kMode1, 3)));
  folder_.write("disc.cue", test::sheet("disc.bin", "MODE1/2352"));
  const Disc disc = open_disc(folder_ / "disc.cue");
  for (const char* name : {"disc.cue", "disc.bin"}) {
    EXPECT_TRUE(test::error_of([&] {
                  convert_to(disc, name, {.to = "cue", .force = true});
                }).starts_with("refused: "))
        << name;
  }
  EXPECT_TRUE(folder_.read("disc.bin") == test::bytes_of(sound_sectors(kMode1, 3)));
}

TEST_F(Convert, NeverWritesASheetOverItsOwnSectors) {
  const Disc disc = test::disc_of({{.sectors = sound_sectors(kMode1, 3)}});
  folder_.write("old.bin", std::string("old"));
  EXPECT_TRUE(test::error_of([&] {
                convert_to(disc, "old.bin", {.to = "cue", .force = true});
              }).starts_with("usage: "));
  EXPECT_EQ(folder_.list(), Lines{"old.bin"});
  EXPECT_EQ(folder_.read_text("old.bin"), "old");
}

TEST_F(Convert, BuildsRawSectorsFrom2048Bytes) {
  for (const bool mode2 : {false, true}) {
    const SectorKind kind = mode2 ? kForm1 : kMode1;
    const Sectors sound = sound_sectors(kind, 20);
    const Disc disc = test::disc_of({{.sectors = sound, .storage = Storage::user2048}});
    convert_to(disc, "a.cue", {.force = true, .mode2 = mode2});
    EXPECT_TRUE(folder_.read("a.bin") == test::bytes_of(sound)) << name_of(kind);
    EXPECT_EQ(folder_.list(), (Lines{"a.bin", "a.cue"}));
  }
}

TEST_F(Convert, CopiesRawSectorsToOneFileAndKeepsTheLayout) {
  const Sectors data = sound_sectors(kMode1, 200), audio = sound_sectors(kAudio, 200, 200);
  folder_.write("in/d.bin", test::bytes_of(data));
  folder_.write("in/a.bin", test::bytes_of(audio));
  const Disc disc = open_sheet(
      "FILE d.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nFILE a.bin BINARY\n"
      "TRACK 02 AUDIO\nPREGAP 00:01:00\nINDEX 00 00:00:00\nINDEX 01 00:02:00\n");
  convert_to(disc, "out.cue");
  Bytes expected = test::bytes_of(data);
  test::append(expected, test::bytes_of(audio));
  EXPECT_TRUE(folder_.read("out.bin") == expected);
  EXPECT_EQ(test::layout_of(open_disc(folder_ / "out.cue")), test::layout_of(disc));
}

// The gap between sessions has no bytes in either layout: it is kept, or said to be lost.
TEST_F(Convert, KeepsTheGapBetweenSessionsOrSaysThatItIsLost) {
  folder_.write("in/1.bin", test::bytes_of(sound_sectors(kMode1, 20)));
  folder_.write("in/2.bin", test::bytes_of(sound_sectors(kMode1, 20, 20 + 11400)));
  const Disc disc = open_sheet(
      "REM SESSION 01\nFILE 1.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
      "REM SESSION 02\nFILE 2.bin BINARY\nTRACK 02 MODE1/2352\nINDEX 01 00:00:00\n");
  const ConvertReport report = convert_to(disc, "out.cue");
  ASSERT_TRUE(report.written);
  const bool kept = test::layout_of(open_disc(folder_ / "out.cue")) == test::layout_of(disc);
  EXPECT_TRUE(kept || !report.losses.empty());
}

TEST_F(Convert, WritesASheetThatCanBeReadEvenOfAShortFile) {
  folder_.write("in/1.bin", test::bytes_of(sound_sectors(kAudio, 100)));
  folder_.write("in/2.bin", test::bytes_of(sound_sectors(kAudio, 100)));
  const Disc disc = open_sheet(
      "FILE 1.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nINDEX 02 00:02:00\n"
      "FILE 2.bin BINARY\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n");
  EXPECT_FALSE(convert_to(disc, "out.cue").written);
  EXPECT_EQ(folder_.list(), (Lines{"in/", "in/1.bin", "in/2.bin", "in/disc.cue"}));
  EXPECT_TRUE(convert_to(disc, "out.cue", {.keep_damaged = true}).written);
  EXPECT_EQ(test::error_of([&] { open_disc(folder_ / "out.cue"); }), "nothing");
}

}  // namespace
}  // namespace pregap
