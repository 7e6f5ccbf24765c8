// What a target can't hold is named, and nothing else is.
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/conversions.h"

namespace pregap::test {
namespace {

class ConvertLosses : public Conversions {};

TEST_F(ConvertLosses, TextThatPacksCanNotHoldIsALoss) {
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

TEST_F(ConvertLosses, EntriesThatAreNoTracksAreALossButForACcd) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.ccd", one_track_ccd(kLeadOut,
                                       "[Session 1]\nPreGapMode=1\nPreGapSubC=1\n[Entry "
                                       "2]\nSession=1\nPoint=0xc1\nADR=0x05\nControl=0x04\nAMin="
                                       "5\nPMin=9\n[TRACK 1]\nMODE=1\nINDEX 1=0\n"));
  EXPECT_EQ(lost("a.ccd", "b.ccd"), Lines{});
  EXPECT_EQ(lost("a.ccd", "b.cue"), (Lines{"toc", "pregap_mode"}));
  EXPECT_EQ(lost("b.cue", "c.ccd"), Lines{});
}

TEST_F(ConvertLosses, NoDescriptorMeansNoTracks) {
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

TEST_F(ConvertLosses, WhatADescriptorCanNotSayOfTextIsALoss) {
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

TEST_F(ConvertLosses, GenresAndLanguagesGoFromTocToPacksAndBack) {
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

TEST_F(ConvertLosses, AnotherPregapModeIsALoss) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write(
      "a.ccd",
      one_track_ccd(kLeadOut,
                    "[Session 1]\nPreGapMode=2\nPreGapSubC=0\n[TRACK 1]\nMODE=1\nINDEX 1=0\n"));
  EXPECT_EQ(lost("a.ccd", "b.cue"), Lines{"pregap_mode"});
}

TEST_F(ConvertLosses, QFramesOfCopyProtectionAreALossToAnIso) {
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

TEST_F(ConvertLosses, APretendedLeadOutIsALoss) {
  put("a.img", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.ccd", one_track_ccd("PLBA=368849\nPMin=81\nPSec=59\nPFrame=74",
                                       "[TRACK 1]\nMODE=1\nINDEX 1=0\n"));
  EXPECT_EQ(lost("a.ccd", "b.ccd"), Lines{"lead_out"});
  EXPECT_EQ(lost("a.ccd", "b.cue"), Lines{"lead_out"});
}

TEST_F(ConvertLosses, AnIsoHasNoDiscTypeToLose) {
  put("a.bin", sound_sectors(SectorKind::mode1, 100));
  folder_.write("a.cue", sheet("a.bin", "MODE1/2352"));
  ASSERT_EQ(pregap({"convert", "a.cue", "a.iso"}).status, 0);
  const RunResult r = pregap({"convert", "a.iso", "b.cue", "--mode2", "--no-loss", "--verify"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
}

TEST_F(ConvertLosses, ATypeThatATocRaisesIsALoss) {
  put("a.bin", sound_sectors(SectorKind::mode2_form1, 30));
  folder_.write("a.toc", "CD_ROM\nTRACK MODE2_RAW\nDATAFILE \"a.bin\"\n");
  EXPECT_EQ(lost("a.toc", "b.toc"), Lines{"disc_type"});
  EXPECT_EQ(lost("a.toc", "b.ccd"), Lines{});
}

TEST_F(ConvertLosses, TextIsLookedAtWhateverTheFoldersName) {
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

TEST_F(ConvertLosses, ACdIDiscStaysOne) {
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
