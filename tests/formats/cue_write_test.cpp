#include "formats/cue_write.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "formats/cue_builder.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

// A track of `pregap` sectors and `length` behind them, at the disc's end.
Track& add_track(Disc& disc, TrackType type, int pregap, int length) {
  const Track* last = disc.tracks.empty() ? nullptr : &disc.tracks.back();
  const Lba at = last == nullptr ? Lba(0) : last->end_lba() + last->unstored_postgap;
  Track track;
  track.number = static_cast<int>(disc.tracks.size()) + 1;
  track.session = last == nullptr ? 1 : last->session;
  track.type = track.declared = type;
  if (pregap > 0) track.indexes.push_back({.number = 0, .lba = at});
  track.indexes.push_back({.number = 1, .lba = at + pregap});
  track.extents.push_back({.first = at, .sectors = pregap + length});
  disc.tracks.push_back(track);
  return disc.tracks.back();
}

void put_gap_before(Track& track, int gap) {
  track.unstored_pregap = gap;
  for (Index& index : track.indexes) index.lba = index.lba + gap;
  for (Extent& extent : track.extents) extent.first = extent.first + gap;
}

std::vector<std::string> modes_of(const Disc& disc) {
  std::vector<std::string> modes;
  for (const Track& track : disc.tracks) {
    modes.emplace_back(track.type == TrackType::audio   ? "AUDIO"
                       : track.type == TrackType::mode2 ? "MODE2/2352"
                                                        : "MODE1/2352");
  }
  return modes;
}

std::string written(const Disc& disc) { return write_cue(disc, "disc.bin", modes_of(disc)); }

TEST(WriteCue, WritesEveryLine) {
  Disc disc;
  disc.mcn = "1234567890123";
  disc.text = {{"TITLE", "The \"Best\"\r\nof"}, {"PERFORMER", "\xC3\x84nn"}};
  disc.remarks = {"REM GENRE Rock", "REM SESSION 07", "FOO bar"};
  add_track(disc, TrackType::mode1, 0, 4500 * 11 + 12);
  Track& song = add_track(disc, TrackType::audio, 150, 300);
  song.flags = {.copy_permitted = true,
                .four_channel = true,
                .pre_emphasis = true,
                .serial_copy_system = true};
  song.isrc = "ABCDE1234567";
  song.text = {{"TITLE", "Song"}};
  song.indexes.push_back({.number = 2, .lba = song.start_lba() + 75});
  put_gap_before(song, 225);
  song.unstored_postgap = 151;
  add_track(disc, TrackType::mode2, 0, 5);
  EXPECT_EQ(written(disc),
            "REM GENRE Rock\r\n"
            "FOO bar\r\n"
            "CATALOG 1234567890123\r\n"
            "TITLE \"The 'Best'  of\"\r\n"
            "PERFORMER \"\xC3\x84nn\"\r\n"
            "FILE \"disc.bin\" BINARY\r\n"
            "  TRACK 01 MODE1/2352\r\n"
            "    INDEX 01 00:00:00\r\n"
            "  TRACK 02 AUDIO\r\n"
            "    TITLE \"Song\"\r\n"
            "    FLAGS DCP 4CH PRE SCMS\r\n"
            "    ISRC ABCDE1234567\r\n"
            "    PREGAP 00:03:00\r\n"
            "    INDEX 00 11:00:12\r\n"
            "    INDEX 01 11:02:12\r\n"
            "    INDEX 02 11:03:12\r\n"
            "    POSTGAP 00:02:01\r\n"
            "  TRACK 03 MODE2/2352\r\n"
            "    INDEX 01 11:06:12\r\n");
}

TEST(WriteCue, SaysWhereSessionsBegin) {
  Disc disc;
  add_track(disc, TrackType::audio, 0, 75);
  EXPECT_EQ(written(disc).find("SESSION"), std::string::npos);
  add_track(disc, TrackType::audio, 0, 75).session = 2;
  add_track(disc, TrackType::audio, 0, 75);
  EXPECT_EQ(written(disc),
            "FILE \"disc.bin\" BINARY\r\n"
            "REM SESSION 01\r\n"
            "  TRACK 01 AUDIO\r\n"
            "    INDEX 01 00:00:00\r\n"
            "REM SESSION 02\r\n"
            "  TRACK 02 AUDIO\r\n"
            "    INDEX 01 00:01:00\r\n"
            "  TRACK 03 AUDIO\r\n"
            "    INDEX 01 00:02:00\r\n");
}

TEST(WriteCue, RefusesNamesThatNoSheetHolds) {
  Disc disc;
  add_track(disc, TrackType::audio, 0, 75);
  for (const std::string name : {"a\"b.bin", "a\nb.bin", "a\rb.bin"}) {
    EXPECT_EQ(test::error_of([&] { write_cue(disc, name, modes_of(disc)); }),
              "refused: " + name +
                  ": a file name with a quote, a control character or bytes that are no UTF-8, "
                  "expected one that a cue sheet can "
                  "hold");
  }
  EXPECT_NE(write_cue(disc, "it's a b.bin", modes_of(disc)).find("FILE \"it's a b.bin\" BINARY"),
            std::string::npos);
}

Disc random_disc(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto sometimes = [&](int most) { return below(3) == 0 ? 1 + below(most) : 0; };
  Disc disc;
  if (below(2) == 0) disc.mcn = fmt::format("{:013}", below(1000000));
  if (below(2) == 0) disc.text = {{"TITLE", fmt::format("Disc  {}", seed)}, {"PERFORMER", ""}};
  if (below(2) == 0) disc.remarks = {"REM COMMENT \"made by nobody\""};
  const int tracks = 1 + below(99);
  for (int t = 0; t < tracks; ++t) {
    Track& track = add_track(disc, static_cast<TrackType>(below(2) == 0 ? 0 : 2 + below(2)),
                             sometimes(300), 1 + below(4000));
    if (t > 0 && below(20) == 0) ++track.session;
    for (int i = 2; i < 2 + sometimes(5); ++i) {
      const Lba next = track.indexes.back().lba + 1 + below(3);
      if (next < track.end_lba()) track.indexes.push_back({.number = i, .lba = next});
    }
    put_gap_before(track, sometimes(500));
    track.unstored_postgap = sometimes(500);
    track.flags = {.copy_permitted = below(2) == 0,
                   .four_channel = below(2) == 0,
                   .pre_emphasis = below(2) == 0,
                   .serial_copy_system = below(2) == 0};
    if (below(3) == 0) track.isrc = fmt::format("ABCDE{:07}", below(1000000));
    if (below(3) == 0) track.text = {{"TITLE", "x, y; 'z'"}, {"ISRC_LIKE", "1"}};
    if (!track.text.empty()) track.text.pop_back();
  }
  return disc;
}

// Everything of a disc that a sheet holds.
Lines described(const Disc& disc) {
  Lines lines = test::layout_of(disc);
  for (const Track& t : disc.tracks) {
    lines.push_back(fmt::format("{} {}{}{}{} {}", t.number, t.flags.copy_permitted,
                                t.flags.four_channel, t.flags.pre_emphasis,
                                t.flags.serial_copy_system, t.isrc));
    for (const auto& [name, text] : t.text) lines.push_back(name + "=" + text);
  }
  lines.push_back(disc.mcn);
  for (const auto& [name, text] : disc.text) lines.push_back(name + "=" + text);
  return lines;
}

TEST(WriteCue, IsReadBackAsTheSameDisc) {
  const test::TempFolder folder;
  folder.write("disc.bin", std::string());
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const Disc disc = random_disc(seed);
    fs::resize_file(folder / "disc.bin",
                    static_cast<std::uintmax_t>(disc.stored_sectors()) * kSectorSize);
    const std::string sheet = written(disc);
    const Disc again = build_cue_disc(parse_cue(sheet, "S"), folder / "disc.cue", {});
    ASSERT_EQ(described(again), described(disc)) << "seed " << seed << "\n" << sheet;
    ASSERT_EQ(test::problems_of(again.problems), Lines()) << "seed " << seed << "\n" << sheet;
  }
}

}  // namespace
}  // namespace pregap::formats
