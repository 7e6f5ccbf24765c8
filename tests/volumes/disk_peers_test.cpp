// Images that Debian's programs make, and what other programs say of them. Each test is skipped
// where one of its programs is not installed.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

using nlohmann::json;

#define NEEDS(name) \
  if (program(name).empty()) GTEST_SKIP() << name << " is not installed"

// NAME=VALUE, one a line.
std::map<std::string, std::string> blkid(const test::TempFolder& folder, std::uint64_t offset = 0) {
  const auto r =
      test::run({program("blkid"), "-p", "-o", "export", "-O", std::to_string(offset), "d.img"},
                with_sbin(folder));
  std::map<std::string, std::string> values;
  std::istringstream lines(r.out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    std::string value = line.substr(equals + 1);
    value.erase(std::remove(value.begin(), value.end(), '\\'), value.end());
    values[line.substr(0, equals)] = value;
  }
  return values;
}

struct Made {
  const char* kind;
  std::uint64_t bytes;
  std::vector<std::string> command;
  const char* blkid_type;
};

void PrintTo(const Made& made, std::ostream* out) { *out << made.kind << ' ' << made.bytes; }

class FileSystemPeers : public testing::TestWithParam<Made> {};

TEST_P(FileSystemPeers, BlkidSaysTheSame) {
  const Made& made = GetParam();
  NEEDS("blkid");
  NEEDS(made.command.front());
  const test::TempFolder folder;
  const Bytes bytes = made_by(folder, made.bytes, made.command);
  const Contents found = check_all(bytes);
  ASSERT_EQ(found.file_systems.size(), 1U);
  const FileSystem& fs = found.file_systems[0];
  auto expected = blkid(folder);
  EXPECT_EQ(fs.kind, made.kind);
  EXPECT_EQ(expected["TYPE"], made.blkid_type);
  if (expected.contains("LABEL")) {
    EXPECT_EQ(fs.label, expected["LABEL"]);
  }
  if (fs.kind != "UDF") {
    EXPECT_EQ(fs.id, expected["UUID"]);
  }
  EXPECT_TRUE(found.tables.empty());
  EXPECT_EQ(codes_of(found), std::vector<std::string>{});
  EXPECT_LE(fs.size, made.bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Made, FileSystemPeers,
    testing::Values(
        Made{"FAT12", 1474560, {"mkfs.fat", "-n", "FLOPPY", "d.img"}, "vfat"},
        Made{"FAT12", 163840, {"mkfs.fat", "-n", "SMALL", "d.img"}, "vfat"},
        Made{"FAT16", 32 << 20, {"mkfs.fat", "-F", "16", "-n", "SIXTEEN", "d.img"}, "vfat"},
        Made{"FAT32",
             64 << 20,
             {"mkfs.fat", "-F", "32", "-s", "1", "-n", "THIRTY TWO", "d.img"},
             "vfat"},
        Made{"FAT32", 64 << 20, {"mkfs.fat", "-F", "32", "-S", "4096", "-s", "1", "d.img"}, "vfat"},
        Made{"exFAT", 16 << 20, {"mkfs.exfat", "-L", "ex label", "d.img"}, "exfat"},
        Made{"NTFS", 8 << 20, {"mkfs.ntfs", "-F", "-q", "-L", "NT label", "d.img"}, "ntfs"},
        Made{"ext2", 8 << 20, {"mkfs.ext2", "-q", "-L", "two", "d.img"}, "ext2"},
        Made{"ext3", 8 << 20, {"mkfs.ext3", "-q", "-L", "three", "d.img"}, "ext3"},
        Made{"ext4", 8 << 20, {"mkfs.ext4", "-q", "-b", "4096", "-L", "four", "d.img"}, "ext4"},
        Made{"swap", 1 << 20, {"mkswap", "-L", "swapping", "d.img"}, "swap"},
        Made{"UDF", 4 << 20, {"mkudffs", "-b", "512", "-l", "udf label", "d.img"}, "udf"},
        Made{"UDF", 4 << 20, {"mkudffs", "-b", "2048", "-l", "udf label", "d.img"}, "udf"}));

// The number behind "NAME: " in what fsstat says.
std::optional<std::uint64_t> number_after(const std::string& text, const std::string& name) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(name + ": *([0-9]+)"))) return std::nullopt;
  return std::stoull(match[1]);
}

TEST(FsstatPeer, CountsTheSameBlocksAndFreeOnes) {
  NEEDS("fsstat");
  NEEDS("mkfs.ext4");
  NEEDS("mkfs.fat");
  const test::TempFolder folder;
  const Contents ext = look_into(made_by(folder, 20 << 20, {"mkfs.ext4", "-q", "d.img"}));
  const std::string of_ext = test::run({"fsstat", "d.img"}, with_sbin(folder)).out;
  const FileSystem& e = ext.file_systems.at(0);
  EXPECT_EQ(number_after(of_ext, "Free Blocks"), e.free_blocks);
  EXPECT_EQ(number_after(of_ext, "Block Size"), e.block_size);
  const Contents fat =
      look_into(made_by(folder, 64 << 20, {"mkfs.fat", "-F", "32", "-s", "1", "d.img"}));
  const std::string of_fat = test::run({"fsstat", "d.img"}, with_sbin(folder)).out;
  const FileSystem& f = fat.file_systems.at(0);
  EXPECT_EQ(number_after(of_fat, "Cluster Size"), f.block_size);
  std::smatch match;
  ASSERT_TRUE(std::regex_search(of_fat, match, std::regex("Total Cluster Range: 2 - ([0-9]+)")));
  EXPECT_EQ(std::stoull(match[1]), f.blocks + 1);
  EXPECT_EQ(number_after(of_fat, R"(Free Sector Count \(FS Info\))"), f.free_blocks);
}

// The partitions as sfdisk's JSON has them: node's number, start, size, type, UUID, name.
void expect_as_sfdisk(const test::TempFolder& folder, const PartitionTable& table) {
  const auto r = test::run({program("sfdisk"), "--json", "d.img"}, with_sbin(folder));
  ASSERT_EQ(r.status, 0) << r.err;
  const json expected = json::parse(r.out).at("partitiontable");
  EXPECT_EQ(table.kind == "mbr" ? "dos" : table.kind, expected["label"]);
  const json rows = expected.value("partitions", json::array());
  ASSERT_EQ(table.partitions.size(), rows.size());
  for (std::size_t i = 0; i < table.partitions.size(); ++i) {
    const json& theirs = rows[i];
    const Partition& ours = table.partitions[i];
    EXPECT_EQ("d.img" + std::to_string(ours.number), theirs.at("node"));
    EXPECT_EQ(ours.offset / table.sector_size, theirs.at("start"));
    EXPECT_EQ(ours.size / table.sector_size, theirs.at("size"));
    EXPECT_EQ(ours.label, theirs.value("name", ""));
    if (table.kind == "gpt") {
      std::string uuid = theirs.at("uuid"), type = theirs.at("type");
      std::ranges::transform(uuid, uuid.begin(), [](unsigned char c) { return std::tolower(c); });
      std::ranges::transform(type, type.begin(), [](unsigned char c) { return std::tolower(c); });
      EXPECT_EQ(ours.id, uuid);
      EXPECT_EQ(ours.type_id, type);
    } else if (table.kind == "mbr") {
      EXPECT_EQ(std::stoul(ours.type_id, nullptr, 16),
                std::stoul(theirs.at("type").get<std::string>(), nullptr, 16));
      EXPECT_EQ(ours.active, theirs.value("bootable", false));
    }
  }
}

TEST(TablePeers, SfdiskSaysTheSame) {
  NEEDS("sfdisk");
  const char* scripts[] = {
      "label: dos\nstart=2048,size=4096,type=c,bootable\nstart=8192,size=8192,type=83\n",
      "label: dos\nstart=63,size=1000,type=6\nstart=2000,size=20000,type=5\n"
      "start=2063,size=500,type=83\nstart=3063,size=500,type=b\nstart=5000,size=700,type=82\n",
      "label: gpt\nsize=1M,type=U,name=\"EFI \xC3\xA4\"\nsize=2M,type=L,"
      "attrs=\"LegacyBIOSBootable\"\n",
      "label: sun\n",
      "label: sgi\n",
  };
  for (const char* script : scripts) {
    SCOPED_TRACE(script);
    const test::TempFolder folder;
    const Bytes disk = made_by(folder, 16 << 20, {"sfdisk", "-q", "d.img"}, script);
    const Contents found = look_into(disk);
    ASSERT_FALSE(found.tables.empty());
    expect_as_sfdisk(folder, found.tables[0]);
    EXPECT_EQ(codes_of(found), std::vector<std::string>{});
  }
}

TEST(TablePeers, ARaspberryPisCardIsSeenAsMmlsAndBlkidSeeIt) {
  for (const char* name : {"sfdisk", "mkfs.fat", "mkfs.ext4", "blkid", "mmls"}) NEEDS(name);
  const test::TempFolder folder;
  made_by(folder, 64 << 20, {"sfdisk", "-q", "d.img"},
          "label: dos\nlabel-id: 0x1234abcd\nstart=8192,size=40960,type=c\n"
          "start=49152,size=81920,type=83\n");
  test::run({program("mkfs.fat"), "-F", "16", "-n", "bootfs", "--offset", "8192", "d.img", "20480"},
            with_sbin(folder));
  test::run({program("mkfs.ext4"), "-q", "-L", "rootfs", "-E", "offset=25165824", "d.img", "40M"},
            with_sbin(folder));
  const Contents found = check_all(folder.read("d.img"));
  ASSERT_EQ(found.tables.size(), 1U);
  ASSERT_EQ(found.file_systems.size(), 2U);
  EXPECT_EQ(found.tables[0].id, "1234abcd");
  const std::string mmls = test::run({"mmls", "d.img"}, with_sbin(folder)).out;
  for (std::size_t i = 0; i < 2; ++i) {
    const FileSystem& fs = found.file_systems[i];
    const Partition& p = found.tables[0].partitions.at(i);
    auto expected = blkid(folder, fs.offset);
    EXPECT_EQ(fs.partition, p.address);
    EXPECT_EQ(fs.label, expected["LABEL"]);
    EXPECT_EQ(fs.id, expected["UUID"]);
    char row[64];
    std::snprintf(row, sizeof row, "%010llu   %010llu   %010llu",
                  static_cast<unsigned long long>(p.offset / 512),
                  static_cast<unsigned long long>((p.offset + p.size) / 512 - 1),
                  static_cast<unsigned long long>(p.size / 512));
    EXPECT_NE(mmls.find(row), std::string::npos) << row << '\n' << mmls;
  }
  EXPECT_EQ(codes_of(found), std::vector<std::string>{});
}

TEST(TablePeers, AGptOf4096ByteSectorsIsFoundWithoutBeingTold) {
  for (const char* name : {"fdisk", "mkfs.fat"}) NEEDS(name);
  const test::TempFolder folder;
  made_by(folder, 64 << 20, {"fdisk", "-b", "4096", "d.img"}, "g\nn\n1\n\n+20M\nn\n2\n\n\nw\n");
  test::run({program("mkfs.fat"), "-S", "4096", "-n", "FOURK", "--offset", "256", "d.img", "20480"},
            with_sbin(folder));
  const Contents found = check_all(folder.read("d.img"));
  ASSERT_EQ(found.tables.size(), 2U);
  const PartitionTable& table = found.tables[0];
  EXPECT_EQ(table.kind, "gpt");
  EXPECT_EQ(table.sector_size, 4096U);
  const auto r =
      test::run({program("fdisk"), "-b", "4096", "-l", "-o", "Start,End,Sectors", "d.img"},
                with_sbin(folder));
  ASSERT_EQ(table.partitions.size(), 2U);
  for (const Partition& p : table.partitions) {
    const std::regex row("\\n *" + std::to_string(p.offset / 4096) + " +" +
                         std::to_string((p.offset + p.size) / 4096 - 1) + " +" +
                         std::to_string(p.size / 4096) + " *(\\n|$)");
    EXPECT_TRUE(std::regex_search(r.out, row)) << r.out;
  }
  EXPECT_EQ(codes_of(found), std::vector<std::string>{});
  ASSERT_EQ(found.file_systems.size(), 1U);
  EXPECT_EQ(found.file_systems[0].partition, "p1");
  EXPECT_EQ(found.file_systems[0].label, "FOURK");
}

TEST(TablePeers, AHybridIsoIsSeenInEachOfItsViews) {
  for (const char* name : {"genisoimage", "sfdisk"}) NEEDS(name);
  const test::TempFolder folder;
  std::filesystem::create_directories(folder / "t");
  folder.write("t/file", std::string("text"));
  const auto r = test::run(
      {"genisoimage", "-quiet", "-hfs", "-part", "-udf", "-V", "HYBRID", "-o", "d.img", "t"},
      with_sbin(folder));
  ASSERT_EQ(r.status, 0) << r.err;
  std::vector<std::string> kinds;
  const Contents found = look_into(folder.read("d.img"));
  for (const FileSystem& fs : found.file_systems) kinds.push_back(fs.kind);
  std::ranges::sort(kinds);
  EXPECT_EQ(kinds, (std::vector<std::string>{"HFS", "ISO 9660", "UDF"}));
  ASSERT_EQ(found.tables.size(), 1U);
  EXPECT_EQ(found.tables[0].kind, "apm");
}

}  // namespace
}  // namespace pregap::volumes
