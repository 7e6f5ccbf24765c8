#include "base/endian.h"

#include <gtest/gtest.h>

#include <array>

namespace pregap {
namespace {

constexpr std::array<std::uint8_t, 8> kBytes = {0x00, 0x81, 0x92, 0xA3, 0xF4, 0x05, 0x16, 0x27};

TEST(Endian, LoadsLittleEndian) {
  EXPECT_EQ(load_le16(kBytes, 1), 0x9281);
  EXPECT_EQ(load_le32(kBytes, 1), 0xF4A39281U);
  EXPECT_EQ(load_le32(kBytes, 4), 0x271605F4U);
  EXPECT_EQ(load_le64(kBytes, 0), 0x271605F4A3928100U);
}

TEST(Endian, LoadsBigEndian) {
  EXPECT_EQ(load_be16(kBytes, 1), 0x8192);
  EXPECT_EQ(load_be32(kBytes, 1), 0x8192A3F4U);
  EXPECT_EQ(load_be32(kBytes, 4), 0xF4051627U);
  EXPECT_EQ(load_be64(kBytes, 0), 0x008192A3F4051627U);
}

TEST(Endian, StoresWhatItLoadsAndNothingElse) {
  std::array<std::uint8_t, 7> bytes;
  bytes.fill(0xEE);
  store_le32(bytes, 2, 0xF4A39281U);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 7>{0xEE, 0xEE, 0x81, 0x92, 0xA3, 0xF4, 0xEE}));
  EXPECT_EQ(load_le32(bytes, 2), 0xF4A39281U);
}

TEST(Endian, WorksInConstantExpressions) {
  static_assert(load_le16(kBytes, 6) == 0x2716);
  static_assert(load_be32(kBytes, 0) == 0x008192A3U);
}

}  // namespace
}  // namespace pregap
