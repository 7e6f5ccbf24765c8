// Where the blocks of UDF volumes lie: virtual, sparable and metadata partitions, and sessions.
#include <algorithm>

#include "volumes/udf_opened.h"

namespace pregap::volumes {
namespace {

using namespace test;
using Strings = std::vector<std::string>;

// A table of the layout of UDF 2.00, behind a header, or of 1.50, before a name.
Bytes table_of(std::uint16_t revision, const std::vector<std::uint32_t>& entries) {
  Bytes table(revision >= 0x200 ? 152 : 0);
  if (!table.empty()) table[0] = 152;
  for (const std::uint32_t e : entries) {
    table.resize(table.size() + 4);
    put_le(table, table.size() - 4, e, 4);
  }
  if (revision < 0x200) {
    const std::size_t at = table.size();
    table.resize(at + 36, 0);
    put_text(table, at + 1, "*UDF Virtual Alloc Tbl");
    put_le(table, at + 32, 0xFFFFFFFF, 4);
  }
  return table;
}

class UdfWriteOnce : public testing::TestWithParam<std::uint16_t> {};

TEST_P(UdfWriteOnce, BlocksAreFoundThroughTheLastTable) {
  const std::uint16_t revision = GetParam();
  UdfImage image(2048);
  image.end_anchor = false;
  image.add_virtual_map(revision);
  image.file_set = {.block = 0, .partition = 1};
  image.root = {.block = 1, .partition = 1};
  image.file_set_lies = 40;
  const Bytes folder = udf_folder({{"file", {2, 1}}, {"unused", {3, 1}}, {"beyond", {9, 1}}});
  image.entry(50, {.type = 4, .size = folder.size(), .descriptors = folder, .location = 1});
  image.raw(60, pattern(3000));
  image.entry(
      51, {.size = 3000, .allocation = 1, .descriptors = udf_long(3000, {60, 0}), .location = 2});
  const std::uint8_t type = revision >= 0x200 ? 248 : 0;
  const Bytes old = table_of(revision, {40, 50, 50});
  const Bytes table = table_of(revision, {40, 50, 51, 0xFFFFFFFF});
  image.entry(70, {.type = type, .size = old.size(), .descriptors = old});
  image.entry(71, {.type = type, .size = table.size(), .descriptors = table});
  Bytes bytes = image.finish();
  bytes.resize(std::size_t{UdfImage::kStart + 72} * 2048);
  for (const std::size_t blank : {0, 150, 3000}) {  // of the disc, behind what was recorded
    Bytes whole = bytes;
    whole.resize(bytes.size() + blank * 2048);
    const OpenedUdf opened = open_volume(whole);
    const Bytes want = pattern(3000);
    EXPECT_EQ(opened.content("file"), std::string(want.begin(), want.end()));
    EXPECT_EQ(opened.entry("file").id.number, (std::uint64_t{1} << 32) + 2);
    EXPECT_EQ(list_all(*opened.reader).problems.size(), 2U);  // the names that lead nowhere
  }
}

INSTANTIATE_TEST_SUITE_P(Revisions, UdfWriteOnce, testing::Values(0x150, 0x200));

TEST(UdfPartitions, SparedPacketsLieElsewhere) {
  UdfImage image(2048);
  const Bytes data = pattern(2048 * 64);
  image.make_sparable(32, {{32, UdfImage::kStart + 96}, {0xFFFFFFFF, 5}, {0xFFFFFFF0, 6}});
  Bytes packet(data.begin(), data.begin() + 2048 * 28);  // blocks 36 to 63 of the file's extent
  image.raw(96 + 4, packet);
  image.raw(64, Bytes(data.begin() + 2048 * 28, data.begin() + 2048 * 50));
  image.raw(36, Bytes(packet.size(), 0xEE));
  image.entry(10, {.size = 2048 * 50, .allocation = 0, .descriptors = udf_short(2048 * 50, 36)});
  put_root(image, {{"file", {10}}});
  EXPECT_EQ(open_volume(image.finish()).content("file"),
            std::string(data.begin(), data.begin() + 2048 * 50));
}

// File set and root lie in the metadata file, whose two pieces are in blocks 40 to 41 and 50.
UdfImage metadata_image() {
  UdfImage image(512);
  image.put_folders_in_metadata();
  image.entry(2, {.type = 250,
                  .size = 1536,
                  .allocation = 0,
                  .descriptors = joined({udf_short(1024, 40), udf_short(512, 50)})});
  image.entry(3, {.type = 251,
                  .size = 1536,
                  .allocation = 0,
                  .descriptors = joined({udf_short(512, 80), udf_short(1024, 82)})});
  const Bytes folder = udf_folder({{"file", {2, 1}}});
  image.entry(41, {.type = 4, .size = folder.size(), .descriptors = folder, .location = 1});
  image.raw(60, text("the content"));
  image.entry(50,
              {.size = 11, .allocation = 1, .descriptors = udf_long(11, {60, 0}), .location = 2});
  return image;
}

// The mirror's blocks, once all else is there.
Bytes with_mirror(Bytes bytes) {
  const auto block = [&](std::size_t n) {
    return bytes.begin() + static_cast<std::ptrdiff_t>((UdfImage::kStart + n) * 512);
  };
  std::copy_n(block(40), 512, block(80));
  std::copy_n(block(41), 512, block(82));
  std::copy_n(block(50), 512, block(83));
  return bytes;
}

TEST(UdfPartitions, MetadataPartitionsAreFilesAndHaveAMirror) {
  const Bytes sound = with_mirror(metadata_image().finish());
  EXPECT_EQ(open_volume(sound).content("file"), "the content");
  for (const std::size_t lost : {2, 41, 50}) {  // the file's entry, the root's, the file's own
    Bytes bytes = sound;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>((UdfImage::kStart + lost) * 512), 512,
                std::uint8_t{0x55});
    EXPECT_EQ(open_volume(bytes).content("file"), "the content") << lost;
  }
}

TEST(UdfPartitions, AMetadataPartitionMayLieInOneThatNoMapNames) {
  UdfImage image = metadata_image();
  image.plain_number = 7;  // and there is none of that number
  image.entry(50, {.size = 4, .descriptors = text("here"), .location = 2});
  EXPECT_EQ(open_volume(image.finish()).content("file"), "here");
}

// Two sessions with one file each, "first" and "second".
Bytes two_sessions(std::uint32_t second_at, bool write_once) {
  Bytes disc;
  for (const std::uint32_t session : {0U, second_at}) {
    UdfImage image(2048, 32);
    image.session = session;
    image.end_anchor = session > 0 && !write_once;
    image.entry(10, {});
    put_root(image, {{session == 0 ? "first" : "second", {10}}});
    if (write_once) {  // its table lies outside its entry, which only its own partition tells
      image.add_virtual_map(0x200);
      image.file_set = {.block = 0, .partition = 1};
      image.root = {.block = 1, .partition = 1};
      const Bytes table = table_of(0x200, {0, 1});
      const auto size = static_cast<std::uint32_t>(table.size());
      image.raw(20, table);
      image.entry(31,
                  {.type = 248, .size = size, .allocation = 0, .descriptors = udf_short(size, 20)});
    }
    Bytes bytes = image.finish();
    if (write_once) bytes.resize(std::size_t{UdfImage::kStart + 32} * 2048);
    disc.resize(std::size_t{session} * 2048);
    disc.insert(disc.end(), bytes.begin(), bytes.end());
  }
  return disc;
}

TEST(UdfPartitions, OfSeveralSessionsTheLastOneIsRead) {
  for (const bool write_once : {false, true}) {
    SCOPED_TRACE(write_once);
    const OpenedUdf disc = open_volume(two_sessions(700, write_once));
    EXPECT_EQ(list_all(*disc.reader).lines, Strings{"second file 0"});
    // A session by its own start, and up to the next one's.
    std::string why;
    const auto second = open_udf(disc.source, why, 700 * 2048);
    ASSERT_NE(second, nullptr) << why;
    EXPECT_EQ(list_all(*second).lines, Strings{"second file 0"});
    EXPECT_EQ(open_udf(disc.source, why, 600 * 2048), nullptr);
    EXPECT_EQ(why, "no recognition sequence that names UDF");
  }
}

}  // namespace
}  // namespace pregap::volumes
