// CRC-16 of Q frames and CD-Text packs: x^16 + x^12 + x^5 + 1, from the highest bit on, started
// with zeros, its result inverted (IEC 60908; catalogued as CRC-16/GSM).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pregap {

namespace crc16_detail {

inline constexpr std::uint16_t kPolynomial = 0x1021;

constexpr std::array<std::uint16_t, 256> make_table() {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    unsigned remainder = static_cast<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder & 0x8000U) != 0 ? remainder << 1 ^ kPolynomial : remainder << 1;
    }
    table[byte] = static_cast<std::uint16_t>(remainder);
  }
  return table;
}

inline constexpr std::array<std::uint16_t, 256> kTable = make_table();

}  // namespace crc16_detail

// Stored high byte first.
constexpr std::uint16_t crc16(std::span<const std::uint8_t> bytes) noexcept {
  unsigned remainder = 0;
  for (const std::uint8_t byte : bytes) {
    remainder = (remainder << 8 & 0xFF00U) ^ crc16_detail::kTable[(remainder >> 8 ^ byte) & 0xFFU];
  }
  return static_cast<std::uint16_t>(~remainder);
}

}  // namespace pregap
