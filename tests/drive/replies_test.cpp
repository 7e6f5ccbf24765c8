// What drives answer, from bytes that real ones gave or the standard describes; and cut at any
// byte, or turned in any bit, it never gives more than there is.
#include "drive/replies.h"

#include <gtest/gtest.h>

#include <random>

#include "support/shared_data.h"

namespace pregap::drive {
namespace {

using Reply = std::vector<std::uint8_t>;

Reply from_hex(const std::string& hex) {
  Reply bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

Reply full_toc() {
  return {0, 46,   1, 1,                             // 4 entries
          1, 0x14, 0, 0xA0, 0, 0, 0, 0, 1,  0,  0,   // first track
          1, 0x10, 0, 0xA1, 0, 0, 0, 0, 1,  0,  0,   // last track
          1, 0x14, 0, 0xA2, 0, 0, 0, 0, 10, 20, 30,  // lead-out
          1, 0x14, 0, 1,    0, 0, 0, 0, 0,  2,  0};  // track 1
}

TEST(TocReply, OfARealDriveIsRead) {
  if (!test::shared_data()) GTEST_SKIP() << test::why_no_shared_data();
  const nlohmann::json truth = test::read_truth(*test::shared_data() / "picard-toc");
  const std::string hex = truth["files"]["scsi-first-track-data.toc"]["scsi_read_toc_full"]["hex"];
  const auto toc = parse_toc(from_hex(hex));
  ASSERT_TRUE(toc);
  ASSERT_EQ(toc->size(), 12U);
  EXPECT_EQ(toc->front(), (TocTrack{.number = 1, .control = 4, .start = Lba(0)}));
  EXPECT_EQ((*toc)[1], (TocTrack{.number = 2, .control = 0, .start = Lba(0x57D7)}));
  EXPECT_EQ(toc->back(), (TocTrack{.number = 0xAA, .control = 0, .start = Lba(0x3F642)}));
}

TEST(TocReply, WithoutALeadOutBehindATrackIsNone) {
  EXPECT_FALSE(
      parse_toc(from_hex("000a0101"
                         "00140100"
                         "00000000")));
  EXPECT_FALSE(
      parse_toc(from_hex("00120101"
                         "0014010000000100"
                         "0014aa0000000050")));
  EXPECT_TRUE(
      parse_toc(from_hex("00120101"
                         "0014010000000000"
                         "0014aa0000000050")));
}

TEST(FullTocReply, KeepsEveryEntry) {
  const auto toc = parse_full_toc(full_toc());
  ASSERT_TRUE(toc);
  ASSERT_EQ(toc->size(), 4U);
  EXPECT_EQ(
      (*toc)[2],
      (TocEntry{.session = 1, .control = 4, .point = 0xA2, .pmin = 10, .psec = 20, .pframe = 30}));
}

TEST(FullTocReply, WithoutALeadOutOrATrackIsNone) {
  for (const std::size_t point : {26U + 3U, 37U + 3U}) {
    Reply bytes = full_toc();
    bytes[point] = 0xC0;
    EXPECT_FALSE(parse_full_toc(bytes));
  }
}

TEST(InquiryReply, NamesTheDriveWithoutControlCharacters) {
  Reply bytes(36, 0);
  bytes[0] = 0x05;
  const std::string text = "PLEXTOR DVDR \x1b[PX-716A 1.11";
  std::copy(text.begin(), text.end(), bytes.begin() + 8);
  const auto identity = parse_inquiry(bytes);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->vendor, "PLEXTOR");
  EXPECT_EQ(identity->model, "DVDR  [PX-716A 1");
  EXPECT_EQ(identity->name(), "PLEXTOR DVDR  [PX-716A 1");
  EXPECT_EQ(identity->device_type, 5);
}

TEST(SubchannelReply, GivesNumbersOnlyWhereTheyAreValid) {
  Reply bytes(24, 0);
  bytes[4] = 2;
  bytes[8] = 0x80;
  const std::string mcn = "1234567890128";
  std::copy(mcn.begin(), mcn.end(), bytes.begin() + 9);
  EXPECT_EQ(parse_mcn(bytes), mcn);
  bytes[9] = 'X';
  EXPECT_EQ(parse_mcn(bytes), "");
  bytes[9] = '1';
  bytes[8] = 0;
  EXPECT_EQ(parse_mcn(bytes), "");
  bytes[4] = 3;
  bytes[8] = 0x80;
  const std::string isrc = "USRC17607839";
  std::copy(isrc.begin(), isrc.end(), bytes.begin() + 9);
  EXPECT_EQ(parse_isrc(bytes), isrc);
  EXPECT_EQ(parse_mcn(bytes), "");
}

TEST(AtipReply, TellsLeadInAndLeadOut) {
  const Reply bytes = {0, 26, 0, 0, 0xD0, 0, 0xC8, 0, 97, 24, 1, 0, 79, 59, 70, 0};
  const auto atip = parse_atip(bytes);
  ASSERT_TRUE(atip);
  EXPECT_TRUE(atip->rewritable);
  EXPECT_EQ(to_string(atip->lead_in), "97:24:01");
  EXPECT_EQ(to_string(atip->last_lead_out), "79:59:70");
}

void parse_all(const Reply& bytes) {
  const std::size_t most = bytes.size();
  EXPECT_LE(parse_toc(bytes).value_or(std::vector<TocTrack>{}).size() * 8, most);
  EXPECT_LE(parse_full_toc(bytes).value_or(std::vector<TocEntry>{}).size() * 11, most);
  EXPECT_LE(parse_cd_text(bytes).size() * 18, most);
  EXPECT_LE(parse_inquiry(bytes).value_or(Identity{}).model.size(), 16U);
  parse_sessions(bytes);
  parse_atip(bytes);
  parse_capabilities(bytes);
  parse_cd_read_feature(bytes);
  parse_capacity(bytes);
  EXPECT_TRUE(parse_mcn(bytes).size() == 13 || parse_mcn(bytes).empty());
  EXPECT_TRUE(parse_isrc(bytes).size() == 12 || parse_isrc(bytes).empty());
}

TEST(AnyReply, CutOrWrongIsNoHarm) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size <= full_toc().size(); ++size) {
    Reply bytes = full_toc();
    bytes.resize(size);
    parse_all(bytes);
  }
  for (int i = 0; i < 2000; ++i) {
    Reply bytes(random() % 200);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    parse_all(bytes);
  }
}

}  // namespace
}  // namespace pregap::drive
