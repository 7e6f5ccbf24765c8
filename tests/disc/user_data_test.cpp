#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pregap/disc.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::Bytes;
using test::Sectors;
using test::sound_sectors;

Bytes read(const ByteSource& source, std::uint64_t offset, std::size_t n) {
  Bytes out(n, 0xEE);
  out.resize(source.read(offset, out));
  return out;
}

// Mode 1, form 1, form 2, mode 1 again.
Sectors mixed() {
  return {test::sound_sector(SectorKind::mode1, 0), test::sound_sector(SectorKind::mode2_form1, 1),
          test::sound_sector(SectorKind::mode2_form2, 2), test::sound_sector(SectorKind::mode1, 3)};
}
Bytes mixed_user_data() {
  return test::iso_of(mixed(), {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2,
                                SectorKind::mode1});
}

TEST(UserData, Gives2048BytesOfEachSector) {
  const Disc disc = test::disc_of(TrackType::mode1, mixed());
  const auto data = user_data_source(disc, Lba(0), 4);
  EXPECT_EQ(data->size(), 4U * 2048);
  EXPECT_EQ(data->name(), "disc.cue");
  EXPECT_TRUE(read(*data, 0, 4 * 2048) == mixed_user_data());
}

TEST(UserData, CountsOffsetsFromItsFirstSectorOverSectorBorders) {
  const Disc disc = test::disc_of(TrackType::mode1, mixed());
  const auto data = user_data_source(disc, Lba(1), 3);
  const Bytes all = mixed_user_data();
  const std::size_t end = 3 * 2048;
  for (const std::size_t offset : {0U, 1U, 2047U, 2048U, 2049U, 4000U, 6143U, 6144U, 7000U}) {
    for (const std::size_t n : {0U, 1U, 2U, 2047U, 2048U, 2049U, 6144U}) {
      const std::size_t from = std::min<std::size_t>(offset, end);
      const std::size_t to = std::min(from + n, end);
      const Bytes expected(all.begin() + static_cast<std::ptrdiff_t>(2048 + from),
                           all.begin() + static_cast<std::ptrdiff_t>(2048 + to));
      ASSERT_TRUE(read(*data, offset, n) == expected) << n << " bytes at " << offset;
    }
  }
}

TEST(UserData, ReadsEveryStorage) {
  for (const Storage storage : {Storage::raw2352, Storage::raw2448, Storage::user2048}) {
    const Sectors sectors = sound_sectors(SectorKind::mode1, 3);
    const Disc disc = test::disc_of({{.sectors = sectors, .storage = storage}});
    EXPECT_TRUE(read(*user_data_source(disc, Lba(0), 3), 0, 6144) ==
                test::iso_of(sectors, test::times(3, SectorKind::mode1)))
        << stride_of(storage);
  }
  const Sectors sectors = sound_sectors(SectorKind::mode2_form1, 3);
  const Disc disc =
      test::disc_of({{.type = TrackType::mode2, .sectors = sectors, .storage = Storage::xa2336}});
  EXPECT_TRUE(read(*user_data_source(disc, Lba(0), 3), 0, 6144) ==
              test::iso_of(sectors, test::times(3, SectorKind::mode2_form1)));
}

TEST(UserData, DescramblesScrambledSectors) {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    for (const int lba : {0, 74, 4500, 100000, 333333, 404849}) {
      const Sectors sectors = sound_sectors(kind, 1, lba);
      Disc disc = test::disc_of(TrackType::mode1, {test::scrambled(sectors[0])});
      EXPECT_TRUE(read(*user_data_source(disc, Lba(0), 1), 0, 2048) ==
                  test::iso_of(sectors, {kind}))
          << name_of(kind) << " #" << lba;
    }
  }
}

TEST(UserData, TakesModeBytesWithBlockIndicatorsForWhatTheyAre) {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    Sectors sectors = sound_sectors(kind, 1);
    sectors[0][15] |= 0xE0;
    const Disc disc = test::disc_of(TrackType::mode1, sectors);
    EXPECT_TRUE(read(*user_data_source(disc, Lba(0), 1), 0, 2048) == test::iso_of(sectors, {kind}))
        << name_of(kind);
  }
}

TEST(UserData, IsZerosWhereNothingIsStoredOrNothingIsData) {
  const Sectors data = sound_sectors(SectorKind::mode1, 1);
  const Disc disc = test::disc_of(
      {{.sectors = data},
       {.type = TrackType::audio, .sectors = sound_sectors(SectorKind::audio, 1, 3), .hole = 2}});
  const auto source = user_data_source(disc, Lba(-1), 6);
  Bytes expected(6 * 2048);
  const Bytes first = test::iso_of(data, {SectorKind::mode1});
  std::copy(first.begin(), first.end(), expected.begin() + 2048);
  EXPECT_TRUE(read(*source, 0, expected.size()) == expected);
}

TEST(UserData, IsAsFoundWithoutCorrection) {
  Sectors sectors = sound_sectors(SectorKind::mode1, 1);
  sectors[0][100] ^= 0xFF;
  const Disc disc = test::disc_of(TrackType::mode1, sectors);
  EXPECT_TRUE(read(*user_data_source(disc, Lba(0), 1), 0, 2048) ==
              test::iso_of(sectors, {SectorKind::mode1}));
}

TEST(UserData, EndsWhereItsSectorsEndHoweverFarOneReads) {
  const Disc disc = test::disc_of(TrackType::mode1, mixed());
  EXPECT_EQ(read(*user_data_source(disc, Lba(0), 0), 0, 10), Bytes());
  EXPECT_EQ(read(*user_data_source(disc, Lba(0), 4), ~std::uint64_t{0}, 10), Bytes());
  EXPECT_EQ(read(*user_data_source(disc, Lba(0), 4), 1ULL << 43, 10), Bytes());
}

}  // namespace
}  // namespace pregap
