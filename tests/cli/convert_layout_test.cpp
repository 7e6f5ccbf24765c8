// Layouts that one descriptor says otherwise than another, or not at all: what comes out reads back
// as what went in, but for what the loss report names.
#include <gtest/gtest.h>

#include "cli/conversions.h"

namespace pregap::test {
namespace {

class ConvertLayout : public Conversions {};

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

}  // namespace
}  // namespace pregap::test
