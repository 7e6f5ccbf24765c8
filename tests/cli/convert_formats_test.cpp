// Every format that convert writes, by the whole program: what comes out, byte for byte, what is
// said of it, and what other people's programs make of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/golden/golden.h"
#include "support/image_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using test::append;
using test::Bytes;
using test::bytes_of;
using test::run_pregap;
using test::RunResult;
using test::Sectors;
using test::sound_sectors;
using test::TempFolder;

// 300 sectors of data, then two tracks of audio of 320, the second with a stored pause of 20.
Sectors mixed_sectors() {
  Sectors all = sound_sectors(SectorKind::mode1, 300);
  append(all, sound_sectors(SectorKind::audio, 640, 300));
  return all;
}
constexpr const char* kSheet =
    "CATALOG 2000000000008\n"
    "FILE \"in.bin\" BINARY\n"
    "  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n"
    "  TRACK 02 AUDIO\n    ISRC DEPRG2000001\n    FLAGS DCP\n    INDEX 01 00:04:00\n"
    "  TRACK 03 AUDIO\n    INDEX 00 00:08:20\n    INDEX 01 00:08:40\n    INDEX 02 00:10:00\n";

class ConvertFormats : public testing::Test {
 protected:
  ConvertFormats() {
    folder_.write("in.bin", bytes_of(sectors_));
    folder_.write("in.cue", std::string(kSheet));
  }
  RunResult convert(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "convert");
    return run_pregap(arguments, {.folder = folder_.path()});
  }
  const Sectors sectors_ = mixed_sectors();
  const TempFolder folder_;
};

TEST_F(ConvertFormats, ToCcdHasItsImageAndAskedForItsSubchannel) {
  const RunResult r = convert({"in.cue", "out.ccd", "--make-subchannel", "--verify"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "out.ccd: 940 sectors, 2,302,323 bytes\n"
            "out.img: beside it\nout.sub: beside it\n  read back: equal\n  lost: nothing\n");
  EXPECT_EQ(folder_.read("out.img"), folder_.read("in.bin"));
  EXPECT_EQ(folder_.read("out.sub").size(), 940U * 96);
  const RunResult verified =
      run_pregap({"verify", "out.ccd", "--json"}, {.folder = folder_.path()});
  EXPECT_EQ(verified.status, 0);
  const auto json = test::json_lines(verified.out).at(0);
  EXPECT_EQ(json.at("faults").at("subchannel_q"), 0);
  EXPECT_EQ(json.at("problems"), nlohmann::json::array());
}

// Disks have these endings too: whoever wants the image for one is told how to get it.
TEST_F(ConvertFormats, AnIsoToImgBecomesRawSectorsAndIsTold) {
  Bytes iso = test::read_file(test::samples() / "cooked/data.iso");
  folder_.write("data.iso", iso);
  ASSERT_EQ(convert({"data.iso", "raw.bin"}).status, 0);
  for (const std::string name : {"out.img", "out.raw"}) {
    const RunResult r = convert({"data.iso", name});
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(folder_.read(name), folder_.read("raw.bin"));
    EXPECT_NE(r.out.find("warning: " + name +
                         ": sectors of 2352 bytes, as a CD's raw image has them; --to dd writes "
                         "the ISO as it is\n"),
              std::string::npos)
        << r.out;
  }
  // A stick's: with a partition of it in sector 0.
  iso[446 + 4] = 0x17;
  iso[446 + 12] = 100;
  iso[510] = 0x55;
  iso[511] = 0xAA;
  folder_.write("hybrid.iso", iso);
  const RunResult r = convert({"hybrid.iso", "hybrid.img"});
  EXPECT_NE(r.out.find(", while the ISO is a disk too, with a partition table (mbr); --to dd "),
            std::string::npos)
      << r.out;
  ASSERT_EQ(convert({"hybrid.iso", "hybrid.img", "--to", "dd", "--force"}).status, 0);
  EXPECT_EQ(folder_.read("hybrid.img"), iso);
}

TEST_F(ConvertFormats, ToTocIsTakenByCdrdao) {
  ASSERT_EQ(convert({"in.cue", "out.toc", "--verify"}).status, 0);
  EXPECT_EQ(folder_.read("out.bin"), folder_.read("in.bin"));
  if (!test::is_installed("cdrdao")) GTEST_SKIP() << "no cdrdao";
  const RunResult r = test::run({"cdrdao", "show-toc", "out.toc"}, {.folder = folder_.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_NE((r.out + r.err).find("TRACK  3"), std::string::npos) << r.out << r.err;
}

TEST_F(ConvertFormats, SubchannelGoesFromCcdToTocAndBack) {
  ASSERT_EQ(convert({"in.cue", "a.ccd", "--make-subchannel"}).status, 0);
  const RunResult r = convert({"a.ccd", "b.toc", "--verify"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder_.read("b.bin").size(), 940U * 2448);
  ASSERT_EQ(convert({"b.toc", "c.ccd", "--verify"}).status, 0);
  EXPECT_EQ(folder_.read("c.img"), folder_.read("in.bin"));
  EXPECT_EQ(folder_.read("c.sub"), folder_.read("a.sub"));
}

TEST_F(ConvertFormats, ToGdiHasAFileATrack) {
  const RunResult r = convert({"in.cue", "out.gdi"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder_.read_text("out.gdi"),
            "3\n1 0 4 2352 out01.bin 0\n2 300 0 2352 out02.raw 0\n3 640 0 2352 out03.raw 0\n");
  EXPECT_EQ(folder_.read("out01.bin"), bytes_of(sectors_, 0, 300));
  EXPECT_EQ(folder_.read("out02.raw"), bytes_of(sectors_, 300, 340));
  EXPECT_EQ(folder_.read("out03.raw"), bytes_of(sectors_, 640, 300));
  EXPECT_EQ(r.out.substr(0, r.out.find("out.gdi")),
            "  lost: all indexes but each track's 01\n  lost: track flags\n"
            "  lost: the catalogue number (MCN)\n  lost: ISRCs\n");
}

TEST_F(ConvertFormats, SplitTracksHaveRedumpsNames) {
  ASSERT_EQ(convert({"in.cue", "out.cue", "--split", "tracks", "--verify"}).status, 0);
  EXPECT_EQ(folder_.read("out (Track 1).bin"), bytes_of(sectors_, 0, 300));
  EXPECT_EQ(folder_.read("out (Track 2).bin"), bytes_of(sectors_, 300, 320));
  EXPECT_EQ(folder_.read("out (Track 3).bin"), bytes_of(sectors_, 620, 320));
  ASSERT_EQ(convert({"out.cue", "back.cue"}).status, 0);
  EXPECT_EQ(folder_.read("back.bin"), folder_.read("in.bin"));
}

TEST_F(ConvertFormats, ToBinIsTheSectorsAlone) {
  const RunResult r = convert({"in.cue", "out.bin"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder_.read("out.bin"), folder_.read("in.bin"));
  EXPECT_EQ(folder_.list(), (std::vector<std::string>{"in.bin", "in.cue", "out.bin"}));
}

Bytes samples_of(const Bytes& wave) { return {wave.begin() + 44, wave.end()}; }

TEST_F(ConvertFormats, ToWaveInAFolderLosesNoSampleOfTheTracks) {
  const RunResult r = convert({"in.cue", "tracks", "--to", "wav", "--verify"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(samples_of(folder_.read("tracks/Track 02.wav")), bytes_of(sectors_, 300, 340));
  EXPECT_EQ(samples_of(folder_.read("tracks/Track 03.wav")), bytes_of(sectors_, 640, 300));
  EXPECT_NE(r.out.find("  lost: data track 1\n"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("  read back: equal\n"), std::string::npos) << r.out;
}

TEST_F(ConvertFormats, ToWaveGivesAPregapBehindNoAudioAFileOfItsOwn) {
  folder_.write("hidden.cue", std::string("FILE in.bin BINARY\nTRACK 01 AUDIO\nINDEX 00 00:00:00\n"
                                          "INDEX 01 00:04:00\n"));
  folder_.write("behind.cue",
                std::string("FILE in.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
                            "TRACK 02 AUDIO\nINDEX 00 00:04:00\nINDEX 01 00:06:00\n"));
  ASSERT_EQ(convert({"hidden.cue", "a", "--to", "wav"}).status, 0);
  ASSERT_EQ(convert({"behind.cue", "b", "--to", "wav"}).status, 0);
  EXPECT_EQ(samples_of(folder_.read("a/Track 00.wav")), bytes_of(sectors_, 0, 300));
  EXPECT_EQ(samples_of(folder_.read("a/Track 01.wav")), bytes_of(sectors_, 300, 640));
  EXPECT_EQ(samples_of(folder_.read("b/Track 02 pregap.wav")), bytes_of(sectors_, 300, 150));
  EXPECT_EQ(samples_of(folder_.read("b/Track 02.wav")), bytes_of(sectors_, 450, 490));
}

TEST_F(ConvertFormats, ToFlacIsWhatAnotherDecoderGives) {
  const RunResult r = convert({"in.cue", "three.flac", "--track", "3", "--verify"});
  EXPECT_EQ(r.status, 0) << r.err;
  if (!test::is_installed("flac")) GTEST_SKIP() << "no flac";
  const RunResult decoded =
      test::run({"flac", "-d", "-s", "-o", "back.wav", "three.flac"}, {.folder = folder_.path()});
  ASSERT_EQ(decoded.status, 0) << decoded.err;
  EXPECT_EQ(samples_of(folder_.read("back.wav")), bytes_of(sectors_, 640, 300));
}

TEST_F(ConvertFormats, NoLossRefusesBeforeAnythingIsWritten) {
  const auto before = folder_.list();
  const RunResult r = convert({"in.cue", "out.gdi", "--no-loss"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: out.gdi: it would lose all indexes but each track's 01, expected no loss\n");
  EXPECT_EQ(convert({"in.cue", "waves", "--to", "wav", "--no-loss"}).status, 2);
  EXPECT_EQ(folder_.list(), before);
  EXPECT_EQ(convert({"in.cue", "out.ccd", "--no-loss"}).status, 0);
}

struct UsageCase {
  std::vector<std::string> arguments;
  const char* error;
};

TEST_F(ConvertFormats, OptionsThatDoNotFitAreRefused) {
  const std::vector<UsageCase> cases = {
      {{"in.cue", "out.cue", "--make-subchannel"},
       "out.cue: --make-subchannel without a file for it, expected it for .ccd only"},
      {{"in.cue", "out.ccd", "--split", "tracks"},
       "out.ccd: --split tracks for a format of one file, expected .cue or .toc"},
      {{"in.cue", "out.ccd", "--track", "1"},
       "out.ccd: --track, --fill or --form2 for a descriptor, expected none of them"},
      {{"in.cue", "out.wav"},
       "in.cue: 2 audio tracks for one file, expected one\n"
       "hint: --track N chooses one; a folder and --to wav takes all"},
      {{"in.cue", "out.wav", "--track", "1"}, "in.cue: track 1 is no audio track, expected one"},
      {{"in.cue", "out.cue", "--to", "bin", "--split", "tracks"},
       "out.cue: --split tracks for a format of one file, expected .cue or .toc"},
  };
  const auto before = folder_.list();
  for (const UsageCase& c : cases) {
    const RunResult r = convert(c.arguments);
    EXPECT_EQ(r.status, 2) << c.error;
    EXPECT_EQ(r.err, "pregap: " + std::string(c.error) + "\n");
  }
  EXPECT_EQ(folder_.list(), before);
}

}  // namespace
}  // namespace pregap
