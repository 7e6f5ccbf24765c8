// Volumes that genisoimage and xorriso made: what is read is what they were given.
#include "volumes/iso_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "support/listed_files.h"
#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;
using test::TempFolder;

constexpr std::int64_t kModified = 946782245;  // 2000-01-02 03:04:05 UTC

void set_time(const fs::path& path) {
  const timespec time{.tv_sec = kModified, .tv_nsec = 0};
  const std::array<timespec, 2> both{time, time};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), both.data(), AT_SYMLINK_NOFOLLOW), 0);
}

// Folders, modes, links, long names, and folders too deep for ISO 9660.
void make_tree(const TempFolder& folder) {
  const fs::path top = folder / "tree";
  fs::create_directories(top / "sub" / "inner");
  fs::create_directories(top / "1/2/3/4/5/6/7/8/9/10/11");
  folder.write("tree/README.TXT", std::string("read me\n"));
  folder.write("tree/sub/" + std::string(200, 'n') + ".text", std::string(5000, 'x'));
  folder.write("tree/sub/inner/empty", std::string());
  folder.write("tree/sub/a b;c", std::string("odd"));
  folder.write("tree/1/2/3/4/5/6/7/8/9/10/11/deep", std::string("deep down"));
  fs::create_symlink("../README.TXT", top / "sub/link");
  fs::create_symlink("/" + std::string(120, 'a') + "/" + std::string(180, 'b') + "/../c",
                     top / "sub/far");
  fs::permissions(top / "README.TXT", fs::perms(04751));
  fs::permissions(top / "sub", fs::perms(0700));
  set_time(top / "README.TXT");
  set_time(top / "sub/link");
}

// As list_all() has it, from the tree that was packed.
Strings tree_lines(const fs::path& top) {
  Strings lines;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string path = entry.path().lexically_relative(top).string();
    if (entry.is_symlink()) {
      lines.push_back(path + " link");
    } else if (entry.is_directory()) {
      lines.push_back(path + " folder");
    } else {
      lines.push_back(fmt::format("{} file {}", path, entry.file_size()));
    }
  }
  std::ranges::sort(lines);
  return lines;
}

std::shared_ptr<const ByteSource> packed(const TempFolder& folder, Strings command) {
  const Strings rest{"-o", "v.iso", "tree"};
  command.insert(command.end(), rest.begin(), rest.end());
  const auto r = test::run(command, {.folder = folder.path(), .environment = {{"TZ", "UTC"}}});
  EXPECT_EQ(r.status, 0) << r.err;
  return memory_source(folder.read("v.iso"), "v.iso");
}

Strings sorted_lines(FileReader& reader) {
  auto listed = test::list_all(reader);
  EXPECT_EQ(listed.problems, Strings{});
  std::ranges::sort(listed.lines);
  return listed.lines;
}

class IsoMadeBy : public testing::TestWithParam<Strings> {
 protected:
  void SetUp() override {
    if (!test::is_installed(GetParam()[0])) GTEST_SKIP() << GetParam()[0] << " is not installed";
    make_tree(folder_);
  }
  std::shared_ptr<const ByteSource> make(const Strings& options) const {
    Strings command = GetParam();
    command.insert(command.end(), options.begin(), options.end());
    return packed(folder_, command);
  }
  std::string file_text(const std::string& path) const { return folder_.read_text("tree/" + path); }

  TempFolder folder_;
};

TEST_P(IsoMadeBy, RockRidgeGivesTheTreeBack) {
  const auto source = make({"-R"});
  const auto reader = open_iso(source);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->kind(), "Rock Ridge");
  Strings lines = sorted_lines(*reader);
  std::erase(lines, "rr_moved folder");  // where genisoimage puts folders that are too deep
  EXPECT_EQ(lines, tree_lines(folder_ / "tree"));
  for (const std::string path :
       {"README.TXT", "sub/a b;c", "1/2/3/4/5/6/7/8/9/10/11/deep", "sub/inner/empty"}) {
    EXPECT_EQ(test::content_of(*reader, *source, path), file_text(path)) << path;
  }
}

TEST_P(IsoMadeBy, RockRidgeGivesModesTimesAndLinks) {
  const auto reader = open_iso(make({"--rock"}));  // owners and modes as they are
  ASSERT_NE(reader, nullptr);
  std::vector<Problem> problems;
  const auto entry = [&](const std::string& path) {
    const auto found = find_path(*reader, path, Deleted::leave_out, problems);
    return found ? found->entry : FileEntry{.name = "none"};
  };
  EXPECT_EQ(entry("README.TXT").mode, 04751U);
  EXPECT_EQ(entry("README.TXT").uid, ::getuid());
  EXPECT_EQ(entry("README.TXT").times.modified, kModified);
  EXPECT_EQ(entry("sub").mode, 0700U);
  EXPECT_EQ(entry("sub/link").link_target, "../README.TXT");
  EXPECT_EQ(entry("sub/link").times.modified, kModified);
  EXPECT_EQ(entry("sub/far").link_target,
            "/" + std::string(120, 'a') + "/" + std::string(180, 'b') + "/../c");
}

TEST_P(IsoMadeBy, EveryFileIsFoundByItsId) {
  const auto source = make({"-R", "-J", "-joliet-long"});
  for (const IsoView view : {IsoView::plain, IsoView::joliet, IsoView::rock_ridge}) {
    const auto reader = open_iso(source, view);
    ASSERT_NE(reader, nullptr);
    std::vector<Problem> problems;
    std::size_t seen = 0;
    walk(
        *reader, {"", reader->root()}, {},
        [&](const FoundFile& found) {
          if (found.entry.kind != FileKind::file) return true;
          const auto again = reader->find(found.entry.id);
          EXPECT_TRUE(again && again->name == found.entry.name && again->size == found.entry.size)
              << found.path;
          ++seen;
          return true;
        },
        problems);
    EXPECT_GE(seen, 4U) << reader->kind();
    EXPECT_TRUE(problems.empty());
  }
}

TEST_P(IsoMadeBy, JolietAndPlainNamesAreTheirOwn) {
  TempFolder folder;
  fs::create_directories(folder / "tree/Folder");
  folder.write("tree/Folder/na\xC3\xAFve \xE2\x82\xAC.text", std::string("one"));
  folder.write("tree/Second.txt", std::string("two"));
  Strings command = GetParam();
  if (command[0] == "xorriso") command.emplace_back("--norock");  // it is on there
  for (const char* option : {"-J", "-input-charset", "utf-8"}) command.emplace_back(option);
  const auto source = packed(folder, command);
  const auto best = open_iso(source);
  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->kind(), "Joliet");
  EXPECT_EQ(sorted_lines(*best), tree_lines(folder / "tree"));
  const auto plain = open_iso(source, IsoView::plain);
  ASSERT_NE(plain, nullptr);
  EXPECT_EQ(plain->kind(), "ISO 9660");
  EXPECT_EQ(test::content_of(*plain, *source, "SECOND.TXT"), "two");
  EXPECT_EQ(test::list_all(*plain).lines.size(), 3U);
  EXPECT_EQ(open_iso(source, IsoView::rock_ridge), nullptr);
}

TEST_P(IsoMadeBy, ACutImageTellsEachFileThatItLost) {
  const auto whole = make({"-R", "-no-pad"});
  std::vector<std::uint8_t> bytes(whole->size() - 2048);
  whole->read(0, bytes);
  const std::shared_ptr<const ByteSource> source = memory_source(bytes, "v.iso");
  const auto reader = open_iso(source);
  ASSERT_NE(reader, nullptr);
  std::vector<Problem> problems;
  std::uint64_t lost = 0;
  walk(
      *reader, {"", reader->root()}, {},
      [&](const FoundFile& found) {
        if (found.entry.kind != FileKind::file) return true;
        test::GatheredContent content(*source);
        const std::size_t before = problems.size();
        reader->content(found.entry, content, problems);
        EXPECT_EQ(content.outside, 0U);
        EXPECT_EQ(content.total<found.entry.size, problems.size()> before) << found.path;
        lost += found.entry.size - content.total;
        return true;
      },
      problems);
  EXPECT_GT(lost, 0U);
  EXPECT_LE(lost, 2048U);
}

INSTANTIATE_TEST_SUITE_P(Tools, IsoMadeBy,
                         testing::Values(Strings{"genisoimage", "-quiet"},
                                         Strings{"xorriso", "-as", "mkisofs", "-quiet"}),
                         [](const auto& tool) { return tool.param[0]; });

TEST(IsoShared, FilesOfSeveralExtentsAreOneFile) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  const auto want = test::read_file(*shared / "libcdio/multi_extent_file");
  for (const auto& [image, view] : {std::pair{"multi_extent_8k.iso", IsoView::best},
                                    std::pair{"multi_extent_8k.iso", IsoView::plain},
                                    std::pair{"multi_extent_8k_joliet.iso", IsoView::joliet}}) {
    const std::shared_ptr<const ByteSource> source =
        memory_source(test::read_file(*shared / "libcdio" / image), image);
    const auto reader = open_iso(source, view);
    ASSERT_NE(reader, nullptr) << image;
    EXPECT_EQ(test::list_all(*reader).lines.size(), 1U) << image;
    std::vector<Problem> problems;
    std::optional<FileEntry> file;
    reader->list(
        reader->root(), Deleted::leave_out,
        [&](FileEntry&& entry) {
          file = std::move(entry);
          return true;
        },
        problems);
    ASSERT_TRUE(file) << image;
    EXPECT_EQ(file->size, want.size());
    test::GatheredContent content(*source);
    reader->content(*file, content, problems);
    EXPECT_EQ(content.got, want) << image;
    EXPECT_TRUE(problems.empty());
  }
}

}  // namespace
}  // namespace pregap::volumes
