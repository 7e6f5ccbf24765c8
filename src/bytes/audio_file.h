// Sound files as the samples of a CD, decoded while they are read. Through libsndfile, if pregap
// was built with it.
#pragma once

#include <memory>
#include <string>

#include "pregap/bytes.h"

namespace pregap {

struct DecodedAudio {
  std::unique_ptr<ByteSource> samples;  // 16 bits, low byte first, left and right in turn
  std::string encoding;                 // "flac", "mp3", "aiff", "wave", "vorbis", ...
};

// Whether the content begins like a sound file's: RIFF, fLaC, FORM, OggS, ID3, or a frame of MP3.
bool looks_like_sound(const ByteSource& file);

// What a CD can hold: 44.1 kHz, 2 channels, and 16 bits where the encoding keeps samples exactly.
// The result decodes on reading, from any offset and for any number of threads, and holds a few MiB
// of what it decoded last. Throws Error(malformed) for what is no sound file, Error(unsupported)
// for other samples, and for all where libsndfile is missing.
DecodedAudio decode_audio(std::shared_ptr<const ByteSource> file);

}  // namespace pregap
