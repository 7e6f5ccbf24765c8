// A test once for each instruction set that this processor has.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "kernels/targets.h"
#include "support/image_builder.h"

namespace pregap::kernels {

class OnTarget : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { ASSERT_TRUE(use_target(GetParam())); }
  void TearDown() override { use_target(""); }  // the best again
};

inline std::string target_name(const testing::TestParamInfo<std::string>& info) {
  return info.param;
}

inline constexpr std::array<SectorKind, 6> kEveryKind = {
    SectorKind::mode0,       SectorKind::mode1,       SectorKind::mode2,
    SectorKind::mode2_form1, SectorKind::mode2_form2, SectorKind::audio};

inline test::Bytes noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  test::Bytes bytes(size);
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random() >> 24);
  return bytes;
}

// A byte is changed: never to what it was.
inline void change(std::uint8_t& byte, std::mt19937& random) {
  byte = static_cast<std::uint8_t>(byte ^ (1 + random() % 255));
}

// `count` different places, or the same again now and then.
inline void wound_at_random(std::span<std::uint8_t> bytes, int count, std::mt19937& random) {
  for (int i = 0; i < count; ++i) change(bytes[random() % bytes.size()], random);
}

}  // namespace pregap::kernels
