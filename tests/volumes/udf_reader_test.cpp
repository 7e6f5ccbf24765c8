// UDF volumes laid block by block: each way in which the standard has files stored.
#include "volumes/udf_reader.h"

#include <algorithm>

#include "volumes/udf_opened.h"

namespace pregap::volumes {
namespace {

using namespace test;
using Strings = std::vector<std::string>;

class UdfBlocks : public testing::TestWithParam<std::uint32_t> {};

TEST_P(UdfBlocks, EachKindOfAllocationGivesTheContent) {
  const std::uint32_t b = GetParam();
  UdfImage image(b);
  const Bytes data = pattern(b * 3 - 100);
  const Bytes first(data.begin(), data.begin() + b), rest(data.begin() + b, data.end());
  image.raw(20, first);
  image.raw(30, rest);
  const auto left = static_cast<std::uint32_t>(rest.size());
  image.entry(10, {.size = data.size(),
                   .allocation = 0,
                   .descriptors = joined({udf_short(b, 20), udf_short(left, 30)})});
  image.entry(11, {.size = data.size(),
                   .allocation = 1,
                   .descriptors = joined({udf_long(b, {20}), udf_long(left, {30})}),
                   .extended = false});
  image.entry(12, {.size = data.size(),
                   .allocation = 2,
                   .descriptors = joined({udf_extended(b, {20}), udf_extended(left, {30})})});
  image.entry(13, {.size = 6, .descriptors = text("within")});
  put_root(image, {{"short", {10}}, {"long", {11}}, {"extended", {12}}, {"within", {13}}});
  const OpenedUdf opened = open_volume(image.finish());
  const std::string want(data.begin(), data.end());
  for (const char* name : {"short", "long", "extended"}) {
    EXPECT_EQ(opened.content(name), want) << name;
  }
  EXPECT_EQ(opened.content("within"), "within");
  EXPECT_EQ(list_all(*opened.reader).problems, Strings{});
}

INSTANTIATE_TEST_SUITE_P(Sizes, UdfBlocks, testing::Values(512, 1024, 2048, 4096, 8192));

TEST(UdfReader, ExtentsThatWereNotRecordedAreZeros) {
  UdfImage image;
  image.raw(20, Bytes(512, 'a'));
  image.entry(10, {.size = 1536,
                   .allocation = 0,
                   .descriptors =
                       joined({udf_short(512, 0, 2), udf_short(512, 20), udf_short(512, 40, 1)})});
  image.raw(40, Bytes(512, 'x'));
  put_root(image, {{"holes", {10}}});
  EXPECT_EQ(open_volume(image.finish()).content("holes"),
            std::string(512, '\0') + std::string(512, 'a') + std::string(512, '\0'));
}

TEST(UdfReader, DescriptorsGoOnInFurtherExtents) {
  UdfImage image;
  Bytes data = pattern(512 * 6);
  image.raw(50, data);
  image.entry(10, {.size = data.size(),
                   .allocation = 0,
                   .descriptors = joined({udf_short(512, 50), udf_short(512, 20, 3)})});
  image.further(20, joined({udf_short(1024, 51), udf_short(512, 21, 3)}));
  image.further(21, joined({udf_short(1536, 53), udf_short(0, 0)}));
  put_root(image, {{"long chain", {10}}});
  EXPECT_EQ(open_volume(image.finish()).content("long chain"),
            std::string(data.begin(), data.end()));
}

TEST(UdfReader, AFolderMayLieInPiecesThatCutItsNames) {
  UdfImage image;
  std::vector<UdfName> names;
  for (int n = 0; n < 60; ++n) names.push_back({"name-" + std::to_string(n), {10}});
  Bytes folder = udf_folder(names);
  const std::uint64_t size = folder.size();
  Bytes descriptors;
  for (std::uint32_t at = 0, n = 0; at < size; at += 512, ++n) {
    const auto piece = static_cast<std::uint32_t>(std::min<std::uint64_t>(512, size - at));
    image.raw(60 - 2 * n, Bytes(folder.begin() + at, folder.begin() + at + piece));
    descriptors = joined({descriptors, udf_short(piece, 60 - 2 * n)});
  }
  image.entry(1, {.type = 4, .size = size, .allocation = 0, .descriptors = descriptors});
  image.entry(10, {.size = 1, .descriptors = text("x")});
  const auto listed = list_all(*open_volume(image.finish()).reader);
  EXPECT_EQ(listed.lines.size(), 60U);
  EXPECT_EQ(listed.problems, Strings{});
}

TEST(UdfReader, NamesOfBothWidthsAreUtf8) {
  UdfImage image;
  image.entry(10, {});
  put_root(image, {{.text = "na\xEFve", .icb = {10}},
                   {.icb = {10}, .wide = u"\u20AC \U0001F600"},
                   {.text = "a/b", .icb = {10}}});
  EXPECT_EQ(list_all(*open_volume(image.finish()).reader).lines,
            (Strings{"a_b file 0", "na\xC3\xAFve file 0", "\xE2\x82\xAC \xF0\x9F\x98\x80 file 0"}));
}

TEST(UdfReader, DeletedNamesAreListedWhereTheyAreAskedFor) {
  UdfImage image;
  image.entry(10, {.size = 4, .descriptors = text("gone")});
  put_root(image, {{.text = "kept", .icb = {10}},
                   {.text = "gone", .icb = {10}, .flags = 4, .compression = 254},
                   {.text = "nowhere", .icb = {90}, .flags = 4}});
  const OpenedUdf opened = open_volume(image.finish());
  EXPECT_EQ(list_all(*opened.reader).lines, Strings{"kept file 4"});
  Strings deleted;
  std::vector<Problem> problems;
  opened.reader->list(
      opened.reader->root(), Deleted::take_in,
      [&](FileEntry&& e) {
        if (e.deleted) deleted.push_back(e.name);
        return true;
      },
      problems);
  EXPECT_EQ(deleted, Strings{"gone"});
  EXPECT_TRUE(problems.empty());
}

TEST(UdfReader, ModesOwnersAndTimesAreTold) {
  UdfImage image;
  // rwx, r-x and --x in fields of five bits; setuid is bit 6 of the flags, sticky bit 8.
  image.entry(10, {.flags = 1 << 6 | 1 << 8,
                   .permissions = 7 << 10 | 5 << 5 | 1,
                   .time = "2001-02-03 04:05:06",
                   .zone = 120});
  image.entry(11, {.extended = false, .time = "1969-12-31 23:59:59", .zone = -2047});
  put_root(image, {{"a", {10}}, {"b", {11}}});
  const OpenedUdf opened = open_volume(image.finish());
  const FileEntry a = opened.entry("a"), b = opened.entry("b");
  EXPECT_EQ(a.mode, 05751U);
  EXPECT_EQ(a.uid, 1000U);
  EXPECT_EQ(a.gid, 100U);
  EXPECT_EQ(a.times.modified, 981165906);  // 02:05:06 UTC
  EXPECT_EQ(a.times.created, 981165906);
  EXPECT_EQ(b.times.accessed, -1);
  EXPECT_EQ(b.times.changed, -1);
  EXPECT_EQ(b.times.created, std::nullopt);
}

TEST(UdfReader, LinksAndSpecialFilesAreTold) {
  const auto component = [](std::uint8_t type, const std::string& name) {
    Bytes b{type, static_cast<std::uint8_t>(name.empty() ? 0 : name.size() + 1), 0, 0};
    if (!name.empty()) b.push_back(8);
    b.insert(b.end(), name.begin(), name.end());
    return b;
  };
  const std::pair<Bytes, const char*> links[] = {
      {joined({component(3, ""), component(5, "to"), component(4, ""), component(5, "it")}),
       "../to/./it"},
      {joined({component(2, ""), component(5, "etc")}), "/etc"},
      {component(2, ""), "/"},
      {joined({component(5, "a"), Bytes{5, 200, 0, 0, 8, 'b'}}), "a/b"},  // longer than the rest
  };
  for (const auto& [content, target] : links) {
    UdfImage image;
    image.entry(10, {.type = 12, .size = content.size(), .descriptors = content});
    put_root(image, {{"link", {10}}});
    const OpenedUdf opened = open_volume(image.finish());
    EXPECT_EQ(opened.entry("link").kind, FileKind::link);
    EXPECT_EQ(opened.entry("link").link_target, target);
  }
  UdfImage image;
  const std::pair<std::uint8_t, FileKind> kinds[] = {
      {6, FileKind::block},   {7, FileKind::character}, {9, FileKind::fifo},
      {10, FileKind::socket}, {249, FileKind::file},    {0, FileKind::file}};
  std::vector<UdfName> names;
  for (const auto& [type, kind] : kinds) {
    image.entry(10 + type % 100, {.type = type});
    names.push_back({std::to_string(type), {10U + type % 100}});
  }
  put_root(image, names);
  const OpenedUdf opened = open_volume(image.finish());
  for (const auto& [type, kind] : kinds) {
    EXPECT_EQ(opened.entry(std::to_string(type)).kind, kind) << int{type};
  }
}

TEST(UdfReader, HardLinksAreOneFileAndFoundByTheirId) {
  UdfImage image;
  image.entry(10, {.size = 3, .descriptors = text("one")});
  put_root(image, {{"a", {10}}, {"b", {10}}});
  const OpenedUdf opened = open_volume(image.finish());
  EXPECT_EQ(opened.entry("a").id, opened.entry("b").id);
  EXPECT_EQ(opened.entry("a").id.number, 10U);
  const auto again = opened.reader->find({.number = 10});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->size, 3U);
  EXPECT_FALSE(opened.reader->find({.number = 11}));
  EXPECT_FALSE(opened.reader->find({.number = std::uint64_t{5} << 32 | 10}));
}

TEST(UdfReader, NamedStreamsStandBehindTheirFile) {
  UdfImage image;
  image.entry(10, {.size = 4, .descriptors = text("main"), .streams = {11}});
  const Bytes folder = udf_folder({{"notes", {12}}, {.text = "*UDF x", .icb = {12}, .flags = 16}});
  image.entry(11, {.type = 13, .size = folder.size(), .descriptors = folder});
  image.entry(12, {.size = 6, .descriptors = text("stream")});
  put_root(image, {{"file", {10}}});
  const OpenedUdf opened = open_volume(image.finish());
  EXPECT_EQ(list_all(*opened.reader).lines, (Strings{"file file 4", "file:notes file 6"}));
  EXPECT_EQ(opened.content("file:notes"), "stream");
}

TEST(UdfReader, TheVolumesOwnStreamsAreSystemFilesOfTheRoot) {
  UdfImage image;
  const Bytes folder = udf_folder({{.text = "*UDF Unique ID Mapping Data", .icb = {12}}});
  image.system_streams = {11};
  image.entry(11, {.type = 13, .size = folder.size(), .descriptors = folder});
  image.entry(12, {.size = 4, .descriptors = text("data")});
  image.entry(10, {});
  put_root(image, {{"file", {10}}});
  const OpenedUdf opened = open_volume(image.finish());
  Strings lines;
  std::vector<Problem> problems;
  walk(
      *opened.reader, {"", opened.reader->root()}, {.system = true},
      [&](const FoundFile& found) {
        lines.push_back(found.path + (found.entry.system ? " system" : ""));
        return true;
      },
      problems);
  EXPECT_EQ(lines, (Strings{":*UDF Unique ID Mapping Data system", "file"}));
  EXPECT_TRUE(problems.empty());
}

TEST(UdfReader, OfStrategy4096TheLastEntryCounts) {
  UdfImage image;
  image.entry(10, {.size = 3, .descriptors = text("old"), .strategy = 4096});
  image.indirect(11, {20});
  image.entry(20, {.size = 5, .descriptors = text("newer"), .strategy = 4096});
  image.indirect(21, {30});
  image.entry(30, {.size = 6, .descriptors = text("newest"), .strategy = 4096});
  put_root(image, {{"file", {10}}});
  EXPECT_EQ(open_volume(image.finish()).content("file"), "newest");
}

TEST(UdfReader, UnusedBlocksAreThoseOfTheBitmap) {
  UdfImage image(512, 64);
  image.bitmap_block = 5;
  Bytes bitmap(8 + 8);
  put_le(bitmap, 0, 64, 4);
  put_le(bitmap, 4, 8, 4);
  bitmap[8 + 1] = 0xF0;  // blocks 12 to 15
  bitmap[8 + 2] = 0x01;  // 16
  bitmap[8 + 7] = 0x80;  // 63
  image.descriptor(5, 264, bitmap);
  put_root(image, {});
  const OpenedUdf opened = open_volume(image.finish());
  struct Ranges final : ContentSink {
    void range(std::uint64_t offset, std::uint64_t size) override {
      got.push_back(std::to_string(offset / 512 - UdfImage::kStart) + "+" +
                    std::to_string(size / 512));
    }
    void hole(std::uint64_t) override {}
    void bytes(std::span<const std::uint8_t>) override {}
    Strings got;
  } ranges;
  opened.reader->unallocated(ranges);
  EXPECT_EQ(ranges.got, (Strings{"12+5", "63+1"}));
}

}  // namespace
}  // namespace pregap::volumes
