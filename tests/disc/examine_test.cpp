// What becomes of odd sectors in a pass: kinds, faults, notes, and whether they can be mended.
#include "disc/examine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "disc/pass.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using reference::ParityHeader;
using reference::Sector;
using test::Sectors;
using test::sound_sectors;
using Lines = std::vector<std::string>;

constexpr int kAt = 4;  // the odd sector's LBA, of 8

struct Row {
  const char* name;
  SectorKind kind;  // of the track's sound sectors
  std::function<void(Sector&)> change;
  Lines expected;
};

TrackType type_of(SectorKind kind) {
  if (kind == SectorKind::audio) return TrackType::audio;
  return kind == SectorKind::mode0   ? TrackType::mode0
         : kind == SectorKind::mode1 ? TrackType::mode1
                                     : TrackType::mode2;
}

void fill(Sector& s, std::size_t from, std::size_t to, int value) {
  std::fill(s.begin() + static_cast<std::ptrdiff_t>(from),
            s.begin() + static_cast<std::ptrdiff_t>(to), static_cast<std::uint8_t>(value));
}

Sectors track_with(const Row& row) {
  Sectors sectors = sound_sectors(row.kind, 8);
  row.change(sectors[kAt]);
  return sectors;
}

void expect_all(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const Disc disc = test::disc_of(
        {{.type = type_of(row.kind), .sectors = track_with(row), .sampled = row.kind}});
    EXPECT_EQ(test::oddities(disc), row.expected) << row.name;
  }
}

constexpr SectorKind kMode1 = SectorKind::mode1, kForm1 = SectorKind::mode2_form1,
                     kForm2 = SectorKind::mode2_form2;

void rebuild(Sector& s, SectorKind kind) { reference::write_codes(s, kind); }

TEST(Examine, FindsNothingOddInSoundSectors) {
  expect_all({{"mode 0", SectorKind::mode0, [](Sector&) {}, {}},
              {"mode 1", kMode1, [](Sector&) {}, {}},
              {"form 1", kForm1, [](Sector&) {}, {}},
              {"form 2", kForm2, [](Sector&) {}, {}},
              {"audio", SectorKind::audio, [](Sector&) {}, {}}});
}

TEST(Examine, NotesWhatIsUnusualButSound) {
  expect_all({{"intermediate",
               kMode1,
               [](Sector& s) {
                 s[2070] = 0x12;
                 reference::write_parity(s, ParityHeader::real);
               },
               {"mode1 #4:; note intermediate"}},
              {"mode flip under parity",
               kMode1,
               [](Sector& s) {
                 s[15] = 2;
                 rebuild(s, SectorKind::mode1);
               },
               {"mode1 #4:; note mode_flip"}},
              {"mode byte beyond 2 under parity",
               kMode1,
               [](Sector& s) {
                 s[15] = 5;
                 rebuild(s, SectorKind::mode1);
               },
               {"mode1 #4:; note mode_flip"}},
              {"block indicator",
               kMode1,
               [](Sector& s) {
                 s[15] = 0xE1;
                 rebuild(s, SectorKind::mode1);
               },
               {"mode1 #4:; note block_indicator"}},
              {"mode flip of form 1",
               kForm1,
               [](Sector& s) { s[15] = 1; },
               {"mode2_form1 #4:; note mode_flip"}},
              {"sub-header copies",
               kForm1,
               [](Sector& s) {
                 s[20] ^= 0x40;
                 rebuild(s, SectorKind::mode2_form1);
               },
               {"mode2_form1 #4:; note subheader_copies"}},
              {"parity over the real header",
               kForm1,
               [](Sector& s) { reference::write_parity(s, ParityHeader::real); },
               {"mode2_form1 #4:; note noncompliant_ecc"}},
              {"no EDC",
               kForm2,
               [](Sector& s) { fill(s, 2348, 2352, 0); },
               {"mode2_form2 #4:; note form2_edc_absent"}},
              {"form 2 without form bit",
               kForm2,
               [](Sector& s) {
                 s[18] = s[22] = 0x08;
                 rebuild(s, SectorKind::mode2_form2);
               },
               {}},
              {"scrambled mode 1",
               kMode1,
               [](Sector& s) { s = test::scrambled(s); },
               {"mode1 #4:; note scrambled"}},
              {"scrambled form 2",
               kForm2,
               [](Sector& s) { s = test::scrambled(s); },
               {"mode2_form2 #4:; note scrambled"}}});
}

TEST(Examine, CountsDataInAnotherModesTrackAsItIsAndNotesIt) {
  expect_all({{"form 1 in mode 1",
               kMode1,
               [](Sector& s) { s = test::sound_sector(SectorKind::mode2_form1, kAt); },
               {"mode2_form1 #4:; note mode_flip"}},
              {"mode 0 in mode 1",
               kMode1,
               [](Sector& s) { s = test::sound_sector(SectorKind::mode0, kAt); },
               {"mode0 #4:; note mode_flip"}},
              {"form 2 among form 1",
               kForm1,
               [](Sector& s) { s = test::sound_sector(SectorKind::mode2_form2, kAt); },
               {}}});
}

TEST(Examine, FindsFaultsThatParityMends) {
  expect_all({{"data",
               kMode1,
               [](Sector& s) { s[500] ^= 1; },
               {"mode1 #4: edc p_parity q_parity; repairable"}},
              {"a P parity byte",
               kMode1,
               [](Sector& s) { s[2100] ^= 1; },
               {"mode1 #4: p_parity q_parity; repairable"}},
              {"a Q parity byte",
               kMode1,
               [](Sector& s) { s[2300] ^= 1; },
               {"mode1 #4: q_parity; repairable"}},
              {"the EDC",
               kForm1,
               [](Sector& s) { s[2073] ^= 1; },
               {"mode2_form1 #4: edc p_parity q_parity; repairable"}},
              {"the sync of mode 1",
               kMode1,
               [](Sector& s) { s[5] = 0; },
               {"mode1 #4: sync edc; repairable"}},
              {"the sync of form 1",
               kForm1,
               [](Sector& s) { fill(s, 0, 12, 7); },
               {"mode2_form1 #4: sync; repairable"}},
              {"the sync of form 2",
               kForm2,
               [](Sector& s) { fill(s, 0, 12, 7); },
               {"mode2_form2 #4: sync; repairable"}},
              {"the header of mode 1",
               kMode1,
               [](Sector& s) { s[14] ^= 1; },
               {"mode1 #4: address edc p_parity q_parity; repairable"}},
              {"the whole header of mode 1",
               kMode1,
               [](Sector& s) { fill(s, 12, 16, 0xFF); },
               {"mode1 #4: address mode edc p_parity q_parity; repairable"}},
              {"scrambled and damaged",
               kMode1,
               [](Sector& s) {
                 s[700] ^= 0x80;
                 s = test::scrambled(s);
               },
               {"mode1 #4: edc p_parity q_parity; note scrambled; repairable"}}});
}

TEST(Examine, FindsFaultsThatTheNeighboursMend) {
  expect_all({{"the address of form 1",
               kForm1,
               [](Sector& s) { s[14] = 0x33; },
               {"mode2_form1 #4: address; repairable"}},
              {"no address in form 1",
               kForm1,
               [](Sector& s) { s[13] = 0xFF; },
               {"mode2_form1 #4: address; repairable"}},
              {"the header of form 1",
               kForm1,
               [](Sector& s) { fill(s, 12, 16, 0xFF); },
               {"mode2_form1 #4: address mode; repairable"}},
              {"sync and header of form 1",
               kForm1,
               [](Sector& s) { fill(s, 0, 16, 0xFF); },
               {"mode2_form1 #4: sync address mode; repairable"}},
              {"sync and header of form 2",
               kForm2,
               [](Sector& s) { fill(s, 0, 16, 0xFF); },
               {"mode2_form2 #4: sync address mode; repairable"}},
              {"the header of form 2 without EDC",
               kForm2,
               [](Sector& s) {
                 fill(s, 2348, 2352, 0);
                 fill(s, 12, 16, 0xFF);
               },
               {"mode2_form2 #4: address mode; note form2_edc_absent; repairable"}},
              {"the address of mode 0",
               SectorKind::mode0,
               [](Sector& s) { s[14] = 0x33; },
               {"mode0 #4: address; repairable"}}});
}

TEST(Examine, FindsFaultsThatNothingMends) {
  expect_all({{"far too many bytes",
               kMode1,
               [](Sector& s) {
                 for (std::size_t i = 16; i < 2064; i += 2) s[i] = static_cast<std::uint8_t>(i / 3);
               },
               {"mode1 #4: edc p_parity q_parity"}},
              {"form 2's data", kForm2, [](Sector& s) { s[500] ^= 1; }, {"mode2_form2 #4: edc"}},
              {"mode 0 with a body",
               SectorKind::mode0,
               [](Sector& s) { s[500] ^= 1; },
               {"mode0 #4: mode"}},
              // What proves the sector would break if the header were changed.
              {"mode 1's address alone, under parity",
               kMode1,
               [](Sector& s) {
                 reference::write_header(s, 3333, 1);
                 rebuild(s, SectorKind::mode1);
               },
               {"mode1 #4: address"}}});
}

TEST(Examine, NeverCallsAFilledSectorRepairable) {
  for (const int value : {0x00, 0x01, 0x55, 0xAA, 0xFF}) {
    const std::string tail = fmt::format("; fill {:02x}", value);
    for (const SectorKind kind : {kMode1, kForm1, kForm2}) {
      const auto lines_of = [&](std::size_t from) {
        Sectors sectors = sound_sectors(kind, 8);
        fill(sectors[kAt], from, 2352, value);
        return test::oddities(
            test::disc_of({{.type = type_of(kind), .sectors = sectors, .sampled = kind}}));
      };
      const Lines whole = lines_of(0);
      ASSERT_EQ(whole.size(), 1U);
      const std::string start = std::string(name_of(kind)) + " #4: sync";
      EXPECT_TRUE(whole[0].starts_with(start) && whole[0].ends_with(tail)) << whole[0];
      EXPECT_EQ(whole[0].find("repairable"), std::string::npos) << whole[0];
      if (value == 0 && kind != kMode1) continue;  // zeros are sound bodies of form 1 and 2
      const Lines body = lines_of(16);
      ASSERT_EQ(body.size(), 1U) << name_of(kind) << ' ' << value;
      EXPECT_EQ(body[0].find("repairable"), std::string::npos) << body[0];
      EXPECT_TRUE(body[0].ends_with(tail)) << body[0];
    }
  }
}

TEST(Examine, TellsUserDataThatWasFilled) {
  expect_all({{"mode 1",
               kMode1,
               [](Sector& s) { fill(s, 16, 2064, 0x55); },
               {"mode1 #4: edc p_parity q_parity; fill 55"}},
              {"form 1",
               kForm1,
               [](Sector& s) { fill(s, 24, 2072, 0x55); },
               {"mode2_form1 #4: edc p_parity q_parity; fill 55"}},
              {"form 2",
               kForm2,
               [](Sector& s) { fill(s, 24, 2348, 0x55); },
               {"mode2_form2 #4: edc; fill 55"}},
              {"a sound one of one value",
               kMode1,
               [](Sector& s) {
                 fill(s, 16, 2064, 0x55);
                 rebuild(s, SectorKind::mode1);
               },
               {}}});
}

TEST(Examine, TakesProvenDataInAudioForDataAndAllElseForSamples) {
  const SectorKind audio = SectorKind::audio;
  expect_all(
      {{"mode 1", audio, [](Sector& s) { s = test::sound_sector(SectorKind::mode1, kAt); }, {}},
       {"scrambled",
        audio,
        [](Sector& s) { s = test::scrambled(test::sound_sector(SectorKind::mode1, kAt)); },
        {"mode1 #4:; note scrambled"}},
       {"a sync alone",
        audio,
        [](Sector& s) { reference::write_sync(s); },
        {"audio #4:; note data_in_audio"}},
       {"silence", audio, [](Sector& s) { s.fill(0); }, {}}});
}

TEST(Examine, JudgesNoHeaderWhereNoneIsStored) {
  Sectors sectors = sound_sectors(kForm1, 8);
  sectors[2] = test::sound_sector(kForm2, 2);
  sectors[3][600] ^= 1;
  sectors[5] = test::sound_sector(kForm1, 999);
  const Disc disc =
      test::disc_of({{.type = TrackType::mode2, .sectors = sectors, .storage = Storage::xa2336}});
  EXPECT_EQ(test::oddities(disc), Lines{"mode2_form1 #3: edc p_parity q_parity; repairable"});
}

TEST(Examine, JudgesRawSectorsWithSubchannelAsOthers) {
  Sectors sectors = sound_sectors(kMode1, 8);
  sectors[3][600] ^= 1;
  const Disc disc = test::disc_of({{.sectors = sectors, .storage = Storage::raw2448}});
  EXPECT_EQ(test::oddities(disc), Lines{"mode1 #3: edc p_parity q_parity; repairable"});
}

TEST(Examine, FindsNothingToCheckIn2048BytesAndInAudio) {
  const Disc disc =
      test::disc_of({{.sectors = sound_sectors(kMode1, 3), .storage = Storage::user2048},
                     {.type = TrackType::audio, .sectors = sound_sectors(SectorKind::audio, 3, 3)},
                     {.sectors = sound_sectors(kMode1, 3, 6)}});
  std::string checked;
  run_pass(disc, whole_disc(disc), {},
           [&](const SectorVerdict& v) { checked += v.checked ? '1' : '0'; });
  EXPECT_EQ(checked, "000000111");
}

}  // namespace
}  // namespace pregap
