// Addresses against their neighbours, and kinds told by them.
#include "disc/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "disc/pass.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using reference::Sector;
using test::Sectors;
using test::sound_sectors;
using Lines = std::vector<std::string>;

constexpr SectorKind kMode1 = SectorKind::mode1, kForm1 = SectorKind::mode2_form1,
                     kForm2 = SectorKind::mode2_form2;
constexpr int kSectors = 240;  // three chunks of a pass, borders at 112 and 224

const Sectors& many(SectorKind kind) {
  static const Sectors mode1 = sound_sectors(kMode1, kSectors);
  static const Sectors form1 = sound_sectors(kForm1, kSectors);
  return kind == kMode1 ? mode1 : form1;
}

Lines judged(TrackType type, const Sectors& sectors) {
  return test::oddities(test::disc_of(type, sectors));
}

// A header that says `address`; in mode 1 under parity that agrees.
void readdress(Sectors& sectors, int at, int address) {
  Sector& s = sectors[static_cast<std::size_t>(at)];
  const bool mode1 = s[15] == 1;
  reference::write_header(s, address, s[15]);
  if (mode1) reference::write_codes(s, kMode1);
}
void shift(Sectors& sectors, int from, int to, int by) {
  for (int i = from; i < to; ++i) readdress(sectors, i, i + by);
}
void destroy_header(Sectors& sectors, int at) {
  Sector& s = sectors[static_cast<std::size_t>(at)];
  std::fill_n(s.begin() + 12, 4, std::uint8_t{0xFF});
}
void destroy(Sectors& sectors, int at) {
  Sector& s = sectors[static_cast<std::size_t>(at)];
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = static_cast<std::uint8_t>(i * i / 7 + 1);
}

TEST(JudgeAddress, FaultsAnAddressThatAloneDiffersWhereverItLies) {
  for (const int at : {0, 1, 57, 110, 111, 112, 113, 223, 224, kSectors - 2, kSectors - 1}) {
    Sectors form1 = many(kForm1);
    readdress(form1, at, at + 1000);
    EXPECT_EQ(judged(TrackType::mode2, form1),
              Lines{"mode2_form1 #" + std::to_string(at) + ": address; repairable"});
    Sectors mode1 = many(kMode1);
    readdress(mode1, at, at + 1000);
    EXPECT_EQ(judged(TrackType::mode1, mode1), Lines{"mode1 #" + std::to_string(at) + ": address"});
  }
}

TEST(JudgeAddress, NotesAJumpThatTheNextSectorConfirms) {
  for (const int at : {1, 57, 111, 112, 113, 224, kSectors - 2}) {
    Sectors sectors = many(kForm1);
    shift(sectors, at, kSectors, 1000);
    EXPECT_EQ(judged(TrackType::mode2, sectors),
              Lines{"mode2_form1 #" + std::to_string(at) + ":; note address_jump"});
  }
}

TEST(JudgeAddress, NotesAStartElsewhereOnce) {
  for (const int by : {150, -150, 45000}) {
    Sectors sectors = many(kForm1);
    shift(sectors, 0, kSectors, by);
    EXPECT_EQ(judged(TrackType::mode2, sectors), Lines{"mode2_form1 #0:; note address_start"});
  }
}

TEST(JudgeAddress, NotesBothEndsOfAStretchThatJumps) {
  Sectors sectors = many(kForm1);
  shift(sectors, 50, 52, 10);
  EXPECT_EQ(judged(TrackType::mode2, sectors),
            (Lines{"mode2_form1 #50:; note address_jump", "mode2_form1 #52:; note address_jump"}));
}

TEST(JudgeAddress, FaultsNeighboursThatDifferEachOnTheirOwn) {
  Sectors sectors = many(kForm1);
  readdress(sectors, 50, 60);
  readdress(sectors, 51, 99);
  EXPECT_EQ(judged(TrackType::mode2, sectors), (Lines{"mode2_form1 #50: address; repairable",
                                                      "mode2_form1 #51: address; repairable"}));
}

TEST(JudgeAddress, FaultsARepeatedAddressAsSmartELeavesIt) {
  Sectors sectors = many(kForm1);
  readdress(sectors, 50, 49);
  EXPECT_EQ(judged(TrackType::mode2, sectors), Lines{"mode2_form1 #50: address; repairable"});
}

TEST(JudgeAddress, TakesTheOnlySectorsWordForIt) {
  Sectors sectors = sound_sectors(kMode1, 1, 5000);
  EXPECT_EQ(judged(TrackType::mode1, sectors), Lines{"mode1 #0:; note address_start"});
}

TEST(JudgeAddress, GoesOnOverTrackBorders) {
  Sectors first = sound_sectors(kMode1, 5), second = sound_sectors(kMode1, 5, 5);
  EXPECT_EQ(test::oddities(test::disc_of({{.sectors = first}, {.sectors = second}})), Lines());
  shift(first, 4, 5, 1000);
  for (int i = 0; i < 5; ++i) readdress(second, i, 5 + i + 1000);
  EXPECT_EQ(test::oddities(test::disc_of({{.sectors = first}, {.sectors = second}})),
            Lines{"mode1 #4:; note address_jump"});
}

TEST(JudgeAddress, DoesNotTakeASectorBehindAHoleForTheNext) {
  Sectors first = sound_sectors(kForm1, 5), second = sound_sectors(kForm1, 5, 1005);
  readdress(first, 4, 1004);  // 1005 goes on, but lies at LBA 10
  const Disc disc = test::disc_of({{.type = TrackType::mode2, .sectors = first},
                                   {.type = TrackType::mode2, .sectors = second, .hole = 5}});
  EXPECT_EQ(test::oddities(disc),
            (Lines{"mode2_form1 #4: address; repairable", "mode2_form1 #10:; note address_jump"}));
}

TEST(JudgeAddress, PassesOverAudioBetweenDataTracks) {
  const Disc disc =
      test::disc_of({{.sectors = sound_sectors(kMode1, 5)},
                     {.type = TrackType::audio, .sectors = sound_sectors(SectorKind::audio, 5, 5)},
                     {.sectors = sound_sectors(kMode1, 5, 10)}});
  EXPECT_EQ(test::oddities(disc), Lines());
}

// The damage of one sector must not make its sound neighbour bad.
TEST(JudgeAddress, ConfirmsAStartByTheSuccessorsCorrectedAddress) {
  Sectors sectors = sound_sectors(kMode1, 8, 1000);
  sectors[1][14] ^= 1;
  EXPECT_EQ(judged(TrackType::mode1, sectors),
            (Lines{"mode1 #0:; note address_start",
                   "mode1 #1: address edc p_parity q_parity; repairable"}));
}

TEST(JudgeAddress, ConfirmsAJumpByTheSuccessorsCorrectedAddress) {
  Sectors sectors = sound_sectors(kMode1, 8);
  shift(sectors, 4, 8, 1000);
  sectors[5][14] ^= 1;
  EXPECT_EQ(judged(TrackType::mode1, sectors),
            (Lines{"mode1 #4:; note address_jump",
                   "mode1 #5: address edc p_parity q_parity; repairable"}));
}

// Parity leads to the very address that the sectors behind ask for.
TEST(JudgeAddress, MendsADamagedHeaderAtAStartElsewhere) {
  for (const int wrong : {0x01, 0x0F}) {  // another address, and none
    Sectors sectors = sound_sectors(kMode1, 8, 1000);
    sectors[0][14] ^= static_cast<std::uint8_t>(wrong);
    const Lines lines = judged(TrackType::mode1, sectors);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines[0], "mode1 #0: address edc p_parity q_parity; note address_start; repairable")
        << wrong;
  }
}

TEST(JudgeAddress, MendsADamagedHeaderAtAJump) {
  Sectors sectors = sound_sectors(kMode1, 8);
  shift(sectors, 4, 8, 1000);
  sectors[4][14] ^= 1;
  const Lines lines = judged(TrackType::mode1, sectors);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0], "mode1 #4: address edc p_parity q_parity; note address_jump; repairable");
}

TEST(JudgeKind, GivesAnUnreadableSectorItsNeighboursKind) {
  const struct {
    int at;
    const char* expected;
  } rows[] = {{0, "mode2_form1 #0: sync"},
              {3, "mode2_form1 #3: sync"},
              {5, "mode2_form2 #5: sync"},
              {8, "mode2_form2 #8: sync"}};
  for (const auto& row : rows) {
    Sectors sectors = sound_sectors(kForm1, 4);
    test::append(sectors, sound_sectors(kForm2, 5, 4));
    destroy(sectors, row.at);
    const Lines lines = judged(TrackType::mode2, sectors);
    ASSERT_EQ(lines.size(), 1U) << row.at;
    EXPECT_TRUE(lines[0].starts_with(row.expected)) << lines[0];
    EXPECT_EQ(lines[0].find("repairable"), std::string::npos) << lines[0];
  }
}

TEST(JudgeKind, BeginsEachTrackWithItsSampledKind) {
  Sectors first = sound_sectors(kMode1, 4), second = sound_sectors(kForm2, 4, 4);
  destroy(second, 0);
  const Disc disc = test::disc_of(
      {{.sectors = first},
       {.type = TrackType::mode2, .sectors = second, .sampled = SectorKind::mode2_form2}});
  const Lines lines = test::oddities(disc);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("mode2_form2 #4: sync")) << lines[0];
}

TEST(JudgeKind, NotesNoOtherModeWithinThePregap) {
  Sectors sectors = sound_sectors(kMode1, 150);
  test::append(sectors, sound_sectors(kForm1, 4, 150));
  const Disc disc = test::disc_of({{.type = TrackType::mode2, .sectors = sectors, .pregap = 150}});
  EXPECT_EQ(test::oddities(disc), Lines());
}

TEST(JudgeKind, KnowsMode2WithoutForm) {
  Sectors sectors;
  for (int i = 0; i < 8; ++i) {
    sectors.push_back(
        reference::build(SectorKind::mode2, i, test::user_data(SectorKind::mode2, i)));
  }
  const auto lines = [&] {
    return test::oddities(test::disc_of(
        {{.type = TrackType::mode2, .sectors = sectors, .sampled = SectorKind::mode2}}));
  };
  EXPECT_EQ(lines(), Lines());
  destroy_header(sectors, 3);
  EXPECT_EQ(lines(), Lines{"mode2 #3: address mode; repairable"});
}

}  // namespace
}  // namespace pregap
