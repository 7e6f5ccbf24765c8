// Where pregaps and indexes begin: the TOC knows INDEX 01 alone, sub-channel Q knows every one.
// Track and index only rise from one end of a session to the other, so each border is found by
// halving.
#pragma once

#include <functional>
#include <vector>

#include "operations/rip_disc_toc.h"
#include "sector/subchannel.h"

namespace pregap::operations {

struct Border {
  Lba lba;  // the first sector that tells this track and index
  int track = 1, index = 1;
  bool exact = true;  // false: the sectors right before it tell no position
};

// The position that Q tells at `lba`; nothing where it tells another thing or can't be read.
using PositionAt = std::function<std::optional<QPosition>(Lba)>;

// Every change of track or index from `first` on, up to `end`, rising; the first one at `first`.
// Empty where neither end tells its position.
std::vector<Border> find_borders(Lba first, Lba end, const PositionAt& position_at);

// Through READ CD: tries again where the CRC is bad.
PositionAt position_reader(drive::Mmc& mmc, drive::Sub form);

}  // namespace pregap::operations
