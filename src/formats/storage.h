// How sectors are stored in a file, told by its content.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "pregap/disc.h"

namespace pregap::formats {

// Looks at up to 32 sectors from `offset` on: raw ones by their syncs at each stride (2352, 2368,
// 2448), 2336-byte ones by EDCs that agree, 2048-byte ones by a volume descriptor at sector 16.
// Nothing: none of these, as with audio.
std::optional<Storage> sniff_storage(const ByteSource& file, std::uint64_t offset = 0);

// Whether each sector from `offset` on is followed by 96 bytes of sub-channel, which tells audio
// with it from audio without: by the CRC of Q, in either order of the bytes.
bool has_q_behind_sectors(const ByteSource& file, std::uint64_t offset = 0);

// The address in the header of the sector at `offset`; nothing where there is no plain header.
std::optional<Lba> stored_address(const ByteSource& file, std::uint64_t offset, Storage storage);

// A volume descriptor of ISO 9660 ("CD001"), High Sierra ("CDROM") or UDF's recognition sequence
// in the 2048-byte sector 16.
bool has_volume_descriptor(const ByteSource& file, std::uint64_t offset = 0);

// That a bare image may have.
inline constexpr std::uint64_t kMostSectors = std::numeric_limits<std::int32_t>::max() / 2;

// How many whole sectors `bytes` hold. Throws Error(unsupported) at `place` if they are more than
// an address can count, Error(malformed) if there is none.
std::int32_t whole_sectors(std::uint64_t bytes, Storage storage, const std::string& place);

// The message and severity for bytes of a file behind its last whole sector, or none.
std::optional<Problem> leftover_problem(const ByteSource& file, std::uint64_t used_until,
                                        Storage storage);

}  // namespace pregap::formats
