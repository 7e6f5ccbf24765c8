// What a pass makes of wounds in headers: the bytes that it hands on as corrected.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "disc/pass.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using reference::Sector;
using test::Sectors;
using test::sound_sectors;

constexpr std::size_t kAt = 4;  // the wounded sector's LBA, of 9

// The bytes of sector 4 after a pass that mends, and what is said of it.
std::pair<Sector, std::string> mended(SectorKind kind, const Sectors& sectors) {
  const TrackType type = kind == SectorKind::mode1 ? TrackType::mode1 : TrackType::mode2;
  const Disc disc = test::disc_of({{.type = type, .sectors = sectors, .sampled = kind}});
  std::pair<Sector, std::string> result;
  run_pass(disc, whole_disc(disc), {.mend = true}, [&](const SectorVerdict& v) {
    if (v.lba.value != static_cast<std::int32_t>(kAt)) return;
    std::copy_n(v.bytes.begin(), kSectorSize, result.first.begin());
    result.second = test::describe(v);
  });
  return result;
}

struct Row {
  const char* name;
  SectorKind kind;
  std::function<void(Sector&)> wound;
  const char* expected;
};

const Row kPlain[] = {
    {"an address that looks scrambled", SectorKind::mode2_form2, [](Sector& s) { s[13] = 0x85; },
     "mode2_form2 #4: address; repairable"},
    {"mode 1 with such an address", SectorKind::mode1, [](Sector& s) { s[13] = 0x85; },
     "mode1 #4: address edc p_parity q_parity; repairable"},
    {"no header left", SectorKind::mode2_form1,
     [](Sector& s) { std::fill_n(s.begin() + 12, 4, std::uint8_t{0xFF}); },
     "mode2_form1 #4: address mode; repairable"},
};

TEST(MendedHeader, OfAPlainSectorComesBack) {
  for (const Row& row : kPlain) {
    const Sectors sound = sound_sectors(row.kind, 9);
    Sectors wounded = sound;
    row.wound(wounded[kAt]);
    const auto [bytes, text] = mended(row.kind, wounded);
    EXPECT_EQ(text, row.expected) << row.name;
    EXPECT_EQ(bytes, sound[kAt]) << row.name;
  }
}

TEST(MendedHeader, OfAScrambledSectorComesBack) {
  const Row rows[] = {
      {"the address", SectorKind::mode1, [](Sector& s) { s[13] ^= 0x7F; },
       "mode1 #4: address edc p_parity q_parity; note scrambled; repairable"},
      {"the address, data too", SectorKind::mode1, [](Sector& s) { s[12] = 0xFF, s[700] ^= 1; },
       "mode1 #4: address edc p_parity q_parity; note scrambled; repairable"},
      {"the sync", SectorKind::mode1, [](Sector& s) { s[3] = 0; },
       "mode1 #4: sync edc; note scrambled; repairable"},
  };
  for (const Row& row : rows) {
    const Sectors sound = sound_sectors(row.kind, 9);
    Sectors wounded = sound;
    row.wound(wounded[kAt]);
    for (Sector& sector : wounded) sector = test::scrambled(sector);
    const auto [bytes, text] = mended(row.kind, wounded);
    EXPECT_EQ(text, row.expected) << row.name;
    EXPECT_EQ(bytes, sound[kAt]) << row.name;
  }
}

TEST(MendedHeader, KeepsBlockIndicatorsThatWereThere) {
  Sectors sound = sound_sectors(SectorKind::mode2_form2, 9);
  for (Sector& sector : sound) sector[15] |= 0xE0;
  Sectors wounded = sound;
  wounded[kAt][13] = 0x44;
  EXPECT_EQ(mended(SectorKind::mode2_form2, wounded).first, sound[kAt]);
}

}  // namespace
}  // namespace pregap
