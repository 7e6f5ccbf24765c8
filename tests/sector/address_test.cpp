#include "pregap/address.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace pregap {
namespace {

struct AddressPair {
  Msf msf;
  int lba;
};

constexpr AddressPair kPairs[] = {
    {{0, 0, 0}, -150},    {{0, 1, 74}, -1},     {{0, 2, 0}, 0},         {{0, 2, 1}, 1},
    {{0, 59, 74}, 4349},  {{1, 0, 0}, 4350},    {{79, 59, 74}, 359849}, {{89, 59, 74}, 404849},
    {{90, 0, 0}, -45150}, {{99, 59, 74}, -151},
};

TEST(Address, ConvertsBothWaysAtTheEdges) {
  for (const AddressPair& pair : kPairs) {
    EXPECT_EQ(to_lba(pair.msf).value, pair.lba) << to_string(pair.msf);
    const std::optional<Msf> msf = to_msf(Lba(pair.lba));
    ASSERT_TRUE(msf.has_value()) << pair.lba;
    EXPECT_EQ(*msf, pair.msf) << pair.lba << " became " << to_string(*msf);
  }
}

TEST(Address, HasNoMsfOutsideTheRangeOfAHeader) {
  for (const int lba : {-45151, -45152, 404850, 404851, 450000, INT32_MAX, INT32_MIN}) {
    EXPECT_FALSE(to_msf(Lba(lba)).has_value()) << lba;
  }
}

TEST(Address, ComesBackFromMsfOverTheWholeRange) {
  int expected = -150;  // 00:00:00, and upward until 89:59:74 is passed
  for (int minute = 0; minute < 100; ++minute) {
    if (minute == 90) expected = -45150;
    for (int second = 0; second < 60; ++second) {
      for (int frame = 0; frame < 75; ++frame, ++expected) {
        const Msf msf{static_cast<std::uint8_t>(minute), static_cast<std::uint8_t>(second),
                      static_cast<std::uint8_t>(frame)};
        ASSERT_EQ(to_lba(msf).value, expected) << to_string(msf);
        ASSERT_EQ(to_msf(Lba(expected)), msf) << expected;
      }
    }
  }
  EXPECT_EQ(expected, -150);
}

TEST(Address, CountsInSectors) {
  EXPECT_EQ(Lba(10) - Lba(-5), 15);
  EXPECT_EQ(Lba(10) + 5, Lba(15));
  EXPECT_EQ(Lba(10) - 15, Lba(-5));
  EXPECT_LT(kLowestLba, kHighestLba);
}

TEST(Bcd, IsValidForTheRightBytesOnly) {
  int wrong = 0;
  for (int minute = 0; minute < 256; ++minute) {
    for (int second = 0; second < 256; ++second) {
      for (int frame = 0; frame < 256; ++frame) {
        const auto decimal = [](int byte) { return byte / 16 * 10 + byte % 16; };
        const bool digits = minute / 16 < 10 && minute % 16 < 10 && second / 16 < 6 &&
                            second % 16 < 10 && frame / 16 < 10 && frame % 16 < 10;
        const bool valid = digits && decimal(frame) < 75;
        const std::array<std::uint8_t, 3> bytes = {static_cast<std::uint8_t>(minute),
                                                   static_cast<std::uint8_t>(second),
                                                   static_cast<std::uint8_t>(frame)};
        const std::optional<Msf> msf = msf_from_bcd(bytes.data());
        const bool right =
            msf.has_value() == valid &&
            (!valid || (msf->minute == decimal(minute) && msf->second == decimal(second) &&
                        msf->frame == decimal(frame) && to_bcd(*msf) == bytes));
        if (!right && ++wrong < 10) ADD_FAILURE() << minute << " " << second << " " << frame;
      }
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Msf, IsValidBelowItsLimits) {
  EXPECT_TRUE(is_valid(Msf{0, 0, 0}));
  EXPECT_TRUE(is_valid(Msf{99, 59, 74}));
  EXPECT_FALSE(is_valid(Msf{100, 0, 0}));
  EXPECT_FALSE(is_valid(Msf{0, 60, 0}));
  EXPECT_FALSE(is_valid(Msf{0, 0, 75}));
}

TEST(Msf, IsWrittenWithTwoDigitsEach) {
  EXPECT_EQ(to_string(Msf{0, 2, 0}), "00:02:00");
  EXPECT_EQ(to_string(Msf{99, 59, 74}), "99:59:74");
  EXPECT_EQ(to_string(Msf{1, 2, 3}), "01:02:03");
}

TEST(ParseMsf, TakesOneOrTwoDigits) {
  struct Case {
    const char* text;
    Msf expected;
  };
  const Case cases[] = {{"0:0:0", {0, 0, 0}},       {"00:00:00", {0, 0, 0}},
                        {"1:2:3", {1, 2, 3}},       {"01:2:03", {1, 2, 3}},
                        {"99:59:74", {99, 59, 74}}, {"00:02:00", {0, 2, 0}}};
  for (const Case& c : cases) {
    const std::optional<Msf> msf = parse_msf(c.text);
    ASSERT_TRUE(msf.has_value()) << c.text;
    EXPECT_EQ(*msf, c.expected) << c.text << " became " << to_string(*msf);
  }
}

TEST(ParseMsf, RefusesAllElse) {
  using namespace std::string_view_literals;
  const std::string_view cases[] = {
      "",
      " ",
      ":",
      "::",
      "0",
      "0:0",
      "0:0:",
      ":0:0",
      "0::0",
      "00:60:00",
      "00:00:75",
      "00:99:00",
      "00:00:99",
      "100:00:00",
      "000:00:00",
      "00:000:00",
      "00:00:000",
      " 00:00:00",
      "00:00:00 ",
      "00: 0:00",
      "\t0:0:0",
      "00:00:00\n",
      "-1:00:00",
      "+1:00:00",
      "00:-1:00",
      "00:00:-1",
      "00:+1:00",
      "00:00:00:00",
      "00.00.00",
      "00:00.00",
      "0a:00:00",
      "00:0x:00",
      "00:00:1e",
      "00;00;00",
      "0:0:0\0"sv,
      "\0:0:0"sv,
      "256:00:00",
      "0:256:0",
      "0:0:4294967296",
      "99999999999999999999:0:0",
  };
  for (const std::string_view text : cases) {
    EXPECT_FALSE(parse_msf(text).has_value()) << "\"" << text << "\"";
  }
}

TEST(ParseMsf, ReadsWhatToStringWrites) {
  for (int frames = 0; frames < 100 * kFramesPerMinute; frames += 7) {
    const Msf msf{static_cast<std::uint8_t>(frames / kFramesPerMinute),
                  static_cast<std::uint8_t>(frames / kFramesPerSecond % 60),
                  static_cast<std::uint8_t>(frames % kFramesPerSecond)};
    ASSERT_EQ(parse_msf(to_string(msf)), msf) << to_string(msf);
  }
}

}  // namespace
}  // namespace pregap
