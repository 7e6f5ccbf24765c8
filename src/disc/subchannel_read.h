// Reading stored sub-channel, whatever its order.
#pragma once

#include <vector>

#include "pregap/disc.h"
#include "sector/subchannel.h"

namespace pregap {

// The run that holds `lba`'s sub-channel; nullptr: there is none.
const SubchannelRun* subchannel_run_at(const Disc& disc, Lba lba);

// Bytes of one sector's sub-channel: 96, or 16 of Q alone.
std::size_t subchannel_size(SubchannelOrder order) noexcept;

// Q of one sector from its bytes as stored; only for orders that have Q.
bool has_q(SubchannelOrder order) noexcept;
QFrame q_of_stored(SubchannelOrder order, std::span<const std::uint8_t> stored) noexcept;

// The order that most Q frames of sectors spread over `runs` are good in, at most `most_reads` of
// them; nothing where none is good in either. The runs' bytes are taken for 96 of unknown order.
std::optional<SubchannelOrder> detect_order(const Disc& disc, std::span<SubchannelRun* const> runs,
                                            int most_reads);

}  // namespace pregap
