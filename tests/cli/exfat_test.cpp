// exFAT with files in it: info, ls, extract and verify, beside fsck.exfat and fls.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "cli/disk_images.h"
#include "cli/golden/golden.h"
#include "support/exfat_builder.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

Bytes noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
  return bytes;
}

const std::string kLongName(200, 'x');

std::vector<ExfatFile> files() {
  std::vector<ExfatFile> many;
  for (int n = 0; n < 100; ++n) {
    many.push_back({.name = "file " + std::to_string(n), .bytes = noise(10, 100)});
  }
  return {
      {.name = "empty"},
      {.name = "dense.bin", .bytes = noise(50'000, 1)},
      {.name = "chained.bin", .bytes = noise(50'001, 2), .chained = true},
      {.name = "one-cluster", .bytes = noise(4096, 3)},
      {.name = kLongName + ".txt", .bytes = noise(5, 4)},
      {.name = "\xC3\xA4 \xE2\x82\xAC", .bytes = noise(6, 5)},
      {.name = "deleted.bin", .bytes = noise(9000, 6), .deleted = true},
      {.name = "folder",
       .folder = true,
       .files = {{.name = "inside", .bytes = noise(5000, 7), .chained = true},
                 {.name = "sub", .folder = true, .files = many}}},
      {.name = "chained folder", .chained = true, .folder = true, .files = many},
  };
}

std::map<std::string, Bytes> contents_of(const std::vector<ExfatFile>& files,
                                         const std::string& folder = {}) {
  std::map<std::string, Bytes> contents;
  for (const ExfatFile& file : files) {
    if (file.deleted) continue;
    if (!file.folder) contents[folder + file.name] = file.bytes;
    contents.merge(contents_of(file.files, folder + file.name + '/'));
  }
  return contents;
}

class Exfat : public testing::Test {
 protected:
  RunResult pregap(const std::vector<std::string>& arguments) const {
    return run_pregap(arguments, {.folder = folder_.path()});
  }
  void expect_fsck_finds_it_clean(const std::string& image) const {
    if (!is_installed("fsck.exfat")) return;
    const RunResult r = run({"fsck.exfat", "-n", image}, {.folder = folder_.path()});
    EXPECT_EQ(r.status, 0) << r.out << r.err;
  }
  TempFolder folder_;
};

TEST_F(Exfat, TheVolumesOfTheseTestsAreSoundToFsck) {
  if (!is_installed("fsck.exfat")) {
    GTEST_SKIP() << "fsck.exfat is not installed: apt-get install exfatprogs";
  }
  make_exfat(folder_ / "x.img", {}, files());
  expect_fsck_finds_it_clean("x.img");
}

TEST_F(Exfat, InfoAndVerifyTellWhatItSays) {
  make_exfat(folder_ / "x.img", {}, files());
  const nlohmann::json info = json_lines(pregap({"info", "--json", "x.img"}).out).at(0);
  const auto& volume = info["file_systems"].at(0);
  EXPECT_EQ(volume["kind"], "exFAT");
  EXPECT_EQ(volume["label"], "LABEL");
  EXPECT_EQ(volume["id"], "1234-ABCD");
  EXPECT_EQ(volume["block_bytes"], 4096);
  EXPECT_EQ(info["problems"], nlohmann::json::array());
  const RunResult verified = pregap({"verify", "x.img"});
  EXPECT_EQ(verified.status, 0) << verified.out;
}

TEST_F(Exfat, EveryFileIsListedAndComesOut) {
  if (!is_installed("fls")) GTEST_SKIP() << "fls is not installed: apt-get install sleuthkit";
  make_exfat(folder_ / "x.img", {}, files());
  const std::map<std::string, Bytes> expected = contents_of(files());
  ASSERT_EQ(expected.size(), 207U);
  const nlohmann::json json = json_lines(pregap({"ls", "--json", "-r", "x.img"}).out).at(0);
  std::map<std::string, std::uint64_t> sizes;
  std::set<std::string> paths;
  for (const auto& entry : json["entries"]) {
    paths.insert(entry["path"]);
    if (entry["kind"] == "file") sizes[entry["path"]] = entry["size"];
    EXPECT_EQ(entry["modified"], "2020-02-03T04:05:00Z");
  }
  std::set<std::string> of_fls;
  std::istringstream lines(run({"fls", "-rpu", "x.img"}, {.folder = folder_.path()}).out);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("d/d") || (line.starts_with("r/r") && line.find("Entry)") == line.npos)) {
      const std::string path = line.substr(line.find('\t') + 1);
      if (!path.starts_with('$')) of_fls.insert(path);
    }
  }
  EXPECT_EQ(paths, of_fls);
  EXPECT_EQ(sizes.size(), expected.size());
  const RunResult r = pregap({"extract", "x.img", "-o", "out"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  for (const auto& [path, bytes] : expected) {
    EXPECT_EQ(sizes[path], bytes.size()) << path;
    EXPECT_EQ(folder_.read(fs::path("out") / path), bytes) << path;
  }
}

TEST_F(Exfat, ADeletedFileIsListedAndComesBack) {
  make_exfat(folder_ / "x.img", {}, files());
  EXPECT_EQ(pregap({"ls", "x.img"}).out.find("deleted.bin"), std::string::npos);
  EXPECT_NE(pregap({"ls", "-d", "x.img"}).out.find("deleted.bin (deleted)\n"), std::string::npos);
  EXPECT_EQ(pregap({"extract", "-d", "x.img/deleted.bin", "-o", "back"}).status, 0);
  EXPECT_EQ(folder_.read("back"), noise(9000, 6));
}

TEST_F(Exfat, AFileOfMoreThan4GiBIsReadToItsEnd) {
  const std::uint64_t size = (4ULL << 30) + 100'000;
  make_exfat(folder_ / "x.img", {.size = 5ULL << 30, .cluster_bytes = 32768},
             {{.name = "before", .bytes = noise(10, 1)},
              {.name = "large", .bytes = noise(70'000, 2), .size = size},
              {.name = "behind", .bytes = noise(40'000, 3)}});
  expect_fsck_finds_it_clean("x.img");
  const nlohmann::json json = json_lines(pregap({"ls", "--json", "x.img/large"}).out).at(0);
  EXPECT_EQ(json["entries"].at(0)["size"], size);
  EXPECT_EQ(pregap({"extract", "x.img/behind", "-o", "behind"}).status, 0);
  EXPECT_EQ(folder_.read("behind"), noise(40'000, 3));
}

// What was never written reads as zeros, whatever lies in the clusters.
TEST_F(Exfat, BehindTheValidLengthAreZeros) {
  Bytes bytes = noise(20'000, 8);
  for (const bool chained : {false, true}) {
    make_exfat(folder_ / "x.img", {},
               {{.name = "half", .bytes = bytes, .chained = chained, .valid = 5000}});
    expect_fsck_finds_it_clean("x.img");
    ASSERT_EQ(pregap({"extract", "--force", "x.img/half", "-o", "half"}).status, 0);
    Bytes expected = bytes;
    std::fill(expected.begin() + 5000, expected.end(), std::uint8_t{0});
    EXPECT_EQ(folder_.read("half"), expected) << chained;
  }
}

}  // namespace
}  // namespace pregap::test
