// ddrescue's mapfile, written and read; and which borders Q tells.
#include <gtest/gtest.h>

#include "disc/subchannel.h"
#include "operations/rip_gaps.h"
#include "operations/rip_map.h"
#include "rip/rip_fixture.h"

namespace pregap::operations {
namespace {

TEST(RipMapText, IsDdrescuesFormat) {
  RipMap map(10, 2352);
  map.remark = "disc=1 offset=corrected";
  for (const int i : {0, 1, 2, 7}) map.set(i, SectorState::good);
  map.set(3, SectorState::unread);
  map.set(4, SectorState::in_doubt);
  map.set(9, SectorState::failed_in_block);
  EXPECT_EQ(map.text(),
            "# Mapfile. Created by pregap\n"
            "# pregap: disc=1 offset=corrected\n"
            "# current_pos  current_status  current_pass\n"
            "0x00000000     ?               1\n"
            "#      pos        size  status\n"
            "0x00000000  0x00001B90  +\n"
            "0x00001B90  0x00000930  -\n"
            "0x000024C0  0x00000930  /\n"
            "0x00002DF0  0x00001260  ?\n"
            "0x00004050  0x00000930  +\n"
            "0x00004980  0x00000930  ?\n"
            "0x000052B0  0x00000930  *\n");
  EXPECT_EQ(RipMap::parse(map.text(), 10, 2352, "m").text(), map.text());
  EXPECT_EQ(RipMap::remark_of(map.text()), map.remark);
}

TEST(RipMapText, OfDdrescueItselfIsRead) {
  const std::string text =
      "# Mapfile. Created by GNU ddrescue version 1.27\r\n"
      "# Command line: ddrescue /dev/sr0 a a.map\r\n"
      "0x00000930     +               1\r\n"
      "0x00000000  0x00000930  +\r\n"
      "2352  2352  -\r\n";
  const RipMap map = RipMap::parse(text, 2, 2352, "m");
  EXPECT_EQ(map[0], SectorState::good);
  EXPECT_EQ(map[1], SectorState::unread);
}

TEST(RipMapText, ThatIsNoneIsRefusedWithItsLine) {
  struct Row {
    const char* text;
    const char* error;
  };
  for (const Row& row :
       {Row{"", "malformed: m:0: a map of 0 bytes, expected one of 32"},
        Row{"hello\n", "malformed: m:1: \"hello\", expected ddrescue's status line"},
        Row{"0 ? 1\n0 16 x\n",
            "malformed: m:2: \"0 16 x\", expected position, size and one of ?*/-+"},
        Row{"0 ? 1\n16 16 +\n",
            "malformed: m:2: 16 bytes at 16, expected whole sectors of 16 bytes at 0, 32 at most"},
        Row{"0 ? 1\n0 0xFFFFFFFFFFFFFFF0 +\n",
            "malformed: m:2: 18446744073709551600 bytes at 0, expected whole sectors of 16 bytes "
            "at "
            "0, 32 at most"}}) {
    EXPECT_EQ(test::error_of([&] { RipMap::parse(row.text, 2, 16, "m"); }), row.error);
  }
}

std::string text_of(const std::vector<Border>& borders) {
  std::string text;
  for (const Border& b : borders) {
    text += std::to_string(b.track) + '.' + std::to_string(b.index) + '@' +
            std::to_string(b.lba.value) + (b.exact ? " " : "? ");
  }
  return text;
}

TEST(Borders, AreFoundToTheSectorWhateverElseQSays) {
  Disc disc = test::source_disc("indexes");
  disc.mcn = "1234567890128";
  for (Track& track : disc.tracks) track.isrc = "USRC17607839";
  const SubchannelMaker maker(disc);
  int reads = 0;
  const PositionAt position_at = [&](Lba lba) {
    ++reads;
    return parse_q(maker.q(lba)).position;
  };
  EXPECT_EQ(text_of(find_borders(Lba(0), Lba(350), position_at)),
            "1.1@0 1.2@60 1.3@101 2.0@150 2.1@170 3.1@270 3.2@300 ");
  EXPECT_LT(reads, 120);
}

TEST(Borders, BehindSectorsThatTellNothingAreCalledSo) {
  const SubchannelMaker maker(test::source_disc("audio"));
  const PositionAt position_at = [&](Lba lba) -> std::optional<QPosition> {
    if (lba >= Lba(145) && lba <= Lba(151)) return std::nullopt;
    return parse_q(maker.q(lba)).position;
  };
  EXPECT_EQ(text_of(find_borders(Lba(0), Lba(350), position_at)),
            "1.1@0 2.0@152? 2.1@170 3.1@270 ");
  const PositionAt nothing = [](Lba) { return std::optional<QPosition>(); };
  EXPECT_EQ(text_of(find_borders(Lba(0), Lba(350), nothing)), "");
}

}  // namespace
}  // namespace pregap::operations
