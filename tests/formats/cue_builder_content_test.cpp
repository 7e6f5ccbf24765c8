// Sheets held against the files that they name: storage, samples, files that are short or missing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "disc/cd_text.h"
#include "formats/cue_builder.h"
#include "pregap/error.h"
#include "sector/subchannel.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

using test::Bytes;
using test::Sectors;
using test::sound_sectors;
using Lines = std::vector<std::string>;

class CueContent : public testing::Test {
 protected:
  Disc build(const std::string& sheet) {
    return build_cue_disc(parse_cue(sheet, place()), folder_ / "disc.cue", {});
  }
  std::string error(const std::string& sheet) {
    return test::error_of([&] { build(sheet); });
  }
  Lines problems(const std::string& sheet) { return test::problems_of(build(sheet).problems); }
  std::string place(const std::string& name = "disc.cue") const {
    return (folder_ / name).string();
  }
  void write(const Sectors& sectors, Storage storage = Storage::raw2352) {
    folder_.write("a.bin", test::stored_as(sectors, storage));
  }
  const test::TempFolder folder_;
};

std::string one_track(const std::string& mode, const std::string& type = "BINARY") {
  return "FILE a.bin " + type + "\nTRACK 01 " + mode + "\nINDEX 01 00:00:00\n";
}
const std::string kTwoTracks = one_track("AUDIO") + "TRACK 02 AUDIO\nINDEX 01 00:02:00\n";

TEST_F(CueContent, BelievesTheSectorsAboutTheirSize) {
  const struct {
    const char* mode;
    SectorKind kind;
    Storage storage;
  } rows[] = {{"MODE1/2048", SectorKind::mode1, Storage::raw2352},
              {"MODE1/2352", SectorKind::mode1, Storage::raw2448},
              {"MODE2/2352", SectorKind::mode2_form1, Storage::xa2336},
              {"MODE2/2336", SectorKind::mode2_form1, Storage::raw2352}};
  for (const auto& row : rows) {
    write(sound_sectors(row.kind, 20), row.storage);
    const Disc disc = build(one_track(row.mode));
    EXPECT_EQ(disc.tracks.at(0).extents.at(0).storage, row.storage) << row.mode;
    EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 20) << row.mode;
    EXPECT_EQ(test::problems_of(disc.problems),
              Lines{fmt::format("track.storage: {}:2: track 1 is declared {}, its file holds "
                                "sectors of {} bytes",
                                place(), row.mode, stride_of(row.storage))});
  }
}

TEST_F(CueContent, SaysNothingWhereSheetAndSectorsAgree) {
  write(sound_sectors(SectorKind::mode1, 20));
  EXPECT_EQ(problems(one_track("MODE1/2352")), Lines());
  write(sound_sectors(SectorKind::mode1, 20), Storage::user2048);
  EXPECT_EQ(problems(one_track("MODE1/2048")), Lines());
  write(sound_sectors(SectorKind::mode2_form2, 20), Storage::xa2336);
  EXPECT_EQ(problems(one_track("MODE2/2336")), Lines());
}

TEST_F(CueContent, SwapsTheAudioOfMotorolaFilesAlone) {
  write(sound_sectors(SectorKind::audio, 300));
  EXPECT_TRUE(build(one_track("AUDIO", "MOTOROLA")).tracks.at(0).extents.at(0).swapped);
  EXPECT_FALSE(build(one_track("AUDIO")).tracks.at(0).extents.at(0).swapped);
  write(sound_sectors(SectorKind::mode1, 300));
  const Disc disc =
      build(one_track("MODE1/2352", "MOTOROLA") + "TRACK 02 AUDIO\nINDEX 01 00:02:00\n");
  EXPECT_FALSE(disc.tracks.at(0).extents.at(0).swapped);
  EXPECT_TRUE(disc.tracks.at(1).extents.at(0).swapped);
}

// PCM, 2 channels, 44100 Hz, 16 bits; the samples' size is left open.
Bytes wave(const Bytes& samples) {
  constexpr std::uint8_t head[44] = {'R', 'I', 'F',  'F',  0,   0,   0,    0,    'W', 'A', 'V',
                                     'E', 'f', 'm',  't',  ' ', 16,  0,    0,    0,   1,   0,
                                     2,   0,   0x44, 0xAC, 0,   0,   0x10, 0xB1, 2,   0,   4,
                                     0,   16,  0,    'd',  'a', 't', 'a',  0,    0,   0,   0};
  Bytes bytes(sizeof head + samples.size());
  std::ranges::copy(head, bytes.begin());
  std::ranges::copy(samples, bytes.begin() + sizeof head);
  return bytes;
}

TEST_F(CueContent, ReadsTheSamplesOfWaveFiles) {
  const Sectors audio = sound_sectors(SectorKind::audio, 200);
  folder_.write("a.wav", wave(test::bytes_of(audio)));
  const Disc disc = build(
      "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
      "TRACK 02 AUDIO\nINDEX 01 00:02:00\n");
  EXPECT_EQ(test::layout_of(disc), (Lines{"1 audio session 1 index 01=0 stored 0+150",
                                          "2 audio session 1 index 01=150 stored 150+50"}));
  Bytes bytes(200 * kSectorSize);
  EXPECT_EQ(disc.read_sectors(Lba(0), 200, bytes), 200);
  EXPECT_TRUE(bytes == test::bytes_of(audio));
}

// As on a disc, whose last sector is filled with silence.
TEST_F(CueContent, FillsUpSamplesToAWholeSector) {
  Bytes samples = test::bytes_of(sound_sectors(SectorKind::audio, 20));
  samples.resize(samples.size() - 500);
  folder_.write("a.wav", wave(samples));
  const std::string sheet = "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";
  const Disc disc = build(sheet);
  EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 20);
  EXPECT_EQ(disc.files.at(0).encoding, "wave");
  EXPECT_EQ(problems(sheet),
            Lines{"file.samples: " + (folder_ / "a.wav").string() +
                  ": 1852 bytes of samples behind the last whole sector, filled up to one with "
                  "silence"});
  Bytes read(20 * kSectorSize);
  EXPECT_EQ(disc.read_sectors(Lba(0), 20, read), 20);
  samples.resize(read.size(), 0);
  EXPECT_TRUE(read == samples);
}

TEST_F(CueContent, RefusesDataInWaveFiles) {
  folder_.write("a.wav", wave(Bytes(2352 * 10)));
  EXPECT_EQ(error("FILE a.wav WAVE\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"),
            "unsupported: " + place() +
                ":2: track 1 is MODE1/2352 in a WAVE file, expected data in a BINARY file");
}

TEST_F(CueContent, RefusesWhatItCannotRead) {
  write(sound_sectors(SectorKind::audio, 3));
  EXPECT_EQ(error(one_track("AUDIO", "WAVE")),
            "malformed: " + place("a.bin") + ": Format not recognised, expected a sound file");
  EXPECT_EQ(error("FILE none.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"),
            "not_found: " + place() + ":1: no file \"none.bin\" in " + folder_.path().string() +
                ", expected the image that the sheet names");
  EXPECT_TRUE(error("FILE ../a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n")
                  .starts_with("refused: " + place() + ":1: "));
}

TEST_F(CueContent, CountsWhatAShortFileLacks) {
  write(sound_sectors(SectorKind::audio, 100));
  const Disc disc = build(kTwoTracks);
  EXPECT_EQ(test::layout_of(disc), (Lines{"1 audio session 1 index 01=0 stored 0+100 missing 50",
                                          "2 audio session 1 index 01=150 stored missing 1"}));
  ASSERT_FALSE(disc.problems.empty());
  EXPECT_EQ(disc.problems[0].severity, Severity::fault);
  EXPECT_EQ(test::problems_of(disc.problems)[0],
            "file.size: " + place("a.bin") +
                ": the file ends after 235200 bytes, track 1 is short of 50 sectors");
  EXPECT_EQ(disc.problems[0].file, std::size_t{0});
}

TEST_F(CueContent, SaysThatNothingIsThereOfALaterTrack) {
  write(sound_sectors(SectorKind::audio, 100));
  const Disc disc = build(kTwoTracks + "TRACK 03 AUDIO\nINDEX 01 00:05:00\n");
  EXPECT_EQ(test::layout_of(disc), (Lines{"1 audio session 1 index 01=0 stored 0+100 missing 50",
                                          "2 audio session 1 index 01=150 stored missing 225",
                                          "3 audio session 1 index 01=375 stored missing 1"}));
  const Lines problems = test::problems_of(disc.problems);
  ASSERT_EQ(problems.size(), 3U) << "of the last track, too, nothing is there";
  EXPECT_EQ(problems[1], "file.size: " + place("a.bin") +
                             ": the file ends after 235200 bytes, track 2 is short of 225 sectors");
}

TEST_F(CueContent, CountsAtLeastTheIndexesOfTheLastTrack) {
  write(sound_sectors(SectorKind::audio, 100));
  const std::string sheet =
      "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:02:00\n";
  EXPECT_EQ(test::layout_of(build(sheet)),
            Lines{"1 audio session 1 index 00=0 01=150 stored 0+100 missing 50"});
  EXPECT_EQ(problems(sheet),
            Lines{"file.size: " + place("a.bin") +
                  ": the file ends after 235200 bytes, track 1 is short of at least 50 sectors"});
}

TEST_F(CueContent, GivesLaterFilesTheAddressesThatAWholeFileWouldLeaveThem) {
  write(sound_sectors(SectorKind::audio, 100));
  folder_.write("b.bin", test::bytes_of(sound_sectors(SectorKind::audio, 20)));
  EXPECT_EQ(
      test::layout_of(build(kTwoTracks + "INDEX 02 00:04:00\nFILE b.bin BINARY\nTRACK 03 AUDIO\n"
                                         "INDEX 01 00:00:00\n"))
          .back(),
      "3 audio session 1 index 01=300 stored 300+20");
}

TEST_F(CueContent, TellsOfBytesThatAreLeftOver) {
  Bytes bytes = test::bytes_of(sound_sectors(SectorKind::audio, 20));
  bytes.resize(bytes.size() - 52);
  folder_.write("a.bin", bytes);
  const Disc disc = build(one_track("AUDIO"));
  EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 19);
  EXPECT_EQ(test::problems_of(disc.problems),
            Lines{"file.size: " + place("a.bin") +
                  ": 2300 bytes are left over behind the last whole sector, 52 are missing to one "
                  "of 2352 bytes"});
  EXPECT_EQ(disc.problems.at(0).file, std::size_t{0});
}

TEST_F(CueContent, WarnsOfAFileWithoutTracks) {
  write(sound_sectors(SectorKind::audio, 3));
  folder_.write("b.bin", std::string("x"));
  EXPECT_EQ(problems("FILE b.bin BINARY\n" + one_track("AUDIO")),
            Lines{"file.unused: " + place() + ":1: no track lies in \"b.bin\""});
}

TEST_F(CueContent, TakesAnEmptyFileForOneThatIsShort) {
  folder_.write("a.bin", std::string());
  const Disc disc = build(one_track("AUDIO"));
  EXPECT_EQ(test::layout_of(disc), Lines{"1 audio session 1 index 01=0 stored missing 1"});
  ASSERT_FALSE(disc.problems.empty()) << "an empty track image is no sound one";
  EXPECT_EQ(disc.problems[0].severity, Severity::fault);
}

// Each FILE command says it for its own tracks.
TEST_F(CueContent, TakesAFileForBinaryHereAndMotorolaThere) {
  write(sound_sectors(SectorKind::audio, 450));
  const Disc disc =
      build(one_track("AUDIO") + "FILE a.bin MOTOROLA\nTRACK 02 AUDIO\n" +
            "INDEX 01 00:02:00\nFILE a.bin BINARY\nTRACK 03 AUDIO\n" + "INDEX 01 00:04:00\n");
  EXPECT_EQ(disc.files.size(), 1U);
  EXPECT_FALSE(disc.tracks.at(0).extents.at(0).swapped);
  EXPECT_TRUE(disc.tracks.at(1).extents.at(0).swapped);
  EXPECT_FALSE(disc.tracks.at(2).extents.at(0).swapped);
}

TEST_F(CueContent, ReadsEachMode) {
  const struct {
    const char* mode;
    SectorKind kind;
    TrackType type;
    Storage storage;
  } rows[] = {{"CDG", SectorKind::audio, TrackType::audio, Storage::raw2448},
              {"MODE0/2352", SectorKind::mode0, TrackType::mode0, Storage::raw2352},
              {"MODE1/2048", SectorKind::mode1, TrackType::mode1, Storage::user2048},
              {"MODE1/2352", SectorKind::mode1, TrackType::mode1, Storage::raw2352},
              {"MODE1/2448", SectorKind::mode1, TrackType::mode1, Storage::raw2448},
              {"MODE2/2048", SectorKind::mode2_form1, TrackType::mode2, Storage::user2048},
              {"MODE2/2324", SectorKind::mode2_form2, TrackType::mode2, Storage::form2_2324},
              {"MODE2/2336", SectorKind::mode2_form2, TrackType::mode2, Storage::xa2336},
              {"MODE2/2448", SectorKind::mode2_form1, TrackType::mode2, Storage::raw2448},
              {"CDI/2336", SectorKind::mode2_form1, TrackType::mode2, Storage::xa2336},
              {"CDI/2352", SectorKind::mode2_form1, TrackType::mode2, Storage::raw2352},
              {"CDI/2448", SectorKind::mode2_form1, TrackType::mode2, Storage::raw2448}};
  for (const auto& row : rows) {
    const Sectors sectors = sound_sectors(row.kind, 20);
    write(sectors, row.storage);
    const Disc disc = build(one_track(row.mode));
    const Track& track = disc.tracks.at(0);
    EXPECT_EQ(track.declared, row.type) << row.mode;
    EXPECT_EQ(track.declared_as, row.mode);
    EXPECT_EQ(track.extents.at(0).storage, row.storage) << row.mode;
    EXPECT_EQ(track.stored_sectors(), 20) << row.mode;
    EXPECT_EQ(test::problems_of(disc.problems), Lines()) << row.mode;
    if (!has_whole_sectors(row.storage)) continue;
    Bytes read(20 * kSectorSize);
    EXPECT_EQ(disc.read_sectors(Lba(0), 20, read), 20);
    EXPECT_TRUE(read == test::bytes_of(sectors)) << row.mode;
  }
}

// Audio has no syncs: the sub-channel's Q tells that it is there.
Bytes with_subchannel(const Sectors& sectors) {
  Bytes bytes;
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    bytes.insert(bytes.end(), sectors[i].begin(), sectors[i].end());
    const Msf time = *to_msf(Lba(static_cast<std::int32_t>(i)));
    const QFrame q =
        build_q_position(0, {.track = 1,
                             .index = 1,
                             .relative = to_msf(Lba(static_cast<std::int32_t>(i) - 150)).value(),
                             .absolute = time});
    std::array<std::uint8_t, kSubchannelSize> raw;
    interleave(build_subchannel(Pause::no, q), raw);
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  }
  return bytes;
}

TEST_F(CueContent, FindsSubchannelBehindAudioByItsQ) {
  const Sectors audio = sound_sectors(SectorKind::audio, 40);
  folder_.write("a.bin", with_subchannel(audio));
  const Disc disc = build(one_track("AUDIO"));
  EXPECT_EQ(disc.tracks.at(0).extents.at(0).storage, Storage::raw2448);
  EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 40);
  EXPECT_EQ(problems(one_track("AUDIO")),
            Lines{"track.storage: " + place() +
                  ":2: track 1 is declared AUDIO, its file holds sectors of 2448 bytes"});
  EXPECT_EQ(problems(one_track("CDG")), Lines());
  write(audio);
  EXPECT_EQ(build(one_track("CDG")).tracks.at(0).extents.at(0).storage, Storage::raw2352);
}

// Where the first sync is tells how long the audio sectors before it are.
TEST_F(CueContent, FindsSubchannelBehindAudioByTheDataThatFollows) {
  Sectors sectors = sound_sectors(SectorKind::audio, 20);
  for (const auto& sector : sound_sectors(SectorKind::mode1, 20, 20)) sectors.push_back(sector);
  const std::string sheet = one_track("AUDIO") + "TRACK 02 MODE1/2352\nINDEX 01 00:00:20\n";
  for (const Storage storage : {Storage::raw2352, Storage::raw2448}) {
    write(sectors, storage);
    const Disc disc = build(sheet);
    EXPECT_EQ(disc.tracks.at(0).extents.at(0).storage, storage);
    EXPECT_EQ(disc.tracks.at(1).stored_sectors(), 20);
  }
}

TEST_F(CueContent, TakesAFileOfUnknownTypeByItsContent) {
  write(sound_sectors(SectorKind::mode1, 20));
  EXPECT_EQ(problems(one_track("MODE1/2352", "AUDIO")),
            Lines{"sheet.syntax: " + place() + ":1: a file of type AUDIO, taken as BINARY"});
  folder_.write("a.wav", wave(Bytes(2352 * 3)));
  EXPECT_EQ(
      problems("FILE a.wav PCM\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"),
      Lines{"sheet.syntax: " + place() + ":1: a file of type PCM, taken as sound by its content"});
}

TEST_F(CueContent, NotesAFileOfAnotherName) {
  write(sound_sectors(SectorKind::mode1, 20));
  for (const char* name : {"A.BIN", "C:\\games\\a.bin", "sub/a.bin"}) {
    EXPECT_EQ(
        problems(fmt::format("FILE \"{}\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n", name)),
        Lines{fmt::format("file.name: {}:1: no file \"{}\", taken is a.bin", place(), name)});
  }
}

TEST_F(CueContent, ReadsTheFileOfCdText) {
  write(sound_sectors(SectorKind::audio, 20));
  const std::string sheet = "CDTEXTFILE \"a.cdt\"\n" + one_track("AUDIO");
  EXPECT_EQ(problems(sheet),
            Lines{"sheet.cdtext: " + place() + ": the CDTEXTFILE \"a.cdt\" is not there"});
  EXPECT_EQ(build(sheet).remarks, Lines{"CDTEXTFILE \"a.cdt\""});
  folder_.write("a.cdt", std::string("no packs at all"));
  EXPECT_EQ(problems(sheet), Lines{"sheet.cdtext: " + place() +
                                   ": the CDTEXTFILE \"a.cdt\" holds no packs of "
                                   "CD-Text"});
  CdTextBlock block;
  block.disc = {{"TITLE", "Album"}};
  block.tracks[1] = {{"TITLE", "Song"}};
  folder_.write("a.cdt", write_cdt(encode_cd_text(std::vector{block}, 1, 1, "x").packs));
  const Disc disc = build(sheet);
  EXPECT_EQ(disc.text, (TextFields{{"TITLE", "Album"}}));
  EXPECT_EQ(disc.tracks.at(0).text, (TextFields{{"TITLE", "Song"}}));
  EXPECT_EQ(disc.files.size(), 2U);
  EXPECT_TRUE(disc.remarks.empty());
  EXPECT_EQ(problems(sheet), Lines());
}

// A tone, sector for sector.
Bytes tone(int sectors) {
  Bytes bytes;
  for (int i = 0; i < sectors * 588; ++i) {
    const double phase = i * 2 * 3.14159265 * 440 / 44100;
    const auto level = static_cast<std::int16_t>(9000 * std::sin(phase));
    for (int channel = 0; channel < 2; ++channel) {
      bytes.push_back(static_cast<std::uint8_t>(level & 0xFF));
      bytes.push_back(static_cast<std::uint8_t>(level >> 8 & 0xFF));
    }
  }
  return bytes;
}

TEST_F(CueContent, WarnsOfSamplesThatSoundSwapped) {
  Bytes bytes = tone(40);
  folder_.write("a.bin", bytes);
  EXPECT_EQ(problems(one_track("AUDIO")), Lines());
  EXPECT_EQ(problems(one_track("AUDIO", "MOTOROLA")),
            Lines{"track.byte_order: " + place() +
                  ": the samples of track 1 seem to have their low "
                  "byte first, which BINARY would say"});
  test::swap_pairs(bytes);
  folder_.write("a.bin", bytes);
  EXPECT_EQ(problems(one_track("AUDIO", "MOTOROLA")), Lines());
  EXPECT_EQ(problems(one_track("AUDIO")), Lines{"track.byte_order: " + place() +
                                                ": the samples of track 1 seem to have their "
                                                "high byte first, which MOTOROLA would say"});
  folder_.write("a.bin", Bytes(bytes.size()));
  EXPECT_EQ(problems(one_track("AUDIO")), Lines()) << "silence says nothing";
}

}  // namespace
}  // namespace pregap::formats
