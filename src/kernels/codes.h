// EDC and parity of a whole sector in one go.
#pragma once

#include <cstdint>
#include <span>

namespace pregap::kernels {

enum class Protection : bool { mode1, form1 };

// Whether the EDC and every parity word of a sector of 2352 bytes agree. Mode 1: the EDC covers
// bytes 0-2063, parity the header too; form 1: 16-2071, and the header counts as zeros.
bool codes_are_good(std::span<const std::uint8_t, 2352> sector, Protection protection) noexcept;

namespace scalar {
bool codes_are_good(std::span<const std::uint8_t, 2352> sector, Protection protection) noexcept;
}

}  // namespace pregap::kernels
