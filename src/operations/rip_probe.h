// What of a sector a drive gives, found by trying: C2 pointers, sub-channel, and in which order.
#pragma once

#include <array>
#include <optional>

#include "drive/mmc.h"
#include "operations/rip_disc_toc.h"
#include "sector/subchannel.h"

namespace pregap::operations {

struct DriveAbilities {
  bool raw = true;                 // READ CD gives whole sectors
  bool bare = false;               // but data sectors without EDC and parity
  drive::C2 c2 = drive::C2::none;  // with data
  drive::Sub sub = drive::Sub::none;
  // Data with C2 and sub-channel in one read; nothing: not both at once.
  std::optional<drive::BlockOrder> order;
  bool overreads_lead_in = false, overreads_lead_out = false;
};

DriveAbilities probe_drive(drive::Mmc& mmc, const DiscToc& toc);

// Sub-channel as READ CD gives it, as 96 bytes, linear; of Q alone, P by its index, R to W zero.
std::array<std::uint8_t, kSubchannelSize> linear_subchannel(drive::Sub form,
                                                            std::span<const std::uint8_t> bytes);

}  // namespace pregap::operations
