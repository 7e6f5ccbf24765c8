// HFS volumes that hfsutils made, as they are and damaged.
#include "volumes/hfs_reader.h"

#include <algorithm>
#include <optional>

#include "base/endian.h"
#include "support/listed_files.h"
#include "volumes/disk_images.h"
#include "volumes/iso_reader.h"

namespace pregap::volumes {
namespace {

using Strings = std::vector<std::string>;
using test::TempFolder;

constexpr std::size_t kBlock = 512;

bool has_hfsutils() {
  return test::is_installed("hformat") && test::is_installed("hmount") &&
         test::is_installed("hcopy") && test::is_installed("hmkdir");
}

// What the folder's volume "v.img" is worked on by; hfsutils keep their state in HOME.
void run_in(const TempFolder& folder, const Strings& command) {
  const auto r = test::run(
      command,
      {.folder = folder.path(), .environment = {{"HOME", folder.path().string()}, {"TZ", "UTC"}}});
  ASSERT_EQ(r.status, 0) << command[0] << ": " << r.err << r.out;
}

void put_be(std::string& bytes, std::size_t at, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes[at + i] = static_cast<char>(value >> (8 * (size - 1 - i)));
  }
}

// A file of two forks as MacBinary II has it.
std::string mac_binary(const std::string& name, const std::string& data,
                       const std::string& resource) {
  std::string header(128, '\0');
  header[1] = static_cast<char>(name.size());
  header.replace(2, name.size(), name);
  header.replace(65, 8, "TEXTttxt");
  put_be(header, 83, static_cast<std::uint32_t>(data.size()), 4);
  put_be(header, 87, static_cast<std::uint32_t>(resource.size()), 4);
  put_be(header, 91, 0xB0000000, 4);  // created, modified: seconds since 1904
  put_be(header, 95, 0xB0000100, 4);
  header[122] = header[123] = static_cast<char>(129);
  std::uint32_t crc = 0;  // CRC-16 of XMODEM
  for (std::size_t i = 0; i < 124; ++i) {
    crc ^= std::uint32_t{static_cast<std::uint8_t>(header[i])} << 8;
    for (int bit = 0; bit < 8; ++bit) {
      crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021U : 0U)) & 0xFFFF;
    }
  }
  put_be(header, 124, crc, 2);
  const auto padded = [](std::string fork) {
    fork.resize((fork.size() + 127) / 128 * 128);
    return fork;
  };
  return header + padded(data) + padded(resource);
}

// "folder/in", "My File", "forks" with both forks, and enough files for several leaves.
Bytes volume_bytes(std::size_t further_files = 40) {
  const TempFolder folder;
  folder.write("v.img", Bytes(800 * 1024));
  folder.write("hello", std::string("hello"));
  folder.write("large", std::string(20000, 'L'));
  folder.write("forks.bin", mac_binary("forks", "the data", "the resources"));
  run_in(folder, {"hformat", "-l", "vol", "v.img"});
  run_in(folder, {"hmount", "v.img"});
  run_in(folder, {"hmkdir", ":folder"});
  run_in(folder, {"hcopy", "-r", "hello", ":folder:in"});
  run_in(folder, {"hcopy", "-r", "large", ":My File"});
  run_in(folder, {"hcopy", "-r", "hello", ":a/b"});
  run_in(folder, {"hcopy", "-m", "forks.bin", ":forks"});
  Strings copy{"hcopy", "-r"};
  for (std::size_t n = 0; n < further_files; ++n) {
    folder.write(fmt::format("file{:02}", n), std::string("x"));
    copy.push_back(fmt::format("file{:02}", n));
  }
  copy.emplace_back(":folder");
  if (further_files > 0) run_in(folder, copy);
  run_in(folder, {"humount"});
  return folder.read("v.img");
}

std::shared_ptr<const ByteSource> source_of(const Bytes& bytes) {
  return memory_source(bytes, "v.img");
}

// Where things lie, by Inside Macintosh: Files, chapter 2.
struct Places {
  std::size_t catalog = 0, first_leaf = 0;  // bytes of the image
  std::uint32_t first_leaf_node = 0;
};
Places places_in(const Bytes& volume) {
  Places p;
  const std::size_t start = load_be16(volume, 1024 + 28) * kBlock;
  p.catalog = start + load_be16(volume, 1024 + 150) * load_be32(volume, 1024 + 20);
  p.first_leaf_node = load_be32(volume, p.catalog + 14 + 10);
  p.first_leaf = p.catalog + p.first_leaf_node * kBlock;
  return p;
}
void store(Bytes& bytes, std::size_t at, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
  }
}

const std::string kBrokenChain =
    "hfs.catalog: the catalog's chain of leaves breaks off: files may be missing";

class HfsVolume : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_hfsutils()) GTEST_SKIP() << "hfsutils are not installed";
    static const Bytes made = volume_bytes();
    volume_ = made;
  }
  test::ListedFiles listed() const {
    const auto reader = open_hfs(source_of(volume_));
    if (reader == nullptr) return {{"no volume"}, {}};
    return test::list_all(*reader);
  }
  std::string content(const std::string& path) const {
    const auto source = source_of(volume_);
    return test::content_of(*open_hfs(source), *source, path);
  }
  // Where the data of a file's or folder's record begin: behind its name, in a leaf of the chain.
  std::size_t record_of(const std::string& name) const {
    const Places places = places_in(volume_);
    for (std::uint32_t node = places.first_leaf_node; node != 0;) {
      const std::size_t at = places.catalog + node * kBlock;
      const std::size_t records = load_be16(volume_, at + 10);
      for (std::size_t n = 0; n < records; ++n) {
        const std::size_t key = at + load_be16(volume_, at + kBlock - 2 * (n + 1));
        const auto text = volume_.begin() + static_cast<std::ptrdiff_t>(key + 7);
        const std::size_t data = (key + 1 + volume_[key] + 1) / 2 * 2;
        if (volume_[key + 6] == name.size() && std::equal(name.begin(), name.end(), text)) {
          return data;
        }
      }
      node = load_be32(volume_, at);
    }
    ADD_FAILURE() << "no record of " << name;
    return 0;
  }

  Bytes volume_;
};

TEST_F(HfsVolume, GivesBackWhatWasPutIn) {
  Strings want{"My File file 20000", "a:b file 5",   "folder folder",
               "folder/in file 5",   "forks file 8", "forks:rsrc file 13"};
  for (int n = 0; n < 40; ++n) want.push_back(fmt::format("folder/file{:02} file 1", n));
  auto found = listed();
  std::ranges::sort(found.lines);
  std::ranges::sort(want);
  EXPECT_EQ(found.lines, want);
  EXPECT_EQ(found.problems, Strings{});
  EXPECT_EQ(content("My File"), std::string(20000, 'L'));
  EXPECT_EQ(content("a:b"), "hello");
  EXPECT_EQ(content("folder/in"), "hello");
  EXPECT_EQ(content("forks"), "the data");
  EXPECT_EQ(content("forks:rsrc"), "the resources");
}

TEST_F(HfsVolume, TimesAreLocalOnesAsTheyStand) {
  const auto reader = open_hfs(source_of(volume_));
  std::vector<Problem> problems;
  const auto found = find_path(*reader, "forks", Deleted::leave_out, problems);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entry.times.created, 0xB0000000LL - 2082844800LL);
  EXPECT_EQ(found->entry.times.modified, 0xB0000100LL - 2082844800LL);
}

TEST_F(HfsVolume, EachForkIsFoundByItsId) {
  const auto reader = open_hfs(source_of(volume_));
  std::vector<Problem> problems;
  for (const std::string path : {"forks", "forks:rsrc", "folder/in"}) {
    const auto found = find_path(*reader, path, Deleted::leave_out, problems);
    ASSERT_TRUE(found) << path;
    const auto again = reader->find(found->entry.id);
    ASSERT_TRUE(again) << path;
    EXPECT_EQ(again->name, found->entry.name);
    EXPECT_EQ(again->size, found->entry.size);
  }
  EXPECT_FALSE(reader->find({.number = 0x7FFFFFFF}));
}

TEST_F(HfsVolume, UnusedBlocksAreThoseThatNobodyUses) {
  const auto source = source_of(volume_);
  test::GatheredContent unused(*source);
  open_hfs(source)->unallocated(unused);
  EXPECT_EQ(unused.total, std::uint64_t{load_be16(volume_, 1024 + 34)} * kBlock);  // drFreeBks
  EXPECT_EQ(unused.outside, 0U);
}

TEST_F(HfsVolume, AChainOfLeavesThatRunsInACircleEnds) {
  const Places places = places_in(volume_);
  ASSERT_NE(load_be32(volume_, places.first_leaf), 0U) << "one leaf alone";
  store(volume_, places.first_leaf, places.first_leaf_node, 4);
  const auto found = listed();
  EXPECT_EQ(found.problems, Strings{kBrokenChain});
  EXPECT_FALSE(found.lines.empty());
  EXPECT_TRUE(std::ranges::adjacent_find(found.lines) == found.lines.end()) << "each once";
}

TEST_F(HfsVolume, ACircleEndsHoweverLargeTheCatalogSaysItIs) {
  const Places places = places_in(volume_);
  store(volume_, places.first_leaf, places.first_leaf_node, 4);
  store(volume_, 1024 + 152, 0xFFFF, 2);      // the catalog's first extent: all there is,
  store(volume_, 1024 + 154, 0x0000FFFF, 4);  // and as much again
  store(volume_, 1024 + 158, 0x0000FFFF, 4);
  EXPECT_EQ(listed().problems, Strings{kBrokenChain});
}

TEST_F(HfsVolume, AChainThatLeavesTheTreeIsTold) {
  store(volume_, places_in(volume_).first_leaf, 0xFFFFFFFF, 4);
  const auto found = listed();
  EXPECT_EQ(found.problems, Strings{kBrokenChain});
  EXPECT_FALSE(found.lines.empty());
}

TEST_F(HfsVolume, ACatalogThatIsNotThereIsNoVolume) {
  store(volume_, 1024 + 150, 0xFFFF, 2);
  EXPECT_EQ(open_hfs(source_of(volume_)), nullptr);
}

TEST_F(HfsVolume, BlocksOfNoSizeAreNoVolume) {
  for (const std::uint32_t size : {0U, 1U, 513U, 0xFFFFFFFFU}) {
    store(volume_, 1024 + 20, size, 4);
    EXPECT_EQ(open_hfs(source_of(volume_)), nullptr) << size;
  }
}

TEST_F(HfsVolume, ExtentsOutsideTheImageAreTold) {
  store(volume_, record_of("My File") + 74, 0xFFF0, 2);
  EXPECT_EQ(content("My File"), "[My File: 0 of its 20000 bytes could be found]");
}

TEST_F(HfsVolume, AForkLargerThanItsExtentsIsTold) {
  store(volume_, record_of("My File") + 26, 0xFFFFFFFF, 4);
  const std::string text = content("My File");
  EXPECT_TRUE(text.ends_with(" of its 4294967295 bytes could be found]")) << text.size();
}

TEST_F(HfsVolume, ACutVolumeTellsWhatIsMissing) {  // a part of the catalog lies behind the file
  const std::size_t end =
      (load_be16(volume_, 1024 + 28) + std::size_t{load_be16(volume_, record_of("My File") + 74)}) *
          kBlock +
      1000;
  volume_.resize(end);
  const std::string text = content("My File");
  EXPECT_EQ(text, std::string(1000, 'L') +
                      "[the catalog's chain of leaves breaks off: files may be missing]"
                      "[My File: 1000 of its 20000 bytes could be found]");
  volume_.resize(places_in(volume_).first_leaf);
  EXPECT_EQ(open_hfs(source_of(volume_)), nullptr);
  volume_.resize(1024);
  EXPECT_EQ(open_hfs(source_of(volume_)), nullptr);
}

TEST_F(HfsVolume, FoldersThatHoldThemselvesAreListedOnce) {
  // The root's folder gets the number of the one in it.
  store(volume_, record_of("folder") + 6, 2, 4);
  const auto found = listed();
  EXPECT_NE(std::ranges::find(found.problems,
                              "folder.loop: /folder: a folder that was listed already, expected "
                              "each in one place"),
            found.problems.end());
}

TEST_F(HfsVolume, FilesOfOneNumberKeepTheirContents) {
  const std::uint32_t number = load_be32(volume_, record_of("My File") + 20);
  store(volume_, record_of("a/b") + 20, number, 4);
  const std::string told =
      "1 of the catalog's records bear the number of another file, expected each its own";
  EXPECT_EQ(listed().problems, Strings{"hfs.catalog: " + told});
  EXPECT_EQ(content("My File"), std::string(20000, 'L') + '[' + told + ']');
  EXPECT_EQ(content("a:b"), "hello[" + told + ']');
}

TEST(HfsShared, VolumesOfOthersAreListed) {  // as hls of hfsutils lists them
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  const Strings hybrid{"Desktop DB file 8192", "Desktop DF file 0", "nimbie.jpg file 69424",
                       "readme.txt file 37"};
  const std::pair<const char*, Strings> cases[] = {
      {"format-corpus/hfs/artefactual/blank-untitled-volume.img", {}},
      {"format-corpus/hfs/artefactual/hello-world-untitled-volume.img", {"helloworld.txt file 19"}},
      {"isolyzer/testFiles/iso9660_hfs.iso", hybrid},
  };
  for (const auto& [image, lines] : cases) {
    const auto source = source_of(test::read_file(*shared / image));
    const auto reader = open_hfs(source);
    ASSERT_NE(reader, nullptr) << image;
    const auto found = test::list_all(*reader);
    EXPECT_EQ(found.lines, lines) << image;
    EXPECT_EQ(found.problems, Strings{}) << image;
    if (lines != hybrid) continue;
    const auto iso = open_iso(source);
    ASSERT_NE(iso, nullptr) << image;
    EXPECT_EQ(test::content_of(*reader, *source, "nimbie.jpg"),
              test::content_of(*iso, *source, "nimbie.jpg"))
        << image;
  }
}

}  // namespace
}  // namespace pregap::volumes
