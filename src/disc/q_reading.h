// Q frames of stored sectors, each with what it shows by itself; what they say together is judged
// by who takes them.
#pragma once

#include <vector>

#include "disc/subchannel.h"
#include "disc/subchannel_read.h"

namespace pregap {

// A frame that is not the regular one of its place.
struct QReading {
  Lba lba;
  QFrame q{};
  bool crc_good = false;
};

struct QFindings {
  std::int32_t frames = 0;         // regular ones, and the others
  std::vector<QReading> singular;  // rising
};

// Bytes of sectors one behind the other as they are stored, for sub-channel that lies among them.
struct StoredSectors {
  std::size_t file = 0;
  std::uint64_t offset = 0;
  std::span<const std::uint8_t> bytes;
};

// Q of the `count` sectors from `first` on, as far as they have any; what is not in `stored` is
// read from its file at once. `found` and `scratch` are reused. Throws Error(unreadable) when a
// file ends early.
void read_q(const Disc& disc, const SubchannelMaker& layout, Lba first, std::int32_t count,
            const StoredSectors& stored, QFindings& found, std::vector<std::uint8_t>& scratch);

}  // namespace pregap
