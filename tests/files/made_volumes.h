// Small volumes with a few files in them, made by other people's programs.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/program.h"
#include "volumes/disk_images.h"

namespace pregap::volumes {

inline bool have_programs(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (program(name).empty()) return false;
  }
  return true;
}

inline void run_in(const test::TempFolder& folder, std::vector<std::string> command) {
  command[0] = program(command[0]);
  test::RunOptions options = with_sbin(folder);
  options.environment["MTOOLS_SKIP_CHECK"] = "1";
  const auto r = test::run(command, options);
  EXPECT_EQ(r.status, 0) << command[0] << ": " << r.err << r.out;
}

// "tree/A.TXT" of 5 bytes, "tree/SUB/LARGE.BIN" of 20,000.
inline void make_small_tree(const test::TempFolder& folder) {
  std::filesystem::create_directories(folder / "tree/SUB");
  folder.write("tree/A.TXT", std::string("hello"));
  folder.write("tree/SUB/LARGE.BIN", std::string(20000, 'L'));
}

inline void make_empty(const test::TempFolder& folder, std::uint64_t size) {
  folder.write("v.img", Bytes());
  std::filesystem::resize_file(folder / "v.img", size);
}

// Of `format`, which names v.img, and the small tree.
inline Bytes fat_of(const std::vector<std::string>& format, std::uint64_t size) {
  const test::TempFolder folder;
  make_small_tree(folder);
  make_empty(folder, size);
  run_in(folder, format);
  run_in(folder, {"mcopy", "-s", "-i", "v.img", "tree/A.TXT", "tree/SUB", "::"});
  return folder.read("v.img");
}

inline Bytes fat12_volume() {
  return fat_of({"mkfs.fat", "-F", "12", "-i", "12345678", "v.img"}, 1440 * 1024);
}

// `commands` for debugfs, one each.
inline Bytes ext2_volume(const std::vector<std::string>& commands = {}) {
  const test::TempFolder folder;
  make_small_tree(folder);
  make_empty(folder, 256 * 1024);
  run_in(folder, {"mkfs.ext2", "-q", "-F", "-b", "1024", "-N", "32", "-d", "tree", "v.img"});
  for (const std::string& command : commands) {
    run_in(folder, {"debugfs", "-w", "-R", command, "v.img"});
  }
  return folder.read("v.img");
}

inline Bytes ntfs_volume() {
  const test::TempFolder folder;
  make_small_tree(folder);
  make_empty(folder, 2 << 20);
  run_in(folder, {"mkntfs", "-q", "-F", "-f", "-s", "512", "v.img"});
  run_in(folder, {"ntfscp", "-q", "-f", "v.img", "tree/A.TXT", "A.TXT"});
  run_in(folder, {"ntfscp", "-q", "-f", "v.img", "tree/SUB/LARGE.BIN", "LARGE.BIN"});
  return folder.read("v.img");
}

}  // namespace pregap::volumes
