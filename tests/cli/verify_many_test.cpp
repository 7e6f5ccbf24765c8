// Several images in one run: named, listed, or found in a folder.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

Bytes sound_image() { return bytes_of(sound_sectors(SectorKind::mode1, 20)); }

Bytes scratched_image() {
  Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  sectors[7][100] ^= 1;
  return bytes_of(sectors);
}

std::vector<std::string> images_of(const RunResult& r) {
  std::vector<std::string> images;
  for (const json& line : json_lines(r.out)) images.push_back(line.value("image", "-totals-"));
  return images;
}

json summary(const json& totals) {
  json result;
  for (const char* key :
       {"images", "good", "repairable", "damaged", "unchecked", "failed", "skipped"}) {
    result.push_back(totals.at(key));
  }
  return result;
}

TEST(VerifyMany, OneThatFailsStandsInItsPlaceAndDoesNotStopTheOthers) {
  const TempFolder folder;
  folder.write("good.bin", sound_image());
  folder.write("bad.bin", scratched_image());
  const RunResult r = run_pregap({"verify", "--json", "good.bin", "nowhere.cue", "bad.bin"},
                                 {.folder = folder.path()});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: nowhere.cue: no such file, expected an image\n");
  const std::vector<json> lines = json_lines(r.out);
  ASSERT_EQ(lines.size(), 3U) << r.out;
  EXPECT_EQ(lines[0].at("verdict"), "good");
  EXPECT_EQ(lines[1], json({{"schema", "pregap.error/1"},
                            {"image", "nowhere.cue"},
                            {"code", "not_found"},
                            {"place", "nowhere.cue"},
                            {"message", "no such file, expected an image"}}));
  EXPECT_EQ(lines[2].at("verdict"), "repairable");
}

TEST(VerifyMany, TheWorstExitStatusCounts) {
  const TempFolder folder;
  folder.write("good.bin", sound_image());
  folder.write("bad.bin", scratched_image());
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"verify", "good.bin", "good.bin"}, here).status, 0);
  EXPECT_EQ(run_pregap({"verify", "bad.bin", "good.bin"}, here).status, 1);
  EXPECT_EQ(run_pregap({"verify", "nowhere", "bad.bin", "good.bin"}, here).status, 2);
}

TEST(VerifyMany, ListsComeFromFilesAndFromStandardInput) {
  const TempFolder folder;
  folder.write("a.bin", sound_image());
  folder.write("with space.bin", sound_image());
  folder.write("line\nbreak.bin", sound_image());
  const std::string lines = "a.bin\nwith space.bin\n", crlf = "a.bin\r\n\r\nwith space.bin";
  const std::string nul("a.bin\0line\nbreak.bin\0", 21);
  folder.write("list", lines);
  folder.write("list0", nul);
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    std::string input;
    std::vector<std::string> images;
  };
  const std::vector<std::string> two = {"a.bin", "with space.bin", "-totals-"};
  const std::vector<std::string> odd = {"a.bin", "line\nbreak.bin", "-totals-"};
  const Case cases[] = {
      {"a file", {"--files-from", "list"}, "", two},
      {"a file of NUL-ended names", {"--files-from", "list0"}, "", odd},
      {"standard input", {"--files-from", "-"}, lines, two},
      {"CRLF, an empty line, no end", {"--files-from", "-"}, crlf, two},
      {"NUL-ended names on standard input", {"--files-from", "-"}, nul, odd},
      {"- among the images", {"-"}, lines, two},
      {"an empty list", {"--files-from", "-"}, "", {"-totals-"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> arguments = {"verify", "--json"};
    append(arguments, c.arguments);
    const RunResult r = run_pregap(arguments, {.folder = folder.path(), .input = c.input});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(images_of(r), c.images);
  }
}

TEST(VerifyMany, AListThatIsNotThereIsAnError) {
  const TempFolder folder;
  const RunResult r = run_pregap({"verify", "--files-from", "nowhere"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: nowhere: no readable file, expected a list of names\n");
}

// A tree with a disc of one file, one of two, a bare image, and what is no image at all.
void write_tree(const TempFolder& folder) {
  const Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  folder.write("tree/one/disc.bin", bytes_of(sectors));
  folder.write("tree/one/disc.cue", sheet("disc.bin", "MODE1/2352"));
  folder.write("tree/two/a.bin", bytes_of(sectors, 0, 10));
  folder.write("tree/two/B.BIN", scratched_image());
  folder.write("tree/two/disc.cue", sheet("A.bin", "MODE1/2352") +
                                        "FILE \"b.bin\" BINARY\n  TRACK 02 MODE1/2352\n"
                                        "    INDEX 01 00:00:00\n");
  folder.write("tree/bare.bin", bytes_of(sectors));
  folder.write("tree/notes.txt", std::string("no image\n"));
  folder.write("tree/game.bin", std::string("no image, though its name says so\n"));
}

TEST(VerifyRecursive, ChecksEachDiscOnceAndEndsWithTotals) {
  const TempFolder folder;
  write_tree(folder);
  const RunResult r =
      run_pregap({"verify", "--json", "--recursive", "tree"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(images_of(r), (std::vector<std::string>{"tree/one/disc.cue", "tree/two/disc.cue",
                                                    "tree/bare.bin", "-totals-"}));
  const json totals = json_lines(r.out).back();
  EXPECT_EQ(totals.at("schema"), "pregap.verify_totals/1");
  EXPECT_EQ(summary(totals), json({3, 2, 1, 0, 0, 0, 1}));
  EXPECT_EQ(totals.at("sectors").at("total"), 70);
  EXPECT_EQ(totals.at("sectors").at("mode1"), 70);
  EXPECT_EQ(totals.at("bytes"), 70 * 2352);
  EXPECT_EQ(totals.at("bad").at("total"), 1);
}

TEST(VerifyRecursive, SaysInATableWhatToLookAt) {
  const TempFolder folder;
  write_tree(folder);
  const RunResult r = run_pregap({"verify", "-r", "tree"}, {.folder = folder.path()});
  EXPECT_EQ(r.out,
            "good        tree/one/disc.cue: 20 mode 1 sectors\n"
            "repairable  tree/two/disc.cue: 30 mode 1 sectors; 1 bad: 1 repairable, 0 lost\n"
            "  track 2 LBA 17: edc, p_parity, q_parity - repairable\n"
            "  warning: tree/two/disc.cue:LBA 10: the addresses jump by -10 here: sectors may be "
            "missing, or there twice\n"
            "  note: 1 sector: jump in the addresses here\n"
            "good        tree/bare.bin: 20 mode 1 sectors\n"
            "\n"
            "totals\n"
            "  images                    3\n"
            "  good                      2\n"
            "  repairable                1\n"
            "  damaged                   0\n"
            "  unchecked                 0\n"
            "  failed                    0\n"
            "  skipped                   1\n"
            "  sectors                  70\n"
            "  bad sectors               1\n"
            "  repairable                1\n"
            "  lost                      0\n"
            "  MiB                       0\n"
            "to look at\n"
            "  repairable  tree/two/disc.cue (1 bad)\n");
}

TEST(VerifyRecursive, ASheetThatFailsLeavesItsBinToBeCheckedBare) {
  const TempFolder folder;
  folder.write("tree/disc.bin", sound_image());
  folder.write("tree/disc.cue", sheet("disc.bin", "MODE9/2352"));
  const RunResult r = run_pregap({"verify", "--json", "-r", "tree"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(images_of(r), (std::vector<std::string>{"tree/disc.cue", "tree/disc.bin", "-totals-"}));
  EXPECT_EQ(summary(json_lines(r.out).back()), json({2, 1, 0, 0, 0, 1, 0}));
}

TEST(VerifyRecursive, AFolderThatCanNotBeReadIsAnErrorAmongOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become nobody";
  const TempFolder folder;
  folder.write("tree/a.bin", sound_image());
  folder.write("tree/closed/b.bin", sound_image());
  fs::permissions(folder / "tree/closed", fs::perms(0700));
  const RunResult r =
      run_pregap({"verify", "--json", "-r", "tree"}, {.folder = folder.path(), .user = kNobody});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: tree/closed: Permission denied, expected a readable folder\n");
  const std::vector<json> lines = json_lines(r.out);
  ASSERT_EQ(lines.size(), 3U) << r.out;
  EXPECT_EQ(lines[0].at("schema"), "pregap.error/1");
  EXPECT_EQ(lines[0].at("image"), "tree/closed");
  EXPECT_EQ(lines[0].at("code"), "unreadable");
  EXPECT_EQ(lines[1].at("verdict"), "good");
  EXPECT_EQ(summary(lines[2]), json({2, 1, 0, 0, 0, 1, 0}));
}

TEST(VerifyRecursive, WhatIsNoFolderIsAnError) {
  const TempFolder folder;
  folder.write("a.bin", sound_image());
  const RunOptions here{.folder = folder.path()};
  const RunResult file = run_pregap({"verify", "-r", "a.bin"}, here);
  EXPECT_EQ(file.status, 2);
  EXPECT_EQ(file.err, "pregap: a.bin: no folder, expected one to search\n");
  const RunResult missing = run_pregap({"verify", "-r", "nowhere"}, here);
  EXPECT_EQ(missing.status, 2);
  EXPECT_EQ(missing.err, "pregap: nowhere: no such folder, expected one\n");
}

TEST(VerifyRecursive, LinksToFoldersAreNotFollowed) {
  const TempFolder folder;
  folder.write("tree/a/a.bin", sound_image());
  fs::create_directory_symlink("..", folder / "tree/a/loop");
  const RunResult r = run_pregap({"verify", "--json", "-r", "tree"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(images_of(r), (std::vector<std::string>{"tree/a/a.bin", "-totals-"}));
}

}  // namespace
}  // namespace pregap::test
