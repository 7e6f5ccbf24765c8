// Where a content that libtsk has found lies: ranges, holes, and the bytes of what only it unpacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "volumes/file_reader.h"
#include "volumes/tsk_volume.h"

namespace pregap::volumes {

struct ToldContent {
  std::uint64_t bytes = 0;  // that went to the sink, of the content's size
  std::string trouble;      // why that is not all; empty where libtsk's error says it, or nothing
};

// Work goes with the number of runs, not with the size: holes cost nothing however long they are.
// Behind `valid` bytes are zeros, whatever is stored.
ToldContent tell_content(const TskVolume& volume, const TSK_FS_ATTR& content, ContentSink& sink,
                         std::optional<std::uint64_t> valid = std::nullopt);

}  // namespace pregap::volumes
