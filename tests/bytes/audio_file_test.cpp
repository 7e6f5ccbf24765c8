// Sound files, made here by libsndfile and read through pregap.
#include "bytes/audio_file.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

#ifdef PREGAP_SNDFILE
#include <sndfile.h>
#endif

namespace pregap {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(AudioFile, KnowsSoundByItsBeginning) {
  const auto looks = [](Bytes bytes) {
    return looks_like_sound(*memory_source(std::move(bytes), "m"));
  };
  EXPECT_TRUE(looks({'f', 'L', 'a', 'C', 0}));
  EXPECT_TRUE(looks({'I', 'D', '3', 4}));
  EXPECT_TRUE(looks({0xFF, 0xFB, 0x90, 0}));
  EXPECT_FALSE(looks({0xFF, 0xFF, 0xFF, 0xFF}));
  EXPECT_FALSE(looks({0, 0xFF, 0xFF, 0xFF}));
  EXPECT_FALSE(looks({'f', 'L', 'a'}));
}

#ifdef PREGAP_SNDFILE

// Tones that change all the time, so that no place looks like another.
std::vector<short> samples(std::size_t frames, int channels = 2) {
  std::mt19937 random(7);
  std::vector<short> out(frames * static_cast<std::size_t>(channels));
  int level = 0;
  for (short& sample : out) {
    level = std::clamp(level + static_cast<int>(random() % 2001) - 1000, -32000, 32000);
    sample = static_cast<short>(level);
  }
  return out;
}

Bytes little_endian(const std::vector<short>& values) {
  Bytes bytes;
  for (const short value : values) {
    bytes.push_back(static_cast<std::uint8_t>(value & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 & 0xFF));
  }
  return bytes;
}

class DecodedFile : public testing::Test {
 protected:
  struct Format {
    int format;
    int rate = 44100, channels = 2;
  };
  // False where this libsndfile can't write such a file.
  bool write(const std::string& name, const Format& f, const std::vector<short>& values) {
    SF_INFO info{};
    info.format = f.format;
    info.samplerate = f.rate;
    info.channels = f.channels;
    if (sf_format_check(&info) == 0) return false;
    SNDFILE* file = sf_open((folder_ / name).c_str(), SFM_WRITE, &info);
    if (file == nullptr) return false;
    sf_writef_short(file, values.data(), static_cast<sf_count_t>(values.size()) / f.channels);
    return sf_close(file) == 0;
  }
  DecodedAudio decode(const std::string& name) const {
    return decode_audio(open_file(folder_ / name));
  }
  Bytes read(const ByteSource& source, std::uint64_t offset, std::size_t size) const {
    Bytes out(size);
    out.resize(source.read(offset, out));
    return out;
  }
  const test::TempFolder folder_;
};

constexpr std::size_t kFrames = 300'000;  // many blocks

TEST_F(DecodedFile, GivesTheSamplesOfLosslessFiles) {
  const std::vector<short> values = samples(kFrames);
  const Bytes expected = little_endian(values);
  const struct {
    const char* name;
    int format;
    const char* encoding;
  } rows[] = {{"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, "flac"},
              {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, "aiff"},
              {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, "wave"}};
  for (const auto& row : rows) {
    ASSERT_TRUE(write(row.name, {row.format}, values)) << row.name;
    const DecodedAudio decoded = decode(row.name);
    EXPECT_EQ(decoded.encoding, row.encoding);
    ASSERT_EQ(decoded.samples->size(), expected.size()) << row.name;
    EXPECT_TRUE(read(*decoded.samples, 0, expected.size()) == expected) << row.name;
    EXPECT_EQ(read(*decoded.samples, expected.size(), 1).size(), 0u);
    EXPECT_EQ(read(*decoded.samples, expected.size() - 1, 5).size(), 1u);
  }
}

TEST_F(DecodedFile, GivesTheSameFromAnyOffset) {
  const std::vector<short> values = samples(kFrames);
  const Bytes expected = little_endian(values);
  ASSERT_TRUE(write("a.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16}, values));
  const DecodedAudio decoded = decode("a.flac");
  std::mt19937 random(3);
  for (int i = 0; i < 60; ++i) {
    const std::size_t offset = random() % expected.size();
    const std::size_t size = std::min<std::size_t>(random() % 100'000, expected.size() - offset);
    const Bytes got = read(*decoded.samples, offset, size);
    ASSERT_TRUE(std::equal(got.begin(), got.end(), expected.begin() + static_cast<long>(offset)))
        << offset << "+" << size;
    ASSERT_EQ(got.size(), size);
  }
}

TEST_F(DecodedFile, ServesSeveralThreads) {
  const std::vector<short> values = samples(kFrames);
  const Bytes expected = little_endian(values);
  ASSERT_TRUE(write("a.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16}, values));
  const DecodedAudio decoded = decode("a.flac");
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t at = t * 25'000; at + 25'000 <= expected.size(); at += 100'000) {
        const Bytes got = read(*decoded.samples, at, 25'000);
        wrong[t] += !std::equal(got.begin(), got.end(), expected.begin() + static_cast<long>(at));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

// What a lossy file decodes to does not depend on where reading begins.
TEST_F(DecodedFile, DecodesLossyFilesTheSameFromAnyOffset) {
  constexpr std::size_t kMore = 700'000;  // farther than decoding goes on without a seek
  const std::vector<short> values = samples(kMore);
  const struct {
    const char* name;
    int format;
    const char* encoding;
  } rows[] = {{"a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, "mp3"},
              {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, "vorbis"}};
  for (const auto& row : rows) {
    ASSERT_TRUE(write(row.name, {row.format}, values)) << row.name;
    const DecodedAudio whole = decode(row.name), parts = decode(row.name);
    EXPECT_EQ(whole.encoding, row.encoding);
    EXPECT_EQ(whole.samples->size(), kMore * 4) << row.name;
    const Bytes expected = read(*whole.samples, 0, whole.samples->size());
    for (const std::size_t offset : {2'500'000UL, 70'000UL, 1'500'000UL, 0UL}) {
      const Bytes got = read(*parts.samples, offset, 50'000);
      EXPECT_TRUE(std::equal(got.begin(), got.end(), expected.begin() + static_cast<long>(offset)))
          << row.name << " from " << offset;
    }
  }
}

TEST_F(DecodedFile, RefusesWhatACdCannotHold) {
  const auto error = [&](const std::string& name, const Format& format) {
    EXPECT_TRUE(write(name, format, samples(1000, format.channels)));
    const std::string text = test::error_of([&] { decode(name); });
    const std::string start = "unsupported: " + (folder_ / name).string() + ": ";
    EXPECT_TRUE(text.starts_with(start)) << text;
    return text.substr(std::min(start.size(), text.size()));
  };
  const std::string expected =
      ", expected 2 channels, 16 bits, 44100 Hz | resampling would change it; convert it with a "
      "tool made for that";
  EXPECT_EQ(error("48.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000}),
            "flac with 2 channels at 48000 Hz" + expected);
  EXPECT_EQ(error("mono.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 1}),
            "flac with 1 channel at 44100 Hz" + expected);
  EXPECT_EQ(error("24.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_24}),
            "flac with 2 channels of other than 16 bits at 44100 Hz" + expected);
}

TEST_F(DecodedFile, SaysWhatIsNoSoundFile) {
  EXPECT_EQ(test::error_of([] { decode_audio(memory_source(Bytes(5000, 0x55), "m")); }),
            "malformed: m: Format not recognised, expected a sound file");
  EXPECT_TRUE(
      test::error_of([] { decode_audio(memory_source({}, "m")); }).starts_with("malformed: m: "));
}

TEST_F(DecodedFile, SaysWhereADecoderStops) {
  ASSERT_TRUE(write("a.flac", {SF_FORMAT_FLAC | SF_FORMAT_PCM_16}, samples(kFrames)));
  Bytes bytes = folder_.read("a.flac");
  bytes.resize(bytes.size() / 2);
  const DecodedAudio decoded = decode_audio(memory_source(bytes, "m"));
  const std::string error =
      test::error_of([&] { read(*decoded.samples, 0, decoded.samples->size()); });
  EXPECT_TRUE(error.starts_with("unreadable: m: the decoder stops behind sample ")) << error;
  EXPECT_TRUE(error.ends_with(", expected 300000 of them")) << error;
}

#else

TEST(AudioFile, NamesTheMissingLibrary) {
  EXPECT_EQ(test::error_of([] {
              decode_audio(memory_source({'f', 'L', 'a', 'C'}, "m"));
            }),
            "unsupported: m: a sound file that has to be decoded, expected WAVE with plain samples "
            "| this pregap was built without libsndfile");
}

#endif

}  // namespace
}  // namespace pregap
