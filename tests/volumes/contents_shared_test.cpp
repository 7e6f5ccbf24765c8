// Other people's images against what util-linux expects of them.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "support/shared_data.h"
#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

namespace fs = std::filesystem;

Bytes unpacked(const fs::path& path) {
  const auto r = test::run({"xz", "-dc", path.string()});
  EXPECT_EQ(r.status, 0) << r.err;
  return {r.out.begin(), r.out.end()};
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string without_blanks(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text.substr(std::min(text.size(), text.find_first_not_of(' ')));
}

class UtilLinux : public testing::Test {
 protected:
  void SetUp() override {
    const auto place = test::shared_data();
    if (!place) GTEST_SKIP() << test::why_no_shared_data();
    if (!test::is_installed("xz")) GTEST_SKIP() << "xz is not installed";
    folder_ = *place / "util-linux";
  }
  Bytes image(const std::string& name) const {
    const fs::path of_volume = folder_ / "ts/blkid/images-fs" / (name + ".img.xz");
    return unpacked(fs::exists(of_volume) ? of_volume
                                          : folder_ / "ts/blkid/images-pt" / (name + ".img.xz"));
  }
  std::string expected(const std::string& name) const {
    return text_of(folder_ / "expected/blkid" / name);
  }
  fs::path folder_;
};

// "start+sectors" of every partition in lines "#1: 32 7648 0x83 ...".
std::vector<std::string> rows_of(const std::string& text) {
  std::vector<std::string> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string number, start, sectors;
    if (line.starts_with('#') && fields >> number >> start >> sectors) {
      rows.push_back(start + '+' + sectors);
    }
  }
  return rows;
}

// blkid leaves out what encloses other slices.
std::vector<std::string> rows_of(const Contents& contents) {
  std::vector<std::string> rows;
  for (const PartitionTable& table : contents.tables) {
    for (const Partition& p : table.partitions) {
      if (p.type_id == "0xee" || p.type == "Whole disk" || p.type == "unused") continue;
      rows.push_back(std::to_string(p.offset / table.sector_size) + '+' +
                     std::to_string(p.size / table.sector_size));
    }
  }
  return rows;
}

TEST_F(UtilLinux, PartitionTablesAreAsBlkidSeesThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"gpt", "gpt"}, {"dos+bsd", "mbr"},         {"bsd", "bsd"},         {"sun", "sun"},
      {"sgi", "sgi"}, {"atari-primary", "atari"}, {"atari-xgm", "atari"},
  };
  for (const auto& [name, kind] : cases) {
    SCOPED_TRACE(name);
    const Contents found = look_into(image(name));
    ASSERT_FALSE(found.tables.empty());
    EXPECT_EQ(found.tables[0].kind, kind);
    EXPECT_EQ(rows_of(found), rows_of(expected(std::string("lowprobe-pt-") + name)));
    for (const Check& check : found.checks) EXPECT_TRUE(check.good) << check.name;
  }
}

TEST_F(UtilLinux, GptPartitionsHaveNamesAndIds) {
  const std::string text = expected("lowprobe-pt-gpt");
  const Contents found = look_into(image("gpt"));
  EXPECT_NE(text.find("id=" + found.tables.at(0).id), std::string::npos);
  for (const Partition& p : found.tables[0].partitions) {
    EXPECT_NE(text.find("name='" + p.label + "' uuid='" + p.id + "' type='" + p.type_id + "'"),
              std::string::npos)
        << p.label;
  }
}

TEST_F(UtilLinux, SlicesOfABsdLabelAreNamedAfterTheirPartition) {
  const Contents found = look_into(image("dos+bsd"));
  ASSERT_EQ(found.tables.size(), 2U);
  std::vector<std::string> addresses;
  for (const Partition& p : found.tables[1].partitions) addresses.push_back(p.address);
  EXPECT_EQ(addresses, (std::vector<std::string>{"p2.c", "p2.e", "p2.f"}));
}

TEST_F(UtilLinux, FileSystemsHaveTheLabelsAndVersionsThatBlkidFinds) {
  int compared = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "ts/blkid/images-fs")) {
    const std::string name = entry.path().stem().stem().string();
    const fs::path wanted = folder_ / "expected/blkid" / ("low-probe-" + name);
    if (!fs::exists(wanted)) continue;
    SCOPED_TRACE(name);
    std::map<std::string, std::string> fields;
    std::istringstream lines(text_of(wanted));
    for (std::string line; std::getline(lines, line);) {
      fields[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
    }
    const std::string type = fields["ID_FS_TYPE"];
    const std::map<std::string, std::string> kinds = {{"vfat", fields["ID_FS_VERSION"]},
                                                      {"hfs", "HFS"},
                                                      {"hfsplus", "HFS+"},
                                                      {"udf", "UDF"},
                                                      {"iso9660", "ISO 9660"}};
    ASSERT_TRUE(kinds.contains(type)) << type;
    const Contents found = look_into(image(name));
    const auto at = std::ranges::find(found.file_systems, kinds.at(type), &FileSystem::kind);
    ASSERT_NE(at, found.file_systems.end()) << type;
    EXPECT_TRUE(found.tables.empty());  // mmls sees one in fat.img
    std::string label = at->label;
    std::ranges::replace(label, ' ', '_');
    // blkid takes Joliet's label where it is the longer of equal ones, and cuts at 16 letters.
    if (type != "iso9660") {
      EXPECT_EQ(label, without_blanks(fields["ID_FS_LABEL"]));
    }
    if (type == "vfat") {
      EXPECT_EQ(at->id, fields["ID_FS_UUID"]);
    }
    for (const Check& check : found.checks) EXPECT_TRUE(check.good) << check.name;
    ++compared;
  }
  EXPECT_GE(compared, 20);
}

TEST(DiskShared, FloppiesAreKnownByContentOrBySizeAndMediaByte) {
  const auto place = test::shared_data();
  if (!place) GTEST_SKIP() << test::why_no_shared_data();
  const struct {
    const char* name;
    const char* kind;
    const char* geometry;
  } cases[] = {
      {"format-corpus/fat12/opf/blank-untitled-volume.img", "HFS", "1.44 MB, 3.5 inch HD"},
      {"format-corpus/hfs/artefactual/hello-world-untitled-volume.img", "HFS",
       "1.44 MB, 3.5 inch HD"},
      {"fluxfox/tests/images/sector_test/sector_test_1200k.img", "FAT12", "1.2 MB, 5.25 inch HD"},
      {"fluxfox/tests/images/sector_test/sector_test_360k.img", "", "360 KB, 5.25 inch DD"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Contents found = look_into(test::read_file(*place / c.name));
    ASSERT_FALSE(found.geometry.empty());
    EXPECT_EQ(found.geometry[0].second, c.geometry);
    EXPECT_EQ(found.file_systems.empty() ? "" : found.file_systems[0].kind, c.kind);
  }
}

TEST(DiskShared, AMapInBlocksOfAnotherSizeThanStatedIsReadAndTold) {
  const auto place = test::shared_data();
  if (!place) GTEST_SKIP() << test::why_no_shared_data();
  const fs::path folder = *place / "isolyzer/testFiles";
  const auto told = [](const Contents& contents) {
    return std::ranges::any_of(contents.problems,
                               [](const Problem& p) { return p.code == "apm.block_size"; });
  };
  for (const char* name : {"iso9660_hfs_part.iso", "iso9660_hfs_part_wrongblksize.iso"}) {
    const Contents found = look_into(test::read_file(folder / name));
    ASSERT_EQ(found.tables.size(), 1U) << name;
    EXPECT_EQ(rows_of(found), (std::vector<std::string>{"1+2", "16+1748"})) << name;  // as mmls
    EXPECT_EQ(told(found), std::string_view(name).find("wrong") != std::string_view::npos) << name;
  }
}

}  // namespace
}  // namespace pregap::volumes
