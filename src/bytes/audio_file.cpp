#include "bytes/audio_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <list>
#include <mutex>
#include <utility>
#include <vector>

#include "pregap/error.h"

#ifdef PREGAP_SNDFILE
#include "bytes/sound_library.h"
#endif

namespace pregap {
namespace {

bool begins_with(std::span<const std::uint8_t> head, std::string_view tag) {
  return head.size() >= tag.size() && std::memcmp(head.data(), tag.data(), tag.size()) == 0;
}

}  // namespace

bool looks_like_sound(const ByteSource& file) {
  std::array<std::uint8_t, 4> head{};
  if (file.read(0, head) < head.size()) return false;
  for (const std::string_view tag : {"RIFF", "RF64", "fLaC", "FORM", "OggS", "ID3"}) {
    if (begins_with(head, tag)) return true;
  }
  return head[0] == 0xFF && (head[1] & 0xE6) == 0xE2;  // MPEG, layer III
}

#ifndef PREGAP_SNDFILE

DecodedAudio decode_audio(std::shared_ptr<const ByteSource> file) {
  throw Error(ErrorCode::unsupported, file->name(),
              "a sound file that has to be decoded, expected WAVE with plain samples",
              "this pregap was built without libsndfile");
}

#else

namespace {

constexpr int kRate = 44100, kChannels = 2;
constexpr std::size_t kFrameBytes = 4;  // a sample of each channel
constexpr std::size_t kBlockFrames = 16384;
constexpr std::size_t kBlockBytes = kBlockFrames * kFrameBytes;
constexpr std::size_t kMostBlocks = 64;   // kept: 4 MiB
constexpr std::uint64_t kMostAhead = 16;  // blocks that are decoded rather than skipped

struct Encoding {
  int format;
  const char* name;
};
constexpr std::array<Encoding, 9> kEncodings{{{SF_FORMAT_WAV, "wave"},
                                              {SF_FORMAT_WAVEX, "wave"},
                                              {SF_FORMAT_RF64, "wave"},
                                              {SF_FORMAT_AIFF, "aiff"},
                                              {SF_FORMAT_FLAC, "flac"},
                                              {SF_FORMAT_MPEG, "mp3"},
                                              {SF_FORMAT_OGG, "ogg"},
                                              {SF_FORMAT_W64, "wave"},
                                              {SF_FORMAT_CAF, "caf"}}};

// libsndfile's view of a source.
struct Position {
  const ByteSource* source;
  sf_count_t at = 0;
};

sf_count_t file_size(void* user) {
  return static_cast<sf_count_t>(static_cast<Position*>(user)->source->size());
}

sf_count_t seek_file(sf_count_t offset, int whence, void* user) {
  Position& position = *static_cast<Position*>(user);
  const sf_count_t base = whence == SEEK_SET   ? 0
                          : whence == SEEK_CUR ? position.at
                                               : file_size(user);
  position.at = std::max<sf_count_t>(0, base + offset);
  return position.at;
}

// No exception may pass through C code: a failed read looks like the file's end.
sf_count_t read_file(void* out, sf_count_t count, void* user) {
  Position& position = *static_cast<Position*>(user);
  try {
    const std::size_t n =
        position.source->read(static_cast<std::uint64_t>(position.at),
                              {static_cast<std::uint8_t*>(out),
                               static_cast<std::size_t>(std::max<sf_count_t>(0, count))});
    position.at += static_cast<sf_count_t>(n);
    return static_cast<sf_count_t>(n);
  } catch (const std::exception&) {
    return 0;
  }
}

sf_count_t write_nothing(const void*, sf_count_t, void*) { return 0; }
sf_count_t tell_file(void* user) { return static_cast<Position*>(user)->at; }

class AudioSource final : public ByteSource {
 public:
  explicit AudioSource(std::shared_ptr<const ByteSource> file)
      : file_(std::move(file)), position_{.source = file_.get()} {
    SF_VIRTUAL_IO io{.get_filelen = file_size,
                     .seek = seek_file,
                     .read = read_file,
                     .write = write_nothing,
                     .tell = tell_file};
    sound_ = sndfile().open_virtual(&io, SFM_READ, &info_, &position_);
    if (sound_ == nullptr) {
      throw Error(ErrorCode::malformed, file_->name(),
                  fmt::format("{}, expected a sound file", reason()));
    }
    try {
      require_cd_samples();
    } catch (...) {
      sndfile().close(sound_);
      throw;
    }
    sndfile().command(sound_, SFC_SET_CLIPPING, nullptr, SF_TRUE);
  }
  ~AudioSource() override { sndfile().close(sound_); }

  std::uint64_t size() const noexcept override {
    return static_cast<std::uint64_t>(info_.frames) * kFrameBytes;
  }
  const std::string& name() const noexcept override { return file_->name(); }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size()) return 0;
    const std::size_t n = std::min<std::uint64_t>(out.size(), size() - offset);
    const std::lock_guard lock(mutex_);
    for (std::size_t done = 0; done < n;) {
      const std::uint64_t at = offset + done;
      const std::vector<std::uint8_t>& block = block_at(at / kBlockBytes);
      const std::size_t skip = at % kBlockBytes;
      const std::size_t part = std::min(n - done, block.size() - skip);
      std::memcpy(out.data() + done, block.data() + skip, part);
      done += part;
    }
    return n;
  }

  std::string encoding() const {
    if ((info_.format & SF_FORMAT_SUBMASK) == SF_FORMAT_VORBIS) return "vorbis";
    if ((info_.format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS) return "opus";
    for (const Encoding& known : kEncodings) {
      if ((info_.format & SF_FORMAT_TYPEMASK) == known.format) return known.name;
    }
    return "sound";
  }

 private:
  struct Block {
    std::uint64_t number;
    std::vector<std::uint8_t> bytes;
  };

  std::string reason() const {
    std::string text = sndfile().strerror(sound_);
    std::erase_if(text, [](char c) { return c == '\n' || c == '.'; });
    return text;
  }

  void require_cd_samples() const {
    const int kind = info_.format & SF_FORMAT_SUBMASK;
    constexpr std::array<int, 9> other = {SF_FORMAT_PCM_S8,  SF_FORMAT_PCM_U8,  SF_FORMAT_PCM_24,
                                          SF_FORMAT_PCM_32,  SF_FORMAT_FLOAT,   SF_FORMAT_DOUBLE,
                                          SF_FORMAT_ALAC_20, SF_FORMAT_ALAC_24, SF_FORMAT_ALAC_32};
    const bool deep = std::ranges::find(other, kind) != other.end();
    if (info_.samplerate == kRate && info_.channels == kChannels && !deep) {
      // A writer that streams leaves the number of its samples open.
      if (info_.frames >= 0 && info_.frames < SF_COUNT_MAX / 8) return;
      throw Error(ErrorCode::unsupported, file_->name(),
                  "a sound file that doesn't say how long it is, expected one that does");
    }
    throw Error(ErrorCode::unsupported, file_->name(),
                fmt::format("{} with {} channel{}{} at {} Hz, expected 2 channels, 16 bits, "
                            "44100 Hz",
                            encoding(), info_.channels, info_.channels == 1 ? "" : "s",
                            deep ? " of other than 16 bits" : "", info_.samplerate),
                "resampling would change it; convert it with a tool made for that");
  }

  // Decoding goes on from where it is: jumps back, and far ahead, cost a seek.
  const std::vector<std::uint8_t>& block_at(std::uint64_t number) const {
    const auto known = std::ranges::find(blocks_, number, &Block::number);
    if (known != blocks_.end()) {
      blocks_.splice(blocks_.begin(), blocks_, known);
      return blocks_.front().bytes;
    }
    if (number < next_ || number > next_ + kMostAhead) seek(number);
    while (next_ <= number) decode_next();
    return blocks_.front().bytes;
  }

  void seek(std::uint64_t number) const {
    const sf_count_t frame = static_cast<sf_count_t>(number * kBlockFrames);
    if (sndfile().seek(sound_, frame, SEEK_SET) != frame) throw_stopped(number);
    next_ = number;
  }

  void decode_next() const {
    const std::uint64_t first = next_ * kBlockFrames;
    const std::size_t frames =
        std::min<std::uint64_t>(kBlockFrames, static_cast<std::uint64_t>(info_.frames) - first);
    std::vector<std::int16_t> samples(frames * kChannels);
    const sf_count_t got =
        sndfile().readf_short(sound_, samples.data(), static_cast<sf_count_t>(frames));
    if (got != static_cast<sf_count_t>(frames)) throw_stopped(next_);
    Block block{.number = next_, .bytes = std::vector<std::uint8_t>(frames * kFrameBytes)};
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(block.bytes.data(), samples.data(), block.bytes.size());
    } else {
      for (std::size_t i = 0; i < samples.size(); ++i) {
        const unsigned sample = static_cast<std::uint16_t>(samples[i]);
        block.bytes[2 * i] = static_cast<std::uint8_t>(sample & 0xFF);
        block.bytes[2 * i + 1] = static_cast<std::uint8_t>(sample >> 8);
      }
    }
    blocks_.push_front(std::move(block));
    if (blocks_.size() > kMostBlocks) blocks_.pop_back();
    ++next_;
  }

  [[noreturn]] void throw_stopped(std::uint64_t block) const {
    next_ = ~std::uint64_t{0};  // nobody knows where the decoder stands
    throw Error(ErrorCode::unreadable, file_->name(),
                fmt::format("the decoder stops behind sample {}, expected {} of them",
                            block * kBlockFrames, info_.frames));
  }

  std::shared_ptr<const ByteSource> file_;
  mutable Position position_;
  SF_INFO info_{};
  SNDFILE* sound_ = nullptr;
  mutable std::mutex mutex_;
  mutable std::list<Block> blocks_;  // the last used first
  mutable std::uint64_t next_ = 0;   // the block that the decoder gives next
};

}  // namespace

DecodedAudio decode_audio(std::shared_ptr<const ByteSource> file) {
  auto source = std::make_unique<AudioSource>(std::move(file));
  std::string encoding = source->encoding();
  return {.samples = std::move(source), .encoding = std::move(encoding)};
}

#endif

}  // namespace pregap
