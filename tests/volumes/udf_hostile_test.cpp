// UDF volumes whose structures lie: every list and content ends, and says what is wrong.
#include <algorithm>

#include "volumes/udf_opened.h"

namespace pregap::volumes {
namespace {

using namespace test;
using Strings = std::vector<std::string>;

std::shared_ptr<const ByteSource> source_of(Bytes bytes) {
  return memory_source(std::move(bytes), "u.img");
}

std::unique_ptr<FileReader> open(const std::shared_ptr<const ByteSource>& source) {
  std::string why;
  auto reader = open_udf(source, why);
  EXPECT_NE(reader, nullptr) << why;
  return reader;
}

ListedFiles listed(UdfImage& image) { return list_all(*open(source_of(image.finish()))); }

std::string content(UdfImage& image, const std::string& path) {
  const auto source = source_of(image.finish());
  return content_of(*open(source), *source, path);
}

TEST(UdfHostile, AFolderWithinItselfIsToldAndNotEntered) {
  UdfImage image;
  const Bytes folder = udf_folder(
      {{.text = "up", .icb = {1}, .flags = 2}, {.text = "self", .icb = {10}, .flags = 2}});
  image.entry(10, {.type = 4, .size = folder.size(), .descriptors = folder});
  put_root(image, {{.text = "dir", .icb = {10}, .flags = 2}});
  const ListedFiles got = listed(image);
  EXPECT_EQ(got.lines, (Strings{"dir folder", "dir/self folder", "dir/up folder"}));
  EXPECT_EQ(got.problems,
            (Strings{"folder.loop: /dir/self: a folder that was listed already, expected each in "
                     "one place",
                     "folder.loop: /dir/up: a folder that was listed already, expected each in one "
                     "place"}));
}

TEST(UdfHostile, DescriptorsThatLeadInACircleEnd) {
  UdfImage image;
  image.entry(10, {.size = 5000, .allocation = 0, .descriptors = udf_short(512, 20, 3)});
  image.further(20, joined({udf_short(512, 40), udf_short(512, 21, 3)}));
  image.further(21, udf_short(512, 20, 3));
  put_root(image, {{"file", {10}}});
  EXPECT_EQ(content(image, "file"),
            std::string(512, '\0') +
                "[file: 512 of its 5000 bytes could be found: its allocation "
                "descriptors lead in a circle]");
}

TEST(UdfHostile, ChainsOfEntriesEnd) {
  UdfImage image;
  image.entry(10, {.size = 1, .descriptors = text("x"), .strategy = 4096});
  image.indirect(11, {10});
  image.indirect(20, {20});
  put_root(image, {{"circle", {10}}, {"no entry", {20}}});
  const ListedFiles got = listed(image);
  EXPECT_EQ(got.lines, Strings{"circle file 1"});
  EXPECT_EQ(got.problems, Strings{"udf.entry: no entry: no file entry in block 20 of partition 0, "
                                  "expected one"});
}

TEST(UdfHostile, HugeSizesAreToldAndOnlyWhatIsThereIsGiven) {
  constexpr std::uint64_t kHuge = std::uint64_t{1} << 63;
  const struct {
    UdfEntry entry;
    const char* message;
  } cases[] = {
      {{.size = kHuge, .descriptors = text("x")},
       "x[file: 1 of its 9223372036854775808 bytes could be found: its entry holds less]"},
      {{.size = kHuge, .allocation = 0, .descriptors = udf_short(512, 0x7FFFFFFF)},
       "[file: 0 of its 9223372036854775808 bytes could be found: the rest lies behind the image's "
       "end]"},
      {{.size = kHuge, .allocation = 1, .descriptors = udf_long(512, {3, 7})},
       "[file: 0 of its 9223372036854775808 bytes could be found: block 3 of partition 7 lies "
       "nowhere]"},
      {{.size = kHuge, .allocation = 0, .descriptors = {}},
       "[file: 0 of its 9223372036854775808 bytes could be found: its extents end before]"},
      {{.size = 9, .allocation = 5, .descriptors = text("12345678")},
       "[file: 0 of its 9 bytes could be found: allocation descriptors of the unknown kind 5]"},
      {{.size = 9, .allocation = 0, .descriptors = udf_short(9, 90, 3)},
       "[file: 0 of its 9 bytes could be found: no allocation extent descriptor in block 90]"},
  };
  for (const auto& c : cases) {
    UdfImage image;
    image.entry(10, c.entry);
    put_root(image, {{"file", {10}}});
    EXPECT_EQ(content(image, "file"), c.message);
  }
}

TEST(UdfHostile, NamesAroundABrokenOneAreListed) {
  UdfImage image;
  image.entry(10, {});
  Bytes folder = udf_folder({{"before", {10}}});
  const std::size_t broken_at = folder.size();
  folder = joined({folder, udf_name({"broken", {10}}), udf_name({"behind", {10}})});
  folder[broken_at + 4] ^= 1;  // the tag's sum
  image.entry(1, {.type = 4, .size = folder.size(), .descriptors = folder});
  const ListedFiles got = listed(image);
  EXPECT_EQ(got.lines, (Strings{"before file 0", "behind file 0"}));
  EXPECT_EQ(got.problems, Strings{"udf.entry: /: no file identifier at byte " +
                                  std::to_string(broken_at) + " of it, expected one"});
}

TEST(UdfHostile, AFolderOfNothingEndsEarly) {
  UdfImage image(2048);
  Bytes descriptors;
  for (int n = 0; n < 40; ++n) descriptors = joined({descriptors, udf_short(0x3FFFF800, 60, 2)});
  image.entry(
      1, {.type = 4, .size = std::uint64_t{1} << 40, .allocation = 0, .descriptors = descriptors});
  const ListedFiles got = listed(image);
  EXPECT_EQ(got.lines, Strings{});
  ASSERT_EQ(got.problems.size(), 2U);
  EXPECT_NE(got.problems[0].find("bytes without a file identifier"), std::string::npos);
}

TEST(UdfHostile, AWrongCrcIsToldAndReadOn) {
  UdfImage image;
  image.entry(10, {.size = 4, .descriptors = text("text")});
  put_root(image, {{"file", {10}}});
  Bytes bytes = image.finish();
  bytes[std::size_t{UdfImage::kStart + 10} * 512 + 216] ^= 1;
  const auto source = source_of(bytes);
  const auto reader = open(source);
  EXPECT_EQ(list_all(*reader).problems,
            Strings{"udf.entry: file: its file entry does not agree with its CRC"});
  EXPECT_EQ(content_of(*reader, *source, "file").substr(0, 4), "uext");
}

TEST(UdfHostile, EachMissingPieceOfAVolumeIsNamed) {
  UdfImage image;
  put_root(image, {});
  const Bytes sound = image.finish();
  const auto cleared = [&](const std::vector<std::size_t>& sectors) {
    Bytes bytes = sound;
    for (const std::size_t n : sectors) {
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(n * 512), 512, std::uint8_t{0});
    }
    std::string why;
    EXPECT_EQ(open_udf(source_of(bytes), why), nullptr);
    return why;
  };
  const std::size_t last = sound.size() / 512 - 1;
  EXPECT_EQ(cleared({68}), "no recognition sequence that names UDF");
  EXPECT_EQ(cleared({256, last}), "no anchor in sector 256 or at the end");
  EXPECT_EQ(cleared({128, 144}), "no logical volume descriptor");
  EXPECT_EQ(cleared({UdfImage::kStart}), "no file set descriptor in block 0 of partition 0");
  EXPECT_EQ(cleared({UdfImage::kStart + 1}),
            "no file entry of the root folder in block 1 of partition 0");
}

TEST(UdfHostile, PartitionsThatLieInThemselvesAreNoPlace) {
  UdfImage image;
  image.add_metadata_map(2, 2);
  image.file_set = {.block = 0, .partition = 1};
  image.root = {.block = 1, .partition = 1};
  image.entry(2,
              {.type = 250, .size = 1024, .allocation = 1, .descriptors = udf_long(1024, {0, 1})});
  std::string why;
  EXPECT_EQ(open_udf(source_of(image.finish()), why), nullptr);
  EXPECT_EQ(why, "no file set descriptor in block 0 of partition 1");
}

// A deleted name of 64 KiB; its CRC covers the beginning.
Bytes long_deleted_name() {
  Bytes body(38 - 16);
  body[2] = 4;
  put_le(body, 36 - 16, 65496, 2);
  Bytes name = udf_sealed(257, 0, body);
  name.resize(65536 - 2048);
  put_le(name, 36, name.size() - 38, 2);
  body.assign(name.begin() + 16, name.begin() + 38);
  const Bytes sealed = udf_sealed(257, 0, body);
  std::ranges::copy(sealed, name.begin());
  return name;
}

TEST(UdfHostile, AFolderOfOneNameOverAndOverEnds) {
  UdfImage image(2048);
  const Bytes name = long_deleted_name();
  image.raw(60, name);
  const auto size = static_cast<std::uint32_t>(name.size());
  std::uint64_t total = 0;
  for (std::uint32_t n = 0; n < 50; ++n) {
    Bytes descriptors;
    for (int i = 0; i < 240; ++i, total += size) {
      descriptors = joined({descriptors, udf_short(size, 60)});
    }
    image.further(2 + n, joined({descriptors, udf_short(2048, 3 + n, 3)}));
  }
  image.entry(1, {.type = 4, .size = total, .allocation = 0, .descriptors = udf_short(2048, 2, 3)});
  const ListedFiles got = listed(image);
  EXPECT_EQ(got.lines, Strings{});
  EXPECT_EQ(got.problems, Strings{"udf.entry: /: more than 268435456 bytes long: the first ones "
                                  "were looked at"});
}

TEST(UdfHostile, StreamsOfOneFolderForManyFilesAreBounded) {
  UdfImage image(2048);
  const Bytes name = long_deleted_name();
  image.raw(60, name);
  const auto size = static_cast<std::uint32_t>(name.size());
  Bytes descriptors;
  for (int i = 0; i < 200; ++i) descriptors = joined({descriptors, udf_short(size, 60)});
  image.entry(
      11,
      {.type = 13, .size = std::uint64_t{200} * size, .allocation = 0, .descriptors = descriptors});
  image.entry(10, {.streams = {11}});
  put_root(image, {{"file", {10}}});
  const ListedFiles got = listed(image);
  EXPECT_EQ(got.lines, Strings{"file file 0"});
  EXPECT_EQ(got.problems, Strings{"udf.entry: file: 12697600 bytes of names of its streams: the "
                                  "first 1048576 were looked at"});
}

TEST(UdfHostile, EmptyExtentsOfDescriptorsEnd) {
  UdfImage image;
  for (std::uint32_t n = 20; n < 60; ++n) image.further(n, udf_short(512, n + 1, 3));
  image.entry(10, {.size = 100, .allocation = 0, .descriptors = udf_short(512, 20, 3)});
  put_root(image, {{"file", {10}}});
  EXPECT_EQ(content(image, "file"),
            "[file: 0 of its 100 bytes could be found: too many extents of "
            "allocation descriptors]");
}

// Sectors of 32768 bytes, and pointers from each sequence into itself.
TEST(UdfHostile, SequencesThatLeadInACircleEnd) {
  Bytes bytes(std::size_t{300} * 32768);
  const auto put = [&](std::size_t sector, const Bytes& b) {
    std::ranges::copy(b, bytes.begin() + static_cast<std::ptrdiff_t>(sector * 32768));
  };
  put_text(bytes, 32768 + 1, "BEA01");
  put_text(bytes, 65536 + 1, "NSR03");
  Bytes pointer(4080);
  put_le(pointer, 4, 32768 * 4, 4);
  put_le(pointer, 8, 40, 4);
  for (const std::size_t sector : {40, 41}) {
    put(sector, udf_sealed(3, static_cast<std::uint32_t>(sector), pointer));
  }
  Bytes anchor(496);
  put_le(anchor, 0, 32768 * 16, 4);
  put_le(anchor, 4, 40, 4);
  put_le(anchor, 8, 32768 * 16, 4);
  put_le(anchor, 12, 41, 4);
  put(256, udf_sealed(2, 256, anchor));
  std::string why;
  EXPECT_EQ(open_udf(source_of(std::move(bytes)), why), nullptr);
  EXPECT_EQ(why, "no logical volume descriptor");
}

// Each block might be the table, and each is the entry of a large content.
TEST(UdfHostile, ManyMapsAndManyTablesAreLookedAtInBoundedTime) {
  UdfImage image(2048, 1100);
  for (int n = 0; n < 20; ++n) image.add_virtual_map(0x150);
  for (std::uint32_t n = 1; n < 1100; ++n) {
    image.entry(n, {.type = 0,
                    .size = std::uint64_t{1} << 62,
                    .allocation = 0,
                    .descriptors = joined(std::vector<Bytes>(60, udf_short(0x3FFFF800, 0, 2)))});
  }
  image.root = {.block = 1};
  const auto source = source_of(image.finish());
  EXPECT_EQ(list_all(*open(source)).lines, Strings{});
}

TEST(UdfHostile, EachByteOfAVolumeMayBeWrong) {
  UdfImage image;
  image.add_virtual_map(0x200);
  image.entry(10, {.size = 512, .allocation = 0, .descriptors = udf_short(512, 20)});
  image.entry(11, {.size = 4, .descriptors = text("text"), .strategy = 4096});
  image.indirect(12, {10});
  put_root(image, {{"a", {10}}, {"b", {11}}});
  const Bytes sound = image.finish();
  for (std::size_t at = 128 * 512; at < (UdfImage::kStart + 14) * 512U; at += 7) {
    if (sound[at] == 0 && at % 49 != 0) continue;
    Bytes bytes = sound;
    bytes[at] ^= 0xFF;
    const auto source = source_of(std::move(bytes));
    std::string why;
    const auto reader = open_udf(source, why);
    if (reader == nullptr) continue;
    const ListedFiles got = list_all(*reader);
    EXPECT_LE(got.lines.size(), 2U);
    for (const char* name : {"a", "b"}) EXPECT_LE(content_of(*reader, *source, name).size(), 2000U);
  }
}

}  // namespace
}  // namespace pregap::volumes
