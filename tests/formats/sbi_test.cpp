// .sbi and .lsd files: read, written, and applied to the image that they lie beside.
#include "formats/sbi.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "disc/complete.h"
#include "pregap/open.h"
#include "support/disc_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::formats {
namespace {

using test::Bytes;

std::string hex_of(std::span<const std::uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, " "));
}

std::vector<std::string> shown(const std::vector<QPatch>& patches) {
  std::vector<std::string> lines;
  for (const QPatch& p : patches) lines.push_back(fmt::format("{}: {}", p.lba.value, hex_of(p.q)));
  return lines;
}

Bytes bytes_of(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 3) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

Disc one_track(int sectors) {
  Disc disc;
  Track track{.type = TrackType::mode2, .declared = TrackType::mode2};
  track.indexes = {{1, Lba(0)}};
  track.extents = {
      {.file = kNoFile, .storage = Storage::blank, .first = Lba(0), .sectors = sectors}};
  disc.tracks = {track};
  complete_disc(disc);
  return disc;
}

// The first record of a published file (README of SBITools), and its frame with the whole Q.
constexpr const char* kSbi = "53 42 49 00 03 08 05 01 41 01 01 07 06 05 00 23 08 05";
constexpr const char* kLsd = "03 08 05 41 01 01 07 06 05 00 23 08 05 38 39";

TEST(Lsd, HasWholeFrames) {
  EXPECT_EQ(shown(parse_lsd(bytes_of(kLsd), "L")),
            (std::vector<std::string>{"13955: 41 01 01 07 06 05 00 23 08 05 38 39"}));
  EXPECT_TRUE(parse_lsd({}, "L").empty());
}

TEST(Sbi, HasFramesWithoutCrcWhichIsMadeWrong) {
  const SubchannelMaker layout(one_track(20000));
  const std::vector<QPatch> patches = patches_of(parse_sbi(bytes_of(kSbi), "S"), layout);
  ASSERT_EQ(patches.size(), 1U);
  EXPECT_EQ(patches[0].lba, Lba(13955));
  EXPECT_EQ(hex_of(std::span(patches[0].q).first(10)), "41 01 01 07 06 05 00 23 08 05");
  EXPECT_EQ(stored_q_crc(patches[0].q) ^ q_crc(patches[0].q), 0xFFFF);
}

TEST(Sbi, HasTimesAloneWhoseRestIsRegular) {
  const SubchannelMaker layout(one_track(20000));
  const Bytes file = bytes_of("53 42 49 00 03 08 05 02 11 22 33 03 08 10 03 44 55 66");
  const std::vector<QPatch> patches = patches_of(parse_sbi(file, "S"), layout);
  ASSERT_EQ(patches.size(), 2U);
  EXPECT_EQ(hex_of(std::span(patches[0].q).first(10)), "41 01 01 11 22 33 00 03 08 05");
  EXPECT_EQ(hex_of(std::span(patches[1].q).first(10)), "41 01 01 03 06 10 00 44 55 66");
}

TEST(SbiAndLsd, SayWhereTheyAreMalformed) {
  const std::pair<const char*, const char*> sbi[] = {
      {"53", "malformed: S:byte 0: no .sbi file, expected it to begin with SBI and a zero"},
      {"53 42 4a 00",
       "malformed: S:byte 0: no .sbi file, expected it to begin with SBI and a zero"},
      {"53 42 49 00 03 08", "malformed: S:byte 4: 2 bytes, expected a record"},
      {"53 42 49 00 03 0a 05 01",
       "malformed: S:byte 4: time 03:0a:05, expected minute, second and frame in BCD"},
      {"53 42 49 00 03 08 75 01",
       "malformed: S:byte 4: time 03:08:75, expected minute, second and frame in BCD"},
      {"53 42 49 00 03 08 05 04", "malformed: S:byte 7: record of kind 04, expected 01, 02 or 03"},
      {"53 42 49 00 03 08 05 01 41 01", "malformed: S:byte 8: 2 bytes, expected 10 of Q"},
      {"53 42 49 00 03 08 05 02 41 01", "malformed: S:byte 8: 2 bytes, expected 3 of Q"},
  };
  for (const auto& row : sbi) {
    EXPECT_EQ(test::error_of([&] { parse_sbi(bytes_of(row.first), "S"); }), row.second)
        << row.first;
  }
  EXPECT_EQ(test::error_of([&] { parse_lsd(bytes_of(std::string(kLsd) + " 03"), "L"); }),
            "malformed: L:byte 15: 1 byte, expected a record of 15");
  EXPECT_EQ(test::error_of([&] { parse_lsd(Bytes(15, 0xAA), "L"); }),
            "malformed: L:byte 0: time aa:aa:aa, expected minute, second and frame in BCD");
}

TEST(SbiAndLsd, AreWrittenAsTheyAreRead) {
  Disc disc = one_track(20000);
  disc.q_patches = parse_lsd(bytes_of(kLsd), "L");
  EXPECT_EQ(hex_of(write_lsd(disc)), kLsd);
  EXPECT_EQ(hex_of(write_sbi(disc)), kSbi);
  disc.q_patches[0].lba = Lba(404850);
  EXPECT_EQ(test::error_of([&] { write_lsd(disc); }),
            "usage: LBA 404850: an altered Q frame whose address no time expresses, expected one "
            "up to 89:59:74");
  disc.q_patches.clear();
  disc.path = "disc.cue";
  EXPECT_EQ(test::error_of([&] { write_sbi(disc); }),
            "usage: disc.cue: no altered Q frames, expected some to write to an .sbi or .lsd file");
}

// An image of 100 sectors, and what lies beside it.
Disc opened(const std::vector<std::pair<std::string, Bytes>>& files,
            const std::string& open = "game.cue") {
  const test::TempFolder folder;
  folder.write("game.bin", test::bytes_of(test::sound_sectors(SectorKind::mode2_form1, 100)));
  folder.write("game.cue", test::sheet("game.bin", "MODE2/2352"));
  for (const auto& [name, bytes] : files) folder.write(name, bytes);
  Disc disc = open_disc(folder / open);
  const std::string prefix = folder.path().string() + "/";
  for (Problem& p : disc.problems) {
    for (std::size_t at; (at = p.message.find(prefix)) != p.message.npos;) {
      p.message.erase(at, prefix.size());
    }
  }
  return disc;
}

const Bytes kNear = bytes_of("00 02 10 41 01 01 01 00 10 00 01 02 10 12 34");  // LBA 10
const Bytes kNearSbi = bytes_of("53 42 49 00 00 02 10 01 41 01 01 01 00 10 00 01 02 10");
const std::vector<std::string> kNearPatch = {"10: 41 01 01 01 00 10 00 01 02 10 12 34"};

TEST(QSidecars, AreFoundBesideSheetAndImageWithAnyEnding) {
  EXPECT_TRUE(opened({}).q_patches.empty());
  EXPECT_TRUE(opened({{"other.lsd", kNear}}).q_patches.empty());
  for (const char* name : {"game.lsd", "game.LSD", "game.Lsd"}) {
    EXPECT_EQ(shown(opened({{name, kNear}}).q_patches), kNearPatch) << name;
    EXPECT_EQ(shown(opened({{name, kNear}}, "game.bin").q_patches), kNearPatch) << name;
  }
  for (const char* name : {"game.sbi", "game.SBI", "game.Sbi"}) {
    const Disc disc = opened({{name, kNearSbi}});
    ASSERT_EQ(disc.q_patches.size(), 1U) << name;
    EXPECT_TRUE(std::equal(kNear.begin() + 3, kNear.begin() + 13, disc.q_patches[0].q.begin()));
    EXPECT_TRUE(disc.problems.empty());
  }
}

TEST(QSidecars, TheLsdIsTakenOfTwo) {
  const Disc both = opened({{"game.lsd", kNear}, {"game.sbi", kNearSbi}});
  EXPECT_EQ(shown(both.q_patches), kNearPatch);
  EXPECT_TRUE(both.problems.empty());
  Bytes other = kNearSbi;
  other[6] = 0x11;
  const Disc differing = opened({{"game.lsd", kNear}, {"game.sbi", other}});
  EXPECT_EQ(shown(differing.q_patches), kNearPatch);
  EXPECT_EQ(test::problems_of(differing.problems),
            (std::vector<std::string>{
                "sidecar.differs: game.sbi: other Q frames than in game.lsd, which is taken"}));
}

TEST(QSidecars, ComeInOrderAndOnce) {
  const Bytes early = bytes_of("00 02 05 41 01 01 00 00 05 00 00 02 05 00 00");
  Bytes file = kNear;
  test::append(file, early);
  test::append(file, kNear);
  const Disc disc = opened({{"game.lsd", file}});
  EXPECT_EQ(shown(disc.q_patches),
            (std::vector<std::string>{"5: 41 01 01 00 00 05 00 00 02 05 00 00", kNearPatch[0]}));
  EXPECT_TRUE(disc.problems.empty());
}

TEST(QSidecars, ThatAreUnusableArePassedOver) {
  Bytes twice = kNear, other = kNear;
  other[12] ^= 1;
  test::append(twice, other);
  const std::pair<Bytes, std::string> rows[] = {
      {Bytes(7), "game.lsd:byte 0: 7 bytes, expected a record of 15; the file is passed over"},
      {twice, "game.lsd: two different Q frames for LBA 10, expected one; the file is passed over"},
      {Bytes(900'001), "game.lsd: 900001 bytes, expected at most 900000; the file is passed over"}};
  for (const auto& [bytes, message] : rows) {
    const Disc disc = opened({{"game.lsd", bytes}});
    EXPECT_TRUE(disc.q_patches.empty());
    EXPECT_EQ(test::problems_of(disc.problems),
              std::vector<std::string>{"sidecar.unusable: " + message});
    EXPECT_EQ(disc.problems[0].severity, Severity::warning);
  }
  // The other one serves.
  EXPECT_EQ(opened({{"game.lsd", Bytes(7)}, {"game.sbi", kNearSbi}}).q_patches.size(), 1U);
}

TEST(QSidecars, MaySpeakOfMoreThanTheImageHas) {
  Bytes file = kNear;
  test::append(file, bytes_of(kLsd));
  const Disc disc = opened({{"game.lsd", file}});
  EXPECT_EQ(disc.q_patches.size(), 2U);
  EXPECT_EQ(test::problems_of(disc.problems),
            (std::vector<std::string>{
                "sidecar.place: game.lsd: 1 of 2 altered Q frames outside of the disc"}));
}

// As a published .lsd says: the frames are what copy protection makes of regular ones.
TEST(LsdOfSharedData, AllHaveFramesThatDifferInAFewBitsAndGoThroughBothFormats) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  int files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(*shared / "sbitools-lsd" / "LSD Patches")) {
    const Bytes bytes = test::read_file(entry.path());
    Disc disc = one_track(300000);
    const SubchannelMaker layout(disc);
    disc.q_patches = parse_lsd(bytes, entry.path().string());
    EXPECT_TRUE(disc.q_patches.size() == 16 || disc.q_patches.size() == 32) << entry.path();
    for (const QPatch& patch : disc.q_patches) {
      const QFrame regular = layout.position(patch.lba);
      int bits = 0;
      for (std::size_t i = 0; i < 10; ++i) {
        bits += std::popcount(static_cast<unsigned>(patch.q[i] ^ regular[i]));
      }
      EXPECT_TRUE(bits == 0 || bits == 2) << entry.path() << " LBA " << patch.lba.value;
      EXPECT_FALSE(q_crc_is_good(patch.q)) << entry.path() << " LBA " << patch.lba.value;
      EXPECT_EQ(SubchannelMaker(disc).q(patch.lba), patch.q);
    }
    EXPECT_EQ(write_lsd(disc), bytes) << entry.path();
    const std::vector<QPatch> through_sbi = patches_of(parse_sbi(write_sbi(disc), "S"), layout);
    ASSERT_EQ(through_sbi.size(), disc.q_patches.size());
    for (std::size_t i = 0; i < through_sbi.size(); ++i) {
      EXPECT_EQ(through_sbi[i].lba, disc.q_patches[i].lba);
      EXPECT_TRUE(std::equal(through_sbi[i].q.begin(), through_sbi[i].q.begin() + 10,
                             disc.q_patches[i].q.begin()));
    }
    ++files;
  }
  EXPECT_EQ(files, 33);
}

}  // namespace
}  // namespace pregap::formats
