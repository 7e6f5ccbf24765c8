// Partition tables that parted makes, as parted itself prints them.
#include <map>
#include <sstream>

#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

struct Row {
  std::uint64_t first = 0, last = 0, size = 0;  // in bytes
  std::string name;
  bool operator==(const Row&) const = default;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.first << '-' << row.last << ' ' << row.size << ' ' << row.name;
}
using Rows = std::map<int, Row>;

struct Printed {
  std::string kind, sector_size;
  Rows rows;
};

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line.substr(0, line.find(';')));
  for (std::string field; std::getline(in, field, ':');) fields.push_back(field);
  fields.resize(std::max<std::size_t>(fields.size(), 7));
  return fields;
}

// "/path/d.img:33554432B:file:512:512:gpt::;", then "1:1048576B:8388607B:7340032B::one:;" a row.
Printed print_by_parted(const test::RunOptions& options) {
  const auto r = test::run({program("parted"), "-m", "-s", "d.img", "unit", "B", "print"}, options);
  EXPECT_EQ(r.status, 0) << r.err;
  Printed printed;
  std::istringstream lines(r.out);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with("BYT")) continue;
    const std::vector<std::string> f = fields_of(line);
    if (line[0] == '/') {
      printed.sector_size = f[3];
      printed.kind = f[5];
      continue;
    }
    printed.rows[std::stoi(f[0])] = {std::stoull(f[1]), std::stoull(f[2]), std::stoull(f[3]), f[5]};
  }
  return printed;
}

struct Case {
  const char* name;
  const char* label;  // parted's name of the table
  const char* kind;   // ours
  const char* sector_size;
  std::vector<std::string> partitions;  // arguments of mkpart
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class PartedPeer : public testing::TestWithParam<Case> {};

TEST_P(PartedPeer, PrintsTheSamePartitions) {
  if (program("parted").empty()) GTEST_SKIP() << "parted is not installed";
  const Case& c = GetParam();
  const test::TempFolder folder;
  test::RunOptions options = with_sbin(folder);
  options.environment["PARTED_SECTOR_SIZE"] = c.sector_size;
  folder.write("d.img", Bytes());
  std::filesystem::resize_file(folder / "d.img", 32U << 20);
  std::vector<std::string> command = {program("parted"), "-s", "d.img", "mklabel", c.label};
  command.insert(command.end(), c.partitions.begin(), c.partitions.end());
  const auto made = test::run(command, options);
  ASSERT_EQ(made.status, 0) << made.err << made.out;

  if (const std::string fat = program("mkfs.fat"); !fat.empty()) {  // tells what a sector is
    const int first = 1024 * 1024 / std::stoi(c.sector_size);
    test::run({fat, "-S", c.sector_size, "--offset", std::to_string(first), "d.img", "6000"},
              options);
  }
  const Printed expected = print_by_parted(options);
  EXPECT_EQ(expected.kind, c.label);
  const Contents found = look_into(folder.read("d.img"));
  ASSERT_FALSE(found.tables.empty());
  const PartitionTable& table = found.tables[0];
  EXPECT_EQ(table.kind, c.kind);
  EXPECT_EQ(std::to_string(table.sector_size), expected.sector_size);
  Rows rows;
  for (const Partition& p : table.partitions) {
    const bool has_names = table.kind == "gpt" || table.kind == "apm";
    // Slots that lead to all of the disk, or to what is free: parted hides them.
    if (p.type == "Whole disk" || p.type == "Volume" || p.type == "Apple_Free") continue;
    rows[p.number] = {p.offset, p.offset + p.size - 1, p.size, has_names ? p.label : ""};
  }
  EXPECT_EQ(rows, expected.rows);
  EXPECT_EQ(codes_of(found), std::vector<std::string>{});
}

const std::vector<std::string> kNamed = {"mkpart", "one",   "ext4", "1MiB", "8MiB",
                                         "mkpart", "other", "ext4", "8MiB", "30MiB"};
INSTANTIATE_TEST_SUITE_P(
    Tables, PartedPeer,
    testing::Values(Case{"Mbr",
                         "msdos",
                         "mbr",
                         "512",
                         {"mkpart", "primary", "fat32", "1MiB", "8MiB", "mkpart", "extended",
                          "8MiB", "30MiB", "mkpart", "logical", "ext4", "9MiB", "12MiB", "mkpart",
                          "logical", "ext4", "13MiB", "20MiB"}},
                    Case{"MbrOf4096",
                         "msdos",
                         "mbr",
                         "4096",
                         {"mkpart", "primary", "fat32", "1MiB", "8MiB", "mkpart", "primary", "ext4",
                          "8MiB", "30MiB"}},
                    Case{"Gpt", "gpt", "gpt", "512", kNamed},
                    Case{"GptOf4096", "gpt", "gpt", "4096", kNamed},
                    Case{"Apm", "mac", "apm", "512", kNamed},
                    Case{"Sun",
                         "sun",
                         "sun",
                         "512",
                         {"mkpart", "ext2", "4MiB", "8MiB", "mkpart", "ext2", "8MiB", "30MiB"}},
                    Case{"Sgi",
                         "dvh",
                         "sgi",
                         "512",
                         {"mkpart", "primary", "ext2", "4MiB", "8MiB", "mkpart", "primary", "ext2",
                          "8MiB", "30MiB"}},
                    Case{"Atari",
                         "atari",
                         "atari",
                         "512",
                         {"mkpart", "primary", "ext2", "4MiB", "8MiB", "mkpart", "primary", "ext2",
                          "8MiB", "30MiB"}}),
    [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace pregap::volumes
