#include "bytes/audio_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "base/endian.h"
#include "pregap/error.h"

#ifdef PREGAP_SNDFILE
#include "bytes/sound_library.h"
#endif

namespace pregap {
namespace {

constexpr std::uint32_t kRate = 44100, kChannels = 2, kBits = 16;
constexpr std::uint32_t kBytesPerFrame = kChannels * kBits / 8;
constexpr std::uint32_t kHeaderSize = 44;

class WaveWriter final : public AudioWriter {
 public:
  WaveWriter(std::uint64_t bytes, OutputFile& file) : file_(file) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max() - kHeaderSize;
    if (bytes > kMost) {
      throw Error(
          ErrorCode::unsupported, file.target().string(),
          fmt::format("{} bytes of samples, expected at most {} in a WAVE file", bytes, kMost));
    }
    write_header(static_cast<std::uint32_t>(bytes));
  }
  void write(std::span<const std::uint8_t> samples) override { file_.write(samples); }
  void finish() override {}

 private:
  void write_header(std::uint32_t bytes) {
    std::array<std::uint8_t, kHeaderSize> h{};
    const auto tag = [&](std::size_t at, const char* text) { std::memcpy(h.data() + at, text, 4); };
    tag(0, "RIFF");
    store_le32(h, 4, kHeaderSize - 8 + bytes);
    tag(8, "WAVE");
    tag(12, "fmt ");
    store_le32(h, 16, 16);
    store_le32(h, 20, 1 | kChannels << 16);  // PCM, channels
    store_le32(h, 24, kRate);
    store_le32(h, 28, kRate * kBytesPerFrame);
    store_le32(h, 32, kBytesPerFrame | kBits << 16);
    tag(36, "data");
    store_le32(h, 40, bytes);
    file_.write(h);
  }

  OutputFile& file_;
};

#ifdef PREGAP_SNDFILE

// libsndfile writes through callbacks, and goes back to fill in the header. What they throw waits
// until the C code is left.
class FlacWriter final : public AudioWriter {
 public:
  explicit FlacWriter(OutputFile& file) : file_(file) {
    SF_INFO info{};
    info.samplerate = kRate;
    info.channels = kChannels;
    info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    SF_VIRTUAL_IO io{.get_filelen = [](void* self) { return of(self).size(); },
                     .seek = [](sf_count_t offset, int whence,
                                void* self) { return of(self).seek(offset, whence); },
                     .read = [](void*, sf_count_t, void*) -> sf_count_t { return 0; },
                     .write = [](const void* data, sf_count_t count,
                                 void* self) { return of(self).put(data, count); },
                     .tell = [](void* self) { return of(self).position_; }};
    sound_ = sndfile().open_virtual(&io, SFM_WRITE, &info, this);
    rethrow();
    if (sound_ == nullptr) fail(sndfile().strerror(nullptr));
  }
  ~FlacWriter() override {
    if (sound_ != nullptr) sndfile().close(sound_);
  }

  void write(std::span<const std::uint8_t> samples) override {
    samples_.resize(samples.size() / 2);
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      samples_[i] = static_cast<short>(load_le16(samples, 2 * i));
    }
    const auto frames = static_cast<sf_count_t>(samples_.size() / kChannels);
    const sf_count_t written = sndfile().writef_short(sound_, samples_.data(), frames);
    rethrow();
    if (written != frames) fail(sndfile().strerror(sound_));
  }

  void finish() override {
    sndfile().close(std::exchange(sound_, nullptr));
    rethrow();
  }

 private:
  static FlacWriter& of(void* self) { return *static_cast<FlacWriter*>(self); }

  sf_count_t size() const { return static_cast<sf_count_t>(file_.size()); }
  sf_count_t seek(sf_count_t offset, int whence) {
    const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size();
    position_ = std::max<sf_count_t>(0, from + offset);
    return position_;
  }
  sf_count_t put(const void* data, sf_count_t count) {
    const std::span bytes(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(count));
    try {
      if (position_ == size()) {
        file_.write(bytes);
      } else {
        file_.overwrite(static_cast<std::uint64_t>(position_), bytes);
      }
    } catch (...) {
      if (!error_) error_ = std::current_exception();
      return 0;
    }
    position_ += count;
    return count;
  }

  void rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }
  [[noreturn]] void fail(const char* message) const {
    throw Error(ErrorCode::unwritable, file_.target().string(),
                fmt::format("libsndfile says \"{}\", expected a FLAC file", message));
  }

  OutputFile& file_;
  SNDFILE* sound_ = nullptr;
  sf_count_t position_ = 0;
  std::exception_ptr error_;
  std::vector<short> samples_;
};

#endif

}  // namespace

bool can_write(AudioEncoding encoding) noexcept {
#ifdef PREGAP_SNDFILE
  return encoding == AudioEncoding::wave || encoding == AudioEncoding::flac;
#else
  return encoding == AudioEncoding::wave;
#endif
}

std::unique_ptr<AudioWriter> make_audio_writer(AudioEncoding encoding, std::uint64_t bytes,
                                               OutputFile& file) {
  if (encoding == AudioEncoding::wave) return std::make_unique<WaveWriter>(bytes, file);
#ifdef PREGAP_SNDFILE
  return std::make_unique<FlacWriter>(file);
#else
  throw Error(ErrorCode::unsupported, file.target().string(),
              "pregap was built without libsndfile, expected it for FLAC",
              "build it with -DPREGAP_SNDFILE=ON (Debian package libsndfile1-dev)");
#endif
}

}  // namespace pregap
