// Sub-channel on the command line: what verify, info and sector say of it.
#include "disc/subchannel.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

constexpr int kSectors = 300;

// A bare image of sectors with their sub-channel behind them; the disc has an MCN and an ISRC.
void write_image(const TempFolder& folder, const std::vector<int>& damaged = {}) {
  const Sectors sectors = sound_sectors(SectorKind::mode1, kSectors);
  Disc disc = disc_of({{.sectors = sectors}});
  disc.mcn = "0123456789012";
  disc.tracks[0].isrc = "USRC17607839";
  const SubchannelMaker maker(disc);
  Bytes image;
  for (int lba = 0; lba < kSectors; ++lba) {
    const auto linear = maker.make(Lba(lba));
    std::array<std::uint8_t, kSubchannelSize> bytes;
    interleave(linear, bytes);
    if (std::ranges::find(damaged, lba) != damaged.end()) bytes[50] ^= 0x40;
    const auto& sector = sectors[static_cast<std::size_t>(lba)];
    image.insert(image.end(), sector.begin(), sector.end());
    image.insert(image.end(), bytes.begin(), bytes.end());
  }
  folder.write("disc.img", image);
}

RunResult run_in(const TempFolder& folder, const std::vector<std::string>& arguments) {
  return run_pregap(arguments, {.folder = folder.path()});
}

TEST(SubchannelInVerify, IsALineOfItsOwn) {
  const TempFolder folder;
  write_image(folder);
  EXPECT_EQ(run_in(folder, {"verify", "disc.img"}).out,
            "good        disc.img: 300 mode 1 sectors\n"
            "  sub-channel: 300 Q frames, all good\n"
            "  MCN 0123456789012, from the sub-channel\n"
            "  track 1: ISRC USRC17607839, from the sub-channel\n");
}

TEST(SubchannelInVerify, BadFramesCountForTheExitStatusOnlyWhenStrict) {
  const TempFolder folder;
  write_image(folder);
  EXPECT_EQ(run_in(folder, {"verify", "--strict", "disc.img"}).status, 0);
  write_image(folder, {3, 77});
  const RunResult r = run_in(folder, {"verify", "disc.img"});
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(
      r.out.starts_with("good        disc.img: 300 mode 1 sectors\n"
                        "  sub-channel: 300 Q frames, 2 bad\n"))
      << r.out;
  EXPECT_EQ(run_in(folder, {"verify", "--strict", "disc.img"}).status, 1);
}

TEST(SubchannelInVerify, IsInJson) {
  const TempFolder folder;
  write_image(folder, {3, 77});
  const json found = json_lines(run_in(folder, {"verify", "--json", "disc.img"}).out).at(0);
  EXPECT_EQ(found["verdict"], "good");
  EXPECT_EQ(found["faults"]["subchannel_q"], 2);
  EXPECT_EQ(found["tracks"][0]["faults"]["subchannel_q"], 2);
  EXPECT_EQ(found["bad"]["total"], 0);
  EXPECT_EQ(found["subchannel"], json::parse(R"({"frames": 300, "bad": 2, "elsewhere": 0,
      "mcn": "0123456789012", "isrcs": [{"track": 1, "isrc": "USRC17607839"}]})"));
}

TEST(SubchannelInInfo, TellsOrderAndNumbersAndAlteredFrames) {
  const TempFolder folder;
  write_image(folder);
  folder.write("disc.lsd", Bytes{0, 2, 0x10, 0x41, 1, 1, 1, 0, 0x10, 0, 1, 2, 0x10, 0x12, 0x34});
  EXPECT_EQ(run_in(folder, {"info", "disc.img"}).out,
            "disc.img: raw, 1 session, 1 track, 300 sectors in 1 file\n"
            "  track  type     bytes    start  MSF        length  time\n"
            "      1  mode1  2352+96        0  00:02:00      300  00:04:00\n"
            "  sub-channel: P to W, interleaved, behind each sector\n"
            "  MCN 0123456789012, from the sub-channel\n"
            "  track 1: ISRC USRC17607839, from the sub-channel\n"
            "  1 altered Q frame beside the image, LBA 10\n");
  const json found = json_lines(run_in(folder, {"info", "--json", "disc.img"}).out).at(0);
  EXPECT_EQ(found["subchannel"], json::parse(R"([{"file": 0, "offset": 2352, "stride": 2448,
      "order": "interleaved", "first_lba": 0, "sectors": 300}])"));
  EXPECT_EQ(found["subchannel_codes"], json::parse(R"({"mcn": "0123456789012",
      "isrcs": [{"track": 1, "isrc": "USRC17607839"}]})"));
  EXPECT_EQ(found["altered_q_frames"], 1);
}

// The rows of Q that `pregap sector` prints.
std::string q_rows_of(const TempFolder& folder, const std::string& lba) {
  const std::string out = run_in(folder, {"sector", "disc.img", lba}).out;
  const std::size_t from = out.find("             Q frame");
  if (from == out.npos) return out;
  return out.substr(from, out.rfind("  sound\n") - from);
}

TEST(SubchannelInSector, ShowsTheQFrame) {
  const TempFolder folder;
  write_image(folder, {77});
  EXPECT_EQ(q_rows_of(folder, "20"),
            "             Q frame       41 01 01 00 00 20 00 00 02 20 04 e4  good\n"
            "                           data: track 1 INDEX 01, 00:00:20 in it, absolute "
            "00:02:20\n");
  EXPECT_EQ(q_rows_of(folder, "40"),
            "             Q frame       42 01 23 45 67 89 01 20 00 40 0a 59  good\n"
            "                           data: MCN 0123456789012\n");
  EXPECT_EQ(q_rows_of(folder, "77"),
            "             Q frame       41 01 01 00 01 02 20 00 03 02 3a 62  BAD\n"
            "             expected      41 01 01 00 01 02 00 00 03 02 3a 62\n");
}

TEST(SubchannelInSector, IsInJson) {
  const TempFolder folder;
  write_image(folder, {77});
  const auto q = [&](const char* lba) {
    return json_lines(run_in(folder, {"sector", "--json", "disc.img", lba}).out).at(0)["q"];
  };
  EXPECT_EQ(q("20"), json::parse(R"({"bytes": "41 01 01 00 00 20 00 00 02 20 04 e4",
      "crc_good": true, "expected": "41 01 01 00 00 20 00 00 02 20 04 e4", "agrees": true,
      "control": 4, "adr": 1, "track": 1, "index": 1, "relative": "00:00:20",
      "absolute": "00:02:20", "mcn": null, "isrc": null})"));
  EXPECT_EQ(q("65")["isrc"], "USRC17607839");
  EXPECT_EQ(q("65")["agrees"], true);
  EXPECT_EQ(q("77")["crc_good"], false);
  EXPECT_EQ(q("77")["agrees"], false);
  folder.write("plain.img", bytes_of(sound_sectors(SectorKind::mode1, 5)));
  const json plain = json_lines(run_in(folder, {"sector", "--json", "plain.img", "2"}).out).at(0);
  EXPECT_FALSE(plain.contains("q"));
}

}  // namespace
}  // namespace pregap::test
