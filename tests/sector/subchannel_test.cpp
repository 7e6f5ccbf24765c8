// Sub-channel held against frames worked by hand, a bit-by-bit reference, and a file that another
// program wrote.
#include "sector/subchannel.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "support/shared_data.h"

namespace pregap {
namespace {

using Subchannel = std::array<std::uint8_t, kSubchannelSize>;

QFrame frame_of(const std::string& hex) {
  QFrame q{};
  for (std::size_t i = 0; i < q.size(); ++i) {
    q[i] = static_cast<std::uint8_t>(std::stoi(hex.substr(3 * i, 2), nullptr, 16));
  }
  return q;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, " "));
}

// "4 adr 1 good: track 1 index 01 00:00:00 00:02:00", or what else it holds.
std::string describe(QBytes q) {
  const QContent c = parse_q(q);
  std::string text = fmt::format("{} adr {} {}:", c.control, c.adr, c.crc_good ? "good" : "bad");
  if (c.position) {
    text += fmt::format(" track {} index {:02} {} {}", c.position->track, c.position->index,
                        to_string(c.position->relative), to_string(c.position->absolute));
  }
  if (c.pointer) {
    text += fmt::format(" point {:02x} {:02x} -> {:02x}", c.pointer->point,
                        fmt::join(c.pointer->time, ":"), fmt::join(c.pointer->target, ":"));
  }
  if (!c.mcn.empty()) text += " mcn " + c.mcn;
  if (!c.isrc.empty()) text += " isrc " + c.isrc;
  if (c.frame) text += fmt::format(" frame {}", *c.frame);
  return text;
}

TEST(Subchannel, ReadsEveryKindOfQFrame) {
  const std::pair<const char*, const char*> rows[] = {
      {"41 01 01 00 00 00 00 00 02 00 28 32", "4 adr 1 good: track 1 index 01 00:00:00 00:02:00"},
      {"01 02 00 00 01 74 00 03 00 00 de ad", "0 adr 1 good: track 2 index 00 00:01:74 03:00:00"},
      {"01 aa 01 00 00 10 00 12 34 56 fa 84", "0 adr 1 good: track 170 index 01 00:00:10 12:34:56"},
      {"02 01 23 45 67 89 01 20 00 45 28 e6", "0 adr 2 good: mcn 0123456789012 frame 45"},
      {"43 96 38 93 04 76 07 83 90 74 55 95", "4 adr 3 good: isrc USRC17607839 frame 74"},
      {"15 00 b0 12 34 56 02 70 00 00 81 26", "1 adr 5 good: point b0 12:34:56 -> 70:00:00"},
      {"41 00 a2 12 34 56 00 59 58 57 20 b6", "4 adr 1 good: point a2 12:34:56 -> 59:58:57"},
      // What is no BCD, no time or no letter says nothing.
      {"41 0a 01 00 00 00 00 00 02 00 00 00", "4 adr 1 bad:"},
      {"41 01 01 00 60 00 00 00 02 00 00 00", "4 adr 1 bad:"},
      {"41 01 01 00 00 00 00 00 02 75 00 00", "4 adr 1 bad:"},
      {"02 a1 23 45 67 89 01 20 00 75 00 00", "0 adr 2 bad:"},
      {"43 ff ff ff ff 76 07 83 90 74 00 00", "4 adr 3 bad: frame 74"},
      {"00 00 00 00 00 00 00 00 00 00 00 00", "0 adr 0 bad:"},
      {"00 00 00 00 00 00 00 00 00 00 ff ff", "0 adr 0 good:"},
  };
  for (const auto& [hex, expected] : rows) EXPECT_EQ(describe(frame_of(hex)), expected) << hex;
}

TEST(Subchannel, BuildsTheFramesThatItReads) {
  EXPECT_EQ(
      hex_of(build_q_position(
          kControlData, {.track = 1, .index = 1, .relative = {0, 4, 15}, .absolute = {0, 6, 15}})),
      "41 01 01 00 04 15 00 00 06 15 87 ce");
  EXPECT_EQ(
      hex_of(build_q_position(
          0,
          {.track = kLeadOutTrack, .index = 1, .relative = {0, 0, 10}, .absolute = {12, 34, 56}})),
      "01 aa 01 00 00 10 00 12 34 56 fa 84");
  EXPECT_EQ(hex_of(build_q_mcn(0, "0123456789012", {1, 2, 45}).value()),
            "02 01 23 45 67 89 01 20 00 45 28 e6");
  EXPECT_EQ(hex_of(build_q_isrc(kControlData, "USRC17607839", {1, 2, 74}).value()),
            "43 96 38 93 04 76 07 83 90 74 55 95");
}

TEST(Subchannel, BuildsNoFrameOfWhatItCannotHold) {
  for (const char* mcn : {"", "012345678901", "01234567890123", "012345678901X"}) {
    EXPECT_FALSE(build_q_mcn(0, mcn, {})) << mcn;
  }
  for (const char* isrc : {"", "USRC1760783", "USRC176078390", "usRC17607839", "USRC1760783X",
                           "US-C17607839", "@SRC17607839"}) {
    EXPECT_FALSE(build_q_isrc(0, isrc, {})) << isrc;
  }
}

// ECMA-130 22.3.6, a bit at a time.
std::uint16_t reference_crc(QBytes q) {
  unsigned crc = 0;
  for (std::size_t i = 0; i < 80; ++i) {
    const unsigned bit = (q[i / 8] >> (7 - i % 8) & 1U) ^ (crc >> 15 & 1U);
    crc = crc << 1 & 0xFFFFU;
    if (bit != 0) crc ^= 0x1021U;
  }
  return static_cast<std::uint16_t>(~crc);
}

QFrame random_frame(std::mt19937& random) {
  QFrame q;
  for (std::uint8_t& byte : q) byte = static_cast<std::uint8_t>(random());
  return q;
}

TEST(Subchannel, ComputesTheCrcOfTheStandard) {
  std::mt19937 random(11);
  for (int i = 0; i < 2000; ++i) {
    QFrame q = random_frame(random);
    ASSERT_EQ(q_crc(q), reference_crc(q)) << hex_of(q);
    put_q_crc(q, q_crc(q));
    ASSERT_TRUE(q_crc_is_good(q)) << hex_of(q);
    q[random() % 12] ^= static_cast<std::uint8_t>(1U << random() % 8);
    ASSERT_FALSE(q_crc_is_good(q)) << hex_of(q);
  }
}

// Bit n of channel c is bit 7 - c of byte n.
TEST(Subchannel, ChangesTheOrderBothWays) {
  std::mt19937 random(12);
  for (int i = 0; i < 300; ++i) {
    Subchannel raw, linear, back, expected{};
    for (std::uint8_t& byte : raw) byte = static_cast<std::uint8_t>(random());
    for (std::size_t n = 0; n < 96; ++n) {
      for (std::size_t c = 0; c < 8; ++c) {
        const unsigned bit = raw[n] >> (7 - c) & 1U;
        expected[12 * c + n / 8] |= static_cast<std::uint8_t>(bit << (7 - n % 8));
      }
    }
    deinterleave(raw, linear);
    ASSERT_EQ(linear, expected);
    interleave(linear, back);
    ASSERT_EQ(back, raw);
    ASSERT_EQ(q_of_interleaved(raw), q_of_linear(linear));
    ASSERT_TRUE(std::equal(linear.begin() + 12, linear.begin() + 24, q_of_linear(linear).begin()));
  }
}

TEST(Subchannel, FillsPOfPausesAlone) {
  const QFrame q = frame_of("41 01 01 00 00 00 00 00 02 00 28 32");
  const std::string zeros = hex_of(std::vector<std::uint8_t>(72));
  const std::string q_text = " " + hex_of(q) + " " + zeros;
  EXPECT_EQ(hex_of(build_subchannel(Pause::yes, q)),
            hex_of(std::vector<std::uint8_t>(12, 0xFF)) + q_text);
  EXPECT_EQ(hex_of(build_subchannel(Pause::no, q)), hex_of(std::vector<std::uint8_t>(12)) + q_text);
}

TEST(Subchannel, VotesForTheOrderInWhichQIsGood) {
  std::mt19937 random(13);
  OrderVotes linear, interleaved, noise;
  for (int i = 0; i < 50; ++i) {
    QFrame q = random_frame(random);
    put_q_crc(q, q_crc(q));
    Subchannel in_files = build_subchannel(Pause::no, q), on_disc;
    for (std::size_t n = 24; n < 96; ++n) in_files[n] = static_cast<std::uint8_t>(random());
    interleave(in_files, on_disc);
    linear.add(in_files);
    interleaved.add(on_disc);
    in_files[20] ^= 1;
    noise.add(in_files);
    noise.add(Subchannel{});
  }
  EXPECT_EQ(linear.linear, 50);
  EXPECT_EQ(linear.interleaved, 0);
  EXPECT_EQ(interleaved.linear, 0);
  EXPECT_EQ(interleaved.interleaved, 50);
  EXPECT_EQ(noise.linear + noise.interleaved, 0);
}

TEST(SubchannelOfSharedData, IsGoodInEveryFrameAndLinear) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  const std::vector<std::uint8_t> file =
      test::read_file(*shared / "cue2ccd-onetrack-meta" / "basic_image.sub");
  ASSERT_EQ(file.size(), 316 * kSubchannelSize);
  OrderVotes votes;
  for (int n = 0; n < 316; ++n) {
    const auto bytes = std::span(file)
                           .subspan(static_cast<std::size_t>(n) * kSubchannelSize)
                           .first<kSubchannelSize>();
    votes.add(bytes);
    const std::string relative = to_string(*to_msf(Lba(n - 150)));
    const std::string absolute = to_string(*to_msf(Lba(n)));
    EXPECT_EQ(describe(q_of_linear(bytes)),
              fmt::format("4 adr 1 good: track 1 index 01 {} {}", relative, absolute));
  }
  EXPECT_EQ(votes.linear, 316);
  EXPECT_EQ(votes.interleaved, 0);
}

}  // namespace
}  // namespace pregap
