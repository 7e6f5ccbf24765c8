// Names, identifiers and dates as structures on disks hold them, as UTF-8 text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pregap::volumes {

std::string_view chars_of(std::span<const std::uint8_t> bytes);

// Up to the first zero byte, without blanks at the end; what is no UTF-8 or no text as \xNN.
std::string plain_text(std::span<const std::uint8_t> bytes);
// The same in another encoding, as iconv(3) names it: "CP437", "MACINTOSH".
std::string encoded_text(std::span<const std::uint8_t> bytes, const std::string& encoding);

// UTF-16 up to the first zero or the end; half a pair becomes U+FFFD. The name is as it is, the
// text printable.
enum class ByteOrder : bool { little, big };
std::string utf16_name(std::span<const std::uint8_t> bytes, ByteOrder order);
std::string utf16_text(std::span<const std::uint8_t> bytes, ByteOrder order);

// 16 bytes in the order in which they are written.
std::string uuid_text(std::span<const std::uint8_t> bytes);
// 16 bytes of which the first three groups are little-endian (UEFI 5.3.2).
std::string guid_text(std::span<const std::uint8_t> bytes);

bool all_zero(std::span<const std::uint8_t> bytes);

// "2024-05-06 07:08:09", in UTC; empty for 0. Seconds from 1970, and of the Macintosh from 1904.
std::string unix_time_text(std::uint64_t seconds);
std::string mac_time_text(std::uint32_t seconds);

// "1a2b-3c4d" as FAT writes it: "1A2B-3C4D".
std::string serial_text(std::uint32_t serial);

std::string yes_no(bool value);

}  // namespace pregap::volumes
