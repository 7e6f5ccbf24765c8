// Sound files behind a sheet, made here by libsndfile.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "formats/cue_builder.h"
#include "support/disc_builder.h"
#include "support/program.h"

#ifdef PREGAP_SNDFILE
#include <sndfile.h>
#endif

namespace pregap::formats {
namespace {

using test::Bytes;
using Lines = std::vector<std::string>;

#ifdef PREGAP_SNDFILE

class CueSound : public testing::Test {
 protected:
  // `count` bytes of 16-bit stereo samples at `rate`.
  void write(const std::string& name, int format, const Bytes& samples, int rate = 44100) {
    SF_INFO info{};
    info.format = format;
    info.samplerate = rate;
    info.channels = 2;
    SNDFILE* file = sf_open((folder_ / name).c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr);
    std::vector<short> values(samples.size() / 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<short>(samples[2 * i] | samples[2 * i + 1] << 8);
    }
    sf_writef_short(file, values.data(), static_cast<sf_count_t>(values.size() / 2));
    ASSERT_EQ(sf_close(file), 0);
  }
  Disc build(const std::string& sheet) {
    return build_cue_disc(parse_cue(sheet, "disc.cue"), folder_ / "disc.cue", {});
  }
  static Bytes read(const Disc& disc, std::int32_t sectors) {
    Bytes bytes(static_cast<std::size_t>(sectors) * kSectorSize);
    EXPECT_EQ(disc.read_sectors(Lba(0), sectors, bytes), sectors);
    return bytes;
  }
  const test::TempFolder folder_;
  const Bytes audio_ = test::bytes_of(test::sound_sectors(SectorKind::audio, 200));
};

std::string sheet_of(const std::string& name, const std::string& type) {
  return "FILE \"" + name + "\" " + type +
         "\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:02:00\n";
}

TEST_F(CueSound, IsDecodedWhateverTheSheetCallsIt) {
  write("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, audio_);
  write("a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, audio_);
  write("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, audio_);
  const struct {
    const char *name, *type, *encoding;
  } rows[] = {{"a.flac", "FLAC", "flac"}, {"a.flac", "WAVE", "flac"}, {"a.aiff", "AIFF", "aiff"},
              {"a.wav", "WAVE", ""},      {"a.wav", "MP3", ""},       {"a.flac", "SOUND", "flac"}};
  for (const auto& row : rows) {
    const Disc disc = build(sheet_of(row.name, row.type));
    EXPECT_EQ(test::layout_of(disc), (Lines{"1 audio session 1 index 01=0 stored 0+150",
                                            "2 audio session 1 index 01=150 stored 150+50"}))
        << row.name;
    EXPECT_EQ(disc.files.at(0).encoding, row.encoding) << row.name << " as " << row.type;
    EXPECT_TRUE(read(disc, 200) == audio_) << row.name << " as " << row.type;
  }
}

TEST_F(CueSound, IsFilledUpToAWholeSector) {
  Bytes samples = audio_;
  samples.resize(samples.size() - 1000);
  write("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, samples);
  const Disc disc = build(sheet_of("a.flac", "WAVE"));
  EXPECT_EQ(disc.stored_sectors(), 200);
  EXPECT_EQ(test::problems_of(disc.problems),
            Lines{"file.samples: " + (folder_ / "a.flac").string() +
                  ": 1352 bytes of samples behind the last whole sector, filled up to one with "
                  "silence"});
  samples.resize(audio_.size(), 0);
  EXPECT_TRUE(read(disc, 200) == samples);
}

TEST_F(CueSound, IsRefusedWhereACdCannotHoldIt) {
  write("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, audio_, 96000);
  EXPECT_TRUE(test::error_of([&] { build(sheet_of("a.flac", "WAVE")); })
                  .starts_with("unsupported: " + (folder_ / "a.flac").string() +
                               ": flac with 2 channels at 96000 Hz, expected "));
}

TEST_F(CueSound, HoldsNoData) {
  write("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, audio_);
  const auto error = [&](const std::string& mode) {
    return test::error_of(
        [&] { build("FILE a.flac FLAC\nTRACK 01 " + mode + "\nINDEX 01 00:00:00\n"); });
  };
  const std::string start = "unsupported: " + (folder_ / "disc.cue").string() + ":2: track 1 is ";
  EXPECT_EQ(error("MODE1/2352"),
            start + "MODE1/2352 in a FLAC file, expected data in a BINARY file");
  EXPECT_EQ(error("CDG"), start + "CDG in a FLAC file, expected AUDIO");
}

#endif

}  // namespace
}  // namespace pregap::formats
