// AccurateRip's checksums of an audio track, and its database's answers. Both sums weigh each
// stereo sample, as a 32-bit number, with its place in the track, from 1 on; the first five sectors
// of the disc's first track and the last five of its last one don't count, since drives with an
// offset can't read them. (dBpoweramp's forum, "AccurateRip CRC Calculation".)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pregap::operations {

enum class TrackPlace : std::uint8_t { inside, first, last, only };

class AccurateRipSums {
 public:
  // `samples`: of the whole track, 588 a sector.
  AccurateRipSums(std::uint32_t samples, TrackPlace place);

  // The track's bytes in order, whole samples of 4.
  void take(std::span<const std::uint8_t> bytes);

  std::uint32_t v1() const { return low_; }
  std::uint32_t v2() const { return low_ + high_; }
  // v1 of sector 450 by itself, by which the database finds offsets; nothing in a shorter track.
  std::optional<std::uint32_t> frame450() const;

 private:
  std::uint32_t from_, to_;  // places that count, both included
  std::uint32_t samples_;
  std::uint32_t place_ = 1;
  std::uint32_t low_ = 0, high_ = 0, frame450_ = 0;
};

// One pressing's entry for one track.
struct AccurateRipEntry {
  int confidence = 0;  // how many people have it
  std::uint32_t crc = 0, frame450 = 0;
  bool operator==(const AccurateRipEntry&) const = default;
};
// One pressing of a disc.
struct AccurateRipPressing {
  std::uint32_t id1 = 0, id2 = 0, freedb = 0;
  std::vector<AccurateRipEntry> tracks;
};

// The database's binary answer: for each pressing the number of tracks, three ids, and nine bytes a
// track, all little-endian. Throws Error(malformed) with the byte where it ends early.
std::vector<AccurateRipPressing> parse_accuraterip(std::span<const std::uint8_t> bytes,
                                                   const std::string& name);

// How many people's rips the track agrees with, by either sum; 0: none.
struct AccurateRipMatch {
  int confidence_v1 = 0, confidence_v2 = 0;
};
// `track` counts the audio tracks from 0 on.
AccurateRipMatch match_accuraterip(const std::vector<AccurateRipPressing>& pressings,
                                   std::size_t track, std::uint32_t v1, std::uint32_t v2);

}  // namespace pregap::operations
