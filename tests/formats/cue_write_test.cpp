#include "formats/cue_write.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

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

// The tracks' sectors one behind the other in one file.
std::string written(Disc disc) {
  std::uint64_t offset = 0;
  for (Track& track : disc.tracks) {
    for (Extent& extent : track.extents) {
      extent.offset = offset;
      offset += static_cast<std::uint64_t>(extent.sectors) * stride_of(extent.storage);
    }
  }
  if (disc.files.empty()) disc.files.push_back({.path = "disc.bin", .bytes = nullptr});
  return write_cue(disc);
}

TEST(WriteCue, WritesEveryLine) {
  Disc disc;
  disc.format = "cue";
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
            "REM SESSION 01\r\n"
            "FILE \"disc.bin\" BINARY\r\n"
            "  TRACK 01 AUDIO\r\n"
            "    INDEX 01 00:00:00\r\n"
            "REM LEAD-OUT 00:00:00\r\n"
            "REM SESSION 02\r\n"
            "REM LEAD-IN 00:00:00\r\n"
            "REM PREGAP 00:00:00\r\n"
            "  TRACK 02 AUDIO\r\n"
            "    INDEX 01 00:01:00\r\n"
            "  TRACK 03 AUDIO\r\n"
            "    INDEX 01 00:02:00\r\n");
}

// As redump has it: the gap's three lengths, and times that count from each file's start.
TEST(WriteCue, TellsTheGapBetweenSessionsInLengths) {
  Disc disc;
  disc.files = {{.path = "a.bin", .bytes = nullptr}, {.path = "b.bin", .bytes = nullptr}};
  add_track(disc, TrackType::audio, 0, 75);
  Track& second = add_track(disc, TrackType::mode2, 0, 75);
  second.session = 2;
  second.indexes[0].lba = second.extents[0].first = Lba(75 + 11400);
  second.extents[0].file = 1;
  EXPECT_EQ(write_cue(disc),
            "REM SESSION 01\r\n"
            "FILE \"a.bin\" BINARY\r\n"
            "  TRACK 01 AUDIO\r\n"
            "    INDEX 01 00:00:00\r\n"
            "REM LEAD-OUT 01:30:00\r\n"
            "REM SESSION 02\r\n"
            "REM LEAD-IN 01:00:00\r\n"
            "REM PREGAP 00:02:00\r\n"
            "FILE \"b.bin\" BINARY\r\n"
            "  TRACK 02 MODE2/2352\r\n"
            "    INDEX 01 00:00:00\r\n");
}

TEST(WriteCue, TellsTheAreasOfAGdRom) {
  Disc disc;
  disc.files = {{.path = "a.bin", .bytes = nullptr}, {.path = "b.bin", .bytes = nullptr}};
  add_track(disc, TrackType::mode1, 0, 75);
  Track& second = add_track(disc, TrackType::mode1, 0, 75);
  second.session = 2;
  second.indexes[0].lba = second.extents[0].first = Lba(45000);
  second.extents[0].file = 1;
  disc.sessions = {{.number = 1, .area = Area::single_density},
                   {.number = 2, .area = Area::high_density}};
  EXPECT_EQ(write_cue(disc),
            "REM SINGLE-DENSITY AREA\r\n"
            "FILE \"a.bin\" BINARY\r\n"
            "  TRACK 01 MODE1/2352\r\n"
            "    INDEX 01 00:00:00\r\n"
            "REM HIGH-DENSITY AREA\r\n"
            "FILE \"b.bin\" BINARY\r\n"
            "  TRACK 02 MODE1/2352\r\n"
            "    INDEX 01 00:00:00\r\n");
}

struct Word {
  TrackType type;
  Storage storage;
  const char *declared, *word;
};

TEST(WriteCue, HasAWordForEachStorage) {
  const std::vector<Word> words{{TrackType::audio, Storage::raw2352, "", "AUDIO"},
                                {TrackType::audio, Storage::raw2448, "", "CDG"},
                                {TrackType::mode0, Storage::raw2352, "", "MODE0/2352"},
                                {TrackType::mode1, Storage::user2048, "", "MODE1/2048"},
                                {TrackType::mode1, Storage::raw2448, "", "MODE1/2448"},
                                {TrackType::mode2, Storage::user2048, "", "MODE2/2048"},
                                {TrackType::mode2, Storage::form2_2324, "", "MODE2/2324"},
                                {TrackType::mode2, Storage::xa2336, "", "MODE2/2336"},
                                {TrackType::mode2, Storage::xa2336, "CDI/2352", "CDI/2336"},
                                {TrackType::mode2, Storage::raw2352, "CDI/2336", "CDI/2352"},
                                {TrackType::mode2, Storage::raw2448, "MODE2/2352", "MODE2/2448"}};
  for (const Word& row : words) {
    Disc disc;
    Track& track = add_track(disc, row.type, 0, 75);
    track.extents[0].storage = row.storage;
    track.declared_as = row.declared;
    EXPECT_NE(written(disc).find(fmt::format("TRACK 01 {}\r\n", row.word)), std::string::npos)
        << row.word;
  }
}

// EAC's "noncompliant" sheets.
TEST(WriteCue, NamesTheNextFileAmidATrack) {
  Disc disc;
  disc.files = {{.path = "1.wav", .bytes = nullptr}, {.path = "2.wav", .bytes = nullptr}};
  add_track(disc, TrackType::audio, 0, 300).extents[0].offset = 44;
  Track& second = add_track(disc, TrackType::audio, 150, 75);
  second.extents = {{.file = 0, .offset = 44 + 300 * 2352, .first = Lba(300), .sectors = 150},
                    {.file = 1, .offset = 44, .first = Lba(450), .sectors = 75}};
  EXPECT_EQ(write_cue(disc),
            "FILE \"1.wav\" WAVE\r\n"
            "  TRACK 01 AUDIO\r\n"
            "    INDEX 01 00:00:00\r\n"
            "  TRACK 02 AUDIO\r\n"
            "    INDEX 00 00:04:00\r\n"
            "FILE \"2.wav\" WAVE\r\n"
            "    INDEX 01 00:00:00\r\n");
}

TEST(WriteCue, NamesAFileAgainWhereTheOrderOfBytesChanges) {
  Disc disc;
  add_track(disc, TrackType::audio, 0, 75);
  add_track(disc, TrackType::audio, 0, 75).extents[0].swapped = true;
  add_track(disc, TrackType::mode1, 0, 75);
  EXPECT_EQ(written(disc),
            "FILE \"disc.bin\" BINARY\r\n"
            "  TRACK 01 AUDIO\r\n"
            "    INDEX 01 00:00:00\r\n"
            "FILE \"disc.bin\" MOTOROLA\r\n"
            "  TRACK 02 AUDIO\r\n"
            "    INDEX 01 00:01:00\r\n"
            "  TRACK 03 MODE1/2352\r\n"
            "    INDEX 01 00:02:00\r\n");
}

TEST(WriteCue, NamesTheFileOfCdText) {
  Disc disc;
  disc.format = "cue";
  disc.remarks = {"REM x", "CDTEXTFILE \"old.cdt\""};
  disc.files = {{.path = "disc.bin", .bytes = nullptr}, {.path = "disc.cdt", .bytes = nullptr}};
  add_track(disc, TrackType::audio, 0, 75);
  EXPECT_EQ(written(disc),
            "REM x\r\n"
            "CDTEXTFILE \"disc.cdt\"\r\n"
            "FILE \"disc.bin\" BINARY\r\n"
            "  TRACK 01 AUDIO\r\n"
            "    INDEX 01 00:00:00\r\n");
}

TEST(WriteCue, WritesRemarksForDiscsThatCameFromASheet) {
  Disc disc;
  disc.remarks = {"REM a"};
  Track& track = add_track(disc, TrackType::audio, 0, 75);
  track.remarks = {"REM b\nc", "REM SESSION 02"};
  track.text = {{"TITLE", "t"}, {"ISRC", "not a command for text"}};
  EXPECT_EQ(written(disc),
            "FILE \"disc.bin\" BINARY\r\n  TRACK 01 AUDIO\r\n    TITLE \"t\"\r\n"
            "    INDEX 01 00:00:00\r\n");
  disc.format = "cue";
  EXPECT_EQ(written(disc),
            "REM a\r\nFILE \"disc.bin\" BINARY\r\n  TRACK 01 AUDIO\r\n    TITLE \"t\"\r\n"
            "    REM b c\r\n    INDEX 01 00:00:00\r\n");
}

std::string refusal(const std::function<void(Disc&)>& change) {
  Disc disc;
  disc.files = {{.path = "a.bin", .bytes = nullptr}, {.path = "b.bin", .bytes = nullptr}};
  add_track(disc, TrackType::mode1, 0, 75);
  add_track(disc, TrackType::audio, 0, 75).extents[0].offset = 75 * 2352;
  change(disc);
  return test::error_of([&] { write_cue(disc); });
}

TEST(WriteCue, RefusesLayoutsThatNoSheetTells) {
  const std::string start = "unsupported: cue sheet: ";
  EXPECT_EQ(refusal([](Disc&) {}), "nothing");
  EXPECT_EQ(refusal([](Disc& d) { d.tracks[0].extents[0].storage = Storage::xa2336; }),
            start +
                "track 1 of mode1 in sectors of 2336 bytes, expected a mode that a cue sheet "
                "has a word for");
  EXPECT_EQ(refusal([](Disc& d) { d.tracks[1].extents[0].storage = Storage::blank; }),
            start + "track 2 of audio in no file, expected a mode that a cue sheet has a word for");
  EXPECT_EQ(refusal([](Disc& d) { d.tracks[1].extents[0].offset += 2352; }),
            start +
                "track 2 at byte 178752 of a.bin, expected it at byte 176400, behind what "
                "comes before");
  EXPECT_EQ(refusal([](Disc& d) { d.tracks[1].extents[0].file = 7; }),
            start + "track 2 in no file, expected sectors in files");
  EXPECT_EQ(refusal([](Disc& d) {
              d.tracks[0].extents.push_back({.file = 1, .first = Lba(75), .sectors = 1});
              d.tracks[1].indexes[0].lba = d.tracks[1].extents[0].first = Lba(76);
            }),
            start + "track 1 goes on in b.bin without an index there, expected one");
  EXPECT_EQ(
      refusal([](Disc& d) { d.tracks[1].indexes[0].lba = d.tracks[1].extents[0].first = Lba(74); }),
      start +
          "track 2 begins 1 sector before the one in front of it ends, expected tracks "
          "one behind the other");
  EXPECT_EQ(refusal([](Disc& d) {
              d.tracks[0].extents[0].sectors = 450000;
              d.tracks[1].extents[0].offset = 450000ULL * 2352;
              d.tracks[1].indexes[0].lba = d.tracks[1].extents[0].first = Lba(450000);
            }),
            start + "450000 sectors before an index, expected at most 449999 (99:59:74)");
}

TEST(WriteCue, RefusesNamesThatNoSheetHolds) {
  Disc disc;
  add_track(disc, TrackType::audio, 0, 75);
  for (const std::string name : {"a\"b.bin", "a\nb.bin", "a\rb.bin"}) {
    disc.files = {{.path = name, .bytes = nullptr}};
    EXPECT_EQ(test::error_of([&] { write_cue(disc); }),
              "refused: " + name +
                  ": a file name with a quote, a control character or bytes that are no UTF-8, "
                  "expected one that a cue sheet can "
                  "hold");
  }
  disc.files = {{.path = "it's a b.bin", .bytes = nullptr}};
  EXPECT_NE(write_cue(disc).find("FILE \"it's a b.bin\" BINARY"), std::string::npos);
}

}  // namespace
}  // namespace pregap::formats
