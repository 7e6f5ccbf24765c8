// FAT volumes whose boot sector lacks what readers ask for.
#pragma once

#include <memory>

#include "pregap/bytes.h"

namespace pregap::volumes {

// The volume as it is, but for its first sector: the signature 55 AA where it is missing, and the
// parameters of floppies from before there were any (DOS 1.x: 160, 180, 320 and 360 KiB), by the
// media byte of their FAT and their size.
std::shared_ptr<const ByteSource> with_boot_sector(std::shared_ptr<const ByteSource> volume);

}  // namespace pregap::volumes
