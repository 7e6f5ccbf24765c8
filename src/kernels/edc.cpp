#include "kernels/edc.h"

#include <array>

#include "kernels/edc_table.h"

namespace pregap::kernels {
namespace {

// kTable[k][b]: the EDC of byte b followed by k zero bytes, so that eight bytes go in one step.
using Table = std::array<std::array<std::uint32_t, 256>, 8>;
constexpr Table make_table() {
  Table t{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = edc_times_x(crc);
    t[0][byte] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      t[k][byte] = (t[k - 1][byte] >> 8) ^ t[0][t[k - 1][byte] & 0xFF];
    }
  }
  return t;
}
constexpr Table kTable = make_table();

}  // namespace

std::uint32_t scalar::edc(std::span<const std::uint8_t> message) noexcept {
  std::uint32_t crc = 0;
  std::size_t i = 0;
  for (; i + 8 <= message.size(); i += 8) {
    const std::uint8_t* b = message.data() + i;
    crc = kTable[7][(crc ^ b[0]) & 0xFF] ^ kTable[6][((crc >> 8) ^ b[1]) & 0xFF] ^
          kTable[5][((crc >> 16) ^ b[2]) & 0xFF] ^ kTable[4][((crc >> 24) ^ b[3]) & 0xFF] ^
          kTable[3][b[4]] ^ kTable[2][b[5]] ^ kTable[1][b[6]] ^ kTable[0][b[7]];
  }
  for (; i < message.size(); ++i) crc = (crc >> 8) ^ kTable[0][(crc ^ message[i]) & 0xFF];
  return crc;
}

}  // namespace pregap::kernels
