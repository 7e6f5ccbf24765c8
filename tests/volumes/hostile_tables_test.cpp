// Tables that lie: bounded work, and a finding that names the sectors.
#include <algorithm>

#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kSector = 512;

std::vector<std::string> messages_of(const Contents& contents) {
  std::vector<std::string> messages;
  for (const Problem& p : contents.problems) {
    if (p.severity != Severity::note) messages.push_back(p.message);
  }
  return messages;
}

using Strings = std::vector<std::string>;

Bytes with_extended(std::uint32_t sectors = 1000) {
  Bytes disk(1024 * kSector);
  put_mbr_entry(disk, 0, 0, 0x05, 10, sectors);
  put_mbr_entry(disk, 10 * kSector, 0, 0x83, 1, 5);
  return disk;
}

TEST(HostileTables, AChainOfExtendedPartitionsThatComesBackIsFollowedOnce) {
  Bytes disk = with_extended();
  put_mbr_entry(disk, 10 * kSector, 1, 0x05, 20, 10);
  put_mbr_entry(disk, 30 * kSector, 0, 0x83, 1, 5);
  put_mbr_entry(disk, 30 * kSector, 1, 0x05, 0, 10);  // to sector 10
  const Contents found = look_into(disk);
  ASSERT_EQ(found.tables.size(), 1U);
  EXPECT_EQ(found.tables[0].partitions.size(), 3U);  // extended, p5, p6
  EXPECT_EQ(messages_of(found),
            Strings{"d.img: MBR: the chain of the extended partition comes back to sector 10"});
}

TEST(HostileTables, AChainThatLeavesTheImageEndsThere) {
  Bytes disk = with_extended();
  put_mbr_entry(disk, 10 * kSector, 1, 0x0F, 0xFFFFFF00, 10);
  EXPECT_EQ(messages_of(look_into(disk)),
            Strings{"d.img: MBR: the chain of the extended partition leads to sector 4294967050, "
                    "beyond the image"});
}

TEST(HostileTables, AChainThatLeadsToNoTableIsAFault) {
  Bytes disk = with_extended();
  put_mbr_entry(disk, 10 * kSector, 1, 0x05, 20, 10);
  EXPECT_EQ(messages_of(look_into(disk)),
            Strings{"d.img: MBR: the chain of the extended partition leads to sector 30, which has "
                    "no table"});
}

TEST(HostileTables, AnEndlessChainEndsAfter256Partitions) {
  Bytes disk(4096 * kSector);
  put_mbr_entry(disk, 0, 0, 0x05, 1, 4095);
  for (std::size_t n = 1; n < 1000; ++n) {
    put_mbr_entry(disk, n * kSector, 0, 0x83, 0, 1);
    put_mbr_entry(disk, n * kSector, 1, 0x05, static_cast<std::uint32_t>(n), 1);
  }
  const Contents found = look_into(disk);
  EXPECT_LE(found.tables.at(0).partitions.size(), 257U);
  EXPECT_EQ(messages_of(found).front(),
            "d.img: MBR: more than 256 logical partitions, the rest is passed over");
}

TEST(HostileTables, PartitionsBeyondTheImageAndOverEachOtherAreFaults) {
  Bytes disk(100 * kSector);
  put_mbr_entry(disk, 0, 0, 0x83, 10, 50);
  put_mbr_entry(disk, 0, 1, 0x83, 59, 10);
  put_mbr_entry(disk, 0, 2, 0x83, 90, 0xFFFFFFFF);
  EXPECT_EQ(messages_of(look_into(disk)),
            (Strings{"d.img: MBR: p3 (sectors 90-4294967384) ends beyond the image's 100 sectors",
                     "d.img: MBR: p1 (sectors 10-59) and p2 (sectors 59-68) lie over each other"}));
}

// A GPT header in sector 1, its CRC left wrong unless `crc`.
Bytes gpt_disk() {
  Bytes disk(200 * kSector);
  put_mbr_entry(disk, 0, 0, 0xEE, 1, 199);
  put_text(disk, kSector, "EFI PART");
  put_le(disk, kSector + 8, 0x10000, 4);
  put_le(disk, kSector + 12, 92, 4);
  put_le(disk, kSector + 24, 1, 8);
  put_le(disk, kSector + 32, 199, 8);
  put_le(disk, kSector + 40, 34, 8);
  put_le(disk, kSector + 48, 166, 8);
  put_le(disk, kSector + 72, 2, 8);
  put_le(disk, kSector + 80, 128, 4);
  put_le(disk, kSector + 84, 128, 4);
  disk[2 * kSector] = 1;  // a type
  put_le(disk, 2 * kSector + 32, 40, 8);
  put_le(disk, 2 * kSector + 40, 49, 8);
  return disk;
}

TEST(HostileTables, AGptOf4294967295EntriesIsReadInPart) {
  Bytes disk = gpt_disk();
  put_le(disk, kSector + 80, 0xFFFFFFFF, 4);
  const Contents found = look_into(disk);
  ASSERT_EQ(found.tables.size(), 2U);
  EXPECT_EQ(found.tables[0].kind, "gpt");
  EXPECT_LE(found.tables[0].partitions.size(), 1024U);
  const auto codes = codes_of(found);
  EXPECT_NE(std::ranges::find(codes, "fault gpt.entries"), codes.end());
  EXPECT_NE(std::ranges::find(codes, "fault gpt.entries_crc"), codes.end());
}

TEST(HostileTables, AGptPartitionOf2To63SectorsDoesNotWrap) {
  Bytes disk = gpt_disk();
  put_le(disk, 2 * kSector + 40, std::uint64_t{1} << 63, 8);
  const Contents found = look_into(disk);
  ASSERT_EQ(found.tables.at(0).partitions.size(), 1U);
  EXPECT_EQ(found.tables[0].partitions[0].size, UINT64_MAX);
  const auto codes = codes_of(found);
  EXPECT_NE(std::ranges::find(codes, "fault gpt.range"), codes.end());
  EXPECT_NE(std::ranges::find(codes, "fault gpt.usable"), codes.end());
}

TEST(HostileTables, AFatThatClaimsMoreThanTheImageIsAFault) {
  Bytes disk(100 * kSector);
  disk[0] = 0xEB;
  put_le(disk, 11, 512, 2);
  disk[13] = 1;
  put_le(disk, 14, 1, 2);
  disk[16] = 2;
  put_le(disk, 17, 16, 2);
  disk[21] = 0xF8;
  put_le(disk, 22, 200, 2);
  put_le(disk, 32, 50000, 4);
  put_le(disk, 510, 0xAA55, 2);
  const Contents found = check_all(disk);
  ASSERT_EQ(found.file_systems.size(), 1U);
  EXPECT_EQ(found.file_systems[0].kind, "FAT16");
  EXPECT_EQ(found.file_systems[0].free_blocks, std::nullopt);
  EXPECT_TRUE(found.tables.empty());  // 55AA and all
  const auto messages = messages_of(found);
  EXPECT_NE(std::ranges::find(messages,
                              "d.img: FAT16: claims 25600000 bytes, only 51200 are there: the "
                              "image may be cut short"),
            messages.end());
}

TEST(HostileTables, AnEmptyAndATinyImageHaveNothing) {
  for (const std::size_t size : {0U, 1U, 511U, 512U, 1025U}) {
    EXPECT_TRUE(look_into(Bytes(size)).empty()) << size;
    EXPECT_TRUE(look_into(Bytes(size, 0xFF)).empty()) << size;
  }
}

}  // namespace
}  // namespace pregap::volumes
