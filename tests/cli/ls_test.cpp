// pregap ls: the same files as other people's tools see.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "cli/disk_images.h"
#include "cli/golden/golden.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

// Paths of allocated files and folders as fls has them: "r/r 15:\tdeep/er/rnd".
std::set<std::string> fls_paths(const TempFolder& folder, const std::vector<std::string>& where) {
  std::vector<std::string> command = {"fls", "-r", "-p", "-u"};
  command.insert(command.end(), where.begin(), where.end());
  const RunResult r = run(command, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  std::set<std::string> paths;
  for (const std::string& line : lines_of(r.out)) {
    const std::string path = line.substr(line.find('\t') + 1);
    const bool made_up = line.starts_with("v/v") || line.starts_with("V/V") ||
                         path.ends_with("(Volume Label Entry)");
    if (!made_up) paths.insert(path + (line.starts_with("d/d") ? "/" : ""));
  }
  return paths;
}

class LsOf : public testing::TestWithParam<FileSystemKind> {};

TEST_P(LsOf, ListsWhatFlsLists) {
  if (const std::string tool = missing_tool(GetParam()); !tool.empty()) {
    GTEST_SKIP() << tool << " is not installed";
  }
  if (!is_installed("fls")) GTEST_SKIP() << "fls is not installed: apt-get install sleuthkit";
  const TempFolder folder;
  make_file_system(folder, GetParam(), "fs.img");
  const RunResult r = run_pregap({"ls", "-r", "-a", "fs.img"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  std::set<std::string> expected = fls_paths(folder, {"fs.img"});
  if (GetParam().name == "NTFS") {  // fls tells streams alone, pregap the file before them too
    for (const char* name :
         {"$BadClus", "$Secure", "$Extend/$ObjId", "$Extend/$Quota", "$Extend/$Reparse"}) {
      expected.insert(name);
    }
    std::erase_if(expected, [](const std::string& path) {
      return path.find(":$O") != std::string::npos || path.find(":$Q") != std::string::npos ||
             path.find(":$R") != std::string::npos || path.find(":$SII") != std::string::npos ||
             path.find(":$SDH") != std::string::npos;  // indexes, which hold no file's content
    });
  }
  EXPECT_EQ(lines_of(r.out), expected);
}

TEST_P(LsOf, TellsSizesAndKinds) {
  if (const std::string tool = missing_tool(GetParam()); !tool.empty()) {
    GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  make_file_system(folder, GetParam(), "fs.img");
  const RunResult r = run_pregap({"ls", "--json", "-r", "fs.img"}, {.folder = folder.path()});
  ASSERT_EQ(r.status, 0) << r.err;
  const auto json = json_lines(r.out).at(0);
  EXPECT_EQ(json["schema"], "pregap.ls/1");
  EXPECT_EQ(json["file_system"], GetParam().name);
  EXPECT_EQ(json["label"], "LABEL");
  std::map<std::string, std::size_t> sizes;
  for (const auto& entry : json["entries"]) {
    if (entry["kind"] == "file") sizes[entry["path"]] = entry["size"];
    EXPECT_EQ(entry.contains("mode"), GetParam().keeps_modes) << entry;
    EXPECT_TRUE(entry.contains("modified")) << entry;
  }
  for (const auto& [path, bytes] : known_files()) {
    if (GetParam().name == "NTFS" && path.find('/') != std::string::npos) continue;
    ASSERT_TRUE(sizes.contains(path)) << path;
    EXPECT_EQ(sizes[path], bytes.size()) << path;
    sizes.erase(path);
  }
  EXPECT_TRUE(sizes.empty());
}

// Folders of ext2 need not tell what each file is: then every file is looked at.
TEST(Ls, FoldersThatDontTellKindsAreListedAlike) {
  for (const char* tool : {"mkfs.ext2", "debugfs"}) {
    if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  for (const std::string filetype : {"filetype", "^filetype"}) {
    SCOPED_TRACE(filetype);
    const TempFolder folder;
    folder.write("tree/folder/file", Bytes(100));
    fs::create_symlink("folder/file", folder / "tree/link");
    ASSERT_EQ(::mkfifo((folder / "tree/fifo").c_str(), 0600), 0);
    const RunResult made =
        run({"mkfs.ext2", "-q", "-F", "-O", filetype, "-d", "tree", "e.img", "1M"},
            {.folder = folder.path()});
    ASSERT_EQ(made.status, 0) << made.err;
    const RunResult names = run_pregap({"ls", "-r", "e.img"}, {.folder = folder.path()});
    EXPECT_EQ(names.out, "fifo\nfolder/\nfolder/file\nlink\nlost+found/\n") << names.err;
    const RunResult lines = run_pregap({"ls", "-lr", "e.img"}, {.folder = folder.path()});
    for (const char* start : {"prw-------", "drwx", "-rw", "lrwxrwxrwx"}) {
      EXPECT_NE(lines.out.find(start), std::string::npos) << start << '\n' << lines.out;
    }
    EXPECT_NE(lines.out.find("link -> folder/file\n"), std::string::npos) << lines.out;
  }
}

INSTANTIATE_TEST_SUITE_P(FileSystems, LsOf, testing::ValuesIn(file_system_kinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST(Ls, ACardShowsItsPartitionsAndWhatIsInThem) {
  for (const std::string& tool : kCardTools) {
    if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  make_card(folder);
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"ls", "card.img"}, here).out, "p1/\np2/\n");
  EXPECT_EQ(run_pregap({"ls", "card.img:p1"}, here).out,
            "A Long Name With Blanks.text\ndir/\nempty\nlarge.bin\nsmall.txt\n");
  EXPECT_EQ(run_pregap({"ls", "card.img:p2/dir"}, here).out, "dir/one-block\ndir/sub/\n");
  EXPECT_EQ(run_pregap({"ls", "card.img:p2", "dir/sub"}, here).out, "dir/sub/deep.bin\n");
  EXPECT_EQ(run_pregap({"ls", "card.img:p1/DIR/SUB/deep.BIN"}, here).out, "dir/sub/deep.bin\n");
  const RunResult all = run_pregap({"ls", "-r", "card.img"}, here);
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_TRUE(lines_of(all.out).contains("p1/dir/sub/deep.bin"));
  EXPECT_TRUE(lines_of(all.out).contains("p2/lost+found/"));
}

TEST(Ls, WhatIsNotThereIsSaid) {
  for (const std::string& tool : kCardTools) {
    if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  make_card(folder);
  folder.write("noise.img", Bytes(51200, 0x5A));
  const RunOptions here{.folder = folder.path()};
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"ls", "card.img:p7"}, "pregap: card.img: no p7 in it, expected one of: p1 p2\n"},
      {{"ls", "card.img:p1/none"},
       "pregap: card.img:p1: no \"none\" in it, expected a path that ls lists\n"},
      {{"ls", "card.img:p2", "--id", "99999999"},
       "pregap: card.img:p2: no file with the id 99999999\n"},
      {{"ls", "card.img/etc"},
       "pregap: card.img: several volumes, expected one of them to be named\n"
       "hint: card.img:p1/... is a file of the first of them\n"},
      {{"ls", "noise.img"},
       "pregap: noise.img: no file system that is known, expected one\n"
       "hint: info says what is known of it\n"},
      {{"ls", "absent.img"}, "pregap: absent.img: no such file, expected an image\n"},
      {{"ls", "card.img", "--id", "x"}, "pregap: --id: x, expected an id that ls -l shows\n"},
  };
  for (const auto& [arguments, message] : cases) {
    const RunResult r = run_pregap(arguments, here);
    EXPECT_EQ(r.status, 2) << arguments[1];
    EXPECT_EQ(r.out, "");
    if (arguments[1] != "absent.img") {
      EXPECT_EQ(r.err, message);
    }
  }
}

// The files that 7z lists in the shared ISO images, and pregap the same.
TEST(Ls, SharedIsosHaveTheFilesThat7zLists) {
  const auto shared = shared_data();
  if (!shared) GTEST_SKIP() << why_no_shared_data();
  const std::pair<const char*, std::set<std::string>> cases[] = {
      {"libcdio/copying.iso", {"COPYING"}},
      {"libcdio/joliet.iso",
       {"libcdio/", "libcdio/COPYING", "libcdio/README", "libcdio/README.libcdio", "libcdio/test/",
        "libcdio/test/isofs-m1.cue"}},
      {"libcdio/copying-rr.iso",
       {"COPYING", "Copy2", "copy/", "copy/COPYING", "fd0", "tmp/", "tmp/COPYING", "zero"}},
      {"libcdio/deep-directory.iso", {}},
      {"libcdio/multi_extent_8k.iso", {"multi_extent_file"}},
      {"isolyzer/testFiles/iso9660_hfs_part.iso", {"nimbie.jpg", "readme.txt"}},
      {"libcdio/isofs-m1.cue", {}},
  };
  for (const auto& [file, expected] : cases) {
    const RunResult r = run_pregap({"ls", "-r", (*shared / file).string()});
    EXPECT_EQ(r.status, 0) << file << r.err;
    if (!expected.empty()) {
      EXPECT_EQ(lines_of(r.out), expected) << file;
    } else {
      EXPECT_FALSE(r.out.empty()) << file;
    }
  }
}

TEST(Ls, ATracksVolumeHasItsLabel) {
  if (!is_installed("genisoimage")) GTEST_SKIP() << "genisoimage is not installed";
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  folder.write("file", std::string("text"));
  for (const char* view : {"-R", "-J", "-l"}) {
    ASSERT_EQ(run({"genisoimage", "-quiet", view, "-V", "Some Label", "-o", "d.iso", "file"}, here)
                  .status,
              0);
    ASSERT_EQ(run_pregap({"convert", "--force", "d.iso", "d.cue"}, here).status, 0);
    for (const char* image : {"d.iso", "d.cue"}) {
      const auto json = json_lines(run_pregap({"ls", "--json", image}, here).out).at(0);
      EXPECT_EQ(json["label"], "Some Label") << view << ' ' << image;
    }
  }
}

TEST(Ls, ViewsOfAHybridAreChosenByName) {
  const auto shared = shared_data();
  if (!shared) GTEST_SKIP() << why_no_shared_data();
  const std::string joliet = (*shared / "libcdio/joliet.iso").string();
  const auto out = [](const std::string& address) { return run_pregap({"ls", address}).out; };
  EXPECT_EQ(out(joliet + ":joliet/libcdio"), out(joliet + ":/libcdio"));
  EXPECT_NE(out(joliet + ":iso"), out(joliet + ":joliet"));
  const RunResult none = run_pregap({"ls", joliet + ":rockridge"});
  EXPECT_EQ(none.status, 2);
  EXPECT_NE(none.err.find("no such view of the volume"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace pregap::test
