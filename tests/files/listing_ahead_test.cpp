// Folders that a reader in another process lists before they are asked for: whatever the tree looks
// like, the walk finds what it finds in one process.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "pregap/error.h"
#include "volumes/file_walk.h"
#include "volumes/worker.h"

namespace pregap::volumes {
namespace {

using Strings = std::vector<std::string>;

constexpr std::uint64_t kImageSize = 8 << 20;

// A folder's number tells what is in it: ten files, and as many folders as the shape says. Every
// list reads the image at a place of its own, as real readers do.
struct Shape {
  const char* name;
  std::uint64_t folders_at_top, folders_below, depth;
};

class Tree final : public FileReader {
 public:
  Tree(std::shared_ptr<const ByteSource> source, const Shape& shape, std::uint64_t crash)
      : source_(std::move(source)), shape_(shape), crash_(crash) {}

  std::string_view kind() const noexcept override { return "tree"; }
  FileEntry root() const override { return folder("", 1); }

  void list(const FileEntry& folder_entry, Deleted, const Take& take,
            std::vector<Problem>& problems) override {
    const std::uint64_t number = folder_entry.id.number;
    if (number == crash_) std::raise(SIGSEGV);
    std::vector<std::uint8_t> bytes(16);
    const std::uint64_t place = number * 7919 * 4096 % (kImageSize - bytes.size());
    if (source_->read(place, bytes) != bytes.size()) {
      throw Error(ErrorCode::unreadable, "tree", "less than there is");
    }
    if (number % 13 == 0) {
      problems.push_back({.severity = Severity::fault,
                          .code = "tree",
                          .message = "thirteen in folder" + std::to_string(top_of(number))});
    }
    if (number % 17 == 0) throw Error(ErrorCode::unreadable, "tree", "seventeen");
    for (int n = 0; n < 10; ++n) {
      take({.name = "file" + std::to_string(n) + "-" + std::to_string(bytes[3])});
    }
    std::uint64_t folders = number == 1 ? shape_.folders_at_top : shape_.folders_below;
    if (level_of(number) >= shape_.depth) folders = 0;
    if (number % 5 == 0) folders = 0;
    for (std::uint64_t n = 0; n < folders; ++n) {
      take(folder("folder" + std::to_string(n), number * 64 + n));
    }
  }
  void content(const FileEntry&, ContentSink&, std::vector<Problem>&) override {}
  std::optional<FileEntry> find(const FileId&) override { return std::nullopt; }
  void unallocated(ContentSink&) override {}

 private:
  static FileEntry folder(std::string name, std::uint64_t number) {
    return {.name = std::move(name),
            .id = {.number = number},
            .kind = FileKind::folder,
            .folder_key = number};
  }
  // Which of the root's folders it lies in.
  static std::uint64_t top_of(std::uint64_t number) {
    return number < 64 * 64 ? number % 64 : top_of(number / 64);
  }
  static std::uint64_t level_of(std::uint64_t number) {
    return number < 64 ? 0 : 1 + level_of(number / 64);
  }

  std::shared_ptr<const ByteSource> source_;
  Shape shape_;
  std::uint64_t crash_;
};

std::shared_ptr<const ByteSource> image() {
  std::vector<std::uint8_t> bytes(kImageSize);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i >> 12 ^ i >> 17);
  }
  return memory_source(std::move(bytes), "tree.img");
}

Strings lines_of(FileReader& reader) {
  Strings lines;
  std::vector<Problem> problems;
  walk(
      reader, {"", reader.root()}, {.lists_only = true},
      [&](const FoundFile& found) {
        lines.push_back(found.path);
        return true;
      },
      problems);
  for (const Problem& p : problems) lines.push_back(p.message);
  return lines;
}

std::unique_ptr<FileReader> in_worker(const Shape& shape, std::uint64_t crash) {
  return open_in_worker(image(), "tree",
                        [=](std::shared_ptr<const ByteSource> source) {
                          return std::make_unique<Tree>(std::move(source), shape, crash);
                        },
                        {});
}

// The first line in which they differ.
std::string difference(const Strings& a, const Strings& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() && in_b == b.end()) return "none";
  return fmt::format("{}: {} and {}", in_a - a.begin(), in_a == a.end() ? "the end" : *in_a,
                     in_b == b.end() ? "the end" : *in_b);
}

class ListingAhead : public testing::TestWithParam<Shape> {};

TEST_P(ListingAhead, FindsWhatOneProcessFinds) {
  Tree plain(image(), GetParam(), 0);
  const Strings expected = lines_of(plain);
  EXPECT_GT(expected.size(), 100U);
  EXPECT_EQ(difference(lines_of(*in_worker(GetParam(), 0)), expected), "none");
}

TEST_P(ListingAhead, ACrashTakesItsOwnFolderAlone) {
  const std::uint64_t crash = 64 + 3;  // the fourth folder of the root
  Tree plain(image(), GetParam(), 0);
  Strings expected = lines_of(plain);
  std::erase_if(expected, [](const std::string& line) {
    return line.starts_with("folder3/") || line.starts_with("/folder3/") ||
           line == "thirteen in folder3";
  });
  Strings found = lines_of(*in_worker(GetParam(), crash));
  const auto told = std::ranges::find_if(
      found, [](const std::string& line) { return line.starts_with("/folder3: the reader"); });
  ASSERT_NE(told, found.end());
  found.erase(told);
  EXPECT_EQ(difference(found, expected), "none");
}

INSTANTIATE_TEST_SUITE_P(Shapes, ListingAhead,
                         testing::Values(Shape{"flat", 60, 0, 1}, Shape{"deep", 4, 2, 6},
                                         Shape{"mixed", 20, 3, 3}, Shape{"wide", 40, 12, 2}),
                         [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace pregap::volumes
