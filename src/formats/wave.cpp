#include "formats/wave.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/endian.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::uint16_t kPcm = 1, kExtensible = 0xFFFE;
constexpr std::uint64_t kStreaming = 0xFFFFFF00;
constexpr int kMostChunks = 1000;  // before the samples; real files have a handful

bool is_tag(Bytes bytes, std::size_t at, const char* tag) {
  return std::memcmp(bytes.data() + at, tag, 4) == 0;
}

std::uint16_t format_tag(Bytes format) {
  return load_le16(format, 0) == kExtensible ? load_le16(format, 24) : load_le16(format, 0);
}

bool has_wave_head(const ByteSource& file) {
  std::array<std::uint8_t, 12> riff{};
  return file.read(0, riff) == riff.size() && is_tag(riff, 0, "RIFF") && is_tag(riff, 8, "WAVE");
}

void require_cd_format(const ByteSource& file, std::uint64_t at, std::uint64_t size) {
  std::array<std::uint8_t, 26> f{};  // the last two: the sub-format of the extensible format
  if (size < 16 || file.read(at, std::span(f).first(std::min<std::size_t>(size, f.size()))) < 16) {
    throw Error(ErrorCode::malformed, file.name(),
                "a format chunk cut short, expected a WAVE file");
  }
  const std::uint16_t channels = load_le16(f, 2), bits = load_le16(f, 14);
  const std::uint16_t tag = format_tag(f);
  const std::uint32_t rate = load_le32(f, 4);
  if (tag == kPcm && channels == 2 && rate == 44100 && bits == 16) return;
  throw Error(ErrorCode::unsupported, file.name(),
              fmt::format("WAVE format {:#x} with {} channels of {} bits at {} Hz, expected PCM, "
                          "2 channels, 16 bits, 44100 Hz",
                          tag, channels, bits, rate));
}

constexpr std::uint64_t kFirstChunk = 12;

}  // namespace

bool is_pcm_wave(const ByteSource& file) {
  if (!has_wave_head(file)) return false;
  std::uint64_t at = kFirstChunk;
  for (int chunk = 0; chunk < kMostChunks && at + 8 <= file.size(); ++chunk) {
    std::array<std::uint8_t, 8> head;
    read_exactly(file, at, head);
    const std::uint64_t size = load_le32(head, 4);
    at += head.size();
    if (is_tag(head, 0, "fmt ")) {
      std::array<std::uint8_t, 26> format{};
      return file.read(at, format) >= 2 && format_tag(format) == kPcm;
    }
    at += size + (size & 1);
  }
  return true;  // broken: find_wave_data() says how
}

WaveData find_wave_data(const ByteSource& file) {
  if (!has_wave_head(file)) {
    std::array<std::uint8_t, 4> tag{};
    const bool flac = file.read(0, tag) == tag.size() && is_tag(tag, 0, "fLaC");
    throw Error(ErrorCode::malformed, file.name(),
                flac ? "a FLAC file, expected a WAVE file as the sheet says"
                     : "no RIFF/WAVE header, expected a WAVE file");
  }
  bool format_seen = false;
  std::uint64_t at = kFirstChunk;
  for (int chunk = 0; chunk < kMostChunks && at + 8 <= file.size(); ++chunk) {
    std::array<std::uint8_t, 8> head;
    read_exactly(file, at, head);
    const std::uint64_t size = load_le32(head, 4);
    at += head.size();
    if (is_tag(head, 0, "fmt ")) {
      require_cd_format(file, at, size);
      format_seen = true;
    } else if (is_tag(head, 0, "data")) {
      if (!format_seen) break;
      // Streaming writers leave 0 or nearly the highest number: the samples reach to the end.
      const std::uint64_t rest = file.size() - at;
      if (size == 0 || size >= kStreaming) return {.offset = at, .size = rest};
      return {.offset = at, .size = std::min(size, rest), .missing = size > rest ? size - rest : 0};
    }
    at += size + (size & 1);
  }
  throw Error(ErrorCode::malformed, file.name(),
              "no samples behind a format chunk, expected a WAVE file");
}

}  // namespace pregap::formats
