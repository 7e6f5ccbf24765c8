// What is computed over a rip's tracks: digests, peaks, AccurateRip's sums.
#pragma once

#include <memory>

#include "base/digest.h"
#include "operations/rip.h"

namespace pregap::operations {

// Tracks with their ranges by the TOC.
std::vector<RipTrack> tracks_of(const DiscToc& toc, const Disc& disc);

// Reads the stored sectors of `disc` once and fills in the sums. `audio_crc32` is of all audio
// tracks, one behind the other, but the first and last ten sectors; nothing where there is no more.
void sum_tracks(const Disc& disc, std::vector<RipTrack>& tracks,
                std::optional<std::uint32_t>& audio_crc32);

// CRC-32 of tracks from sectors that come in any track's order, each once and rising.
class TestSums {
 public:
  explicit TestSums(std::vector<RipTrack>& tracks);
  void take(Lba lba, std::span<const std::uint8_t> sector);  // empty: could not be read
  void finish();

 private:
  std::vector<RipTrack>& tracks_;
  std::vector<std::unique_ptr<Digest>> digests_;
  std::vector<bool> whole_;
};

}  // namespace pregap::operations
