// Numbers in bytes, by offset and endian: the only way in which binary structures are decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pregap {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

constexpr std::uint16_t load_le16(Bytes b, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(b[at] | b[at + 1] << 8);
}
constexpr std::uint32_t load_le32(Bytes b, std::size_t at) noexcept {
  return load_le16(b, at) | static_cast<std::uint32_t>(load_le16(b, at + 2)) << 16;
}
constexpr std::uint64_t load_le64(Bytes b, std::size_t at) noexcept {
  return load_le32(b, at) | static_cast<std::uint64_t>(load_le32(b, at + 4)) << 32;
}
constexpr std::uint16_t load_be16(Bytes b, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(b[at] << 8 | b[at + 1]);
}
constexpr std::uint32_t load_be32(Bytes b, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(load_be16(b, at)) << 16 | load_be16(b, at + 2);
}
constexpr std::uint64_t load_be64(Bytes b, std::size_t at) noexcept {
  return static_cast<std::uint64_t>(load_be32(b, at)) << 32 | load_be32(b, at + 4);
}
constexpr void store_le32(MutableBytes b, std::size_t at, std::uint32_t v) noexcept {
  for (std::size_t i = 0; i < 4; ++i) b[at + i] = static_cast<std::uint8_t>(v >> (8 * i));
}

constexpr void store_le64(MutableBytes b, std::size_t at, std::uint64_t v) noexcept {
  for (std::size_t i = 0; i < 8; ++i) b[at + i] = static_cast<std::uint8_t>(v >> (8 * i));
}

}  // namespace pregap
