// The sub-channel of one sector: 96 bytes, eight channels P to W of 96 bits each (ECMA-130
// clause 22). In the disc's order ("interleaved") each byte holds one bit of every channel, P the
// highest; in the order of files ("linear") the 12 bytes of P come first, then those of Q, ... W.
//
//   Q frame   0      1      2      3 4 5        6     7 8 9          10 11
//   mode 1    C|ADR  TNO    INDEX  MIN SEC FR.  ZERO  AMIN ASEC AFR.  CRC    in a track, lead-out
//   mode 1    C|ADR  00     POINT  MIN SEC FR.  ZERO  PMIN PSEC PFR.  CRC    in the lead-in
//   mode 2    C|ADR  13 digits of BCD, 12 bits of zero        AFRAME  CRC    media catalog number
//   mode 3    C|ADR  5 x 6 bits, 00, 7 digits of BCD, 0000    AFRAME  CRC    ISRC
//   mode 5    C|ADR  as mode 1 in the lead-in, of multi-session discs
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pregap/address.h"
#include "pregap/sector.h"

namespace pregap {

inline constexpr std::size_t kChannelSize = 12;  // bytes of one channel
inline constexpr std::size_t kQOffset = kChannelSize;
inline constexpr int kLeadOutTrack = 0xAA;  // TNO of the lead-out, the only one that is no BCD

using QFrame = std::array<std::uint8_t, kChannelSize>;
using QBytes = std::span<const std::uint8_t, kChannelSize>;
using SubchannelBytes = std::span<const std::uint8_t, kSubchannelSize>;
using MutableSubchannelBytes = std::span<std::uint8_t, kSubchannelSize>;

// The control bits (ECMA-130 22.3.1).
inline constexpr std::uint8_t kControlPreEmphasis = 0x1;
inline constexpr std::uint8_t kControlCopyPermitted = 0x2;
inline constexpr std::uint8_t kControlData = 0x4;
inline constexpr std::uint8_t kControlFourChannel = 0x8;

inline constexpr std::uint8_t kAdrPosition = 1;
inline constexpr std::uint8_t kAdrMcn = 2;
inline constexpr std::uint8_t kAdrIsrc = 3;
inline constexpr std::uint8_t kAdrMultiSession = 5;

// CRC-16 of x^16+x^12+x^5+1 over the frame's first 10 bytes, inverted, as bytes 10 and 11 hold it
// with the high byte first (ECMA-130 22.3.6).
std::uint16_t q_crc(QBytes q) noexcept;
std::uint16_t stored_q_crc(QBytes q) noexcept;
bool q_crc_is_good(QBytes q) noexcept;
void put_q_crc(QFrame& q, std::uint16_t crc) noexcept;

// Where a sector lies, as mode 1 tells it.
struct QPosition {
  int track = 0;  // 1-99, or kLeadOutTrack
  int index = 0;  // 0-99
  Msf relative;   // to INDEX 01; counts down before it
  Msf absolute;
  bool operator==(const QPosition&) const = default;
};

// An entry of a lead-in, modes 1 and 5.
struct QPointer {
  std::uint8_t point = 0;  // as stored
  std::array<std::uint8_t, 3> time{}, target{};
};

struct QContent {
  std::uint8_t control = 0, adr = 0;
  bool crc_good = false;
  std::optional<QPosition> position;  // mode 1 outside of a lead-in, if all of it is BCD
  std::optional<QPointer> pointer;    // mode 1 in a lead-in, mode 5
  std::string mcn;                    // mode 2: 13 digits; empty if they are no BCD
  std::string isrc;                   // mode 3: 12 characters; empty if they are none
  std::optional<int> frame;           // modes 2 and 3: AFRAME
};
QContent parse_q(QBytes q);

// Frames with their CRC. `control` is the low four bits.
QFrame build_q_position(std::uint8_t control, const QPosition& position) noexcept;
// Nothing if `mcn` is not 13 digits, or `isrc` not five letters or digits and seven digits.
std::optional<QFrame> build_q_mcn(std::uint8_t control, std::string_view mcn, Msf absolute);
std::optional<QFrame> build_q_isrc(std::uint8_t control, std::string_view isrc, Msf absolute);

enum class Pause : bool { no, yes };

// Linear: P all ones in a pause, else zeros; Q; R to W zeros.
std::array<std::uint8_t, kSubchannelSize> build_subchannel(Pause pause, QBytes q) noexcept;

void deinterleave(SubchannelBytes interleaved, MutableSubchannelBytes linear) noexcept;
void interleave(SubchannelBytes linear, MutableSubchannelBytes interleaved) noexcept;

// Q alone.
QFrame q_of_linear(SubchannelBytes linear) noexcept;
QFrame q_of_interleaved(SubchannelBytes interleaved) noexcept;

// In which order sub-channel of unknown order is: how many Q frames are good in each.
struct OrderVotes {
  int linear = 0, interleaved = 0;
  void add(SubchannelBytes bytes) noexcept;
};

}  // namespace pregap
