// AccurateRip: checksums of tracks that don't depend on who ripped them, and the database's answer.
//
// Sample n of a track, counted from 1 and taken as a number of 32 bits, is multiplied with n. The
// sum of the products' low halves is the first checksum, that of low and high halves the second.
// The first 5 sectors of a disc but for one sample, and its last 5, don't count: drives can't agree
// on them. The checksum of frame 450 alone tells by how many samples a drive is off.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pregap::operations {

class AccurateRipSum {
 public:
  enum class Place : std::uint8_t { middle = 0, first = 1, last = 2, only = 3 };  // on the disc
  AccurateRipSum(Place place, std::int64_t sectors);

  void update(std::span<const std::uint8_t> sector);  // 2352 bytes, one after the other
  std::uint32_t v1() const { return v1_; }
  std::uint32_t v2() const { return v2_; }
  std::uint32_t frame450() const { return frame450_; }  // 0 of a track that has none

 private:
  std::int64_t sample_ = 0, from_ = 0, to_ = 0;
  std::uint32_t v1_ = 0, v2_ = 0, frame450_ = 0;
};

// One pressing of a disc, as the database has it.
struct AccurateRipEntry {
  std::uint32_t id1 = 0, id2 = 0, freedb = 0;
  struct Track {
    int confidence = 0;
    std::uint32_t crc = 0, frame450 = 0;
  };
  std::vector<Track> tracks;
};

// The database's answer. Throws Error(malformed), with the byte offset, for what is none.
std::vector<AccurateRipEntry> parse_accuraterip(std::span<const std::uint8_t> bytes,
                                                const std::string& place);

struct AccurateRipMatch {
  bool known = false;  // the database has this track
  int v1_confidence = 0, v2_confidence = 0;
  bool matched() const { return v1_confidence > 0 || v2_confidence > 0; }
};
// `track` counts from 0, over audio tracks.
AccurateRipMatch match_accuraterip(const std::vector<AccurateRipEntry>& entries, std::size_t track,
                                   std::uint32_t v1, std::uint32_t v2);

}  // namespace pregap::operations
