#include "drive/cdb.h"

#include <algorithm>

namespace pregap::drive {
namespace {

constexpr std::array kAllowed = {
    AllowedCommand{kTestUnitReady, 6, "TEST UNIT READY"},
    AllowedCommand{kInquiry, 6, "INQUIRY"},
    AllowedCommand{kReadCapacity, 10, "READ CAPACITY"},
    AllowedCommand{kRead10, 10, "READ (10)"},
    AllowedCommand{kReadSubchannel, 10, "READ SUB-CHANNEL"},
    AllowedCommand{kReadToc, 10, "READ TOC/PMA/ATIP"},
    AllowedCommand{kGetConfiguration, 10, "GET CONFIGURATION"},
    AllowedCommand{kModeSense10, 10, "MODE SENSE (10)"},
    AllowedCommand{kSetCdSpeed, 12, "SET CD SPEED"},
    AllowedCommand{kReadCd, 12, "READ CD"},
};

constexpr std::uint8_t kForceUnitAccess = 0x08;

std::uint8_t byte_of(std::uint32_t value, int shift) {
  return static_cast<std::uint8_t>(value >> shift);
}

void put_be16(Cdb& cdb, std::size_t at, std::uint16_t value) {
  cdb[at] = byte_of(value, 8);
  cdb[at + 1] = byte_of(value, 0);
}

void put_be32(Cdb& cdb, std::size_t at, std::uint32_t value) {
  put_be16(cdb, at, static_cast<std::uint16_t>(value >> 16));
  put_be16(cdb, at + 2, static_cast<std::uint16_t>(value));
}

Cdb command(std::uint8_t opcode) {
  const auto known = std::ranges::find(kAllowed, opcode, &AllowedCommand::opcode);
  Cdb cdb(known->length);
  cdb[0] = opcode;
  return cdb;
}

}  // namespace

std::span<const AllowedCommand> allowed_commands() noexcept { return kAllowed; }

const AllowedCommand* find_allowed(std::span<const std::uint8_t> cdb) noexcept {
  for (const AllowedCommand& known : kAllowed) {
    if (!cdb.empty() && cdb[0] == known.opcode && cdb.size() == known.length) return &known;
  }
  return nullptr;
}

Cdb test_unit_ready() { return command(kTestUnitReady); }

Cdb inquiry(std::uint16_t size) {
  Cdb cdb = command(kInquiry);
  put_be16(cdb, 3, size);
  return cdb;
}

Cdb read_capacity() { return command(kReadCapacity); }

Cdb read10(Lba first, std::uint16_t count, Cache cache) {
  Cdb cdb = command(kRead10);
  if (cache == Cache::forced_access) cdb[1] = kForceUnitAccess;
  put_be32(cdb, 2, static_cast<std::uint32_t>(first.value));
  put_be16(cdb, 7, count);
  return cdb;
}

Cdb read_toc(std::uint8_t format, bool msf, std::uint8_t track, std::uint16_t size) {
  Cdb cdb = command(kReadToc);
  if (msf) cdb[1] = 0x02;
  cdb[2] = format;
  cdb[6] = track;
  put_be16(cdb, 7, size);
  return cdb;
}

Cdb read_subchannel(std::uint8_t format, std::uint8_t track, std::uint16_t size) {
  Cdb cdb = command(kReadSubchannel);
  cdb[2] = 0x40;  // SUBQ: with its data
  cdb[3] = format;
  cdb[6] = track;
  put_be16(cdb, 7, size);
  return cdb;
}

Cdb get_configuration(std::uint16_t first_feature, std::uint16_t size) {
  Cdb cdb = command(kGetConfiguration);
  put_be16(cdb, 2, first_feature);
  put_be16(cdb, 7, size);
  return cdb;
}

Cdb mode_sense10(std::uint8_t page, std::uint16_t size) {
  Cdb cdb = command(kModeSense10);
  cdb[1] = 0x08;  // DBD: no block descriptors
  cdb[2] = page;
  put_be16(cdb, 7, size);
  return cdb;
}

Cdb set_cd_speed(std::uint16_t kilobytes_per_second) {
  Cdb cdb = command(kSetCdSpeed);
  put_be16(cdb, 2, kilobytes_per_second);
  put_be16(cdb, 4, 0xFFFF);
  return cdb;
}

Cdb read_cd(Expected expected, Lba first, std::uint32_t count, std::uint8_t main, C2 c2, Sub sub) {
  Cdb cdb = command(kReadCd);
  cdb[1] = static_cast<std::uint8_t>(static_cast<unsigned>(expected) << 2);
  put_be32(cdb, 2, static_cast<std::uint32_t>(first.value));
  cdb[6] = byte_of(count, 16);
  cdb[7] = byte_of(count, 8);
  cdb[8] = byte_of(count, 0);
  cdb[9] = static_cast<std::uint8_t>(main | static_cast<unsigned>(c2) << 1);
  cdb[10] = static_cast<std::uint8_t>(sub);
  return cdb;
}

}  // namespace pregap::drive
