// What OutputFile refuses, and what is left when it can't go on.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "bytes/output_file.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using Staging = OutputFile::Staging;
using test::error_of;
using test::TempFolder;
using Names = std::vector<std::string>;

constexpr Overwrite kEither[] = {Overwrite::refuse, Overwrite::replace};
constexpr Staging kStagings[] = {Staging::unnamed_if_possible, Staging::named};

void write_text(OutputFile& file, const std::string& text) {
  file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string open_error(const fs::path& target, Overwrite overwrite) {
  const std::string error = error_of([&] { OutputFile file(target, overwrite); });
  EXPECT_EQ(error_of([&] { require_writable_target(target, overwrite); }), error);
  return error;
}

TEST(OutputFault, RefusesAnExistingTargetBeforeWorkBegins) {
  const TempFolder folder;
  folder.write("out.bin", std::string("old"));
  const std::string expected = "exists: " + (folder / "out.bin").string() +
                               ": exists already, expected a new name | --force replaces it";
  EXPECT_EQ(open_error(folder / "out.bin", Overwrite::refuse), expected);
  EXPECT_EQ(open_error(folder / "out.bin", Overwrite::replace), "nothing");
  EXPECT_EQ(folder.read_text("out.bin"), "old");
}

TEST(OutputFault, RefusesALinkThatLeadsNowhere) {
  const TempFolder folder;
  fs::create_symlink("nowhere", folder / "out.bin");
  EXPECT_EQ(open_error(folder / "out.bin", Overwrite::refuse),
            "exists: " + (folder / "out.bin").string() +
                ": exists already, expected a new name | --force replaces it");
}

TEST(OutputFault, NeverReplacesAFolderOrAPipe) {
  const TempFolder folder;
  fs::create_directory(folder / "out.bin");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  for (const char* name : {"out.bin", "pipe"}) {
    EXPECT_EQ(open_error(folder / name, Overwrite::replace),
              "unwritable: " + (folder / name).string() +
                  ": not a regular file, expected one that can be replaced");
    EXPECT_TRUE(open_error(folder / name, Overwrite::refuse).starts_with("exists: "));
  }
}

TEST(OutputFault, NeedsAFolderToLieIn) {
  const TempFolder folder;
  folder.write("file", std::string("x"));
  for (const Overwrite overwrite : kEither) {
    EXPECT_EQ(open_error(folder / "none/out.bin", overwrite),
              "unwritable: " + (folder / "none").string() +
                  ": No such file or directory, expected a folder for the output");
    EXPECT_EQ(open_error(folder / "file/out.bin", overwrite),
              "unwritable: " + (folder / "file").string() +
                  ": Not a directory, expected a folder for the output");
  }
}

TEST(OutputFault, TellsANameThatIsTooLong) {
  const TempFolder folder;
  const fs::path target = folder / std::string(300, 'n');
  for (const Staging staging : kStagings) {
    const std::string error = error_of([&] {
      OutputFile file(target, Overwrite::refuse, staging);
      file.commit();
    });
    EXPECT_TRUE(error.starts_with("unwritable: ")) << error;
    EXPECT_NE(error.find("File name too long"), std::string::npos) << error;
  }
  EXPECT_EQ(folder.list(), Names());
}

// One commit that can't be, since a folder took the name, behind one that can.
std::string commit_beside_a_folder(const TempFolder& folder, Overwrite overwrite, Staging staging) {
  OutputFile first(folder / "a.bin", overwrite, staging);
  OutputFile second(folder / "b.bin", overwrite, staging);
  write_text(first, "new");
  write_text(second, "new");
  fs::create_directory(folder / "b.bin");
  return error_of([&] { commit_together(std::array{&first, &second}); });
}

TEST(CommitTogether, CommitsAll) {
  const TempFolder folder;
  OutputFile a(folder / "a.bin", Overwrite::refuse), b(folder / "b.bin", Overwrite::refuse);
  commit_together(std::array{&a, &b});
  EXPECT_EQ(folder.list(), (Names{"a.bin", "b.bin"}));
}

TEST(CommitTogether, TakesBackTheFirstIfTheSecondFails) {
  for (const Staging staging : kStagings) {
    for (const Overwrite overwrite : kEither) {
      const TempFolder folder;
      const std::string error = commit_beside_a_folder(folder, overwrite, staging);
      EXPECT_NE(error, "nothing");
      EXPECT_EQ(folder.list(), Names{"b.bin/"})
          << (overwrite == Overwrite::replace ? "replace, " : "refuse, ")
          << (staging == Staging::named ? "named" : "unnamed");
    }
  }
}

// As on file systems that can't exchange two names.
TEST(CommitTogether, PutsBackWhatWasPutAsideIfTheSecondFails) {
  for (const Staging staging : kStagings) {
    const TempFolder folder;
    folder.write("a.bin", std::string("old"));
    {
      OutputFile first(folder / "a.bin", Overwrite::replace, staging,
                       OutputFile::Replacing::put_aside);
      OutputFile second(folder / "b.bin", Overwrite::replace, staging);
      write_text(first, "new");
      fs::create_directory(folder / "b.bin");
      EXPECT_NE(error_of([&] { commit_together(std::array{&first, &second}); }), "nothing");
    }
    EXPECT_EQ(folder.list(), (Names{"a.bin", "b.bin/"}));
    EXPECT_EQ(folder.read_text("a.bin"), "old");
  }
}

TEST(CommitTogether, ReplacesByPuttingAside) {
  const TempFolder folder;
  folder.write("a.bin", std::string("old"));
  {
    OutputFile file(folder / "a.bin", Overwrite::replace, Staging::named,
                    OutputFile::Replacing::put_aside);
    write_text(file, "new");
    file.commit();
  }
  EXPECT_EQ(folder.list(), Names{"a.bin"});
  EXPECT_EQ(folder.read_text("a.bin"), "new");
}

TEST(CommitTogether, PutsBackWhatTheFirstReplacedIfTheSecondFails) {
  for (const Staging staging : kStagings) {
    const TempFolder folder;
    folder.write("a.bin", std::string("old"));
    EXPECT_NE(commit_beside_a_folder(folder, Overwrite::replace, staging), "nothing");
    EXPECT_EQ(folder.list(), (Names{"a.bin", "b.bin/"}));
    EXPECT_EQ(folder.read_text("a.bin"), "old");
  }
}

// A disk of 128 KiB.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can mount a small disk to fill";
    mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=128k") == 0;
    if (!mounted_) GTEST_SKIP() << "no small disk could be mounted: " << std::strerror(errno);
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  const TempFolder folder_;
  bool mounted_ = false;
};

TEST_F(FullDisk, IsAnErrorAtTheLatestFromCommitAndLeavesNothing) {
  for (const std::size_t size : {std::size_t{200000}, std::size_t{2000000}}) {
    for (const Staging staging : kStagings) {
      for (const Overwrite overwrite : kEither) {
        const std::string error = error_of([&] {
          OutputFile file(folder_ / "out.bin", overwrite, staging);
          for (std::size_t n = 0; n < size; n += 1000) write_text(file, std::string(1000, 'x'));
          file.commit();
        });
        EXPECT_TRUE(error.starts_with("unwritable: " + (folder_ / "out.bin").string())) << error;
        EXPECT_NE(error.find("No space left on device, expected room for the output"),
                  std::string::npos)
            << error;
        EXPECT_EQ(folder_.list(), Names());
      }
    }
  }
}

TEST_F(FullDisk, LeavesWhatShouldHaveBeenReplaced) {
  folder_.write("out.bin", std::string("old"));
  for (const Staging staging : kStagings) {
    const std::string error = error_of([&] {
      OutputFile file(folder_ / "out.bin", Overwrite::replace, staging);
      write_text(file, std::string(200000, 'x'));
      file.commit();
    });
    EXPECT_NE(error, "nothing");
    EXPECT_EQ(folder_.list(), Names{"out.bin"});
    EXPECT_EQ(folder_.read_text("out.bin"), "old");
  }
}

}  // namespace
}  // namespace pregap
