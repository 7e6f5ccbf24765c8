// WAVE files behind a cue sheet: where the samples lie.
#pragma once

#include <cstdint>

#include "pregap/bytes.h"

namespace pregap::formats {

struct WaveData {
  std::uint64_t offset = 0, size = 0;  // of the samples that are there, in bytes
  std::uint64_t missing = 0;           // how many more bytes the header promises
};

// Only what a CD holds: PCM, 44.1 kHz, 16 bits, stereo. Throws Error(malformed) for no WAVE file,
// Error(unsupported) for another sample format.
WaveData find_wave_data(const ByteSource& file);

// Whether it is a WAVE file, and one whose samples need no decoder, as far as its header tells: of
// whatever rate and size.
bool is_pcm_wave(const ByteSource& file);

}  // namespace pregap::formats
