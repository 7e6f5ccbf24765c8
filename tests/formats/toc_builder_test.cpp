// From a TOC to a disc: addresses, extents, bytes.
#include "formats/toc_builder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "disc/complete.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

class TocBuilder : public testing::Test {
 protected:
  // A file of that many bytes, all holes.
  void bytes(const std::string& name, std::uintmax_t count) {
    folder_.write(name, std::string());
    fs::resize_file(folder_ / name, count);
  }
  void sectors(const std::string& name, std::uintmax_t count) { bytes(name, count * 2352); }
  // Numbers rise through the file, so that each byte tells where it comes from.
  test::Bytes counting(const std::string& name, std::size_t count) {
    test::Bytes content(count);
    for (std::size_t i = 0; i < count; ++i) content[i] = static_cast<std::uint8_t>(i / 7 + i);
    folder_.write(name, content);
    return content;
  }
  void wave(const std::string& name, std::uint32_t samples) {
    const auto le = [](std::uint32_t n) {
      return std::string{static_cast<char>(n), static_cast<char>(n >> 8),
                         static_cast<char>(n >> 16), static_cast<char>(n >> 24)};
    };
    std::string head = "RIFF" + le(36 + samples * 4) + "WAVEfmt " + le(16) + le(0x00020001) +
                       le(44100) + le(176400) + le(0x00100004) + "data" + le(samples * 4);
    folder_.write(name, head);
    fs::resize_file(folder_ / name, 44 + std::uintmax_t{samples} * 4);
  }
  Disc build(const std::string& sheet) {
    const fs::path path = folder_ / "d.toc";
    Disc disc = build_toc_disc(parse_toc(sheet, path.string()), path, {});
    complete_disc(disc);
    return disc;
  }
  Lines layout(const std::string& sheet) { return test::layout_of(build(sheet)); }
  // "file@offset+sectors" of each extent, "blank+sectors" of those in no file.
  Lines extents(const std::string& sheet) {
    Lines lines;
    for (const Track& track : build(sheet).tracks) {
      std::string text;
      for (const Extent& e : track.extents) {
        text += text.empty() ? "" : " ";
        text += e.storage == Storage::blank
                    ? fmt::format("blank+{}", e.sectors)
                    : fmt::format("{}{}@{}+{}", e.file, e.swapped ? "s" : "", e.offset, e.sectors);
      }
      lines.push_back(text);
    }
    return lines;
  }
  // Problems, with names as they are in the folder.
  Lines problems(const std::string& sheet) {
    Lines lines = test::problems_of(build(sheet).problems);
    const std::string folder = folder_.path().string() + "/";
    for (std::string& line : lines) {
      for (auto at = line.find(folder); at != line.npos; at = line.find(folder)) {
        line.erase(at, folder.size());
      }
    }
    return lines;
  }
  std::string error(const std::string& sheet) {
    std::string text = test::error_of([&] { build(sheet); });
    const std::string folder = folder_.path().string() + "/";
    for (auto at = text.find(folder); at != text.npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
  const test::TempFolder folder_;
};

TEST_F(TocBuilder, CountsAddressesFromTheStartOfTheFirstTrack) {
  sectors("a.bin", 1000);
  const std::string sheet =
      "TRACK AUDIO FILE \"a.bin\" 0 0:4:0\n"
      "TRACK AUDIO FILE \"a.bin\" 0:4:0 0:6:0 START 0:2:0 INDEX 0:1:0 INDEX 0:2:0\n"
      "TRACK AUDIO FILE \"a.bin\" 0:10:0\n";
  EXPECT_EQ(layout(sheet), (Lines{"1 audio session 1 index 01=0 stored 0+300",
                                  "2 audio session 1 index 00=300 01=450 02=525 03=600 stored "
                                  "300+450",
                                  "3 audio session 1 index 01=750 stored 750+250"}));
  EXPECT_EQ(extents(sheet), (Lines{"0s@0+300", "0s@705600+450", "0s@1764000+250"}));
  EXPECT_EQ(build(sheet).sessions.at(0).lead_out, Lba(1000));
}

TEST_F(TocBuilder, TakesLeadingSilenceForAPregapThatIsNotStored) {
  sectors("a.bin", 1000);
  const std::string data = "FILE \"a.bin\" 0 0:4:0 ";
  for (const std::string& gap : {"PREGAP 0:2:0 " + data, "SILENCE 0:2:0 START " + data,
                                 "SILENCE 0:1:0 ZERO AUDIO 0:1:0 " + data + " START 0:2:0"}) {
    EXPECT_EQ(layout("TRACK AUDIO " + gap),
              Lines{"1 audio session 1 pregap 150 index 01=150 stored 150+300"})
        << gap;
  }
  EXPECT_EQ(layout("TRACK AUDIO SILENCE 0:2:0 " + data + "START 0:3:0"),
            Lines{"1 audio session 1 pregap 150 index 00=150 01=225 stored 150+300"})
      << "the rest of it is stored";
  EXPECT_EQ(layout("TRACK AUDIO SILENCE 0:2:0 " + data + "START 0:1:0"),
            Lines{"1 audio session 1 pregap 75 index 01=75 stored 75+75 150+300"})
      << "silence behind the start is the track's";
  EXPECT_EQ(extents("TRACK AUDIO SILENCE 0:2:0 " + data + "START 0:1:0"),
            Lines{"blank+75 0s@0+300"});
}

TEST_F(TocBuilder, TakesTrailingSilenceForAPostgapThatIsNotStored) {
  sectors("a.bin", 1000);
  const std::string track = "TRACK AUDIO FILE \"a.bin\" 0 0:4:0 ";
  EXPECT_EQ(layout(track + "SILENCE 0:2:0 " + track),
            (Lines{"1 audio session 1 index 01=0 stored 0+300 postgap 150",
                   "2 audio session 1 index 01=450 stored 450+300"}));
  EXPECT_EQ(layout(track + "SILENCE 0:2:0 INDEX 0:4:0"),
            Lines{"1 audio session 1 index 01=0 02=300 stored 0+300 300+150"})
      << "an index points at it";
  EXPECT_EQ(layout(track + "END SILENCE 0:2:0 INDEX 0:1:0"),
            Lines{"1 audio session 1 index 01=0 02=75 03=300 stored 0+300 300+150"})
      << "END makes an index";
  EXPECT_EQ(layout("TRACK AUDIO SILENCE 0:4:0"), Lines{"1 audio session 1 index 01=0 stored 0+300"})
      << "a track of silence alone keeps it";
}

TEST_F(TocBuilder, ReadsEveryModeInItsSize) {
  const std::vector<std::pair<std::string, std::string>> modes = {
      {"MODE0", "1 mode0 0@0+10 2336"},       {"MODE1", "1 mode1 0@0+10 2048"},
      {"MODE1_RAW", "1 mode1 0@0+10 2352"},   {"MODE2", "1 mode2 0@0+10 2336"},
      {"MODE2_RAW", "1 mode2 0@0+10 2352"},   {"MODE2_FORM1", "1 mode2 0@0+10 2048"},
      {"MODE2_FORM2", "1 mode2 0@0+10 2324"}, {"MODE2_FORM_MIX", "1 mode2 0@0+10 2336"}};
  for (const auto& [mode, expected] : modes) {
    const std::uint32_t size = block_size(*toc_mode(mode), TocSubchannel::none);
    bytes("a.bin", size * 10);
    const std::string sheet = "TRACK " + mode + " DATAFILE \"a.bin\"";
    const Disc disc = build(sheet);
    const Track& track = disc.tracks.at(0);
    EXPECT_EQ(fmt::format("{} {} {} {}", track.number, name_of(track.type), extents(sheet).at(0),
                          stride_of(track.extents.at(0).storage)),
              expected);
    EXPECT_EQ(track.declared_as, mode);
    EXPECT_EQ(extents("TRACK " + mode + " DATAFILE \"a.bin\" #" + std::to_string(size) + " " +
                      std::to_string(size * 4) + " ZERO " + std::to_string(size * 3) +
                      " DATAFILE \"a.bin\" 0:0:1"),
              Lines{fmt::format("0@{}+4 blank+3 0@0+1", size)});
  }
}

TEST_F(TocBuilder, ReadsSubchannelBehindWholeSectors) {
  bytes("a.bin", 2448 * 10);
  const auto runs = [&](const std::string& sheet) {
    std::string text;
    for (const SubchannelRun& run : build(sheet).subchannel) {
      text +=
          fmt::format("{} {}@{}/{} {}+{};", run.order == SubchannelOrder::rw_packs ? "rw" : "raw",
                      run.file, run.offset, run.stride, run.first.value, run.sectors);
    }
    return text;
  };
  EXPECT_EQ(runs("TRACK MODE1_RAW RW_RAW DATAFILE \"a.bin\""), "raw 0@2352/2448 0+10;");
  EXPECT_EQ(runs("TRACK AUDIO RW ZERO 0:0:5 DATAFILE \"a.bin\" #2448 START 0:0:5"),
            "rw 0@4800/2448 5+9;");
  EXPECT_EQ(layout("TRACK MODE1 RW ZERO 0:4:0"), Lines{"1 mode1 session 1 index 01=0 stored 0+300"})
      << "nothing of it is in a file";
  EXPECT_EQ(error("TRACK MODE1 RW\nDATAFILE \"a.bin\""),
            "unsupported: d.toc:2: sectors of 2144 bytes (MODE1 RW), expected sub-channel behind "
            "sectors of 2352: AUDIO, MODE1_RAW or MODE2_RAW");
}

TEST_F(TocBuilder, ReadsSamplesInTheOrderThatTheirFileHas) {
  sectors("a.bin", 10);
  wave("a.wav", 5880);
  wave("b.raw", 5880);
  EXPECT_EQ(extents("TRACK AUDIO FILE \"a.bin\" 0 FILE \"a.bin\" SWAP 0 DATAFILE \"a.bin\""),
            Lines{"0s@0+10 0@0+10 0s@0+10"});
  EXPECT_EQ(
      extents("TRACK AUDIO FILE \"a.wav\" 0 FILE \"a.wav\" SWAP 0:0:4 FILE \"a.wav\" 588 588"),
      Lines{"0@44+10 0s@9452+6 0@2396+1"});
  EXPECT_EQ(
      problems("TRACK AUDIO\nFILE \"b.raw\" 0"),
      Lines{"file.type: d.toc:2: b.raw is a sound file though it isn't named so, read as one"});
}

TEST_F(TocBuilder, JoinsPiecesThatEndWithinASector) {
  const test::Bytes a = counting("a.bin", 2352 * 3);
  wave("b.wav", 588 * 2);
  // 1000 samples of a, 588 of silence, and the rest of a sector from the WAVE file: four sectors.
  const std::string sheet =
      "TRACK AUDIO FILE \"a.bin\" 10 1000 SILENCE 588 FILE \"b.wav\" 5 500\n"
      "TRACK AUDIO FILE \"a.bin\" SWAP 0 588";
  EXPECT_EQ(extents(sheet), (Lines{"0s@40+1 2@0+3", "0@0+1"}));
  const Disc disc = build(sheet);
  EXPECT_EQ(disc.files.at(2).encoding, "joined");
  test::Bytes read(4 * 2352);
  ASSERT_EQ(disc.read_sectors(Lba(0), 4, read), 4);
  test::Bytes expected(a.begin() + 40, a.begin() + 4040);
  test::swap_pairs(expected);
  expected.resize(read.size());
  EXPECT_EQ(read, expected);
  EXPECT_EQ(problems(sheet), Lines{"file.samples: b.wav: 1296 bytes of samples behind the last "
                                   "whole sector, filled up to one with silence"});
}

TEST_F(TocBuilder, PutsAStartBehindUnevenPiecesAtTheNextSector) {
  sectors("a.bin", 10);
  EXPECT_EQ(layout("TRACK AUDIO FILE \"a.bin\" 0 1000 START FILE \"a.bin\" 0"),
            Lines{"1 audio session 1 index 00=0 01=2 stored 0+1 1+1 2+9 11+1"});
}

TEST_F(TocBuilder, ReportsWhatFilesAreShortOf) {
  sectors("a.bin", 10);
  bytes("b.bin", 2048 * 3 + 48);
  EXPECT_EQ(
      layout("TRACK AUDIO FILE \"a.bin\" 0:0:4 0:0:9 TRACK AUDIO FILE \"a.bin\" 0:0:12 0:0:2"),
      (Lines{"1 audio session 1 index 01=0 stored 0+6 missing 3",
             "2 audio session 1 index 01=9 stored missing 2"}));
  EXPECT_EQ(problems("TRACK AUDIO FILE \"a.bin\" 0:0:4 0:0:9"),
            Lines{"file.size: a.bin: the file ends after 23520 bytes, track 1 is short of 7,056 "
                  "bytes"});
  EXPECT_EQ(layout("TRACK MODE1 DATAFILE \"b.bin\""),
            Lines{"1 mode1 session 1 index 01=0 stored 0+3"});
  EXPECT_EQ(problems("TRACK MODE1 DATAFILE \"b.bin\""),
            Lines{"file.size: b.bin: 48 bytes are left over behind the last whole sector, 2000 are "
                  "missing to one of 2048 bytes"});
}

TEST_F(TocBuilder, BelievesTheFileAboutItsSectorsSize) {
  folder_.write("a.bin", test::bytes_of(test::sound_sectors(SectorKind::mode1, 20)));
  for (const char* sheet :
       {"TRACK MODE1\nDATAFILE \"a.bin\" 0:0:20", "TRACK MODE1\nFILE \"a.bin\" 0:0:0"}) {
    EXPECT_EQ(extents(sheet), Lines{"0@0+20"}) << sheet;
    EXPECT_EQ(problems(sheet).back(),
              "track.storage: d.toc:1: the track is declared MODE1, its "
              "file holds sectors of 2352 bytes");
  }
}

TEST_F(TocBuilder, FillsInTheTextOfTheFirstLanguage) {
  const Disc disc = build(
      "CD_ROM_XA FIRST_TRACK_NO 3 CD_TEXT { LANGUAGE_MAP { 1: 15 0: 9 } LANGUAGE 1 { TITLE "
      "\"f\" } LANGUAGE 0 { TITLE \"e\" } }\nTRACK AUDIO CD_TEXT { LANGUAGE 0 { PERFORMER "
      "\"p\" } } SILENCE 0:4:0");
  EXPECT_EQ(disc.text, (TextFields{{"TITLE", "e"}}));
  EXPECT_EQ(disc.tracks.at(0).number, 3);
  EXPECT_EQ(disc.tracks.at(0).text, (TextFields{{"PERFORMER", "p"}}));
  ASSERT_EQ(disc.cd_text.size(), 2u);
  EXPECT_EQ(disc.cd_text.at(1).language, 15);
  EXPECT_EQ(disc.sessions.at(0).type, DiscType::cd_xa);
}

TEST_F(TocBuilder, RefusesWhatLiesOutsideOfWhatThereIs) {
  sectors("a.bin", 10);
  const std::vector<std::pair<std::string, std::string>> table = {
      {"TRACK AUDIO\nFILE \"b.bin\" 0", "not_found: d.toc:2: no file \"b.bin\" in " +
                                            folder_.path().string() +
                                            ", expected the image that the sheet names"},
      {"TRACK AUDIO\nFILE \"../b.bin\" 0",
       "refused: d.toc:2: \"../b.bin\" leads out of the sheet's folder, expected a file in it | "
       "--allow-outside permits it"},
      {"TRACK AUDIO\nFILE \"a.bin\" 0:0:10",
       "malformed: d.toc:2: byte 23520 of a.bin, expected one within its 23520 bytes"},
      {"TRACK AUDIO\nSILENCE 0:4:0\nSTART 0:4:0",
       "malformed: d.toc:3: START at 00:04:00, in a track of 00:04:00, expected one before its "
       "end"},
      {"TRACK AUDIO\nSILENCE 0:4:0\nSTART",
       "malformed: d.toc:3: START at 00:04:00, in a track of 00:04:00, expected one before its "
       "end"},
      {"TRACK AUDIO COPY\n",
       "malformed: d.toc:1: START at 00:00:00, in a track of 00:00:00, expected one before its "
       "end"},
      {"TRACK AUDIO\nSILENCE 0:4:0 START 0:1:0\nINDEX 0:3:0",
       "malformed: d.toc:3: INDEX at 00:03:00, 00:03:00 behind the track's START, expected one "
       "before it"},
      {"TRACK AUDIO\nSILENCE 0:4:0 START 0:1:0\nEND 0:1:0",
       "malformed: d.toc:3: END at 00:01:00, in a track of 00:04:00, expected one between its "
       "START "
       "and its end"},
      {"TRACK AUDIO\nSILENCE 999999999999",
       "unsupported: d.toc:2: 1700680272 sectors, expected at most 1073741823"},
      {"TRACK AUDIO\nSILENCE 90000:0:0\nSILENCE 90000:0:0\nSILENCE 90000:0:0",
       "unsupported: d.toc: more than 1073741823 sectors in all its tracks, expected at most "
       "those"},
  };
  for (const auto& [sheet, expected] : table) EXPECT_EQ(error(sheet), expected) << sheet;
}

}  // namespace
}  // namespace pregap::formats
