// Volumes of ISO 9660 whose records lie: every list ends, and says what is wrong.
#include <algorithm>
#include <optional>

#include "support/disc_builder.h"
#include "support/listed_files.h"
#include "volumes/disk_images.h"
#include "volumes/iso_reader.h"

namespace pregap::volumes {
namespace {

using Strings = std::vector<std::string>;
using test::list_all;

constexpr std::size_t kSector = 2048;
constexpr std::size_t kRootAt = 18 * kSector;
constexpr std::uint32_t kSub = 19, kData = 20, kSectors = 24;

// Fields of a directory record (ECMA-119 9.1), and what it is made of.
struct Record {
  std::string identifier{};
  std::uint32_t block = 0, size = 0;
  std::uint8_t flags = 0;
  Bytes system_use{};
};

Bytes bytes_of(const Record& r) {
  Bytes bytes(33);
  put_le(bytes, 2, r.block, 4);
  put_le(bytes, 10, r.size, 4);
  for (std::size_t i = 0; i < 4; ++i) {  // big-endian behind little-endian
    bytes[9 - i] = bytes[2 + i];
    bytes[17 - i] = bytes[10 + i];
  }
  bytes[25] = r.flags;
  bytes[28] = 1;
  bytes[31] = 1;
  bytes[32] = static_cast<std::uint8_t>(r.identifier.size());
  for (const char c : r.identifier) bytes.push_back(static_cast<std::uint8_t>(c));
  if (bytes.size() % 2 != 0) bytes.push_back(0);
  for (const std::uint8_t b : r.system_use) bytes.push_back(b);
  bytes[0] = static_cast<std::uint8_t>(bytes.size());
  return bytes;
}

const std::string kSelf(1, '\0'), kParent(1, '\1');

void put(Bytes& image, std::size_t at, const Bytes& bytes) {
  std::ranges::copy(bytes, image.begin() + static_cast<std::ptrdiff_t>(at));
}

// "." and ".." and `records`, from byte `at` on; returns what lies behind.
std::size_t put_folder(Bytes& image, std::size_t at, std::vector<Record> records,
                       const Bytes& system_use_of_self = {}) {
  const auto block = static_cast<std::uint32_t>(at / kSector);
  records.insert(records.begin(),
                 {{kSelf, block, kSector, 2, system_use_of_self}, {kParent, block, kSector, 2}});
  for (const Record& r : records) {
    const Bytes bytes = bytes_of(r);
    put(image, at, bytes);
    at += bytes.size();
  }
  return at;
}

Bytes volume_of(const std::vector<Record>& in_root, std::uint32_t root_size = kSector,
                const Bytes& system_use_of_self = {}) {
  Bytes image(kSectors * kSector);
  for (const auto& [sector, type] : {std::pair{16, 1}, std::pair{17, 255}}) {
    const std::size_t at = static_cast<std::size_t>(sector) * kSector;
    image[at] = static_cast<std::uint8_t>(type);
    put_text(image, at + 1, "CD001\1");
  }
  put_le(image, 16 * kSector + 128, kSector, 2);
  put(image, 16 * kSector + 156, bytes_of({kSelf, 18, root_size, 2}));
  put_folder(image, kRootAt, in_root, system_use_of_self);
  put_text(image, kData * kSector, "content");
  return image;
}

std::shared_ptr<const ByteSource> source_of(const Bytes& image) {
  return memory_source(image, "v.iso");
}

test::ListedFiles listed(const Bytes& image) {
  const auto reader = open_iso(source_of(image));
  if (reader == nullptr) return {{"no volume"}, {}};
  return list_all(*reader);
}

std::string content(const Bytes& image, const std::string& path) {
  const auto source = source_of(image);
  return test::content_of(*open_iso(source), *source, path);
}

TEST(IsoHostile, TheVolumeOfTheseTestsIsSound) {
  Bytes image = volume_of({{"A.TXT;1", kData, 7}, {"SUB", kSub, kSector, 2}});
  put_folder(image, kSub * kSector, {{"B.;1", kData, 3}});
  const auto found = listed(image);
  EXPECT_EQ(found.lines, (Strings{"A.TXT file 7", "SUB folder", "SUB/B file 3"}));
  EXPECT_EQ(found.problems, Strings{});
  EXPECT_EQ(content(image, "a.txt"), "content");
  EXPECT_EQ(content(image, "SUB/B"), "con");
}

TEST(IsoHostile, AFolderThatHoldsItselfIsListedOnce) {
  const auto found = listed(volume_of({{"LOOP", 18, kSector, 2}, {"Z.;1", kData, 1}}));
  EXPECT_EQ(found.lines, (Strings{"LOOP folder", "Z file 1"}));
  EXPECT_EQ(found.problems,
            Strings{"folder.loop: /LOOP: a folder that was listed already, expected each in one "
                    "place"});
}

// Each begins with a record of its own: zeros in its place are lost entries, not an empty folder.
TEST(IsoHostile, AFolderOfZerosIsTold) {
  const auto found = listed(volume_of({{"SUB", kSub, kSector, 2}}));
  EXPECT_EQ(found.lines, Strings{"SUB folder"});
  EXPECT_EQ(found.problems,
            Strings{"iso.record: SUB: no directory record at byte 0 of it, expected one"});
}

TEST(IsoHostile, WhatFoldersSayOfTheirSize) {
  const struct {
    const char* what;
    Record folder;
    Strings problems;
  } cases[] = {
      {"behind the end",
       {"SUB", kSectors, kSector, 2},
       {"iso.record: SUB: lies behind the image's end"}},
      {"far behind the end",
       {"SUB", 0xFFFFFFFF, kSector, 2},
       {"iso.record: SUB: lies behind the image's end"}},
      {"4 GiB",
       {"SUB", kSub, 0xFFFFFFFF, 2},
       {"iso.record: SUB: ends at byte 10240, expected "
        "4294967295"}},
      {"nothing", {"SUB", kSub, 0, 2}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    Bytes image = volume_of({c.folder});
    put_folder(image, kSub * kSector, {});
    std::fill_n(image.begin() + kData * kSector, 7, 0);  // no record
    const auto found = listed(image);
    EXPECT_EQ(found.lines, Strings{"SUB folder"});
    EXPECT_EQ(found.problems, c.problems);
  }
}

TEST(IsoHostile, ARootOf4GiBIsListedToTheEndOfTheImage) {
  Bytes image = volume_of({{"A.;1", kData, 7}}, 0xFFFFFFFF);
  std::fill_n(image.begin() + kData * kSector, 7, 0);  // its sector is one of the root's
  const auto found = listed(image);
  EXPECT_EQ(found.lines, Strings{"A file 7"});
  EXPECT_EQ(found.problems, Strings{"iso.record: /: ends at byte 12288, expected 4294967295"});
}

TEST(IsoHostile, RubbishInAFolderIsToldOnceAndGivenUp) {
  Bytes image = volume_of({{"A.;1", kData, 7}}, 200 * kSector);
  image.resize(300 * kSector, 0xFF);
  std::fill(image.begin() + (18 + 1) * kSector, image.end(), 0xFF);
  const auto found = listed(image);
  EXPECT_EQ(found.lines, Strings{"A file 7"});
  EXPECT_EQ(found.problems,
            (Strings{"iso.record: /: 64 sectors without a directory record before byte 133120 of "
                     "409600: the rest was not looked at",
                     "iso.record: /: no directory record at byte 2048 of it and in 63 more "
                     "sectors, expected one"}));
}

TEST(IsoHostile, ARecordThatCrossesItsSectorIsNone) {
  Bytes image = volume_of({}, 2 * kSector);
  put(image, kRootAt + kSector - 40, bytes_of({"LONG_NAME.TXT;1", kData, 7}));
  // Records lead up to it: the rest of a sector would be skipped.
  std::size_t at = kRootAt + 68;
  while (at + 34 + 34 <= kRootAt + kSector - 40) {
    put(image, at, bytes_of({kParent, 18, kSector, 2}));
    at += 34;
  }
  Bytes last = bytes_of({kParent, 18, kSector, 2});
  last.resize(kRootAt + kSector - 40 - at);
  last[0] = static_cast<std::uint8_t>(last.size());
  put(image, at, last);
  put_folder(image, kRootAt + kSector, {{"NEXT.;1", kData, 7}});
  const auto found = listed(image);
  EXPECT_EQ(found.lines, Strings{"NEXT file 7"});
  EXPECT_EQ(found.problems,
            Strings{"iso.record: /: no directory record at byte 2008 of it, expected one"});
}

TEST(IsoHostile, RecordsOfImpossibleLengthAreTold) {
  for (const std::uint8_t length : {std::uint8_t{1}, std::uint8_t{33}}) {
    Bytes image = volume_of({});
    const std::size_t at = put_folder(image, kRootAt, {{"A.;1", kData, 7}});
    put(image, at, bytes_of({"B.;1", kData, 7}));
    image[at] = length;
    const auto found = listed(image);
    EXPECT_EQ(found.lines, Strings{"A file 7"});
    EXPECT_EQ(found.problems,
              Strings{"iso.record: /: no directory record at byte 106 of it, expected one"});
  }
}

TEST(IsoHostile, WhatLiesBehindTheEndOfTheImageIsCounted) {
  const struct {
    std::uint32_t block, size;
    std::string want;
  } cases[] = {
      {kSectors, 7, "[A: 7 of its bytes lie behind the image's end]"},
      {0xFFFFFFFF, 0xFFFFFFFF, "[A: 4294967295 of its bytes lie behind the image's end]"},
      {kSectors - 1, kSector + 5,
       std::string(kSector, '\0') + "[A: 5 of its bytes lie behind the image's end]"},
      {kSectors, 0, ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(content(volume_of({{"A.;1", c.block, c.size}}), "A"), c.want);
  }
}

TEST(IsoHostile, AFileOfSeveralExtentsEndsWhereItsRecordsDo) {
  constexpr std::uint8_t kMore = 0x80;
  const std::string broken = "[A: its further extents are not told, expected their records]";
  const struct {
    const char* what;
    std::vector<Record> records;
    Strings lines;
    std::string want;
  } cases[] = {
      {"whole",
       {{"A.;1", kData, 3, kMore}, {"A.;1", kData, 2}, {"B.;1", kData, 1}},
       {"A file 5", "B file 1"},
       "conco"},
      {"the last one says that more come",
       {{"A.;1", kData, 3, kMore}},
       {"A file 3"},
       "con" + broken},
      {"every one says that more come",
       {{"A.;1", kData, 3, kMore}, {"A.;1", kData, 2, kMore}},
       {"A file 5"},
       "conco" + broken},
      {"another file follows",
       {{"A.;1", kData, 3, kMore}, {"B.;1", kData, 1}},
       {"A file 3", "B file 1"},
       "con" + broken},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    const Bytes image = volume_of(c.records);
    EXPECT_EQ(listed(image).lines, c.lines);
    EXPECT_EQ(content(image, "A"), c.want);
  }
}

TEST(IsoHostile, NamesThatNoFileMayHaveAreMadeSafe) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> cases[] = {
      {"..", "_"},  // without the dot of a missing extension it is "."
      {"..;1", "_"}, {"...;1", "__"}, {"../../etc/passwd;1", ".._.._etc_passwd"},
      {"/", "_"},    {"a/b", "a_b"},  {"a\0b"s, "a_b"},
      {"", "_"},     {";1", ";1"},    {"x;", "x"},
      {".;1", "_"},
  };
  for (const auto& [identifier, want] : cases) {
    const auto found = listed(volume_of({{identifier, kData, 7}}));
    EXPECT_EQ(found.lines, Strings{want + " file 7"}) << identifier;
    EXPECT_EQ(found.problems, Strings{});
  }
}

TEST(IsoHostile, TwoFilesOfOneNameAreBothListed) {
  const auto found = listed(volume_of({{"A.;1", kData, 7}, {"A.;1", kData, 3}}));
  EXPECT_EQ(found.lines, (Strings{"A file 7", "A file 3"}));
}

// SUSP (SUSP 1.12, RRIP 1.12).
Bytes field(const std::string& signature, const Bytes& data) {
  Bytes bytes{static_cast<std::uint8_t>(signature[0]), static_cast<std::uint8_t>(signature[1]),
              static_cast<std::uint8_t>(4 + data.size()), 1};
  for (const std::uint8_t b : data) bytes.push_back(b);
  return bytes;
}
Bytes both(std::uint32_t value) {
  Bytes bytes(8);
  put_le(bytes, 0, value, 4);
  for (std::size_t i = 0; i < 4; ++i) bytes[7 - i] = bytes[i];
  return bytes;
}
Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) test::append(all, part);
  return all;
}
Bytes posix(std::uint32_t mode) {
  return field("PX", joined({both(mode), both(1), both(0), both(0)}));
}
Bytes name(const std::string& text) {
  Bytes data{0};
  data.insert(data.end(), text.begin(), text.end());
  return field("NM", data);
}
Bytes rock_ridge_of_root() { return joined({field("SP", {0xBE, 0xEF, 0}), posix(0040755)}); }
Bytes rock_ridge_volume(const std::vector<Record>& in_root) {
  return volume_of(in_root, kSector, rock_ridge_of_root());
}

TEST(IsoHostile, AContinuationThatLeadsNowhereOrToItselfEnds) {
  const Bytes to_itself = field("CE", joined({both(21), both(0), both(28)}));
  const std::string circle =
      "iso.record: long name: its Rock Ridge continues in a circle or nowhere, expected an end";
  for (const Bytes& ce :
       {to_itself, field("CE", joined({both(kSectors), both(0), both(28)})),
        field("CE", joined({both(0xFFFFFFFF), both(0xFFFFFFFF), both(0xFFFFFFFF)}))}) {
    Bytes image = rock_ridge_volume(
        {{"A.;1", kData, 7, 0, joined({name("long name"), ce})}, {"B.;1", kData, 7}});
    put(image, 21 * kSector, to_itself);
    const auto found = listed(image);
    EXPECT_EQ(found.lines, (Strings{"B file 7", "long name file 7"}));
    EXPECT_EQ(found.problems, Strings{circle});
  }
}

TEST(IsoHostile, RockRidgeNamesAreMadeSafeToo) {
  const auto found = listed(rock_ridge_volume({{"A.;1", kData, 7, 0, name("../x")},
                                               {"B.;1", kData, 7, 0, name("..")},
                                               {"C.;1", kData, 7, 0, name("/")}}));
  EXPECT_EQ(found.lines, (Strings{".._x file 7", "_ file 7", "__ file 7"}));
  EXPECT_EQ(found.problems, Strings{});
}

TEST(IsoHostile, AMovedFolderThatIsNotThereIsTold) {
  const auto moved_to = [](std::uint32_t block) {
    return listed(rock_ridge_volume(
        {{"MOVED.;1", kData, 0, 0, joined({name("moved"), field("CL", both(block))})}}));
  };
  EXPECT_EQ(moved_to(kSectors).problems,
            Strings{"iso.record: moved: no directory record at byte 49152 of the image, expected "
                    "its own"});
  const auto to_root = moved_to(18);
  EXPECT_EQ(to_root.lines, Strings{"moved folder"});
  EXPECT_EQ(to_root.problems,
            Strings{"folder.loop: /moved: a folder that was listed already, expected each in one "
                    "place"});
}

TEST(IsoHostile, FieldsThatSayMoreThanThereIsAreLeft) {
  for (const Bytes& use :
       {Bytes{'N', 'M', 255, 1, 0, 'x'}, Bytes{'N', 'M', 0, 1}, Bytes{'N', 'M', 4, 1},
        Bytes{'S', 'L', 6, 1, 0, 0}, Bytes{'S', 'L', 7, 1, 0, 0, 99}, Bytes{'T', 'F', 5, 1, 0x7F},
        Bytes{'P', 'X', 4, 1}, Bytes{'C', 'L', 4, 1}, Bytes{'C', 'E', 4, 1}}) {
    const auto found = listed(rock_ridge_volume({{"A.;1", kData, 7, 0, use}}));
    EXPECT_EQ(found.lines, Strings{"A file 7"});
    EXPECT_EQ(found.problems, Strings{});
  }
}

TEST(IsoHostile, FoldersDeeperThanTheLimitAreTold) {
  Bytes image = volume_of({{"D", 24, kSector, 2}});
  image.resize((24 + 40) * kSector);
  for (std::uint32_t n = 24; n < 63; ++n) {
    put_folder(image, std::size_t{n} * kSector, {{"D", n + 1, kSector, 2}});
  }
  const auto reader = open_iso(source_of(image));
  const auto found = list_all(*reader, {.depth = 4, .entries = 100});
  EXPECT_EQ(found.lines, (Strings{"D folder", "D/D folder", "D/D/D folder", "D/D/D/D folder"}));
  EXPECT_EQ(found.problems,
            Strings{"folder.loop: /D/D/D/D: more than 4 folders within folders, not listed"});
  EXPECT_EQ(list_all(*reader, {.depth = 100, .entries = 10}).problems,
            Strings{"folder.loop: /D/D/D/D/D/D/D/D/D/D: more than 10 entries, expected fewer"});
}

}  // namespace
}  // namespace pregap::volumes
