// Floppies: geometries by size and boot sector, and those of DOS 1.x without a BPB.
#include <algorithm>

#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

std::string geometry_of(const Contents& contents) {
  std::string text;
  for (const auto& [name, value] : contents.geometry) text += (text.empty() ? "" : " | ") + value;
  return text;
}

TEST(Floppy, WithoutABpbIsKnownBySizeAndMediaByte) {
  const struct {
    std::size_t bytes;
    std::uint8_t media;
    std::size_t fat_at;
    std::uint64_t
        clusters;  // as DOS counts: sectors less boot, FATs and root, by the cluster's size
    std::uint32_t cluster_bytes;
    const char* name;
  } cases[] = {
      {163840, 0xFE, 512, 313, 512, "160 KB, 5.25 inch, single-sided DD"},
      {184320, 0xFC, 512, 351, 512, "180 KB, 5.25 inch, single-sided DD"},
      {327680, 0xFF, 512, 315, 1024, "320 KB, 5.25 inch DD"},
      {368640, 0xFD, 512, 354, 1024, "360 KB, 5.25 inch DD"},
      {1261568, 0xFE, 1024, 1221, 1024, "1.2 MB, 3.5 or 5.25 inch HD, 1024-byte sectors (PC-98)"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Bytes disk(c.bytes);
    disk[c.fat_at] = c.media;
    disk[c.fat_at + 1] = disk[c.fat_at + 2] = 0xFF;
    const Contents found = look_into(disk);
    ASSERT_EQ(found.file_systems.size(), 1U);
    EXPECT_EQ(found.file_systems[0].kind, "FAT12");
    EXPECT_EQ(found.file_systems[0].blocks, c.clusters);
    EXPECT_EQ(found.file_systems[0].free_blocks, c.clusters);
    EXPECT_EQ(found.file_systems[0].block_size, c.cluster_bytes);
    EXPECT_EQ(found.geometry.at(0).second, c.name);
    disk[c.fat_at] = 0xF7;  // another media byte than this size has
    EXPECT_TRUE(look_into(disk).file_systems.empty());
  }
}

// A BPB with its geometry, and the FAT's first byte.
Bytes with_bpb(std::size_t sectors, std::size_t sector, std::uint8_t media, std::size_t per_track,
               std::size_t heads) {
  Bytes disk(sectors * sector);
  put_le(disk, 0, 0x1C60, 2);  // a branch of the 68000: an Atari's has no signature
  put_le(disk, 11, sector, 2);
  disk[13] = sector == 512 ? 2 : 1;
  put_le(disk, 14, 1, 2);
  disk[16] = 2;
  put_le(disk, 17, 112, 2);
  put_le(disk, 19, sectors, 2);
  disk[21] = media;
  put_le(disk, 22, 5, 2);
  put_le(disk, 24, per_track, 2);
  put_le(disk, 26, heads, 2);
  disk[sector] = media;
  return disk;
}

TEST(Floppy, HasTheGeometryOfItsBootSectorWhereThatFitsItsSize) {
  EXPECT_EQ(geometry_of(look_into(with_bpb(1600, 512, 0xF9, 10, 2))),
            "800 KB, 3.5 inch DD, 10 sectors (Atari ST) | 80 | 2 | 10 | 512");
  EXPECT_EQ(geometry_of(look_into(with_bpb(1232, 1024, 0xFE, 8, 2))),
            "1.2 MB, 3.5 or 5.25 inch HD, 1024-byte sectors (PC-98) | 77 | 2 | 8 | 1024");
  EXPECT_EQ(geometry_of(look_into(with_bpb(3360, 512, 0xF0, 21, 2))),
            "1.68 MB, 3.5 inch HD, 21 sectors (DMF) | 80 | 2 | 21 | 512");
  // 360 KB is a PC's 40 cylinders of two sides; this one has 80 of one.
  EXPECT_EQ(geometry_of(look_into(with_bpb(720, 512, 0xF8, 9, 1))),
            "360 KB, single-sided | 80 | 1 | 9 | 512");
  EXPECT_EQ(geometry_of(look_into(with_bpb(720, 512, 0xF8, 0, 0))),
            "360 KB, 5.25 inch DD | 40 | 2 | 9 | 512");
}

TEST(Floppy, OfASizeThatNoneHasIsNone) {
  EXPECT_TRUE(look_into(Bytes(100 * 512)).geometry.empty());
  EXPECT_TRUE(look_into(Bytes(8 << 20)).geometry.empty());
}

}  // namespace
}  // namespace pregap::volumes
