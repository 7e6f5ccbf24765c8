// How another dump of a disc lies against the first one: which of its bytes are a track's.
//
// Data tell by their headers: the sector with a given address is the same one in both dumps,
// wherever it lies. Samples tell by themselves: a few of them are looked for in the other dump
// within five sectors around where its table of contents has them. Every probe is a vote.
#pragma once

#include <optional>
#include <vector>

#include "operations/dump_window.h"

namespace pregap::operations {

inline constexpr std::int32_t kMostOffsetSectors = 5;  // how far a drive's offset is looked for

struct TrackAlignment {
  bool found = false;
  // What is added to a position in the first dump's sectors to get that in the other's.
  StreamPosition shift = 0;
  StreamPosition expected = 0;   // the shift that the tables of contents speak for
  int agreeing = 0, probes = 0;  // of the places that were looked at
};

struct DumpAlignment {
  std::vector<TrackAlignment> tracks;  // as those of the first dump
  // By how much the other dump's samples come later than its table of contents says, in samples of
  // 4 bytes; that of most probes.
  std::int64_t offset_samples() const;
};

// Throws Error(refused) if nothing of `other` is found in `base`: it is no dump of the same disc.
DumpAlignment align(const Disc& base, const Disc& other);

}  // namespace pregap::operations
