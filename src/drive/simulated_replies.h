// The bytes that a simulated drive answers with, all but sectors. MMC-6, SPC-4.
#pragma once

#include <vector>

#include "drive/simulated_medium.h"
#include "drive/simulated_options.h"

namespace pregap::drive {

using ReplyBytes = std::vector<std::uint8_t>;

ReplyBytes inquiry_reply(const SimulatedOptions& options);
ReplyBytes capabilities_reply(const SimulatedOptions& options, int speed);  // MODE SENSE (10)
ReplyBytes configuration_reply(const SimulatedOptions& options);
ReplyBytes capacity_reply(const SimulatedMedium& medium);

// READ TOC; empty for a format that the disc or the drive does not have.
ReplyBytes toc_reply(const SimulatedOptions& options, const SimulatedMedium& medium, int format,
                     bool msf, int first_track);

// READ SUB-CHANNEL of the sector that was read last; empty for an unknown format.
ReplyBytes subchannel_reply(const SimulatedMedium& medium, Lba last_read, int format, int track);

}  // namespace pregap::drive
