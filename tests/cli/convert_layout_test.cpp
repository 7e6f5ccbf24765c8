// Layouts that one descriptor says otherwise than another, or not at all: what comes out reads back
// as what went in, but for what the loss report names.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

class ConvertLayout : public testing::Test {
 protected:
  RunResult pregap(std::vector<std::string> arguments) const {
    return run_pregap(std::move(arguments), {.folder = folder_.path()});
  }
  // The lines behind "lost:", or what went wrong.
  std::vector<std::string> lost(const std::string& from, const std::string& to) const {
    const RunResult r = pregap({"convert", from, to, "--verify", "--force", "--json"});
    if (r.status != 0) return {r.out + r.err};
    std::vector<std::string> messages;
    const auto losses = json_lines(r.out).at(0).at("losses");
    for (const auto& loss : losses) messages.push_back(loss.at("what"));
    return messages;
  }
  void put(const std::string& name, const Sectors& data, const Sectors& audio = {}) const {
    Bytes bytes = bytes_of(data);
    const Bytes rest = bytes_of(audio);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    folder_.write(name, bytes);
  }

  TempFolder folder_;
};

using Lines = std::vector<std::string>;

// Of a data track that ends at LBA 100, with a lead-out as it is told and what follows the entries.
std::string one_track_ccd(const std::string& lead_out, const std::string& rest) {
  return "[CloneCD]\nVersion=3\n[Entry 0]\nSession=1\nPoint=0xa2\nADR=0x01\n"
         "Control=0x04\n" +
         lead_out +
         "\n[Entry 1]\nSession=1\nPoint=0x01\nADR=0x01\nControl=0x04\n"
         "PLBA=0\nPMin=0\nPSec=2\nPFrame=0\n" +
         rest;
}
constexpr const char* kLeadOut = "PLBA=100\nPMin=0\nPSec=3\nPFrame=25";

TEST_F(ConvertLayout, SectorsBeforeTheFirstAddressStayInACcd) {
  put("a.bin", sound_sectors(SectorKind::mode1, 250, -150));
  folder_.write("a.cue",
                "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 00 00:00:00\nINDEX 01 00:02:00\n");
  EXPECT_EQ(lost("a.cue", "b.ccd"), Lines{});
  EXPECT_EQ(lost("b.ccd", "c.cue"), Lines{});
  EXPECT_EQ(folder_.read("c.bin"), folder_.read("a.bin"));
  const RunResult r = pregap({"verify", "b.ccd"});
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_NE(r.out.find("250"), std::string::npos) << r.out;
}

// An INDEX 0 for which nothing is stored.
TEST_F(ConvertLayout, AnIndexOfACcdBeforeTheFirstAddressMayBeStoredNowhere) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.ccd", one_track_ccd(kLeadOut, "[TRACK 1]\nMODE=1\nINDEX 0=-150\nINDEX 1=0\n"));
  const RunResult r = pregap({"verify", "a.ccd"});
  EXPECT_EQ(r.status, 0) << r.out;
  const RunResult info = pregap({"info", "a.ccd"});
  EXPECT_NE(info.out.find("by its size and addresses the pregap of the first track is not in the "
                          "image"),
            std::string::npos)
      << info.out;
}

TEST_F(ConvertLayout, APregapOfTheOtherKindGoesIntoNoFileOfAGdi) {
  put("a.bin", sound_sectors(SectorKind::mode1, 300), sound_sectors(SectorKind::audio, 450, 300));
  folder_.write("a.cue",
                "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
                "TRACK 02 AUDIO\nINDEX 00 00:04:00\nINDEX 01 00:06:00\n"
                "TRACK 03 AUDIO\nINDEX 00 00:07:00\nINDEX 01 00:08:00\n");
  EXPECT_EQ(lost("a.cue", "b.gdi"), (Lines{"pregap", "indexes"}));
  EXPECT_EQ(folder_.read("b01.bin").size(), 300U * 2352);
  EXPECT_EQ(folder_.read("b02.raw").size(), 150U * 2352);  // and the pregap of track 3
  EXPECT_EQ(folder_.read("b03.raw").size(), 150U * 2352);
  const RunResult r = pregap({"verify", "b.gdi"});
  EXPECT_EQ(r.status, 0) << r.out;
}

TEST_F(ConvertLayout, APostgapAndATypeAreReadBackFromAGdiAsItTellsThem) {
  put("a.bin", sound_sectors(SectorKind::mode2_form1, 300));
  folder_.write("a.cue", sheet("a.bin", "MODE2/2352") + "POSTGAP 00:02:00\n");
  EXPECT_EQ(lost("a.cue", "b.gdi"), Lines{"gaps"});
}

TEST_F(ConvertLayout, ACdBecomesAGdiAndAGdRomASheetWithoutLoss) {
  put("a.bin", sound_sectors(SectorKind::mode1, 30));
  folder_.write("a.cue", sheet("a.bin", "MODE1/2352"));
  EXPECT_EQ(lost("a.cue", "b.gdi"), Lines{});
  put("h.bin", sound_sectors(SectorKind::mode1, 30, 45000));
  folder_.write("g.cue",
                "REM SINGLE-DENSITY AREA\nFILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 "
                "00:00:00\nREM HIGH-DENSITY AREA\nFILE h.bin BINARY\nTRACK 02 MODE1/2352\nINDEX 01 "
                "00:00:00\n");
  EXPECT_EQ(lost("g.cue", "i.cue"), Lines{});
}

TEST_F(ConvertLayout, TextThatPacksCanNotHoldIsALoss) {
  put("a.bin", sound_sectors(SectorKind::audio, 300));
  folder_.write("a.cue",
                "PERFORMER \"Zo\xC3\xAB\"\nFILE a.bin BINARY\nTRACK 01 AUDIO\nTITLE "
                "\"\xE6\x9D\xB1\xE4\xBA\xAC\"\nINDEX 01 00:00:00\n");
  EXPECT_EQ(lost("a.cue", "b.ccd"), Lines{"cd_text"});
  const RunResult r = pregap({"convert", "a.cue", "c.ccd", "--no-loss"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: c.ccd: it would lose CD-Text: block 0 of CD-Text has characters that ISO "
            "8859-1 has not, written as ?, expected no loss\n");
  EXPECT_EQ(lost("a.cue", "d.toc"), Lines{});
  EXPECT_EQ(lost("d.toc", "e.cue"), Lines{"cd_text"});  // the packs beside the sheet
}

TEST_F(ConvertLayout, ASectorSizeIsBelievedTrackByTrack) {
  put("a.bin", sound_sectors(SectorKind::mode1, 300), sound_sectors(SectorKind::audio, 450, 300));
  folder_.write("a.cue",
                "FILE a.bin BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX "
                "01 00:04:00\n");
  const RunResult raw = pregap({"verify", "a.cue"});
  EXPECT_EQ(raw.status, 0) << raw.out;
  const RunResult info = pregap({"info", "a.cue"});
  EXPECT_NE(
      info.out.find("warning: a.cue:2: track 1 is declared MODE1/2048, its file holds sectors "
                    "of 2352 bytes\n"),
      std::string::npos)
      << info.out;
  EXPECT_NE(info.out.find("750 sectors in 1 file"), std::string::npos) << info.out;
  // The second one of two.
  folder_.write(
      "d.cue",
      "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 MODE1/2048\nINDEX "
      "01 00:02:00\n");
  EXPECT_NE(pregap({"info", "d.cue"})
                .out.find("d.cue:4: track 2 is declared MODE1/2048, its file "
                          "holds sectors of 2352 bytes"),
            std::string::npos);
  // Declared 2352, stored as 2048 and audio behind.
  Bytes cooked(300 * 2048);
  const std::string_view descriptor("\1CD001\1");
  std::copy(descriptor.begin(), descriptor.end(), cooked.begin() + 16 * 2048);
  cooked.resize(cooked.size() + 450 * 2352, 7);
  folder_.write("c.bin", cooked);
  folder_.write("c.cue",
                "FILE c.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX "
                "01 00:04:00\n");
  const RunResult mixed = pregap({"info", "c.cue"});
  EXPECT_NE(mixed.out.find("750 sectors in 1 file"), std::string::npos) << mixed.out;
  EXPECT_NE(mixed.out.find("its file holds sectors of 2048 bytes"), std::string::npos) << mixed.out;
  // Raw sectors behind these, which their sheet takes for cooked.
  const Bytes behind = bytes_of(sound_sectors(SectorKind::mode1, 100, 750));
  cooked.insert(cooked.end(), behind.begin(), behind.end());
  folder_.write("c.bin", cooked);
  folder_.write("e.cue",
                "FILE c.bin BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX "
                "01 00:04:00\nTRACK 03 MODE1/2048\nINDEX 01 00:10:00\n");
  const RunResult third = pregap({"info", "e.cue"});
  EXPECT_NE(third.out.find("850 sectors in 1 file"), std::string::npos) << third.out;
  EXPECT_NE(
      third.out.find("e.cue:6: track 3 is declared MODE1/2048, its file holds sectors of 2352 "
                     "bytes"),
      std::string::npos)
      << third.out;
}

TEST_F(ConvertLayout, EntriesThatAreNoTracksAreALossButForACcd) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.ccd", one_track_ccd(kLeadOut,
                                       "[Session 1]\nPreGapMode=1\nPreGapSubC=1\n[Entry "
                                       "2]\nSession=1\nPoint=0xc1\nADR=0x05\nControl=0x04\nAMin="
                                       "5\nPMin=9\n[TRACK 1]\nMODE=1\nINDEX 1=0\n"));
  EXPECT_EQ(lost("a.ccd", "b.ccd"), Lines{});
  EXPECT_EQ(lost("a.ccd", "b.cue"), (Lines{"toc", "pregap_mode"}));
  EXPECT_EQ(lost("b.cue", "c.ccd"), Lines{});
}

TEST_F(ConvertLayout, TracksOfOneNumberInTwoSessionsGetFilesOfTheirOwn) {
  put("a.bin", sound_sectors(SectorKind::audio, 40));
  put("b.bin", sound_sectors(SectorKind::audio, 50, 40));
  folder_.write("a.cue",
                "REM SESSION 01\nFILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                "REM SESSION 02\nFILE b.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
  const RunResult r = pregap({"convert", "a.cue", "o.cue", "--split", "tracks", "--verify"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(folder_.read("o (Track 1).bin"), folder_.read("a.bin"));
  EXPECT_EQ(folder_.read("o (Track 1) (Session 2).bin"), folder_.read("b.bin"));
  const RunResult wav = pregap({"convert", "a.cue", "w", "--to", "wav", "--verify"});
  EXPECT_EQ(wav.status, 0) << wav.out << wav.err;
  EXPECT_EQ(folder_.read("w/Track 01.wav").size(), 44U + 40 * 2352);
  EXPECT_EQ(folder_.read("w/Session 2 Track 01.wav").size(), 44U + 50 * 2352);
}

// The file ends within track 1.
TEST_F(ConvertLayout, TracksOfWhichNothingIsStoredAreNamedAndLeftOut) {
  put("a.bin", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.cue",
                "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nINDEX 02 00:01:50\n"
                "TRACK 02 AUDIO\nINDEX 00 00:02:00\nINDEX 01 00:04:00\n"
                "TRACK 03 AUDIO\nINDEX 01 00:05:00\n");
  for (const char* out : {"b.cue", "c.ccd", "d.toc", "e.gdi"}) {
    SCOPED_TRACE(out);
    const RunResult r = pregap({"convert", "a.cue", out, "--keep-damaged", "--verify"});
    EXPECT_EQ(r.status, 1) << r.out << r.err;
    EXPECT_NE(r.out.find("lost: tracks 2-3, of which nothing is stored\n"), std::string::npos)
        << r.out;
    const RunResult info = pregap({"info", out});
    EXPECT_EQ(info.status, 0) << info.out << info.err;
    EXPECT_NE(info.out.find("1 track, 100 sectors"), std::string::npos) << info.out;
    const RunResult verify = pregap({"verify", out});
    EXPECT_EQ(verify.status, 0) << verify.out;
  }
}

TEST_F(ConvertLayout, ASessionOfWhichNothingIsStoredIsLeftOut) {
  put("a.bin", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.cue",
                "FILE a.bin BINARY\nREM SESSION 01\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
                "REM SESSION 02\nTRACK 02 AUDIO\nINDEX 01 00:04:00\n");
  for (const char* out : {"b.cue", "c.ccd"}) {
    SCOPED_TRACE(out);
    const RunResult r = pregap({"convert", "a.cue", out, "--keep-damaged", "--verify"});
    EXPECT_EQ(r.status, 1) << r.out << r.err;
    EXPECT_NE(r.out.find("lost: track 2, of which nothing is stored\n"), std::string::npos)
        << r.out;
    const RunResult info = pregap({"info", out});
    EXPECT_NE(info.out.find("1 session, 1 track, 100 sectors"), std::string::npos) << info.out;
  }
}

TEST_F(ConvertLayout, TheEndOfAShortImageIsTheLeadOut) {
  put("a.bin", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.cue", sheet("a.bin", "MODE1/2352"));
  EXPECT_EQ(lost("a.cue", "b.ccd"), Lines{});
  Bytes cut = folder_.read("b.img");
  cut.resize(cut.size() - 8);
  folder_.write("b.img", cut);
  const RunResult r = pregap({"convert", "b.ccd", "c.ccd", "--keep-damaged", "--verify"});
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  EXPECT_EQ(folder_.read("c.img").size(), 99U * 2352);
}

TEST_F(ConvertLayout, NoDescriptorMeansNoTracks) {
  put("a.bin", sound_sectors(SectorKind::audio, 300));
  folder_.write("a.cue",
                "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:01:00\n"
                "REM x\nTRACK 02 AUDIO\nINDEX 01 00:02:00\n");
  EXPECT_EQ(lost("a.cue", "b.bin"), (Lines{"tracks", "indexes", "remarks"}));
  EXPECT_EQ(lost("a.cue", "b.gdi"), (Lines{"pregap", "indexes", "remarks"}));  // what is hidden
  const RunResult one = pregap({"convert", "a.cue", "t.wav", "--track", "1", "--json"});
  EXPECT_EQ(one.status, 0) << one.err;
  const auto losses = json_lines(one.out).at(0).at("losses");
  ASSERT_EQ(losses.size(), 4U) << one.out;
  EXPECT_EQ(losses[0].at("message"), "audio track 2");
  EXPECT_EQ(losses[1].at("message"), "the stored pregap of track 1, 75 sectors");
  EXPECT_EQ(losses[3].at("what"), "remarks");
  const RunResult two = pregap({"convert", "a.cue", "u.wav"});
  EXPECT_EQ(two.status, 2);
  EXPECT_TRUE(two.err.starts_with("pregap: a.cue: 2 audio tracks for one file, expected one\n"))
      << two.err;
  folder_.write("h.cue",
                "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:01:00\n");
  EXPECT_TRUE(pregap({"convert", "h.cue", "u.wav"})
                  .err.starts_with(
                      "pregap: h.cue: an audio track and its pregap for one file, expected one\n"));
  folder_.write("file", Bytes{1});
  EXPECT_EQ(pregap({"convert", "a.cue", "file/w", "--to", "wav"}).err,
            "pregap: file/w: Not a directory, expected a folder for the tracks\n");
  folder_.write("s.cue", "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
  EXPECT_EQ(lost("s.cue", "s.wav"), Lines{});
}

TEST_F(ConvertLayout, WhatADescriptorCanNotSayOfTextIsALoss) {
  put("a.bin", sound_sectors(SectorKind::audio, 300));
  const auto with = [&](const std::string& disc, const std::string& track) {
    folder_.write("a.cue",
                  disc + "\nFILE a.bin BINARY\nTRACK 01 AUDIO\n" + track + "\nINDEX 01 00:00:00\n");
  };
  with("TITLE \"" + std::string(4000, 'x') + '"', "");
  EXPECT_EQ(lost("a.cue", "b.ccd"), Lines{"cd_text"});
  with("TOC_INFO1 \"00 01\"", "");
  EXPECT_EQ(lost("a.cue", "b.ccd"), Lines{"cd_text"});
  EXPECT_EQ(lost("a.cue", "b.toc"), Lines{"cd_text"});
  with("", "PERFORMER \"p\"\nGENRE \"tg\"\nDISC_ID \"td\"");
  EXPECT_EQ(lost("a.cue", "b.toc"), Lines{"cd_text"});
  const std::string toc = folder_.read_text("b.toc");
  EXPECT_NE(toc.find("PERFORMER \"p\""), std::string::npos) << toc;
  EXPECT_EQ(toc.find("GENRE"), std::string::npos) << toc;  // cdrdao would refuse it there
  EXPECT_EQ(toc.find("DISC_ID"), std::string::npos) << toc;
  with("TITLE \"\xE6\x9D\xB1\xE4\xBA\xAC\"", "");
  EXPECT_EQ(lost("a.cue", "b.ccd"), Lines{});  // in MS-JIS
  for (const char* of_disc : {"UPC_EAN \"123\"", "DISC_ID \"td\"", "GENRE \"tg\""}) {
    SCOPED_TRACE(of_disc);
    with("", of_disc);
    EXPECT_EQ(lost("a.cue", "b.toc"), Lines{"cd_text"});
  }
  with("", "ISRC BADISRC");
  EXPECT_EQ(lost("a.cue", "b.toc"), Lines{"isrc"});
  with("TITLE \"good\"", "PERFORMER \"one\"");
  for (const char* out : {"b.ccd", "b.toc", "b.cue"}) EXPECT_EQ(lost("a.cue", out), Lines{});
}

TEST_F(ConvertLayout, GenresAndLanguagesGoFromTocToPacksAndBack) {
  put("a.bin", sound_sectors(SectorKind::audio, 300));
  folder_.write("a.toc",
                "CD_DA\nCD_TEXT {\n LANGUAGE_MAP { 0: 9 1: 8 }\n"
                " LANGUAGE 0 { TITLE \"x\" GENRE { 0, 2, 82, 111, 99, 107, 0 } }\n"
                " LANGUAGE 1 { TITLE \"y\" GENRE { 0, 2, 82, 111, 99, 107, 0 } }\n}\n"
                "TRACK AUDIO\nCD_TEXT { LANGUAGE 0 { TITLE \"a\" } LANGUAGE 1 { TITLE \"b\" } }\n"
                "FILE \"a.bin\" 0 00:04:00\n");
  EXPECT_EQ(lost("a.toc", "b.cue"), Lines{});
  EXPECT_EQ(lost("b.cue", "c.ccd"), Lines{});
  EXPECT_EQ(lost("c.ccd", "d.toc"), Lines{});
  EXPECT_NE(folder_.read_text("d.toc").find("GENRE { 0, 2, 82, 111, 99, 107, 0 }"),
            std::string::npos);
}

TEST_F(ConvertLayout, ALimitOfFilesSizesIsAnError) {
  put("a.bin", sound_sectors(SectorKind::audio, 300));
  folder_.write("a.cue", "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
  const RunResult r =
      run({"/bin/sh", "-c", "ulimit -f 100; exec " PREGAP_PROGRAM " convert a.cue b.cue"},
          {.folder = folder_.path()});
  EXPECT_EQ(r.status, 2) << r.err;
  EXPECT_TRUE(r.err.starts_with("pregap: b.bin:byte ")) << r.err;
  EXPECT_NE(r.err.find("File too large, expected room for the output"), std::string::npos) << r.err;
  EXPECT_EQ(folder_.list(), (std::vector<std::string>{"a.bin", "a.cue"}));
}

TEST_F(ConvertLayout, AudioThatIsNotStoredIsNoOutput) {
  folder_.write("a.bin", Bytes{});
  folder_.write("a.cue", "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
  EXPECT_EQ(pregap({"convert", "a.cue", "a.wav"}).status, 1);
  const RunResult r = pregap({"convert", "a.cue", "a.wav", "--keep-damaged"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: a.cue: audio tracks of which nothing is stored, expected their sectors\n");
}

TEST_F(ConvertLayout, AnotherPregapModeIsALoss) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write(
      "a.ccd",
      one_track_ccd(kLeadOut,
                    "[Session 1]\nPreGapMode=2\nPreGapSubC=0\n[TRACK 1]\nMODE=1\nINDEX 1=0\n"));
  EXPECT_EQ(lost("a.ccd", "b.cue"), Lines{"pregap_mode"});
}

TEST_F(ConvertLayout, QFramesOfCopyProtectionAreALossToAnIso) {
  put("a.bin", sound_sectors(SectorKind::mode1, 300));
  folder_.write("a.cue", sheet("a.bin", "MODE1/2352"));
  const Bytes q = {0x41, 0x01, 0x01, 0x00, 0x00, 0x05, 0x00, 0x00, 0x02, 0x06};
  Bytes sbi = {'S', 'B', 'I', 0, 0x00, 0x02, 0x05, 0x01};
  sbi.insert(sbi.end(), q.begin(), q.end());
  folder_.write("a.sbi", sbi);
  const RunResult r = pregap({"convert", "a.cue", "b.iso", "--json"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const auto losses = json_lines(r.out).at(0).at("losses");
  EXPECT_EQ(losses.back().at("what"), "q_patches") << losses;
  EXPECT_EQ(lost("a.cue", "c.cue"), Lines{});
}

TEST_F(ConvertLayout, APretendedLeadOutIsALoss) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.ccd", one_track_ccd("PLBA=368849\nPMin=81\nPSec=59\nPFrame=74",
                                       "[TRACK 1]\nMODE=1\nINDEX 1=0\n"));
  EXPECT_EQ(lost("a.ccd", "b.ccd"), Lines{"lead_out"});
  EXPECT_EQ(lost("a.ccd", "b.cue"), Lines{"lead_out"});
}

TEST_F(ConvertLayout, AnIsoHasNoDiscTypeToLose) {
  put("a.bin", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.cue", sheet("a.bin", "MODE1/2352"));
  ASSERT_EQ(pregap({"convert", "a.cue", "a.iso"}).status, 0);
  const RunResult r = pregap({"convert", "a.iso", "b.cue", "--mode2", "--no-loss", "--verify"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
}

TEST_F(ConvertLayout, ATypeThatATocRaisesIsALoss) {
  put("a.bin", sound_sectors(SectorKind::mode2_form1, 30));
  folder_.write("a.toc", "CD_ROM\nTRACK MODE2_RAW\nDATAFILE \"a.bin\"\n");
  EXPECT_EQ(lost("a.toc", "b.toc"), Lines{"disc_type"});
  EXPECT_EQ(lost("a.toc", "b.ccd"), Lines{});
}

TEST_F(ConvertLayout, TextIsLookedAtWhateverTheFoldersName) {
  put("a.bin", sound_sectors(SectorKind::audio, 300));
  folder_.write("a.cue", "FILE a.bin BINARY\nTRACK 01 AUDIO\nGENRE \"x\"\nINDEX 01 00:00:00\n");
  std::filesystem::create_directory(folder_ /
                                    "a\x01"
                                    "b");
  EXPECT_EQ(lost("a.cue",
                 "a\x01"
                 "b/b.toc"),
            Lines{"cd_text"});
}

TEST_F(ConvertLayout, OptionsThatMeanNothingAreRefused) {
  put("a.bin", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.cue", sheet("a.bin", "MODE1/2352"));
  const RunResult sparse = pregap({"convert", "a.cue", "b.cue", "--sparse"});
  EXPECT_EQ(sparse.status, 2);
  EXPECT_EQ(sparse.err,
            "pregap: b.cue: --sparse or --split-size for a disc, expected them for disk images\n");
  const RunResult told = pregap({"convert", "a.cue", "b.cue", "--case", "c-1"});
  EXPECT_EQ(told.status, 2);
  EXPECT_NE(told.err.find("--case, --examiner, --evidence"), std::string::npos) << told.err;
  const RunResult split = pregap({"convert", "a.cue", "b.iso", "--split", "tracks"});
  EXPECT_EQ(split.status, 2);
  EXPECT_EQ(split.err, "pregap: b.iso: --split or --make-subchannel for .iso, expected neither\n");
  EXPECT_EQ(folder_.list(), (std::vector<std::string>{"a.bin", "a.cue"}));
}

TEST_F(ConvertLayout, ACdIDiscStaysOne) {
  put("a.bin", sound_sectors(SectorKind::mode2_form1, 30));
  folder_.write("a.cue", "FILE a.bin BINARY\nTRACK 01 CDI/2352\nINDEX 01 00:00:00\n");
  EXPECT_EQ(lost("a.cue", "b.cue"), Lines{});
  EXPECT_NE(folder_.read_text("b.cue").find("CDI/2352"), std::string::npos);
  EXPECT_EQ(lost("a.cue", "c.ccd"), Lines{});
  EXPECT_EQ(lost("a.cue", "e.toc"), Lines{});
  EXPECT_TRUE(folder_.read_text("e.toc").starts_with("CD_I\n"));
  EXPECT_EQ(lost("e.toc", "f.cue"), Lines{});
  EXPECT_EQ(lost("c.ccd", "d.cue"), Lines{});
  EXPECT_NE(folder_.read_text("d.cue").find("CDI/2352"), std::string::npos);
}

}  // namespace
}  // namespace pregap::test
