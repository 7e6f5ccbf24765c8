// One file out of an image: what a reader that fails leaves of it.
#include "operations/extract_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <functional>

#include "files/made_volumes.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

using volumes::ContentSink;
using volumes::FileEntry;

// Whose contents are what a function tells.
class Made final : public volumes::FileReader {
 public:
  using Content = std::function<void(ContentSink&)>;
  explicit Made(Content content) : content_(std::move(content)) {}
  std::string_view kind() const noexcept override { return "made"; }
  FileEntry root() const override { return {}; }
  void list(const FileEntry&, volumes::Deleted, const Take&, std::vector<Problem>&) override {}
  void content(const FileEntry&, ContentSink& sink, std::vector<Problem>&) override {
    content_(sink);
  }
  std::optional<FileEntry> find(const volumes::FileId&) override { return std::nullopt; }
  void unallocated(ContentSink&) override {}

 private:
  Content content_;
};

struct Written {
  bool there = false, gave_up = false;
  std::uint64_t size = 0, stored = 0;  // in bytes
  std::vector<std::string> problems;
};

class ExtractFile : public testing::Test {
 protected:
  void SetUp() override {
    if (!volumes::have_programs({"mkfs.fat", "mcopy"})) GTEST_SKIP() << "no dosfstools or mtools";
    folder_.write("v.img", volumes::fat12_volume());
  }
  Written write(const Made::Content& content, std::uint64_t size = 100) {
    const FileImage image({.image = folder_ / "v.img", .member = {}, .parts = {}, .path = {}}, {});
    ExtractReport report;
    const ExtractOptions options;
    Made reader(content);
    FileWriter writer(image, *image.choose({}), reader, options, report);
    std::filesystem::remove(folder_ / "out");
    Written written;
    written.there = writer.write({"dir/file", {.name = "file", .size = size}}, folder_ / "out");
    written.gave_up = writer.gave_up();
    EXPECT_EQ(std::filesystem::exists(folder_ / "out"), written.there);
    struct stat info {};
    if (::stat((folder_ / "out").c_str(), &info) == 0) {
      written.size = static_cast<std::uint64_t>(info.st_size);
      written.stored = static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
    for (const Problem& p : report.problems) written.problems.push_back(p.message);
    return written;
  }
  test::TempFolder folder_;
};

TEST_F(ExtractFile, WhatCameBeforeTheReaderEndedStays) {
  const Written w = write([](ContentSink& sink) {
    sink.bytes(std::vector<std::uint8_t>(30, 1));
    throw Error(ErrorCode::unreadable, "v.img", "the reader was ended by signal 11");
  });
  EXPECT_TRUE(w.there);
  EXPECT_FALSE(w.gave_up);
  EXPECT_EQ(w.size, 30U);
  EXPECT_EQ(w.problems, std::vector<std::string>{"/dir/file: 30 of its 100 bytes came (v.img: the "
                                                 "reader was ended by signal 11)"});
}

TEST_F(ExtractFile, AReaderThatIsGivenUpIsToldApart) {
  const Written w = write(
      [](ContentSink&) { throw Error(ErrorCode::malformed, "v.img", "the reader is given up"); });
  EXPECT_TRUE(w.gave_up);
  EXPECT_EQ(w.problems.size(), 1U);
}

TEST_F(ExtractFile, StoppingAndAFullDiskAreNoDamage) {
  for (const ErrorCode code : {ErrorCode::stopped, ErrorCode::unwritable}) {
    EXPECT_THROW(write([&](ContentSink&) { throw Error(code, "", "text"); }), Error);
  }
}

TEST_F(ExtractFile, HolesTakeNoRoom) {
  const Written w = write([](ContentSink& sink) {
    sink.hole(1ULL << 40);
    sink.bytes(std::vector<std::uint8_t>(10, 1));
    sink.hole(1ULL << 30);
  });
  EXPECT_EQ(w.size, (1ULL << 40) + 10 + (1ULL << 30));
  EXPECT_LT(w.stored, 1U << 20);
  EXPECT_EQ(w.problems, std::vector<std::string>{});
}

TEST_F(ExtractFile, MoreThanAnyFileSystemTakesIsLeftOut) {
  for (const std::uint64_t behind : {0U, 10U}) {
    const Written w = write([&](ContentSink& sink) {
      sink.hole(UINT64_MAX - 5);
      sink.bytes(std::vector<std::uint8_t>(behind, 1));
    });
    EXPECT_FALSE(w.there);
    ASSERT_EQ(w.problems.size(), 1U);
    EXPECT_TRUE(
        w.problems[0].ends_with("are more than the target's file system takes in a file, "
                                "and left out"))
        << w.problems[0];
  }
}

TEST_F(ExtractFile, TheSameBlocksOverAndOverAreCut) {
  const Written w = write([](ContentSink& sink) {
    for (int n = 0; n < 1000; ++n) sink.range(0, 1U << 20);
  });
  EXPECT_LT(w.size, 4U << 20);
  EXPECT_EQ(w.problems,
            std::vector<std::string>{"/dir/file: larger than the volume that it lies in, and cut"});
}

}  // namespace
}  // namespace pregap::operations
