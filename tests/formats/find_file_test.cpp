#include "formats/find_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;

// tree/sheets is the sheet's folder.
class FindFile : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"sheets/disc.bin", "sheets/Disc One.BIN", "sheets/sub/deep/track.bin", "sheets/UPPER.BIN",
          "sheets/case.bin", "sheets/Case.bin", "sheets/a\\b.bin", "sheets/sub/a.bin",
          "sheets/file.bin", "sheets/\xC3\x84.bin", "outside.bin", "sheets-2/other.bin"}) {
      tree_.write(name, std::string("x"));
    }
    fs::create_directories(tree_ / "sheets/folder.bin");
    fs::create_symlink("disc.bin", tree_ / "sheets/link.bin");
    fs::create_symlink("../outside.bin", tree_ / "sheets/out.bin");
  }

  // The file that was found, told from the sheet's folder; or the error.
  std::string find(const std::string& name, bool allow_outside = false) {
    fs::path found;
    const std::string error = test::error_of([&] {
      found = find_named_file(tree_ / "sheets", name, {.allow_outside = allow_outside}, "P:1");
    });
    if (error != "nothing") return error;
    EXPECT_TRUE(fs::exists(found)) << found;
    return found.lexically_relative(tree_ / "sheets").string();
  }
  std::string not_found(const std::string& shown) {
    return "not_found: P:1: no file \"" + shown + "\" in " + (tree_ / "sheets").string() +
           ", expected the image that the sheet names";
  }
  static std::string refused(const std::string& shown) {
    return "refused: P:1: \"" + shown +
           "\" leads out of the sheet's folder, expected a file in it | --allow-outside permits it";
  }

  const test::TempFolder tree_;
};

TEST_F(FindFile, FindsWhatTheSheetNames) {
  const struct {
    const char *name, *found;
  } rows[] = {
      {"disc.bin", "disc.bin"},
      {"./disc.bin", "disc.bin"},
      {"sub/deep/track.bin", "sub/deep/track.bin"},
      {"sub//deep/./track.bin", "sub/deep/track.bin"},
      {"link.bin", "link.bin"},
      {"\xC3\x84.bin", "\xC3\x84.bin"},
      // whatever the case
      {"DISC.BIN", "disc.bin"},
      {"disc one.bin", "Disc One.BIN"},
      {"Upper.bin", "UPPER.BIN"},
      {"SUB/Deep/TRACK.bin", "sub/deep/track.bin"},
      {"case.bin", "case.bin"},
      {"Case.bin", "Case.bin"},
      {"CASE.BIN", "Case.bin"},
      // Windows
      {"sub\\deep\\track.bin", "sub/deep/track.bin"},
      {"Sub\\Deep/Track.BIN", "sub/deep/track.bin"},
      {".\\disc.bin", "disc.bin"},
      {"a\\b.bin", "a\\b.bin"},
      // absolute on another machine, or moved: the last part
      {"/home/other/rips/disc.bin", "disc.bin"},
      {"C:\\Rips\\Disc.bin", "disc.bin"},
      {"c:disc.bin", "disc.bin"},
      {"D:/rips/disc.bin", "disc.bin"},
      {"\\\\server\\share\\disc.bin", "disc.bin"},
      {"elsewhere/disc.bin", "disc.bin"},
      {"elsewhere\\disc.bin", "disc.bin"},
      // up and down again
      {"sub/../disc.bin", "sub/../disc.bin"},
      {"sub\\..\\disc.bin", "sub/../disc.bin"},
  };
  for (const auto& row : rows) EXPECT_EQ(find(row.name), row.found) << row.name;
}

TEST_F(FindFile, RefusesWhatLeadsOutOfTheFolder) {
  for (const char* name : {"../outside.bin", "sub/../../outside.bin", "..\\outside.bin",
                           "../sheets/disc.bin", "../sheets-2/other.bin", "..", "../none.bin"}) {
    EXPECT_EQ(find(name), refused(name)) << name;
  }
}

TEST_F(FindFile, RefusesALinkThatLeadsOutOfTheFolder) {
  EXPECT_EQ(find("out.bin"), refused("out.bin"));
  EXPECT_EQ(find("OUT.BIN"), refused("OUT.BIN"));
  EXPECT_EQ(find("out.bin", true), "out.bin");
}

TEST_F(FindFile, NeverOpensAnAbsolutePathOfItsOwnMachine) {
  const std::string outside = (tree_ / "outside.bin").string();
  EXPECT_EQ(find(outside), not_found(outside));
  EXPECT_EQ(find("/etc/passwd"), not_found("/etc/passwd"));
}

TEST_F(FindFile, GoesOutsideIfThatIsAllowed) {
  EXPECT_EQ(find("../outside.bin", true), "../outside.bin");
  EXPECT_EQ(find("..\\outside.bin", true), "../outside.bin");
  EXPECT_EQ(find((tree_ / "outside.bin").string(), true), "../outside.bin");
  EXPECT_EQ(find("disc.bin", true), "disc.bin");
  EXPECT_EQ(find("DISC.bin", true), "disc.bin");
  EXPECT_EQ(find("../none.bin", true), not_found("../none.bin"));
}

TEST_F(FindFile, SaysWhatIsMissing) {
  for (const char* name :
       {"none.bin", "sub/none.bin", "none/none.bin", "disc.bin/x.bin", ".", "/", "C:\\", ""}) {
    EXPECT_EQ(find(name), not_found(name)) << name;
  }
  EXPECT_EQ(find("n\x1B[1m.bin"), not_found("n\\x1B[1m.bin"));
}

TEST_F(FindFile, FindsAFolderThatReadingThenRefuses) {
  const std::string found = find("folder.bin");
  EXPECT_EQ(found, "folder.bin");
  EXPECT_TRUE(
      test::error_of([&] { open_file(tree_ / "sheets" / found); }).starts_with("unreadable: "));
}

TEST_F(FindFile, WorksForASheetInTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(tree_ / "sheets");
  const fs::path exact = find_named_file("", "disc.bin", {}, "P:1");
  const fs::path other = find_named_file("", "SUB\\a.bin", {}, "P:1");
  fs::current_path(before);
  EXPECT_EQ(exact, "disc.bin");
  EXPECT_EQ(other, "sub/a.bin");
}

}  // namespace
}  // namespace pregap::formats
