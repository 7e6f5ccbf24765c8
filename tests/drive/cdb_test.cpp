// The commands that may be sent, to the byte, and that no other one leaves.
#include "drive/cdb.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "drive/drive.h"
#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap::drive {
namespace {

std::string hex(const Cdb& cdb) { return fmt::format("{:02X}", fmt::join(cdb, " ")); }

TEST(Cdb, HasTheBytesOfTheStandard) {
  EXPECT_EQ(hex(test_unit_ready()), "00 00 00 00 00 00");
  EXPECT_EQ(hex(inquiry(96)), "12 00 00 00 60 00");
  EXPECT_EQ(hex(read_capacity()), "25 00 00 00 00 00 00 00 00 00");
  EXPECT_EQ(hex(read10(Lba(0x12345), 16)), "28 00 00 01 23 45 00 00 10 00");
  EXPECT_EQ(hex(read10(Lba(1), 0, Cache::forced_access)), "28 08 00 00 00 01 00 00 00 00");
  EXPECT_EQ(hex(read_toc(2, true, 1, 0x324)), "43 02 02 00 00 00 01 03 24 00");
  EXPECT_EQ(hex(read_subchannel(3, 7, 24)), "42 00 40 03 00 00 07 00 18 00");
  EXPECT_EQ(hex(get_configuration(0x1E, 4096)), "46 00 00 1E 00 00 00 10 00 00");
  EXPECT_EQ(hex(mode_sense10(0x2A, 256)), "5A 08 2A 00 00 00 00 01 00 00");
  EXPECT_EQ(hex(set_cd_speed(1411)), "BB 00 05 83 FF FF 00 00 00 00 00 00");
  EXPECT_EQ(hex(read_cd(Expected::any, Lba(-150), 26, kWholeSector, C2::pointers, Sub::raw)),
            "BE 00 FF FF FF 6A 00 00 1A FA 01 00");
  EXPECT_EQ(hex(read_cd(Expected::cd_da, Lba(0), 1, kWholeSector, C2::none, Sub::q)),
            "BE 04 00 00 00 00 00 00 01 F8 02 00");
  EXPECT_EQ(
      hex(read_cd(Expected::form2, Lba(0), 1, kWholeSector, C2::pointers_and_block, Sub::none)),
      "BE 14 00 00 00 00 00 00 01 FC 00 00");
}

// Ends every command that gets as far as the drive.
class Recorder final : public Drive {
 public:
  const std::string& name() const override { return name_; }
  Clock& clock() override { throw 0; }
  std::set<int> sent;

 private:
  Reply send(std::span<const std::uint8_t> cdb, MutableBytes in,
             std::chrono::milliseconds) override {
    for (const std::uint8_t byte : in) EXPECT_EQ(byte, 0);
    sent.insert(cdb[0]);
    return {.received = 1000};
  }
  std::string name_ = "recorder";
};

TEST(Drive, SendsTheCommandsOfTheListAndNoOther) {
  Recorder drive;
  for (int opcode = 0; opcode < 256; ++opcode) {
    for (std::size_t length = 0; length <= 16; ++length) {
      Cdb cdb(length);
      if (length > 0) cdb[0] = static_cast<std::uint8_t>(opcode);
      std::vector<std::uint8_t> in(8, 0xFF);
      try {
        const Reply reply = drive.execute(cdb, in, std::chrono::milliseconds(1));
        EXPECT_EQ(reply.received, in.size());
        EXPECT_EQ(find_allowed(cdb)->length, length);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::refused);
      }
    }
  }
  EXPECT_EQ(drive.sent,
            (std::set<int>{0x00, 0x12, 0x25, 0x28, 0x42, 0x43, 0x46, 0x5A, 0xBB, 0xBE}));
}

TEST(Drive, RefusesWhatWritesWithOneLine) {
  Recorder drive;
  for (const int opcode : {0x2A, 0xAA, 0x04, 0xA1, 0x55, 0x3B, 0x5D, 0xBF, 0x1B, 0x35}) {
    const Cdb cdb = {static_cast<std::uint8_t>(opcode), 0, 0, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(test::error_of([&] { drive.execute(cdb, {}, std::chrono::milliseconds(1)); }),
              fmt::format("refused: recorder: command {:02X}h of 10 bytes, expected one of those "
                          "that only read",
                          opcode));
  }
  EXPECT_TRUE(drive.sent.empty());
}

}  // namespace
}  // namespace pregap::drive
