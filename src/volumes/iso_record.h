// One directory record of ISO 9660 (ECMA-119 9.1) or High Sierra.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/endian.h"

namespace pregap::volumes {

enum class IsoNames : std::uint8_t { plain, joliet, high_sierra };

struct IsoRecord {
  std::uint32_t length = 0;       // of the record, in bytes
  std::uint32_t xar_blocks = 0;   // extended attribute record before the data
  std::uint32_t first_block = 0;  // logical block of the extent, the XAR's if there is one
  std::uint32_t data_length = 0;  // in bytes
  std::uint8_t flags = 0;
  std::uint8_t unit_size = 0, gap_size = 0;  // of interleaved files, in blocks; 0: not interleaved
  std::optional<std::int64_t> recorded;      // seconds since 1970
  Bytes identifier;                          // as stored
  Bytes system_use;                          // what lies behind it
  bool both_endian_agree = true;

  bool is_folder() const { return (flags & 0x02) != 0; }
  bool is_associated() const { return (flags & 0x04) != 0; }
  bool has_more_extents() const { return (flags & 0x80) != 0; }
  bool is_self() const { return identifier.size() == 1 && identifier[0] == 0; }
  bool is_parent() const { return identifier.size() == 1 && identifier[0] == 1; }
};

// The record at the start of `bytes`, which reach to the end of its sector; nothing where its
// length is none that a record can have. The spans point into `bytes`.
std::optional<IsoRecord> parse_iso_record(Bytes bytes, IsoNames names);

// Seven bytes of a record's date (ECMA-119 9.1.5), six of High Sierra's.
std::optional<std::int64_t> iso_record_time(Bytes date);

// "YYYYMMDDhhmmss", hundredths, and the offset from GMT (ECMA-119 8.4.26.1).
std::optional<std::int64_t> iso_long_time(Bytes date);

// Seconds since 1970 of a date in the Gregorian calendar, UTC; nothing where there is no such day.
std::optional<std::int64_t> seconds_of(int year, int month, int day, int hour, int minute,
                                       int second);

}  // namespace pregap::volumes
