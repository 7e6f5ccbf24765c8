// Chains of FATs that contradict the folders, each damage beside what fsck.fat says of it.
#include <algorithm>

#include "volumes/disk_images.h"
#include "volumes/fat.h"

namespace pregap::volumes {
namespace {

// A volume with A.BIN of three clusters, "a long name.bin" of two and SUB/C.BIN of one, and what a
// damage needs to find its way.
class FatImage {
 public:
  explicit FatImage(int bits) {
    folder_.write("three", Bytes(3 * 512, 'A'));
    folder_.write("two", Bytes(2 * 512, 'B'));
    folder_.write("one", Bytes(512, 'C'));
    const std::uint64_t size = bits == 12 ? 1U << 20 : bits == 16 ? 4U << 20 : 36U << 20;
    made_by(folder_, size, {"mkfs.fat", "-F", std::to_string(bits), "-s", "1", "d.img"});
    run({"mcopy", "-i", "d.img", "three", "::A.BIN"});
    run({"mcopy", "-i", "d.img", "two", "::a long name.bin"});
    run({"mmd", "-i", "d.img", "::SUB"});
    run({"mcopy", "-i", "d.img", "one", "::SUB/C.BIN"});
    image_ = folder_.read("d.img");
    layout_ = *parse_fat_boot(image_);
  }

  std::size_t record(const std::string& short_name) const {
    const std::string_view image(reinterpret_cast<const char*>(image_.data()), image_.size());
    const std::size_t at = image.find(short_name);
    EXPECT_NE(at, image.npos) << short_name;
    return at;
  }
  std::uint32_t first(const std::string& short_name) const {
    const std::size_t at = record(short_name);
    return image_[at + 26] | std::uint32_t{image_[at + 27]} << 8;
  }
  void set_first(const std::string& short_name, std::uint32_t cluster) {
    put_le(image_, record(short_name) + 26, cluster, 2);
    put_le(image_, record(short_name) + 20, cluster >> 16, 2);
  }
  void set_size(const std::string& short_name, std::uint32_t size) {
    put_le(image_, record(short_name) + 28, size, 4);
  }
  void make_folder(const std::string& short_name) { image_[record(short_name) + 11] = 0x10; }
  // In every copy.
  void set_next(std::uint32_t cluster, std::uint32_t next) {
    for (std::uint32_t fat = 0; fat < layout_.fats; ++fat) {
      const auto start = static_cast<std::size_t>(layout_.fat_at(fat));
      if (layout_.bits == 12) {
        const std::size_t at = start + cluster * 3 / 2;
        std::uint32_t word = image_[at] | std::uint32_t{image_[at + 1]} << 8;
        word = cluster % 2 == 0 ? (word & 0xF000) | (next & 0xFFF) : (word & 0xF) | next << 4;
        put_le(image_, at, word & 0xFFFF, 2);
      } else {
        const std::size_t width = layout_.bits == 16 ? 2 : 4;
        put_le(image_, start + cluster * width, next, width);
      }
    }
  }
  std::uint32_t mark(std::uint32_t low) const {  // 0xFF8 and the like, in the width of an entry
    return low | (layout_.bits == 12 ? 0 : layout_.bits == 16 ? 0xF000U : 0x0FFFF000U);
  }
  std::uint32_t clusters() const { return static_cast<std::uint32_t>(layout_.clusters); }

  const Bytes& bytes() const { return image_; }
  // Exit status and words.
  test::RunResult fsck() {
    folder_.write("d.img", image_);
    return test::run({program("fsck.fat"), "-n", "d.img"}, with_sbin(folder_));
  }

 private:
  void run(std::vector<std::string> command) {
    command[0] = program(command[0]);
    test::RunOptions options = with_sbin(folder_);
    options.environment["MTOOLS_SKIP_CHECK"] = "1";
    const auto r = test::run(command, options);
    EXPECT_EQ(r.status, 0) << command[0] << r.err;
  }

  test::TempFolder folder_;
  Bytes image_;
  FatLayout layout_;
};

// "fault fat.chain /A.BIN: shares ...", notes too, for each problem of chains.
std::vector<std::string> told(const Contents& contents) {
  std::vector<std::string> lines;
  for (const Problem& p : contents.problems) {
    if (p.code != "fat.chain" && p.code != "fat.chain_long" && p.code != "fat.lost_clusters") {
      continue;
    }
    const std::size_t colon = p.message.find(": ", p.message.find(": ") + 1);
    lines.push_back(std::string(name_of(p.severity)) + ' ' + p.code + ' ' +
                    p.message.substr(colon + 2));
  }
  return lines;
}

bool check_is_good(const Contents& contents) {
  const auto check = std::ranges::find(contents.checks, "fat.chains", &Check::name);
  EXPECT_NE(check, contents.checks.end());
  return check != contents.checks.end() && check->good;
}

class FatChains : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    for (const char* name : {"mkfs.fat", "mcopy", "mmd", "fsck.fat"}) {
      if (program(name).empty()) GTEST_SKIP() << name << " is not installed";
    }
  }
  void expect(FatImage& image, const std::vector<std::string>& lines, const std::string& fsck) {
    const Contents found = check_all(image.bytes());
    EXPECT_EQ(told(found), lines);
    const bool faulty = std::ranges::any_of(
        lines, [](const std::string& line) { return line.starts_with("fault"); });
    EXPECT_EQ(check_is_good(found), !faulty);
    const test::RunResult r = image.fsck();
    EXPECT_EQ(r.status, fsck.empty() ? 0 : 1) << r.out;
    EXPECT_NE(r.out.find(fsck), std::string::npos) << r.out;
  }
};

TEST_P(FatChains, OfASoundVolumeAreSound) {
  FatImage image(GetParam());
  expect(image, {}, "");
}

TEST_P(FatChains, ThatMeetAreTold) {
  FatImage image(GetParam());
  const std::uint32_t a = image.first("A       BIN"), b = image.first("ALONGN~1BIN");
  image.set_next(b, a + 1);
  expect(image,
         {"fault fat.chain /a long name.bin: shares cluster " + std::to_string(a + 1) +
              " with another file",
          "note fat.lost_clusters 1 cluster (512 bytes, the first is " + std::to_string(b + 1) +
              ") marked as used, which no file has"},
         "share clusters");
}

TEST_P(FatChains, ThatComeBackAreTold) {
  FatImage image(GetParam());
  const std::uint32_t a = image.first("A       BIN");
  image.set_next(a + 2, a);
  // fsck.fat takes the end of the size for the end of the chain.
  const Contents found = check_all(image.bytes());
  EXPECT_EQ(told(found), std::vector<std::string>{"fault fat.chain /A.BIN: its chain comes back to "
                                                  "cluster " +
                                                  std::to_string(a)});
  EXPECT_FALSE(check_is_good(found));
  EXPECT_EQ(image.fsck().status, 1);
}

TEST_P(FatChains, ThatAreTooShortAreTold) {
  FatImage image(GetParam());
  const std::uint32_t a = image.first("A       BIN");
  image.set_next(a, image.mark(0xFFF));
  expect(image,
         {"fault fat.chain /A.BIN: 1536 bytes in a chain of 1 cluster, expected 3",
          "note fat.lost_clusters 2 clusters (1,024 bytes, the first is " + std::to_string(a + 1) +
              ") marked as used, which no file has"},
         "File size is 1536 bytes, cluster chain length is 512 bytes");
}

TEST_P(FatChains, ThatAreTooLongAreOnlyWarnedOf) {
  FatImage image(GetParam());
  image.set_size("A       BIN", 512);
  expect(image, {"warning fat.chain_long /A.BIN: 512 bytes in a chain of 3 clusters, expected 1"},
         "File size is 512 bytes, cluster chain length is > 512 bytes");
}

TEST_P(FatChains, ThatNobodyHasAreNoted) {
  FatImage image(GetParam());
  for (const std::uint32_t n : {200U, 201U, 300U}) image.set_next(n, image.mark(0xFFF));
  image.set_next(200, 201);
  expect(image,
         {"note fat.lost_clusters 3 clusters (1,536 bytes, the first is 200) marked as used, which "
          "no file has"},
         "Reclaimed 3 unused clusters (1536 bytes)");
}

TEST_P(FatChains, ThatBeginNowhereAreTold) {
  FatImage image(GetParam());
  image.set_first("C       BIN", image.clusters() + 2);
  const std::string beyond = std::to_string(image.clusters() + 2);
  const auto lines = told(check_all(image.bytes()));
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0], "fault fat.chain /SUB/C.BIN: begins in cluster " + beyond +
                          ", the clusters are 2 to " + std::to_string(image.clusters() + 1));
  EXPECT_NE(image.fsck().out.find("Start cluster beyond limit"), std::string::npos);
  image.set_first("C       BIN", 0);
  EXPECT_EQ(told(check_all(image.bytes())).at(0),
            "fault fat.chain /SUB/C.BIN: 512 bytes and no cluster");
}

TEST_P(FatChains, ThatLeadToFreeOrBadClustersAreTold) {
  FatImage image(GetParam());
  const std::uint32_t a = image.first("A       BIN");
  image.set_next(a + 1, 0);
  expect(image,
         {"fault fat.chain /A.BIN: its chain leads to cluster " + std::to_string(a + 1) +
              ", which is marked as free",
          "note fat.lost_clusters 1 cluster (512 bytes, the first is " + std::to_string(a + 2) +
              ") marked as used, which no file has"},
         "Contains a free cluster");
  image.set_next(a + 1, image.mark(0xFF7));
  EXPECT_EQ(told(check_all(image.bytes())).at(0),
            "fault fat.chain /A.BIN: its chain leads to cluster " + std::to_string(a + 1) +
                ", which is marked as bad");
}

TEST_P(FatChains, AFolderThatLeadsToAnotherIsReadOnce) {
  FatImage image(GetParam());
  const std::uint32_t sub = image.first("SUB        ");
  image.set_first("C       BIN", sub);
  image.make_folder("C       BIN");
  EXPECT_EQ(told(check_all(image.bytes())).at(0), "fault fat.chain /SUB/C.BIN: shares cluster " +
                                                      std::to_string(sub) + " with another file");
}

INSTANTIATE_TEST_SUITE_P(Widths, FatChains, testing::Values(12, 16, 32),
                         [](const auto& bits) { return std::to_string(bits.param); });

}  // namespace
}  // namespace pregap::volumes
