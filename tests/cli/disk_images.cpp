#include "cli/disk_images.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

Bytes random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
  return bytes;
}

Bytes text(const std::string& s) { return {s.begin(), s.end()}; }

void must_run(const TempFolder& folder, const std::vector<std::string>& command,
              const std::string& input = {}) {
  const RunResult r = run(command, {.folder = folder.path(), .input = input});
  ASSERT_EQ(r.status, 0) << command[0] << ": " << r.err << r.out;
}

void make_empty(const TempFolder& folder, const std::string& image, std::uintmax_t size) {
  folder.write(image, std::string());
  fs::resize_file(folder / image, size);
}

// The known files as a tree, for mkfs -d and for what copies file by file.
void write_tree(const TempFolder& folder) {
  for (const auto& [path, bytes] : known_files()) {
    fs::create_directories((folder / "tree" / path).parent_path());
    folder.write(fs::path("tree") / path, bytes);
  }
}

void fill_fat(const TempFolder& folder, const std::string& target) {
  for (const auto& entry : fs::directory_iterator(folder / "tree")) {
    must_run(folder, {"mcopy", "-s", "-i", target, entry.path().string(), "::/"});
  }
}

}  // namespace

const std::map<std::string, Bytes>& known_files() {
  static const std::map<std::string, Bytes> files = {
      {"empty", {}},
      {"small.txt", text("a line\n")},
      {"A Long Name With Blanks.text", text("long")},
      {"dir/sub/deep.bin", random_bytes(100'000, 1)},
      {"dir/one-block", random_bytes(4096, 2)},
      {"large.bin", random_bytes(1'500'001, 3)},
  };
  return files;
}

const std::vector<FileSystemKind>& file_system_kinds() {
  static const std::vector<FileSystemKind> kinds = {
      {"FAT12", {"mkfs.fat", "mcopy"}}, {"FAT16", {"mkfs.fat", "mcopy"}},
      {"FAT32", {"mkfs.fat", "mcopy"}}, {"NTFS", {"mkntfs", "ntfscp"}},
      {"ext2", {"mkfs.ext2"}, true},    {"ext3", {"mkfs.ext3"}, true},
      {"ext4", {"mkfs.ext4"}, true},
  };
  return kinds;
}

std::string missing_tool(const FileSystemKind& kind) {
  const auto absent = std::ranges::find_if_not(kind.tools, is_installed);
  return absent == kind.tools.end() ? std::string() : *absent;
}

void make_file_system(const TempFolder& folder, const FileSystemKind& kind,
                      const std::string& image) {
  write_tree(folder);
  if (kind.name.starts_with("FAT")) {
    const std::string bits = kind.name.substr(3);
    make_empty(folder, image, bits == "12" ? 4U << 20 : bits == "16" ? 20U << 20 : 40U << 20);
    must_run(folder,
             {"mkfs.fat", "-F", bits, "-s", bits == "12" ? "4" : "1", "-n", "LABEL", image});
    fill_fat(folder, image);
  } else if (kind.name == "NTFS") {
    make_empty(folder, image, 12U << 20);
    must_run(folder, {"mkntfs", "-F", "-q", "-Q", "-s", "512", "-L", "LABEL", image});
    for (const auto& [path, bytes] : known_files()) {  // ntfscp makes no folders
      if (path.find('/') == std::string::npos) {
        must_run(folder, {"ntfscp", "-f", "-q", image, "tree/" + path, path});
      }
    }
  } else {
    make_empty(folder, image, 12U << 20);
    must_run(folder, {"mkfs." + kind.name, "-q", "-F", "-L", "LABEL", "-d", "tree", image});
  }
}

void make_card(const TempFolder& folder) {
  write_tree(folder);
  make_empty(folder, "card.img", 64U << 20);
  must_run(folder, {"sfdisk", "-q", "card.img"}, "8192,81920,c\n92160,,83\n");
  make_empty(folder, "boot.img", 81920U * 512);
  must_run(folder, {"mkfs.fat", "-F", "32", "-s", "1", "-n", "BOOT", "boot.img"});
  fill_fat(folder, "boot.img");
  make_empty(folder, "root.img", (64U << 20) - 92160U * 512);
  must_run(folder, {"mkfs.ext4", "-q", "-F", "-L", "rootfs", "-d", "tree", "root.img"});
  must_run(folder, {"dd", "if=boot.img", "of=card.img", "bs=512", "seek=8192", "conv=notrunc",
                    "status=none"});
  must_run(folder, {"dd", "if=root.img", "of=card.img", "bs=512", "seek=92160", "conv=notrunc",
                    "status=none"});
}

}  // namespace pregap::test
