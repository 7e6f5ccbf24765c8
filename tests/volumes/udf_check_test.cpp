// What verify holds against what in a UDF volume.
#include <algorithm>

#include "support/udf_image.h"
#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

using namespace test;
using Strings = std::vector<std::string>;

// A file of two blocks and a bitmap of 64, in which blocks 0 to 15 and the file's are in use.
UdfImage image_of(std::uint32_t files = 1, std::uint32_t folders = 1) {
  UdfImage image(512, 64);
  image.bitmap_block = 5;
  image.files = files;
  image.folders = folders;
  image.free_blocks = 64 - 16 - 2;
  Bytes bitmap(8 + 8, 0xFF);
  put_le(bitmap, 0, 64, 4);
  put_le(bitmap, 4, 8, 4);
  bitmap[8] = bitmap[9] = 0;
  bitmap[10] = 0xFC;  // blocks 16 and 17
  image.descriptor(5, 264, bitmap);
  image.entry(10, {.size = 1000, .allocation = 0, .descriptors = udf_short(1000, 16)});
  const Bytes folder = udf_folder({{"file", {10}}});
  image.entry(1, {.type = 4, .size = folder.size(), .descriptors = folder});
  return image;
}

constexpr std::size_t block(std::size_t n) { return (UdfImage::kStart + n) * 512; }

TEST(UdfCheck, ASoundVolumePassesEachCheck) {
  const Contents found = check_all(image_of().finish());
  EXPECT_EQ(codes_of(found), Strings{});
  Strings names;
  for (const Check& check : found.checks) {
    if (std::ranges::find(names, check.name) == names.end()) names.push_back(check.name);
    EXPECT_TRUE(check.good) << check.name;
  }
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (Strings{"udf.anchor", "udf.counts", "udf.descriptor_crc", "udf.directories",
                     "udf.file_entries", "udf.free_blocks", "udf.reserve_sequence", "udf.sequences",
                     "udf.space_bitmap", "udf.tag_checksum", "udf.used_blocks"}));
}

TEST(UdfCheck, EachDamageIsToldUnderItsName) {
  const Bytes sound = image_of().finish();
  const struct {
    std::size_t at;
    const char* code;
  } cases[] = {
      {UdfImage::kMain * 512 + 30, "fault udf.descriptor_crc repairable"},
      {UdfImage::kMain * 512 + 4, "fault udf.tag_checksum repairable"},
      {UdfImage::kReserve * 512 + 30, "fault udf.reserve_sequence repairable"},
      {UdfImage::kIntegrity * 512 + 90, "fault udf.descriptor_crc"},
      {block(10) + 40, "fault udf.file_entries"},
      {block(10) + 4, "fault udf.file_entries"},
      {block(1) + 216 + 40 + 4, "fault udf.directories"},
      {block(5) + 24 + 2, "warning udf.free_blocks"},
  };
  for (const auto& c : cases) {
    Bytes bytes = sound;
    bytes[c.at] ^= 1;
    const Strings codes = codes_of(check_all(bytes));
    EXPECT_NE(std::ranges::find(codes, c.code), codes.end())
        << c.code << " at " << c.at << ": " << testing::PrintToString(codes);
  }
}

TEST(UdfCheck, MessagesSayWhatWasFound) {
  const auto message = [](UdfImage image) {
    const Contents found = check_all(image.finish());
    return found.problems.empty() ? "none" : found.problems.back().message;
  };
  EXPECT_EQ(message(image_of(7, 2)),
            "d.img: UDF: the integrity descriptor counts 7 files and 2 folders, there are 1 and 1");
  UdfImage image = image_of();
  image.free_blocks = 5;
  EXPECT_EQ(message(image),
            "d.img: UDF: 5 free blocks in the integrity descriptor, 46 in the bitmap");
  image = image_of();
  image.entry(10, {.size = 1000, .allocation = 0, .descriptors = udf_short(1000, 17)});
  EXPECT_EQ(message(image),
            "d.img: UDF: 1 block of files that the bitmap has as unused, first block 18");
  image = image_of();
  image.entry(10, {.size = 0, .descriptors = {}, .location = 12});
  EXPECT_EQ(message(image),
            "d.img: UDF: 1 file entry malformed, first of file, a file entry that says it is block "
            "12 in block 10 of partition 0");
  image = image_of();
  image.partition_blocks = 60;
  EXPECT_EQ(message(image),
            "d.img: UDF: the space bitmap has 64 bits in 8 bytes, its partition 60 blocks");
}

TEST(UdfCheck, ADamagedMainSequenceIsReadFromTheReserve) {
  Bytes bytes = image_of().finish();
  std::fill_n(bytes.begin() + UdfImage::kMain * 512, 3 * 512, std::uint8_t{0x55});
  const Contents found = check_all(bytes);
  ASSERT_EQ(found.file_systems.size(), 1U);
  EXPECT_EQ(found.file_systems[0].label, "made");
  EXPECT_EQ(codes_of(found),
            (Strings{"fault udf.tag_checksum repairable", "fault udf.tag_checksum repairable",
                     "fault udf.tag_checksum repairable"}));
}

TEST(UdfCheck, AMetadataMirrorThatDiffersIsTold) {
  UdfImage image(512);
  image.put_folders_in_metadata();
  image.entry(2, {.type = 250, .size = 1024, .allocation = 0, .descriptors = udf_short(1024, 40)});
  image.entry(3, {.type = 251, .size = 1024, .allocation = 0, .descriptors = udf_short(1024, 80)});
  const Bytes folder = udf_folder({});
  image.entry(41, {.type = 4, .size = folder.size(), .descriptors = folder, .location = 1});
  Bytes bytes = image.finish();
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(block(40)), 1024,
              bytes.begin() + static_cast<std::ptrdiff_t>(block(80)));
  EXPECT_EQ(codes_of(check_all(bytes)), Strings{});
  const std::pair<std::size_t, const char*> entries[] = {
      {2, "d.img: UDF: the file entry of the metadata file in block 2 is malformed"},
      {3, "d.img: UDF: the file entry of the metadata file's mirror in block 3 is malformed"}};
  for (const auto& [at, message] : entries) {
    Bytes damaged = bytes;
    damaged[block(at) + 4] ^= 1;
    const Contents told = check_all(damaged);
    EXPECT_EQ(codes_of(told), Strings{"fault udf.metadata_files repairable"});
    EXPECT_EQ(told.problems.back().message, message);
  }
  bytes[block(81) + 300] ^= 1;
  const Contents found = check_all(bytes);
  EXPECT_EQ(codes_of(found), Strings{"fault udf.metadata_mirror"});
  EXPECT_EQ(found.problems.back().message,
            "d.img: UDF: the metadata file and its mirror differ in 1 block, first block 1");
}

TEST(UdfCheck, ARootThatOnlyTheMirrorHasIsReadThere) {
  UdfImage image(512);
  image.put_folders_in_metadata();
  image.entry(2, {.type = 250,
                  .size = 1024,
                  .allocation = 0,
                  .descriptors = joined({udf_short(512, 40), udf_short(512, 0, 1)})});
  image.entry(3, {.type = 251, .size = 1024, .allocation = 0, .descriptors = udf_short(1024, 80)});
  const Bytes folder = udf_folder({});
  image.entry(81, {.type = 4, .size = folder.size(), .descriptors = folder, .location = 1});
  const Contents found = check_all(image.finish());
  const auto entries = std::ranges::find(found.checks, "udf.file_entries", &Check::name);
  ASSERT_NE(entries, found.checks.end());
  EXPECT_TRUE(entries->good);
}

// Ten thousand file entries, each of which has the next one as its folder of streams.
TEST(UdfCheck, StreamsOfStreamsAreNotFollowed) {
  constexpr std::uint32_t kEntries = 10'000;
  UdfImage image(512, kEntries + 100);
  for (std::uint32_t n = 0; n < kEntries; ++n) {
    image.entry(20 + n, {.type = 13, .streams = {20 + n + 1}});
  }
  const Bytes folder = udf_folder({{"file", {10}}});
  image.entry(10, {.streams = {20}});
  image.entry(1, {.type = 4, .size = folder.size(), .descriptors = folder});
  image.files = 1;
  EXPECT_EQ(codes_of(check_all(image.finish())), Strings{});
}

}  // namespace
}  // namespace pregap::volumes
