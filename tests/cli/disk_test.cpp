// Disk images through the whole program: info and verify.
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/image_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

using nlohmann::json;

constexpr std::size_t kSector = 512;

void put(Bytes& bytes, std::size_t at, std::initializer_list<int> values) {
  for (const int value : values) bytes.at(at++) = static_cast<std::uint8_t>(value);
}

// A 1.44 MB floppy as DOS formats it: BPB, two FATs, a label in the root directory.
Bytes floppy(std::size_t sectors = 2880) {
  Bytes disk(sectors * kSector);
  put(disk, 0, {0xEB, 0x3C, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0'});
  put(disk, 11, {0x00, 0x02, 1, 1, 0, 2, 224, 0});
  put(disk, 19,
      {static_cast<int>(sectors & 0xFF), static_cast<int>(sectors >> 8), 0xF0, 9, 0, 18, 0, 2, 0});
  put(disk, 38, {0x29, 0x78, 0x56, 0x34, 0x12, 'N', 'O', ' ', 'N', 'A', 'M',
                 'E',  ' ',  ' ',  ' ',  ' ',  'F', 'A', 'T', '1', '2'});
  put(disk, 510, {0x55, 0xAA});
  for (const std::size_t fat : {1U, 10U}) put(disk, fat * kSector, {0xF0, 0xFF, 0xFF, 0xFF, 0x0F});
  put(disk, 19 * kSector, {'M', 'Y', ' ', 'D', 'I', 'S', 'K', ' ', ' ', ' ', ' ', 0x08});
  return disk;
}

// An MBR with a FAT volume and one of a type that nobody knows.
Bytes card() {
  Bytes disk(4096 * kSector);
  put(disk, 440, {0xCD, 0xAB, 0x34, 0x12});
  put(disk, 446, {0x80, 0, 0, 0, 0x01, 0, 0, 0, 0x40, 0, 0, 0, 0x40, 0x0B, 0, 0});
  put(disk, 462, {0x00, 0, 0, 0, 0x5C, 0, 0, 0, 0xA0, 0x0B, 0, 0, 0x10, 0, 0, 0});
  put(disk, 510, {0x55, 0xAA});
  const Bytes volume = floppy();
  std::copy(volume.begin(), volume.end(), disk.begin() + 64 * kSector);
  return disk;
}

RunResult pregap(const TempFolder& folder, std::vector<std::string> arguments) {
  return run_pregap(std::move(arguments), {.folder = folder.path()});
}

TEST(DiskInfo, TellsOfAFloppy) {
  const TempFolder folder;
  folder.write("disk.img", floppy());
  const RunResult r = pregap(folder, {"info", "disk.img"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "disk.img: disk, 1,474,560 bytes (1.4 MiB)\n"
            "  floppy: 1.44 MB, 3.5 inch HD: 80 cylinders, 2 heads, 18 sectors per track of 512 "
            "bytes\n"
            "  FAT12 \"MY DISK\", 1234-5678, 2,847 clusters of 512 bytes, 2,846 free\n");
}

TEST(DiskInfo, TellsOfPartitionsAndWhatIsInThem) {
  const TempFolder folder;
  folder.write("card.img", card());
  const RunResult r = pregap(folder, {"info", "card.img"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "card.img: disk, 2,097,152 bytes (2 MiB)\n"
            "  MBR, disk 1234abcd, 2 partitions of 512-byte sectors\n"
            "    part       start     sectors        size  type\n"
            "    p1            64        2880     1.4 MiB  FAT12, active: FAT12 \"MY DISK\"\n"
            "    p2          2976          16       8 KiB  unknown\n"
            "  p1: FAT12 \"MY DISK\", 1234-5678, 2,847 clusters of 512 bytes, 2,846 free\n");
}

TEST(DiskInfo, IsJsonWithEveryField) {
  const TempFolder folder;
  folder.write("card.img", card());
  const RunResult r = pregap(folder, {"info", "--json", "card.img"});
  ASSERT_EQ(r.status, 0) << r.err;
  const json info = json_lines(r.out).at(0);
  EXPECT_EQ(info["schema"], "pregap.info/1");
  EXPECT_EQ(info["format"], "disk");
  EXPECT_EQ(info["content"], "partitions");
  EXPECT_EQ(info["bytes"], 4096 * kSector);
  EXPECT_EQ(info["containers"], json::array());
  const json& table = info.at("partition_tables").at(0);
  EXPECT_EQ(table["kind"], "mbr");
  EXPECT_EQ(table["id"], "1234abcd");
  const json& partition = table.at("partitions").at(0);
  EXPECT_EQ(partition["address"], "p1");
  EXPECT_EQ(partition["offset"], 64 * kSector);
  EXPECT_EQ(partition["bytes"], 2880 * kSector);
  EXPECT_EQ(partition["type_id"], "0x01");
  EXPECT_EQ(partition["id"], "1234abcd-01");
  EXPECT_EQ(partition["active"], true);
  const json& volume = info.at("file_systems").at(0);
  EXPECT_EQ(volume["partition"], "p1");
  EXPECT_EQ(volume["label"], "MY DISK");
  EXPECT_EQ(volume["id"], "1234-5678");
  EXPECT_EQ(volume["free_blocks"], 2846);
  EXPECT_EQ(volume["facts"]["oem name"], "MSDOS5.0");
}

// 640 sectors of 2352 bytes by its length, and .img by its name: content goes first.
TEST(DiskInfo, ALengthOfWholeCdSectorsDoesNotMakeADiskACd) {
  const TempFolder folder;
  constexpr std::size_t kSectors = 2940;
  folder.write("disk.img", floppy(kSectors));
  ASSERT_EQ(kSectors * kSector % 2352, 0U);
  const json info = json_lines(pregap(folder, {"info", "--json", "disk.img"}).out).at(0);
  EXPECT_EQ(info["format"], "disk");
  EXPECT_EQ(info["file_systems"].at(0)["kind"], "FAT12");
  folder.write("noise.img", Bytes(kSectors * kSector, 0x5A));
  const json noise = json_lines(pregap(folder, {"info", "--json", "noise.img"}).out).at(0);
  EXPECT_EQ(noise["format"], "raw");
}

TEST(DiskInfo, UnknownContentOfADiskImagesNameIsNoError) {
  const TempFolder folder;
  folder.write("disk.img", Bytes(20 * kSector, 0x5A));
  const RunResult r = pregap(folder, {"info", "disk.img"});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, "disk.img: disk, 10,240 bytes (10 KiB), unknown content\n");
  folder.write("odd.img", Bytes(1000, 0x5A));
  EXPECT_EQ(pregap(folder, {"info", "odd.img"}).status, 2);
  folder.write("disk.txt", Bytes(20 * kSector, 0x5A));
  EXPECT_EQ(pregap(folder, {"info", "disk.txt"}).status, 2);
}

TEST(DiskInfo, ATableThatContradictsTheImageIsAFault) {
  const TempFolder folder;
  Bytes bytes = card();
  bytes.resize(2000 * kSector);
  folder.write("card.img", bytes);
  const RunResult r = pregap(folder, {"info", "card.img"});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.out.find("  fault: card.img: MBR: p1 (sectors 64-2943) ends beyond the image's 2,000 "
                       "sectors\n"),
            std::string::npos)
      << r.out;
}

TEST(DiskVerify, AFloppyWhoseFatsAgreeIsGood) {
  const TempFolder folder;
  folder.write("disk.img", floppy());
  const RunResult r = pregap(folder, {"verify", "disk.img"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "good        disk.img: FAT12, 3 checks\n");
}

TEST(DiskVerify, ACopyThatCanNotBeIsRepairableElseDamaged) {
  const TempFolder folder;
  Bytes bytes = floppy();
  put(bytes, 10 * kSector + 15, {0xEE, 0x0F});  // cluster 10 leads beyond the last one
  folder.write("disk.img", bytes);
  RunResult r = pregap(folder, {"verify", "disk.img"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(
      r.out,
      "repairable  disk.img: FAT12, 3 checks, 1 failed\n"
      "  fault: disk.img: FAT12: FAT 1 and FAT 2 differ in 1 entry (of cluster 10): the first "
      "one is sound (repairable)\n");
  put(bytes, 10 * kSector + 15, {0x0B, 0x00});
  folder.write("disk.img", bytes);
  r = pregap(folder, {"verify", "--json", "disk.img"});
  EXPECT_EQ(r.status, 1);
  const json report = json_lines(r.out).at(0);
  EXPECT_EQ(report["schema"], "pregap.verify/1");
  EXPECT_EQ(report["format"], "disk");
  EXPECT_EQ(report["verdict"], "damaged");
  const json expected = {
      {"check", "fat.copies"}, {"partition", ""}, {"offset", 10 * kSector}, {"good", false}};
  EXPECT_EQ(report.at("checks").at(1), expected);
  EXPECT_EQ(report.at("problems").at(0)["code"], "fat.copies");
  EXPECT_EQ(report["problems"][0]["repairable"], false);
}

TEST(DiskVerify, HashesTheContentAndEachPartition) {
  const TempFolder folder;
  const Bytes bytes = card();
  folder.write("card.img", bytes);
  const RunResult r = pregap(folder, {"verify", "--json", "--hash=sha256", "card.img"});
  ASSERT_EQ(r.status, 0) << r.err;
  const json report = json_lines(r.out).at(0);
  EXPECT_EQ(report.at("hashes").at(0)["sha256"], sha256_of(bytes));
  EXPECT_EQ(report.at("partitions").size(), 2U);
  const auto part = std::span(bytes).subspan(64 * kSector, 2880 * kSector);
  EXPECT_EQ(report["partitions"][0]["address"], "p1");
  EXPECT_EQ(report["partitions"][0]["bytes"], part.size());
  EXPECT_EQ(report["partitions"][0]["hashes"]["sha256"], sha256_of(part));
}

TEST(DiskVerify, AFolderSearchTakesDisksInAndSkipsWhatIsNothing) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "in");
  folder.write("in/disk.ima", floppy());
  folder.write("in/nothing.img", Bytes(20 * kSector, 0x5A));
  folder.write("in/disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  const RunResult r = pregap(folder, {"verify", "--json", "--recursive", "in"});
  EXPECT_EQ(r.status, 0) << r.err;
  const json totals = json_lines(r.out).back();
  EXPECT_EQ(totals["good"], 2);
  EXPECT_EQ(totals["skipped"], 1);
  EXPECT_EQ(totals["failed"], 0);
}

// gzip carries a CRC of what it holds, whatever that is.
TEST(DiskVerify, AFolderSearchChecksAPackedImageOfUnknownContent) {
  if (!is_installed("gzip")) GTEST_SKIP() << "gzip is not installed";
  const TempFolder folder;
  std::filesystem::create_directory(folder / "in");
  folder.write("in/nothing.img", Bytes(20 * kSector, 0x5A));
  ASSERT_EQ(run({"gzip", "in/nothing.img"}, {.folder = folder.path()}).status, 0);
  RunResult r = pregap(folder, {"verify", "--json", "--recursive", "in"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(json_lines(r.out).back()["good"], 1);
  Bytes packed = folder.read("in/nothing.img.gz");
  packed.at(packed.size() - 8) ^= 1;  // its CRC
  folder.write("in/nothing.img.gz", packed);
  r = pregap(folder, {"verify", "--json", "--recursive", "in"});
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_EQ(json_lines(r.out).front()["checks"][0]["check"], "container.gzip");
  EXPECT_EQ(json_lines(r.out).front()["checks"][0]["good"], false);
}

TEST(DiskVerify, StrictCountsWarnings) {
  const TempFolder folder;
  Bytes bytes = floppy();
  put(bytes, kSector, {0xF9});  // the media byte in the first FAT alone
  folder.write("disk.img", bytes);
  EXPECT_EQ(pregap(folder, {"verify", "disk.img"}).status, 0);
  EXPECT_EQ(pregap(folder, {"verify", "--strict", "disk.img"}).status, 1);
}

}  // namespace
}  // namespace pregap::test
