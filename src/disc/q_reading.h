// Q frames of stored sectors, each with what it shows by itself; what they say together is judged
// by who takes them.
#pragma once

#include <vector>

#include "disc/subchannel.h"
#include "disc/subchannel_read.h"

namespace pregap {

enum class QState : std::uint8_t {
  none,      // no sub-channel, or none with Q
  regular,   // the position that the layout asks for
  bad,       // its CRC fails
  singular,  // its CRC is good, and it says something else
};

struct QReading {
  QFrame q{};
  QState state = QState::none;
};

// Bytes of sectors one behind the other as they are stored, for sub-channel that lies among them.
struct StoredSectors {
  std::size_t file = 0;
  std::uint64_t offset = 0;
  std::span<const std::uint8_t> bytes;
};

// Q of the out.size() sectors from `first` on; what is not in `stored` is read from its file at
// once. `scratch` is reused. Throws Error(unreadable) when a file ends early.
void read_q(const Disc& disc, const SubchannelMaker& layout, Lba first, const StoredSectors& stored,
            std::span<QReading> out, std::vector<std::uint8_t>& scratch);

}  // namespace pregap
