// Samples of a CD into a sound file: WAVE by ourselves, FLAC through libsndfile, if pregap was
// built with it.
#pragma once

#include <memory>
#include <span>

#include "bytes/output_file.h"

namespace pregap {

enum class AudioEncoding : std::uint8_t { wave, flac };

// Whether pregap was built with what the encoding needs.
bool can_write(AudioEncoding encoding) noexcept;

class AudioWriter {
 public:
  virtual ~AudioWriter() = default;
  AudioWriter() = default;
  AudioWriter(const AudioWriter&) = delete;
  AudioWriter& operator=(const AudioWriter&) = delete;

  // 44.1 kHz, 16 bits with the low byte first, left and right in turn; whole pairs of samples.
  // Throws Error(unwritable).
  virtual void write(std::span<const std::uint8_t> samples) = 0;
  virtual void finish() = 0;
};

// `bytes` is how many bytes of samples will come. `file` must outlive the writer. Throws
// Error(unsupported) for FLAC without libsndfile, and for more than a WAVE file can hold.
std::unique_ptr<AudioWriter> make_audio_writer(AudioEncoding encoding, std::uint64_t bytes,
                                               OutputFile& file);

}  // namespace pregap
