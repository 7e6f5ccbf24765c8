// What the descriptors of UDF share (ECMA-167 3rd edition, OSTA UDF): tags with a sum and a CRC,
// addresses, times and names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/endian.h"

namespace pregap::volumes {

// Tag identifiers (ECMA-167 3/7.2.1, 4/7.2.1).
enum class UdfTag : std::uint16_t {
  none = 0,
  primary = 1,
  anchor = 2,
  pointer = 3,
  partition = 5,
  logical = 6,
  terminator = 8,
  integrity = 9,
  file_set = 256,
  file_identifier = 257,
  allocation_extent = 258,
  indirect_entry = 259,
  terminal_entry = 260,
  file_entry = 261,
  unallocated_space = 263,
  space_bitmap = 264,
  extended_file_entry = 266,
};

inline constexpr std::size_t kUdfTagSize = 16;

// Of at least kUdfTagSize bytes. Its sum is right, and it is not all zeros.
bool udf_tag_is_sound(Bytes tag);
UdfTag udf_tag(Bytes tag);
// Whether what follows the tag agrees with its CRC; false where `descriptor` is shorter than that.
bool udf_crc_is_good(Bytes descriptor);

// A stretch of sectors (3/7.1).
struct UdfSectors {
  std::uint32_t bytes = 0, first = 0;
};
UdfSectors udf_sectors(Bytes b, std::size_t at);

// A block of a partition, which is numbered by its map in the logical volume descriptor (4/7.1).
struct UdfAddress {
  std::uint32_t block = 0;
  std::uint16_t partition = 0;
  auto operator<=>(const UdfAddress&) const = default;
};

// What an allocation descriptor says of its extent, in its two highest bits (4/14.14.1.1).
enum class UdfExtentKind : std::uint8_t { recorded, unrecorded, unallocated, next };

struct UdfExtent {
  UdfExtentKind kind = UdfExtentKind::recorded;
  std::uint32_t bytes = 0;
  UdfAddress at;
};
UdfExtent udf_short_ad(Bytes b, std::size_t at, std::uint16_t partition);  // 4/14.14.1
UdfExtent udf_long_ad(Bytes b, std::size_t at);                            // 4/14.14.2

// Seconds since 1970, UTC, of a timestamp of 12 bytes (1/7.3); local time without a zone as it
// stands. Nothing for what is no date.
std::optional<std::int64_t> udf_time(Bytes b, std::size_t at);

// Compressed Unicode (UDF 2.1.1): the compression ID, then characters of 8 or 16 bits; 254 and 255
// are those of deleted names. UTF-8.
std::string udf_text(Bytes b);
// The same in a field of fixed size, whose last byte is its length (UDF 2.1.3); printable.
std::string udf_dstring(Bytes field);

// The identifier of an entity identifier of 32 bytes (1/7.4): "*UDF Virtual Partition".
std::string_view udf_entity(Bytes b, std::size_t at);

}  // namespace pregap::volumes
