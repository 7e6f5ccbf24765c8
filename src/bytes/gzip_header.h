// The header of a gzip member (RFC 1952, 2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pregap/bytes.h"

namespace pregap {

inline constexpr std::size_t kGzipTrailerSize = 8;  // CRC-32 and length modulo 2^32

struct GzipHeader {
  std::uint64_t size = 0;      // in bytes; the deflate stream begins behind it
  std::string name;            // FNAME as stored: ISO 8859-1 by the standard
  std::uint32_t modified = 0;  // MTIME, seconds since 1970; 0: unknown
};

// Nothing where no whole header of a deflate member lies at `offset`, or its texts exceed 1 MiB.
std::optional<GzipHeader> read_gzip_header(const ByteSource& source, std::uint64_t offset);

}  // namespace pregap
