// The files of a UDF volume (ECMA-167, OSTA UDF 1.02 to 2.60).
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "volumes/file_reader.h"

namespace pregap::volumes {

// The volume of the session that starts at byte `start` of `source` and ends at `end`, while the
// addresses in it count from the start of `source`. Null where none can be read; `why` then says
// what is missing.
std::unique_ptr<FileReader> open_udf(std::shared_ptr<const ByteSource> source, std::string& why,
                                     std::uint64_t start = 0,
                                     std::uint64_t end = std::numeric_limits<std::uint64_t>::max());

}  // namespace pregap::volumes
