// Clusters of exFAT that contradict the folders or the bitmap, beside what fsck.exfat says.
#include <algorithm>

#include "base/endian.h"
#include "support/exfat_builder.h"
#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

// "dense" lies one cluster behind the other, "chain" in every second one, both of three; "in/deep"
// has one.
class ExfatImage {
 public:
  ExfatImage() {
    test::make_exfat(folder_ / "d.img", {},
                     {{.name = "dense", .bytes = Bytes(3 * 4096, 1)},
                      {.name = "chain", .bytes = Bytes(3 * 4096, 2), .chained = true},
                      {.name = "in", .folder = true, .files = {{.name = "deep", .bytes = {3}}}}});
    image_ = folder_.read("d.img");
    fat_at_ = load_le32(image_, 80) * 512U;
    heap_at_ = load_le32(image_, 88) * 512U;
  }
  // Where the set of entries of a file begins; its stream extension follows.
  std::size_t set_of(const std::string& name) const {
    Bytes wide;
    for (const char c : name) wide.insert(wide.end(), {static_cast<std::uint8_t>(c), 0});
    const auto at = std::search(image_.begin(), image_.end(), wide.begin(), wide.end());
    EXPECT_NE(at, image_.end()) << name;
    return static_cast<std::size_t>(at - image_.begin()) - 2 - 64;
  }
  std::uint32_t first(const std::string& name) const {
    return load_le32(image_, set_of(name) + 32 + 20);
  }
  void set_first(const std::string& name, std::uint32_t cluster) {
    put_le(image_, set_of(name) + 32 + 20, cluster, 4);
    mend_sum(name);
  }
  void set_size(const std::string& name, std::uint64_t size) {
    for (const std::size_t at : {40U, 56U}) put_le(image_, set_of(name) + at, size, 8);
    mend_sum(name);
  }
  void break_sum(const std::string& name) { image_[set_of(name) + 2] ^= 1; }
  void set_next(std::uint32_t cluster, std::uint32_t next) {
    put_le(image_, fat_at_ + cluster * 4, next, 4);
  }
  // The bitmap has the first cluster of the heap.
  void flip_mark(std::uint32_t cluster) {
    image_[heap_at_ + (cluster - 2) / 8] ^= static_cast<std::uint8_t>(1U << (cluster - 2) % 8);
  }
  std::uint32_t clusters() const { return load_le32(image_, 92); }
  const Bytes& bytes() const { return image_; }
  int fsck() const {
    folder_.write("d.img", image_);
    return test::run({program("fsck.exfat"), "-n", "d.img"}, with_sbin(folder_)).status;
  }

 private:
  void mend_sum(const std::string& name) {
    const std::size_t at = set_of(name), size = (image_[at + 1] + 1U) * 32;
    std::uint16_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (i == 2 || i == 3) continue;
      sum = static_cast<std::uint16_t>((sum << 15 | sum >> 1) + image_[at + i]);
    }
    put_le(image_, at + 2, sum, 2);
  }
  test::TempFolder folder_;
  Bytes image_;
  std::size_t fat_at_ = 0, heap_at_ = 0;
};

std::vector<std::string> told(const ExfatImage& image) {
  const Contents contents = check_all(image.bytes());
  std::vector<std::string> lines;
  for (const Problem& p : contents.problems) {
    if (p.code == "exfat.chains") continue;
    const std::size_t colon = p.message.find(": ", p.message.find(": ") + 1);
    lines.push_back(std::string(name_of(p.severity)) + ' ' + p.code + ' ' +
                    p.message.substr(colon + 2));
  }
  const auto check = std::ranges::find(contents.checks, "exfat.chains", &Check::name);
  const bool faulty =
      std::ranges::any_of(lines, [](const std::string& line) { return line.starts_with("fault"); });
  EXPECT_NE(check, contents.checks.end());
  if (check != contents.checks.end()) {
    EXPECT_EQ(check->good, !faulty);
  }
  return lines;
}

using Lines = std::vector<std::string>;

class ExfatChains : public testing::Test {
 protected:
  // fsck.exfat is asked where it is installed.
  void expect(const Lines& lines, bool fsck_is_content) {
    EXPECT_EQ(told(image_), lines);
    if (program("fsck.exfat").empty()) return;
    EXPECT_EQ(image_.fsck() == 0, fsck_is_content);
  }
  std::string number(std::uint64_t n) const { return std::to_string(n); }
  ExfatImage image_;
};

TEST_F(ExfatChains, OfASoundVolumeAreSound) { expect({}, true); }

TEST_F(ExfatChains, AFileThatTakesAnothersClustersIsTold) {
  const std::uint32_t shared = image_.first("dense"), lost = image_.first("deep");
  image_.set_first("deep", shared + 1);
  expect({"fault exfat.chain /in/deep: shares cluster " + number(shared + 1) + " with another file",
          "note exfat.lost_clusters 1 cluster (4,096 bytes, the first is " + number(lost) +
              ") marked as used, which no file has"},
         false);
}

TEST_F(ExfatChains, ThatComeBackAreTold) {
  const std::uint32_t first = image_.first("chain");
  image_.set_next(first + 4, first);
  EXPECT_EQ(told(image_),
            (Lines{"fault exfat.chain /chain: its chain comes back to cluster " + number(first)}));
}

TEST_F(ExfatChains, ThatAreTooShortAreTold) {
  const std::uint32_t first = image_.first("chain");
  image_.set_next(first, 0xFFFFFFFF);
  expect({"fault exfat.chain /chain: 12288 bytes in a chain of 1 cluster, expected 3",
          "note exfat.lost_clusters 2 clusters (8,192 bytes, the first is " + number(first + 2) +
              ") marked as used, which no file has"},
         false);
}

TEST_F(ExfatChains, ThatAreTooLongAreWarnedOf) {
  image_.set_size("chain", 4096);
  EXPECT_EQ(told(image_), (Lines{"warning exfat.chain_long /chain: 4096 bytes in a chain of 3 "
                                 "clusters, expected 1"}));
}

TEST_F(ExfatChains, ThatLeaveTheHeapAreTold) {
  const std::uint32_t first = image_.first("chain");
  image_.set_next(first, image_.clusters() + 2);
  EXPECT_EQ(told(image_).at(0), "fault exfat.chain /chain: leads to cluster " +
                                    number(image_.clusters() + 2) + ", the clusters are 2 to " +
                                    number(image_.clusters() + 1));
  image_.set_first("deep", 0);
  EXPECT_EQ(told(image_).at(1).substr(0, 48), "fault exfat.chain /in/deep: begins in cluster 0,");
}

TEST_F(ExfatChains, TheBitmapMustHaveThem) {
  const std::uint32_t first = image_.first("dense");
  image_.flip_mark(first + 1);
  image_.flip_mark(first + 2);
  expect({"fault exfat.chain /(allocation bitmap): 2 clusters of files are marked as free, the "
          "first is " +
          number(first + 1)},
         false);
}

TEST_F(ExfatChains, MarksThatNoFileHasAreNoted) {
  image_.flip_mark(500);
  EXPECT_EQ(told(image_), (Lines{"note exfat.lost_clusters 1 cluster (4,096 bytes, the first is "
                                 "500) marked as used, which no file has"}));
}

TEST_F(ExfatChains, AWrongChecksumOfAFilesEntriesIsTold) {
  image_.break_sum("dense");
  expect({"fault exfat.chain /dense: its entries do not agree with their checksum"}, false);
}

}  // namespace
}  // namespace pregap::volumes
