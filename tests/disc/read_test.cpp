// Sectors read back whole, whatever their storage.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pregap/disc.h"
#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::Sectors;
using test::sound_sectors;

// What read_sectors gives, as sectors; the bytes behind what came must stay as they were.
Sectors read(const Disc& disc, int first, int count) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count) * kSectorSize, 0xEE);
  const int n = disc.read_sectors(Lba(first), count, bytes);
  Sectors sectors(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * kSectorSize), kSectorSize,
                sectors[i].begin());
  }
  const auto behind = bytes.begin() + n * static_cast<std::ptrdiff_t>(kSectorSize);
  EXPECT_TRUE(std::all_of(behind, bytes.end(), [](std::uint8_t b) { return b == 0xEE; }));
  return sectors;
}

struct Row {
  Storage storage;
  TrackType type;
  SectorKind kind;
};

TEST(ReadSectors, GivesWholeSectorsOfEveryStorage) {
  const Row rows[] = {{Storage::raw2352, TrackType::mode1, SectorKind::mode1},
                      {Storage::raw2352, TrackType::audio, SectorKind::audio},
                      {Storage::raw2448, TrackType::mode1, SectorKind::mode1},
                      {Storage::raw2448, TrackType::audio, SectorKind::audio},
                      {Storage::xa2336, TrackType::mode2, SectorKind::mode2_form1},
                      {Storage::xa2336, TrackType::mode2, SectorKind::mode2_form2},
                      {Storage::user2048, TrackType::mode1, SectorKind::mode1}};
  for (const Row& row : rows) {
    const Sectors sectors = sound_sectors(row.kind, 5);
    const Disc disc =
        test::disc_of({{.type = row.type, .sectors = sectors, .storage = row.storage}});
    const std::string where =
        std::string(name_of(row.kind)) + " in " + std::to_string(stride_of(row.storage));
    EXPECT_TRUE(read(disc, 0, 5) == sectors) << where;
    EXPECT_TRUE(read(disc, 3, 1) == Sectors{sectors[3]}) << where;
    EXPECT_TRUE(read(disc, 3, 10) == (Sectors{sectors[3], sectors[4]})) << where;
    EXPECT_EQ(read(disc, 5, 1).size(), 0U) << where;
    EXPECT_EQ(read(disc, -1, 1).size(), 0U) << where;
    EXPECT_EQ(read(disc, 2, 0).size(), 0U) << where;
  }
}

TEST(ReadSectors, SwapsTheSamplesOfMotorolaFiles) {
  const Sectors sectors = sound_sectors(SectorKind::audio, 3);
  for (const Storage storage : {Storage::raw2352, Storage::raw2448}) {
    const Disc disc = test::disc_of(
        {{.type = TrackType::audio, .sectors = sectors, .storage = storage, .swapped = true}});
    EXPECT_TRUE(read(disc, 0, 3) == sectors) << stride_of(storage);
  }
}

// Three tracks, the second in two extents of two files and two storages.
TEST(ReadSectors, GoesOverTrackExtentAndFileBorders) {
  Sectors sectors = sound_sectors(SectorKind::mode1, 4);
  test::append(sectors, sound_sectors(SectorKind::mode2_form1, 6, 4));
  test::append(sectors, sound_sectors(SectorKind::audio, 3, 10));
  const auto part = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    return Sectors(sectors.begin() + from, sectors.begin() + to);
  };
  Disc disc = test::disc_of({{.type = TrackType::mode1, .sectors = part(0, 4)},
                             {.type = TrackType::mode2, .sectors = part(4, 7)},
                             {.type = TrackType::audio, .sectors = part(10, 13), .hole = 3}});
  test::Bytes file(100, 0x77);  // what lies before the extent in its file
  test::append(file, test::stored_as(part(7, 10), Storage::xa2336));
  disc.files.push_back(test::memory_file(file, "second.bin"));
  disc.tracks[1].extents.push_back(
      {.file = 3, .offset = 100, .storage = Storage::xa2336, .first = Lba(7), .sectors = 3});
  for (int first = 0; first < 13; ++first) {
    for (int count = 1; count <= 13 - first; ++count) {
      ASSERT_TRUE(read(disc, first, count) == part(first, first + count)) << first << "+" << count;
    }
  }
}

TEST(ReadSectors, StopsAtAHole) {
  const Sectors first = sound_sectors(SectorKind::mode1, 3);
  const Sectors second = sound_sectors(SectorKind::mode1, 3, 5);
  const Disc disc = test::disc_of({{.sectors = first}, {.sectors = second, .hole = 2}});
  EXPECT_TRUE(read(disc, 1, 6) == (Sectors{first[1], first[2]}));
  EXPECT_EQ(read(disc, 3, 2).size(), 0U);
  EXPECT_TRUE(read(disc, 5, 3) == second);
}

TEST(ReadSectors, SaysWhereAFileEndsBeforeItsExtent) {
  Disc disc = test::disc_of(TrackType::mode1, sound_sectors(SectorKind::mode1, 2));
  disc.tracks[0].extents[0].sectors = 5;
  std::vector<std::uint8_t> bytes(5 * kSectorSize);
  EXPECT_TRUE(test::error_of([&] {
                disc.read_sectors(Lba(0), 5, bytes);
              }).starts_with("unreadable: track1.bin:byte 4704: the file ends here"));
}

// 99:59:74 and what lies before -45150 can't be written into a header.
TEST(ReadSectors, GivesNoHeaderBeyondTheRangeOfAddresses) {
  Disc disc = test::disc_of({{.type = TrackType::mode2,
                              .sectors = sound_sectors(SectorKind::mode2_form1, 2),
                              .storage = Storage::xa2336}});
  disc.tracks[0].extents[0].first = Lba(404849);
  const Sectors sectors = read(disc, 404849, 2);
  ASSERT_EQ(sectors.size(), 2U);
  EXPECT_EQ(std::vector<int>(sectors[0].begin() + 12, sectors[0].begin() + 16),
            (std::vector<int>{0x89, 0x59, 0x74, 2}));
  EXPECT_TRUE(std::all_of(sectors[1].begin(), sectors[1].begin() + 16,
                          [](std::uint8_t b) { return b == 0; }));
}

}  // namespace
}  // namespace pregap
