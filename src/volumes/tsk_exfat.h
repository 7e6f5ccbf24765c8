// What libtsk leaves out of exFAT.
#pragma once

#include <cstdint>
#include <optional>

#include "volumes/tsk_volume.h"

namespace pregap::volumes {

// ValidDataLength: how many bytes of a file were ever written. What lies behind them reads as
// zeros, whatever is in the clusters. Nothing for what is no file of exFAT, or not found again.
std::optional<std::uint64_t> exfat_valid_length(const TskVolume& volume, const TSK_FS_FILE& file);

}  // namespace pregap::volumes
