#include "formats/wave.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

using test::Bytes;

void put(Bytes& bytes, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
void put(Bytes& bytes, const std::string& text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

Bytes chunk(const std::string& tag, std::uint32_t size, const Bytes& content) {
  Bytes bytes;
  put(bytes, tag);
  put(bytes, size, 4);
  test::append(bytes, content);
  return bytes;
}

struct Form {
  std::uint32_t tag = 1, channels = 2, rate = 44100, bits = 16;
};

Bytes format_chunk(const Form& form = {}, std::uint32_t size = 16) {
  Bytes content;
  put(content, form.tag, 2);
  put(content, form.channels, 2);
  put(content, form.rate, 4);
  put(content, form.rate * form.channels * form.bits / 8, 4);
  put(content, form.channels * form.bits / 8, 2);
  put(content, form.bits, 2);
  content.resize(size);
  if (form.tag == 0xFFFE && size > 24) content[24] = 1;  // the sub-format: PCM
  return chunk("fmt ", size, content);
}

Bytes wave(const std::vector<Bytes>& chunks) {
  Bytes bytes;
  put(bytes, "RIFF");
  put(bytes, 0, 4);  // readers must not rest on it
  put(bytes, "WAVE");
  for (const Bytes& c : chunks) test::append(bytes, c);
  return bytes;
}

// "offset+size", or the error.
std::string found(Bytes bytes) {
  std::string text;
  const std::string error = test::error_of([&] {
    const WaveData data = find_wave_data(*memory_source(std::move(bytes), "a.wav"));
    text = std::to_string(data.offset) + "+" + std::to_string(data.size);
    if (data.missing > 0) text += " missing " + std::to_string(data.missing);
  });
  return error == "nothing" ? text : error;
}

const Bytes kSamples(1000, 0x11);

TEST(Wave, FindsTheSamples) {
  EXPECT_EQ(found(wave({format_chunk(), chunk("data", 1000, kSamples)})), "44+1000");
  EXPECT_EQ(found(wave({format_chunk({}, 18), chunk("data", 1000, kSamples)})), "46+1000");
  EXPECT_EQ(found(wave({format_chunk({.tag = 0xFFFE}, 40), chunk("data", 1000, kSamples)})),
            "68+1000")
      << "extensible";
}

TEST(Wave, PassesOverOtherChunksAndTheirPadding) {
  EXPECT_EQ(found(wave({chunk("LIST", 6, Bytes(6)), format_chunk(), chunk("bext", 0, {}),
                        chunk("data", 1000, kSamples)})),
            "66+1000");
  EXPECT_EQ(
      found(wave({chunk("LIST", 5, Bytes(6)), format_chunk(), chunk("data", 1000, kSamples)})),
      "58+1000")
      << "odd chunks have a byte behind them";
  EXPECT_EQ(
      found(wave({format_chunk(), chunk("data", 100, Bytes(100)), chunk("LIST", 10, Bytes(10))})),
      "44+100");
}

TEST(Wave, TakesTheRestWhereTheSizeIsUnknown) {
  for (const std::uint32_t size : {0U, 0xFFFFFFFFU, 0xFFFFFFF8U}) {
    EXPECT_EQ(found(wave({format_chunk(), chunk("data", size, kSamples)})), "44+1000") << size;
  }
  EXPECT_EQ(found(wave({format_chunk(), chunk("data", 0, {})})), "44+0");
}

TEST(Wave, SaysHowManySamplesAreMissing) {
  EXPECT_EQ(found(wave({format_chunk(), chunk("data", 1400, kSamples)})), "44+1000 missing 400");
}

TEST(Wave, RefusesOtherSampleFormats) {
  const auto error = [](const Form& form) {
    return found(wave({format_chunk(form), chunk("data", 1000, kSamples)}));
  };
  const auto expected = [](const std::string& what) {
    return "unsupported: a.wav: WAVE format " + what +
           ", expected PCM, 2 channels, 16 bits, 44100 Hz";
  };
  EXPECT_EQ(error({.rate = 48000}), expected("0x1 with 2 channels of 16 bits at 48000 Hz"));
  EXPECT_EQ(error({.channels = 1}), expected("0x1 with 1 channels of 16 bits at 44100 Hz"));
  EXPECT_EQ(error({.bits = 24}), expected("0x1 with 2 channels of 24 bits at 44100 Hz"));
  EXPECT_EQ(error({.tag = 3}), expected("0x3 with 2 channels of 16 bits at 44100 Hz"));
}

// The tag of an extensible format stands in its first GUID: 16 bits of float are no PCM.
TEST(Wave, RefusesAnExtensibleFormatThatIsNoPcm) {
  Bytes format = format_chunk({.tag = 0xFFFE}, 40);
  format[8 + 24] = 3;
  EXPECT_TRUE(found(wave({format, chunk("data", 1000, kSamples)})).starts_with("unsupported: "));
}

TEST(Wave, KnowsFlacInDisguise) {
  Bytes flac(100);
  std::copy_n("fLaC", 4, flac.begin());
  EXPECT_EQ(found(flac), "malformed: a.wav: a FLAC file, expected a WAVE file as the sheet says");
}

TEST(Wave, RefusesWhatIsNoWave) {
  const std::string none = "malformed: a.wav: no RIFF/WAVE header, expected a WAVE file";
  EXPECT_EQ(found({}), none);
  EXPECT_EQ(found(Bytes(5)), none);
  EXPECT_EQ(found(Bytes(5000)), none);
  Bytes avi = wave({format_chunk(), chunk("data", 1000, kSamples)});
  avi[8] = 'A';
  EXPECT_EQ(found(avi), none);
}

TEST(Wave, NeedsAFormatAndSamples) {
  const std::string none =
      "malformed: a.wav: no samples behind a format chunk, expected a WAVE file";
  EXPECT_EQ(found(wave({})), none);
  EXPECT_EQ(found(wave({format_chunk()})), none);
  EXPECT_EQ(found(wave({chunk("data", 1000, kSamples), format_chunk()})), none);
  EXPECT_EQ(found(wave({format_chunk(), Bytes{'d', 'a', 't', 'a'}})), none);
  EXPECT_EQ(found(wave({format_chunk(), chunk("LIST", 5000, Bytes(10))})), none);
}

TEST(Wave, RefusesATruncatedFormat) {
  Bytes cut = wave({format_chunk()});
  for (std::size_t size = 20; size < cut.size(); ++size) {
    const std::string error = found(Bytes(cut.begin(), cut.begin() + static_cast<long>(size)));
    ASSERT_TRUE(error.starts_with("malformed: a.wav: ")) << size << ": " << error;
  }
}

// A size that would lead back to the same chunk if it wrapped round at 32 bits; and more chunks
// than any file has.
TEST(Wave, EndsOnChunksWithoutEnd) {
  EXPECT_TRUE(found(wave({format_chunk(), chunk("LIST", 0xFFFFFFF8, Bytes(100))}))
                  .starts_with("malformed: "));
  EXPECT_TRUE(found(wave({format_chunk(), Bytes(8 * 100000)})).starts_with("malformed: "));
}

}  // namespace
}  // namespace pregap::formats
