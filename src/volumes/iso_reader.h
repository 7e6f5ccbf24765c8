// The files of an ISO 9660 volume (ECMA-119), with Rock Ridge, Joliet and XA, or of High Sierra.
#pragma once

#include <memory>

#include "volumes/file_reader.h"

namespace pregap::volumes {

enum class IsoView : std::uint8_t {
  best,  // Rock Ridge where there is any, else Joliet, else plain
  plain,
  joliet,
  rock_ridge,
};

// `user_data` has 2048-byte sectors; `first_sector` is where the volume's session starts, while the
// addresses in it count from the start of `user_data`. Null where there is no such volume.
std::unique_ptr<FileReader> open_iso(std::shared_ptr<const ByteSource> user_data,
                                     IsoView view = IsoView::best, std::uint64_t first_sector = 0);

}  // namespace pregap::volumes
