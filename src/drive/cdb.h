// Command descriptor blocks (MMC-6, SPC-4): the few that reading a disc needs, and the list that
// every command is held against.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "pregap/address.h"

namespace pregap::drive {

using Cdb = std::vector<std::uint8_t>;

inline constexpr std::uint8_t kTestUnitReady = 0x00, kInquiry = 0x12, kReadCapacity = 0x25,
                              kRead10 = 0x28, kReadSubchannel = 0x42, kReadToc = 0x43,
                              kGetConfiguration = 0x46, kModeSense10 = 0x5A, kSetCdSpeed = 0xBB,
                              kReadCd = 0xBE;

struct AllowedCommand {
  std::uint8_t opcode = 0;
  std::size_t length = 0;  // of the CDB in bytes
  std::string_view name;
};
// Commands that transfer data to the host, or none. SET CD SPEED is the only one that changes
// anything: how fast the disc turns, until the next one.
std::span<const AllowedCommand> allowed_commands() noexcept;
const AllowedCommand* find_allowed(std::span<const std::uint8_t> cdb) noexcept;  // nullptr: refused

// READ CD, byte 9 bits 2-1 and byte 10 bits 2-0.
enum class C2 : std::uint8_t { none, pointers, pointers_and_block };  // 0, 294, 296 bytes
enum class Sub : std::uint8_t { none, raw, q };                       // 0, 96, 16 bytes
enum class Expected : std::uint8_t {
  any = 0,
  cd_da = 1,
  mode1 = 2,
  mode2 = 3,
  form1 = 4,
  form2 = 5
};

constexpr std::size_t size_of(C2 c2) noexcept {
  return c2 == C2::none ? 0 : c2 == C2::pointers ? 294 : 296;
}
constexpr std::size_t size_of(Sub sub) noexcept {
  return sub == Sub::none ? 0 : sub == Sub::raw ? 96 : 16;
}

// What of a sector is asked for: byte 9, bits 7-3. All of it: sync, headers, user data, EDC/ECC.
inline constexpr std::uint8_t kWholeSector = 0xF8, kNoMainChannel = 0x00;

Cdb test_unit_ready();
Cdb inquiry(std::uint16_t size);
Cdb read_capacity();
enum class Cache : bool { allowed, forced_access };  // forced: FUA, past the drive's cache
Cdb read10(Lba first, std::uint16_t count, Cache cache = Cache::allowed);
// `format`: 0 TOC, 1 sessions, 2 full TOC, 4 ATIP, 5 CD-Text.
Cdb read_toc(std::uint8_t format, bool msf, std::uint8_t track, std::uint16_t size);
// `format`: 1 position, 2 MCN, 3 ISRC of `track`.
Cdb read_subchannel(std::uint8_t format, std::uint8_t track, std::uint16_t size);
Cdb get_configuration(std::uint16_t first_feature, std::uint16_t size);
Cdb mode_sense10(std::uint8_t page, std::uint16_t size);
Cdb set_cd_speed(std::uint16_t kilobytes_per_second);  // FFFFh: as fast as it can
Cdb read_cd(Expected expected, Lba first, std::uint32_t count, std::uint8_t main, C2 c2, Sub sub);

}  // namespace pregap::drive
