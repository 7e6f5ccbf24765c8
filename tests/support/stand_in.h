// Files that are not there: zeros of any length, which cost nothing.
#pragma once

#include <cstdint>
#include <memory>

#include "pregap/bytes.h"

namespace pregap::test {

// `size` zeros; as samples of a WAVE file, with a header of 44 bytes before them.
std::shared_ptr<const ByteSource> stand_in(std::uint64_t size, bool wave = false);

}  // namespace pregap::test
