#include "bytes/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

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

void write_text(OutputFile& file, const std::string& text) {
  file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

using Way = std::pair<Staging, Overwrite>;

class Output : public testing::TestWithParam<Way> {
 protected:
  Staging staging() const { return GetParam().first; }
  Overwrite overwrite() const { return GetParam().second; }
  const TempFolder folder_;
  const fs::path target_ = folder_ / "out.bin";
};

std::string name_of_way(const testing::TestParamInfo<Way>& info) {
  const bool named = info.param.first == Staging::named;
  const bool replace = info.param.second == Overwrite::replace;
  return std::string(named ? "Named" : "Unnamed") + (replace ? "Replace" : "Refuse");
}
INSTANTIATE_TEST_SUITE_P(Ways, Output,
                         testing::Values(Way{Staging::unnamed_if_possible, Overwrite::refuse},
                                         Way{Staging::unnamed_if_possible, Overwrite::replace},
                                         Way{Staging::named, Overwrite::refuse},
                                         Way{Staging::named, Overwrite::replace}),
                         name_of_way);

TEST_P(Output, HasItsNameOnlyAfterCommit) {
  OutputFile file(target_, overwrite(), staging());
  write_text(file, std::string(1000000, 'x'));
  EXPECT_FALSE(fs::exists(target_));
  file.commit();
  EXPECT_EQ(folder_.list(), Names{"out.bin"});
  EXPECT_EQ(folder_.read_text("out.bin"), std::string(1000000, 'x'));
}

TEST_P(Output, LeavesNothingWithoutCommit) {
  {
    OutputFile file(target_, overwrite(), staging());
    write_text(file, std::string(1000000, 'x'));
  }
  EXPECT_EQ(folder_.list(), Names());
}

TEST_P(Output, LeavesWhatWasThereWithoutCommit) {
  if (overwrite() == Overwrite::refuse) return;
  folder_.write("out.bin", std::string("old"));
  {
    OutputFile file(target_, overwrite(), staging());
    write_text(file, "new");
    file.flush_to_disk();
  }
  EXPECT_EQ(folder_.list(), Names{"out.bin"});
  EXPECT_EQ(folder_.read_text("out.bin"), "old");
}

TEST_P(Output, GathersSmallWritesInOrder) {
  std::string expected;
  OutputFile file(target_, overwrite(), staging());
  for (int i = 0; i < 100000; ++i) {
    const std::string piece = std::to_string(i);
    expected += piece;
    write_text(file, piece);
    if (i % 40000 == 7) {
      write_text(file, std::string(300000, 'L'));
      expected += std::string(300000, 'L');
    }
  }
  write_text(file, "");
  EXPECT_EQ(file.size(), expected.size());
  file.commit();
  EXPECT_EQ(file.size(), expected.size());
  EXPECT_TRUE(folder_.read_text("out.bin") == expected);
}

TEST_P(Output, MayBeEmpty) {
  OutputFile file(target_, overwrite(), staging());
  file.commit();
  EXPECT_EQ(folder_.list(), Names{"out.bin"});
  EXPECT_EQ(folder_.read_text("out.bin"), "");
}

TEST_P(Output, HasTheModeThatTheUmaskLeaves) {
  for (const mode_t mask : {mode_t{022}, mode_t{027}, mode_t{077}, mode_t{0}}) {
    const mode_t before = ::umask(mask);
    {
      OutputFile file(target_, overwrite(), staging());
      file.commit();
    }
    ::umask(before);
    struct stat st {};
    ASSERT_EQ(::stat(target_.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 07777, 0666 & ~mask);
    fs::remove(target_);
  }
}

TEST_P(Output, MayHaveAsLongANameAsTheFileSystemAllows) {
  for (const std::size_t length : {std::size_t{200}, std::size_t{240}, std::size_t{255}}) {
    const std::string name = std::string(length - 4, 'n') + ".bin";
    EXPECT_EQ(error_of([&] {
                OutputFile file(folder_ / name, overwrite(), staging());
                write_text(file, "long");
                file.commit();
              }),
              "nothing")
        << length << " bytes";
    EXPECT_EQ(folder_.list(), Names{name});
    fs::remove(folder_ / name);
  }
}

TEST_P(Output, TakesARelativeNameWithoutFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  {
    OutputFile file("here.bin", overwrite(), staging());
    write_text(file, "here");
    file.commit();
  }
  fs::current_path(before);
  EXPECT_EQ(folder_.list(), Names{"here.bin"});
}

TEST_P(Output, StepsAsideForStagingNamesOfOthers) {
  const std::string theirs = ".out.bin.pregap-" + std::to_string(::getpid()) + "-0";
  folder_.write(theirs, std::string("theirs"));
  {
    OutputFile file(target_, overwrite(), staging());
    write_text(file, "ours");
    file.commit();
  }
  EXPECT_EQ(folder_.list(), (Names{theirs, "out.bin"}));
  EXPECT_EQ(folder_.read_text(theirs), "theirs");
}

TEST_P(Output, CanBeTakenBackWhereItReplacedNothing) {
  OutputFile file(target_, overwrite(), staging());
  file.withdraw();  // not yet there: nothing happens
  file.commit();
  EXPECT_TRUE(fs::exists(target_));
  file.withdraw();
  EXPECT_EQ(folder_.list(), Names());
}

TEST_P(Output, WithdrawsNobodyElsesFile) {
  OutputFile file(target_, overwrite(), staging());
  folder_.write("out.bin", std::string("theirs"));
  file.withdraw();
  EXPECT_EQ(folder_.read_text("out.bin"), "theirs");
}

TEST_P(Output, ReplacesWhatCameMeanwhileOnlyIfAllowed) {
  {
    OutputFile file(target_, overwrite(), staging());
    write_text(file, "ours");
    folder_.write("out.bin", std::string("theirs"));
    const std::string error = error_of([&] { file.commit(); });
    if (overwrite() == Overwrite::replace) {
      EXPECT_EQ(error, "nothing");
    } else {
      EXPECT_EQ(error, "exists: " + target_.string() +
                           ": exists already, expected a new name | --force replaces it");
    }
  }
  EXPECT_EQ(folder_.list(), Names{"out.bin"});
  EXPECT_EQ(folder_.read_text("out.bin"), overwrite() == Overwrite::replace ? "ours" : "theirs");
}

// The old file lives on where another link or reader has it.
TEST_P(Output, ReplacesTheNameAndNotTheBytes) {
  if (overwrite() == Overwrite::refuse) return;
  folder_.write("out.bin", std::string("old"));
  fs::create_hard_link(target_, folder_ / "link");
  OutputFile file(target_, overwrite(), staging());
  write_text(file, "new");
  file.commit();
  EXPECT_EQ(folder_.read_text("link"), "old");
  EXPECT_EQ(folder_.read_text("out.bin"), "new");
}

}  // namespace
}  // namespace pregap
