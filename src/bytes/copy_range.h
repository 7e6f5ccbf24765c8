// From file to file within the system, where it can do that: no byte passes through here, and file
// systems that share blocks copy none.
#pragma once

#include <cstdint>

#include "pregap/bytes.h"

namespace pregap {

// Copies up to `size` bytes to `to` at `to_offset`, whose position does not move; returns how many
// came. Fewer, also none: the rest has to be read and written.
std::uint64_t copy_in_system(ByteSource::InFile from, std::uint64_t size, int to,
                             std::uint64_t to_offset) noexcept;

}  // namespace pregap
