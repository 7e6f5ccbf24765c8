// Addresses on a CD: the logical block address and the minute:second:frame of sector headers, Q
// frames and sheets. They are types of their own, so that being off by 150 doesn't compile.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pregap {

inline constexpr int kFramesPerSecond = 75;
inline constexpr int kFramesPerMinute = 60 * kFramesPerSecond;
inline constexpr int kLeadInFrames = 150;  // LBA 0 is MSF 00:02:00 (MMC-6, LBA to MSF)

// A logical block address, in sectors. Negative ones lie in the first pregap and the lead-in.
struct Lba {
  std::int32_t value = 0;

  constexpr Lba() = default;
  constexpr explicit Lba(std::int32_t v) : value(v) {}
  constexpr auto operator<=>(const Lba&) const = default;
  constexpr Lba operator+(std::int32_t n) const { return Lba(value + n); }
  constexpr Lba operator-(std::int32_t n) const { return Lba(value - n); }
  constexpr std::int32_t operator-(Lba other) const { return value - other.value; }
  constexpr Lba& operator++() {
    ++value;
    return *this;
  }
};

// The range that a header can express: minutes 90-99 stand for the negative side (MMC-6).
inline constexpr Lba kLowestLba{-45150};   // MSF 90:00:00
inline constexpr Lba kHighestLba{404849};  // MSF 89:59:74

// Minute, second, frame: 0-99, 0-59, 0-74. As an address; a length in a sheet is a plain count.
struct Msf {
  std::uint8_t minute = 0, second = 0, frame = 0;
  constexpr bool operator==(const Msf&) const = default;
};

constexpr bool is_valid(Msf msf) noexcept {
  return msf.minute < 100 && msf.second < 60 && msf.frame < kFramesPerSecond;
}

// MSF 00:00:00 is LBA -150, 89:59:74 is 404849, 90:00:00 is -45150, 99:59:74 is -151.
// `msf` must be valid.
Lba to_lba(Msf msf) noexcept;

// The reverse; nothing when `lba` lies outside [kLowestLba, kHighestLba].
std::optional<Msf> to_msf(Lba lba) noexcept;

// The three BCD bytes of a header or Q frame. Nothing when a nibble exceeds 9, the second 59 or
// the frame 74.
std::optional<Msf> msf_from_bcd(const std::uint8_t* three_bytes) noexcept;
std::array<std::uint8_t, 3> to_bcd(Msf msf) noexcept;

// "mm:ss:ff", with two digits each.
std::string to_string(Msf msf);

// "mm:ss:ff" or "m:s:f", digits only and nothing around; seconds to 59, frames to 74.
std::optional<Msf> parse_msf(std::string_view text) noexcept;

}  // namespace pregap
