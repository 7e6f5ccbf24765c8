// Damaged file systems through libtsk in its worker: it ends soon, with an Error or a problem.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "base/endian.h"
#include "files/made_volumes.h"
#include "pregap/error.h"
#include "support/listed_files.h"
#include "support/sanitized.h"
#include "volumes/file_walk.h"
#include "volumes/tsk_reader.h"
#include "volumes/worker.h"

namespace pregap::volumes {
namespace {

using Strings = std::vector<std::string>;

struct Outcome {
  Strings lines;
  Strings problems;
  std::string error;  // what ended it, if anything did
  std::uint64_t outside = 0;
};

// Lists everything and reads all of it.
Outcome read_all(const Bytes& image, const std::string& kind) {
  const std::shared_ptr<const ByteSource> source = memory_source(image, "v.img");
  Outcome outcome;
  std::vector<Problem> problems;
  try {
    const auto open = [&](std::shared_ptr<const ByteSource> bytes) {
      return open_tsk(std::move(bytes), kind);
    };
    // Sanitizers ask the system for what a worker may not.
    const auto reader =
        test::kSanitized ? open(source)
                         : open_in_worker(source, kind, open,
                                          {.memory = 512U << 20, .silent_seconds = 1}, &load_tsk);
    walk(
        *reader, {"", reader->root()}, {.limits = {.depth = 32, .entries = 20000}},
        [&](const FoundFile& found) {
          outcome.lines.push_back(
              fmt::format("{} {} {}", found.path, name_of(found.entry.kind), found.entry.size));
          if (found.entry.kind != FileKind::file) return true;
          test::GatheredContent content(*source, 0);
          reader->content(found.entry, content, problems);
          outcome.outside += content.outside;
          return true;
        },
        problems);
  } catch (const Error& error) {
    outcome.error = error.what();
  }
  for (const Problem& p : problems) outcome.problems.push_back(p.code + ": " + p.message);
  return outcome;
}

class TskHostile : public testing::Test {
 protected:
  void SetUp() override {
    if (!tsk_reads("FAT12")) GTEST_SKIP() << "built without libtsk";
    if (!have_programs({"mkfs.fat", "mcopy", "mkfs.ext2", "debugfs", "mkntfs", "ntfscp"})) {
      GTEST_SKIP() << "no dosfstools, mtools, e2fsprogs or ntfs-3g";
    }
  }
};

bool has_line(const Strings& lines, const std::string& start) {
  return std::ranges::any_of(lines, [&](const std::string& l) { return l.starts_with(start); });
}

// FAT12: where the record of a name lies, and what its chain says.
std::size_t record_of(const Bytes& image, const std::string& name) {
  const auto at = std::search(image.begin(), image.end(), name.begin(), name.end());
  EXPECT_NE(at, image.end()) << name;
  return static_cast<std::size_t>(at - image.begin());
}
std::uint32_t first_cluster(const Bytes& image, std::size_t record) {
  return image[record + 26] | std::uint32_t{image[record + 27]} << 8;
}
void set_next(Bytes& image, std::uint32_t cluster, std::uint32_t next) {
  const std::size_t fat_size = image[22] * std::size_t{512};
  for (std::size_t fat = 512; fat <= 512 + fat_size; fat += fat_size) {
    const std::size_t at = fat + cluster * 3 / 2;
    if (cluster % 2 == 0) {
      image[at] = static_cast<std::uint8_t>(next);
      image[at + 1] = static_cast<std::uint8_t>((image[at + 1] & 0xF0) | next >> 8);
    } else {
      image[at] = static_cast<std::uint8_t>((image[at] & 0x0F) | next << 4);
      image[at + 1] = static_cast<std::uint8_t>(next >> 4);
    }
  }
}

TEST_F(TskHostile, TheVolumesOfTheseTestsAreSound) {
  const std::pair<const char*, Bytes> volumes[] = {
      {"FAT12", fat12_volume()}, {"ext2", ext2_volume()}, {"NTFS", ntfs_volume()}};
  for (const auto& [kind, image] : volumes) {
    const Outcome o = read_all(image, kind);
    EXPECT_EQ(o.error, "") << kind;
    EXPECT_EQ(o.problems, Strings{}) << kind;
    EXPECT_TRUE(has_line(o.lines, "A.TXT file 5")) << kind;
  }
}

TEST_F(TskHostile, AFatChainThatRunsInACircleEnds) {
  Bytes image = fat12_volume();
  const std::uint32_t first = first_cluster(image, record_of(image, "LARGE   BIN"));
  set_next(image, first + 1, first);
  const Outcome o = read_all(image, "FAT12");
  EXPECT_TRUE(has_line(o.lines, "A.TXT file 5"));
  EXPECT_TRUE(has_line(o.lines, "SUB/LARGE.BIN file 20000"));
  EXPECT_EQ(o.error, "");
  EXPECT_EQ(o.problems,
            Strings{"files.unreadable: LARGE.BIN: 0 of its 20000 bytes could be found"});
}

TEST_F(TskHostile, AFolderOfFatThatLeadsToItselfIsListedOnce) {
  Bytes image = fat12_volume();
  const std::size_t sub = record_of(image, "SUB        ");
  const std::uint32_t cluster = first_cluster(image, sub);
  // In SUB, the file's record becomes one of a folder: SUB itself.
  const std::size_t file = record_of(image, "LARGE   BIN");
  image[file + 11] = 0x10;
  put_le(image, file + 26, cluster, 2);
  const Outcome o = read_all(image, "FAT12");
  EXPECT_EQ(o.error, "");
  EXPECT_LE(o.lines.size(), 40U);
  EXPECT_TRUE(has_line(o.problems, "folder.loop: "))
      << fmt::format("{}", fmt::join(o.problems, "\n"));
}

TEST_F(TskHostile, AChainOfAFolderThatRunsInACircleEnds) {
  Bytes image = fat12_volume();
  const std::uint32_t cluster = first_cluster(image, record_of(image, "SUB        "));
  set_next(image, cluster, cluster);
  const Outcome o = read_all(image, "FAT12");
  EXPECT_TRUE(has_line(o.lines, "SUB/LARGE.BIN file 20000"));
  EXPECT_LE(o.lines.size(), 100U);
}

TEST_F(TskHostile, AFolderOfExt2ThatHoldsTheRootIsToldAndNotEntered) {
  const Outcome o = read_all(ext2_volume({"link <2> SUB/UP"}), "ext2");
  EXPECT_EQ(o.error, "");
  EXPECT_EQ(o.problems,
            Strings{"folder.loop: /SUB/UP: a folder that was listed already, expected each in one "
                    "place"});
}

TEST_F(TskHostile, SizesThatNoFileCanHaveAreTold) {
  const std::string too_large =
      "files.unreadable: A.TXT: a size of 2^63 bytes or more, expected less";
  const std::pair<const char*, std::string> cases[] = {
      {"0x8000000000000000", too_large},
      {"0xffffffffffffffff", too_large},
      {"0x7fffffffffffffff",
       "files.unreadable: A.TXT: 17247252480 of its 9223372036854775807 bytes could be found (its "
       "block numbers lead no further)"},
  };
  for (const auto& [size, problem] : cases) {
    const Outcome o =
        read_all(ext2_volume({std::string("set_inode_field A.TXT size ") + size}), "ext2");
    EXPECT_EQ(o.error, "") << size;
    ASSERT_EQ(o.problems.size(), 1U) << size;
    EXPECT_TRUE(o.problems[0].starts_with(problem)) << o.problems[0];
    EXPECT_TRUE(has_line(o.lines, "SUB/LARGE.BIN file 20000")) << "the others are read";
  }
}

// Where the records of NTFS's files begin.
std::size_t mft_of(const Bytes& image) {
  return load_le32(image, 48) * std::size_t{load_le16(image, 11)} * image[13];
}

TEST_F(TskHostile, AnMftWithoutItsFirstRecordIsAnError) {
  Bytes image = ntfs_volume();
  const std::size_t mft = mft_of(image);
  ASSERT_EQ(image[mft], 'F');
  std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(mft), 1024, std::uint8_t{0});
  const Outcome o = read_all(image, "NTFS");
  EXPECT_EQ(o.error,
            "v.img: Error in metadata structure (dinode_lookup: Invalid update count value out of "
            "bounds), expected a NTFS file system that can be read");
  EXPECT_EQ(o.lines, Strings{});
  EXPECT_EQ(o.problems, Strings{});
}

TEST_F(TskHostile, AnMftThatPointsAwayFromTheVolumeIsAnError) {
  Bytes image = ntfs_volume();
  put_le(image, 48, 0x7FFFFFFFFFFF, 8);  // $MFT's cluster
  EXPECT_EQ(read_all(image, "NTFS").error,
            "v.img: Invalid magic value (Not a NTFS file system (invalid starting MFT clust)), "
            "expected a NTFS file system that can be read");
}

// Where the attributes of a type lie, in an NTFS volume's file records but for those of its own.
std::vector<std::size_t> attributes_of_type(const Bytes& image, std::uint32_t type) {
  constexpr std::size_t kOwn = 64;
  std::vector<std::size_t> found;
  for (std::size_t record = mft_of(image) + kOwn * 1024; record + 1024 <= image.size();
       record += 1024) {
    if (load_be32(image, record) != 0x46494C45) break;  // FILE
    std::size_t at = record + load_le16(image, record + 20);
    while (at + 16 <= record + 1024 && load_le32(image, at) != 0xFFFFFFFF) {
      if (load_le32(image, at) == type) found.push_back(at);
      const std::uint32_t length = load_le32(image, at + 4);
      if (length == 0 || length > 1024) break;
      at += length;
    }
  }
  return found;
}

TEST_F(TskHostile, ATypeOfAnNtfsAttributeIsAnyNumber) {
  for (const std::uint32_t type : {0x00540010U, 0xFFFFFFFEU}) {
    Bytes image = ntfs_volume();
    const std::vector<std::size_t> data = attributes_of_type(image, 0x80);
    ASSERT_EQ(data.size(), 2U);
    for (const std::size_t at : data) put_le(image, at, type, 4);
    const Outcome o = read_all(image, "NTFS");
    EXPECT_EQ(o.error, "");
    EXPECT_EQ(o.problems, Strings{});
    EXPECT_TRUE(has_line(o.lines, "A.TXT file 0")) << fmt::format("{}", fmt::join(o.lines, "\n"));
  }
}

// A few bytes of the first 64 KiB get other values: mostly where the file system keeps its own.
Bytes mutated(Bytes image, std::mt19937& random) {
  constexpr std::size_t kRange = 64 * 1024;
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  for (std::size_t n = 1 + below(8); n > 0; --n) {
    std::size_t at = below(kRange);
    const auto is_own = [&] { return image[at] != 0 && image[at] != 'L'; };
    while (below(100) != 0 && !is_own()) at = below(kRange);
    image[at] = static_cast<std::uint8_t>(below(4) == 0 ? 0xFF : below(256));
  }
  return image;
}

class TskMutations : public TskHostile, public testing::WithParamInterface<const char*> {};

TEST_P(TskMutations, EndWithErrorsOrProblemsOnly) {
  const std::string kind = GetParam();
  const Bytes sound = kind == "FAT12"  ? fat12_volume()
                      : kind == "ext2" ? ext2_volume()
                                       : ntfs_volume();
  std::mt19937 random(7);
  std::size_t with_lines = 0, wrong = 0, crashes = 0;
  for (int n = 0; n < 100; ++n) {
    const Outcome o = read_all(mutated(sound, random), kind);
    with_lines += o.lines.empty() ? 0 : 1;
    wrong += o.error.empty() && o.problems.empty() ? 0 : 1;
    EXPECT_EQ(o.outside, 0U) << n;
    crashes += o.error.find("was ended by signal") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(with_lines, 20U);  // much is still readable, and some of it is told to be wrong
  EXPECT_GT(wrong, 0U);
  EXPECT_EQ(crashes, 0U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, TskMutations, testing::Values("FAT12", "ext2", "NTFS"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace pregap::volumes
