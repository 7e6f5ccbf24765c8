// Files with holes, larger than the volume that they lie in, come out with their holes.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "cli/disk_images.h"
#include "cli/golden/golden.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

struct Extent {
  std::uint64_t at;
  std::string bytes;
};
struct SparseFile {
  const char* name;
  std::vector<Extent> extents;
  std::uint64_t size;
};

void write_at(const fs::path& path, const std::vector<Extent>& extents, std::uint64_t size) {
  std::ofstream out(path, std::ios::binary);
  for (const Extent& e : extents) {
    out.seekp(static_cast<std::streamoff>(e.at));
    out << e.bytes;
  }
  out.close();
  fs::resize_file(path, size);
}

std::string read_at(const fs::path& path, std::uint64_t at, std::size_t size) {
  std::ifstream in(path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(at));
  std::string bytes(size, '?');
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  return bytes;
}

const std::vector<SparseFile>& sparse_files() {
  static const std::vector<SparseFile> files = {
      {"hole-first", {{1ULL << 30, "behind a hole"}}, (1ULL << 30) + 13},
      {"hole-last", {{0, "before a hole"}}, 5ULL << 30},
      {"holes", {{4096, "one"}, {3ULL << 30, "two"}, {7ULL << 30, "three"}}, 9ULL << 30},
      {"only-a-hole", {}, 2ULL << 30},
  };
  return files;
}

class SparseFilesOf : public testing::TestWithParam<const char*> {};

TEST_P(SparseFilesOf, AreReadWholeAndKeepTheirHoles) {
  const std::string mkfs = std::string("mkfs.") + GetParam();
  if (!is_installed(mkfs)) GTEST_SKIP() << mkfs << " is not installed: apt-get install e2fsprogs";
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  fs::create_directories(folder / "tree");
  for (const SparseFile& file : sparse_files()) {
    write_at(folder / "tree" / file.name, file.extents, file.size);
  }
  folder.write("fs.img", std::string());
  fs::resize_file(folder / "fs.img", 8U << 20);
  ASSERT_EQ(run({mkfs, "-q", "-F", "-b", "4096", "-d", "tree", "fs.img"}, here).status, 0);
  const RunResult r = run_pregap({"extract", "fs.img", "-o", "out"}, here);
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  for (const SparseFile& file : sparse_files()) {
    SCOPED_TRACE(file.name);
    const fs::path out = folder / "out" / file.name;
    struct stat info {};
    ASSERT_EQ(::stat(out.c_str(), &info), 0);
    EXPECT_EQ(static_cast<std::uint64_t>(info.st_size), file.size);
    EXPECT_LT(info.st_blocks * 512, 1 << 20);
    for (const Extent& e : file.extents) {
      EXPECT_EQ(read_at(out, e.at, e.bytes.size()), e.bytes);
      EXPECT_EQ(read_at(out, e.at + (8U << 20), 5).find_first_not_of(std::string("\0?", 2)),
                std::string::npos);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, SparseFilesOf, testing::Values("ext2", "ext4"),
                         [](const auto& kind) { return std::string(kind.param); });

// Whether 2^50 bytes fit depends on where the test runs; the other files come out in any case.
TEST(SparseFiles, OneOfTwoToTheFiftiethDoesNotEndTheRest) {
  for (const char* tool : {"mkfs.ext4", "debugfs"}) {
    if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  const FileSystemKind& ext4 = file_system_kinds().back();
  ASSERT_EQ(ext4.name, "ext4");
  make_file_system(folder, ext4, "fs.img");
  ASSERT_EQ(
      run({"debugfs", "-w", "-R", "set_inode_field dir/one-block size 0x4000000000000", "fs.img"},
          here)
          .status,
      0);
  const RunResult r = run_pregap({"extract", "fs.img", "-o", "out"}, here);
  std::error_code none;
  const auto size = fs::file_size(folder / "out/dir/one-block", none);
  if (none) {
    EXPECT_EQ(r.status, 1);
    EXPECT_NE(r.out.find("left out: 1\n"), std::string::npos) << r.out;
    EXPECT_NE(r.out.find("/dir/one-block: 1125899906842624 bytes, holes among them, are more than "
                         "the target's file system takes in a file, and left out"),
              std::string::npos)
        << r.out;
  } else {
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    EXPECT_EQ(size, 1ULL << 50);
  }
  for (const char* path : {"large.bin", "small.txt", "dir/sub/deep.bin"}) {
    EXPECT_EQ(folder.read(fs::path("out") / path), known_files().at(path)) << path;
  }
}

}  // namespace
}  // namespace pregap::test
