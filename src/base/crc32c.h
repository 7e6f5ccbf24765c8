// CRC-32C (Castagnoli), reflected, as iSCSI has it (RFC 3720): of ext4, XFS and Btrfs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pregap {

namespace crc32c_detail {

inline constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder & 1) != 0 ? remainder >> 1 ^ kPolynomial : remainder >> 1;
    }
    table[byte] = remainder;
  }
  return table;
}

inline constexpr std::array<std::uint32_t, 256> kTable = make_table();

}  // namespace crc32c_detail

// The register after `bytes`, from `start` on, not inverted at either end: ext4 chains it so.
constexpr std::uint32_t crc32c_register(std::uint32_t start,
                                        std::span<const std::uint8_t> bytes) noexcept {
  for (const std::uint8_t byte : bytes) {
    start = crc32c_detail::kTable[(start ^ byte) & 0xFF] ^ start >> 8;
  }
  return start;
}

// The usual form: check value of "123456789" E3069283.
constexpr std::uint32_t crc32c(std::span<const std::uint8_t> bytes) noexcept {
  return ~crc32c_register(0xFFFFFFFF, bytes);
}

}  // namespace pregap
