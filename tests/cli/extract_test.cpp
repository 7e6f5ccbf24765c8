// pregap extract: the same bytes as were put in, and nothing where it doesn't belong.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/disk_images.h"
#include "cli/golden/golden.h"
#include "support/image_builder.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

class ExtractOf : public testing::TestWithParam<FileSystemKind> {};

TEST_P(ExtractOf, EveryFileComesOutAsItWasPutIn) {
  if (const std::string tool = missing_tool(GetParam()); !tool.empty()) {
    GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  make_file_system(folder, GetParam(), "fs.img");
  const RunResult r = run_pregap({"extract", "fs.img", "-o", "out"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err << r.out;
  for (const auto& [path, bytes] : known_files()) {
    if (GetParam().name == "NTFS" && path.find('/') != std::string::npos) continue;
    EXPECT_EQ(folder.read(fs::path("out") / path), bytes) << path;
  }
}

TEST_P(ExtractOf, UnusedBlocksAreThoseOfBlkls) {
  if (const std::string tool = missing_tool(GetParam()); !tool.empty()) {
    GTEST_SKIP() << tool << " is not installed";
  }
  if (!is_installed("blkls")) GTEST_SKIP() << "blkls is not installed: apt-get install sleuthkit";
  const TempFolder folder;
  make_file_system(folder, GetParam(), "fs.img");
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"extract", "--unallocated", "fs.img", "-o", "free"}, here).status, 0);
  folder.write("expected", std::string());
  RunOptions to_file = here;
  to_file.output_to = folder / "expected";
  EXPECT_EQ(run({"blkls", "fs.img"}, to_file).status, 0);
  EXPECT_EQ(folder.read("free"), folder.read("expected"));
}

INSTANTIATE_TEST_SUITE_P(FileSystems, ExtractOf, testing::ValuesIn(file_system_kinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST(Extract, APartitionComesOutAsItLies) {
  for (const std::string& tool : kCardTools) {
    if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  make_card(folder);
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"extract", "card.img:p1", "-o", "p1.img"}, here).status, 0);
  EXPECT_EQ(folder.read("p1.img"), folder.read("boot.img"));
  EXPECT_EQ(run_pregap({"extract", "card.img:p2"}, here).status, 0);  // under a name of its own
  EXPECT_EQ(folder.read("card-p2.img"), folder.read("root.img"));
  EXPECT_EQ(run_pregap({"extract", "card.img:p2/", "-o", "files"}, here).status, 0);
  EXPECT_EQ(folder.read("files/dir/sub/deep.bin"), known_files().at("dir/sub/deep.bin"));
  EXPECT_EQ(run_pregap({"extract", "card.img:p2/dir/one-block", "-o", "x"}, here).status, 0);
  EXPECT_EQ(folder.read("x"), known_files().at("dir/one-block"));
}

TEST(Extract, TimesModesAndLinksAreKept) {
  if (!is_installed("mkfs.ext4")) GTEST_SKIP() << "mkfs.ext4 is not installed";
  const TempFolder folder;
  fs::create_directories(folder / "tree/a/b");
  folder.write("tree/a/b/tool", std::string("#!"));
  fs::permissions(folder / "tree/a/b/tool", fs::perms(0751));
  fs::create_symlink("b/tool", folder / "tree/a/in");
  fs::create_symlink("../../../etc/passwd", folder / "tree/a/up");
  fs::create_symlink("b/../../../x", folder / "tree/a/round");
  fs::create_symlink("/etc/passwd", folder / "tree/a/absolute");
  const timespec times[2] = {{.tv_sec = 1'000'000'000, .tv_nsec = 0},
                             {.tv_sec = 1'100'000'000, .tv_nsec = 0}};
  ::utimensat(AT_FDCWD, (folder / "tree/a/b/tool").c_str(), times, 0);
  ::utimensat(AT_FDCWD, (folder / "tree/a/b").c_str(), times, 0);
  folder.write("fs.img", std::string());
  fs::resize_file(folder / "fs.img", 4U << 20);
  const RunOptions here{.folder = folder.path()};
  ASSERT_EQ(run({"mkfs.ext4", "-q", "-F", "-d", "tree", "fs.img"}, here).status, 0);

  const RunResult r = run_pregap({"extract", "fs.img/a"}, here);
  EXPECT_EQ(r.status, 1);  // links were left out
  EXPECT_NE(r.out.find("left out: 3\n"), std::string::npos) << r.out;
  EXPECT_EQ(fs::read_symlink(folder / "a/in"), "b/tool");
  for (const char* name : {"a/up", "a/round", "a/absolute"}) {
    EXPECT_FALSE(fs::is_symlink(folder / name)) << name;
  }
  struct stat info {};
  ASSERT_EQ(::stat((folder / "a/b/tool").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0751U);
  EXPECT_EQ(info.st_mtime, 1'100'000'000);
  ASSERT_EQ(::stat((folder / "a/b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mtime, 1'100'000'000);

  EXPECT_EQ(run_pregap({"extract", "--allow-outside", "fs.img/a", "-o", "all/"}, here).status, 0);
  EXPECT_EQ(fs::read_symlink(folder / "all/a/absolute"), "/etc/passwd");
}

TEST(Extract, ADeletedFileComesBack) {
  const auto& kind = file_system_kinds()[1];  // FAT16
  if (!missing_tool(kind).empty()) GTEST_SKIP() << missing_tool(kind) << " is not installed";
  const TempFolder folder;
  make_file_system(folder, kind, "fs.img");
  const RunOptions here{.folder = folder.path()};
  ASSERT_EQ(run({"mdel", "-i", "fs.img", "::/dir/sub/deep.bin"}, here).status, 0);
  EXPECT_EQ(run_pregap({"ls", "fs.img/dir/sub"}, here).out, "");
  const RunResult listed = run_pregap({"ls", "-d", "fs.img/dir/sub"}, here);
  ASSERT_EQ(listed.out, "dir/sub/_eep.bin (deleted)\n");
  EXPECT_EQ(run_pregap({"extract", "-d", "fs.img/dir/sub/_eep.bin", "-o", "back"}, here).status, 0);
  EXPECT_EQ(folder.read("back"), known_files().at("dir/sub/deep.bin"));
}

TEST(Extract, NothingIsReplacedUnasked) {
  const auto& kind = file_system_kinds()[4];  // ext2
  if (!missing_tool(kind).empty()) GTEST_SKIP() << missing_tool(kind) << " is not installed";
  const TempFolder folder;
  make_file_system(folder, kind, "fs.img");
  folder.write("small.txt", std::string("mine"));
  const auto before = folder.list();
  const RunOptions here{.folder = folder.path()};
  const RunResult refused = run_pregap({"extract", "fs.img", "large.bin", "small.txt"}, here);
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.err,
            "pregap: ./small.txt: exists already, expected no file of that name\n"
            "hint: --force replaces it\n");
  EXPECT_EQ(folder.list(), before);
  EXPECT_EQ(folder.read_text("small.txt"), "mine");
  EXPECT_EQ(run_pregap({"extract", "--force", "fs.img", "large.bin", "small.txt"}, here).status, 0);
  EXPECT_EQ(folder.read("small.txt"), known_files().at("small.txt"));
  EXPECT_EQ(folder.read("large.bin"), known_files().at("large.bin"));
}

TEST(Extract, AFolderThatIsThereTakesMoreOnlyByForce) {
  const auto& kind = file_system_kinds()[4];  // ext2
  if (!missing_tool(kind).empty()) GTEST_SKIP() << missing_tool(kind) << " is not installed";
  const TempFolder folder;
  make_file_system(folder, kind, "fs.img");
  fs::create_directory(folder / "dir");
  folder.write("dir/mine", std::string("mine"));
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"extract", "fs.img/dir"}, here).status, 2);
  EXPECT_EQ(run_pregap({"extract", "--force", "fs.img/dir"}, here).status, 0);
  EXPECT_EQ(folder.read_text("dir/mine"), "mine");
  EXPECT_EQ(folder.read("dir/sub/deep.bin"), known_files().at("dir/sub/deep.bin"));
}

TEST(Extract, OneFileGoesToStandardOutput) {
  for (const std::string& tool : kCardTools) {
    if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder folder;
  make_card(folder);
  const auto before = folder.list();
  const RunOptions here{.folder = folder.path()};
  const auto text = [](const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); };
  const RunResult file = run_pregap({"extract", "card.img:p2/dir/one-block", "-o", "-"}, here);
  EXPECT_EQ(file.status, 0) << file.err;
  EXPECT_EQ(file.out, text(known_files().at("dir/one-block")));
  EXPECT_EQ(file.err, "");
  const RunResult json = run_pregap({"extract", "--json", "card.img:p1/empty", "-o", "-"}, here);
  EXPECT_EQ(json.out, "");
  EXPECT_EQ(json_lines(json.err).at(0)["outputs"], nlohmann::json::array({"-"}));
  const RunResult partition = run({"sh", "-c", "\"$0\" extract card.img:p1 -o - | cmp - boot.img",
                                   program_under_test(PREGAP_PROGRAM)},
                                  here);
  EXPECT_EQ(partition.status, 0) << partition.out << partition.err;
  for (const char* several : {"card.img:p1/", "card.img:p1/dir"}) {
    const RunResult r = run_pregap({"extract", several, "-o", "-"}, here);
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(r.err, "pregap: -o -: a folder or several files, expected one file\n");
  }
  EXPECT_EQ(folder.list(), before);
}

// A raw disc: what its parity corrects comes out right, what it can't is named.
TEST(Extract, FilesOfADiscAreCorrectedOnTheWay) {
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  const fs::path iso = samples() / "cooked/data.iso";
  ASSERT_EQ(run_pregap({"convert", iso.string(), "d.cue"}, here).status, 0);
  ASSERT_EQ(run_pregap({"extract", iso.string(), "-o", "want"}, here).status, 0);
  Bytes bin = folder.read("d.bin");
  // Files begin behind the folders; every sector of the disc gets three wrong bytes.
  for (std::size_t s = 0; s < bin.size() / 2352; ++s) {
    for (const std::size_t at : {100U, 900U, 1700U}) bin[s * 2352 + at] ^= 0xFF;
  }
  folder.write("d.bin", bin);
  const RunResult r = run_pregap({"extract", "d.cue", "-o", "got"}, here);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_NE(r.out.find("corrected on the way"), std::string::npos) << r.out;
  EXPECT_EQ(run({"diff", "-r", "want", "got"}, here).out, "");
}

TEST(Extract, FilesWithLostSectorsAreNamed) {
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  const fs::path iso = samples() / "cooked/data.iso";
  ASSERT_EQ(run_pregap({"convert", iso.string(), "d.cue"}, here).status, 0);
  const auto listing = run_pregap({"ls", "-r", "--json", "d.cue"}, here);
  const auto entries = json_lines(listing.out).at(0)["entries"];
  const auto largest = std::ranges::max_element(entries, {}, [](const auto& e) {
    return e["kind"] == "file" ? e["size"].template get<std::uint64_t>() : 0;
  });
  const std::string path = (*largest)["path"];
  // Its last sector: the sample's files lie one behind the other, so the last one that differs.
  ASSERT_EQ(run_pregap({"extract", "d.cue/" + path, "-o", "want"}, here).status, 0);
  const Bytes want = folder.read("want");
  Bytes bin = folder.read("d.bin");
  const auto at = std::search(bin.begin(), bin.end(), want.begin(), want.begin() + 64);
  ASSERT_NE(at, bin.end());
  const auto lba = (at - bin.begin()) / 2352;
  std::mt19937 random(4);
  for (int i = 0; i < 2000; ++i)
    bin[static_cast<std::size_t>(lba * 2352 + 16 + i)] ^=
        static_cast<std::uint8_t>(1 + random() % 255);
  folder.write("d.bin", bin);
  const RunResult r = run_pregap({"extract", "--json", "d.cue", "-o", "got"}, here);
  EXPECT_EQ(r.status, 1);
  const auto json = json_lines(r.out).at(0);
  EXPECT_EQ(json["damaged"],
            nlohmann::json::array({{{"path", path}, {"lbas", nlohmann::json::array({lba})}}}));
  const auto verified = json_lines(run_pregap({"verify", "--json", "d.cue"}, here).out).at(0);
  EXPECT_EQ(verified["files"], nlohmann::json::array({{{"track", 1},
                                                       {"path", path},
                                                       {"lbas", nlohmann::json::array({lba})},
                                                       {"repairable", false}}}));
}

TEST(Extract, ATrackComesOutAsItIsStored) {
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  const std::string sheet = (samples() / "mixed/mixed.cue").string();
  EXPECT_EQ(run_pregap({"extract", "--track", "1", sheet, "-o", "one.bin"}, here).status, 0);
  EXPECT_EQ(run_pregap({"extract", sheet + ":t1", "-o", "also.bin"}, here).status, 0);
  const Bytes bin = read_file(samples() / "mixed/mixed.bin");
  const Bytes one = folder.read("one.bin");
  ASSERT_LT(one.size(), bin.size());
  EXPECT_TRUE(std::equal(one.begin(), one.end(), bin.begin()));
  EXPECT_EQ(folder.read("also.bin"), one);
}

// Video CD: 2324 bytes of each sector unless asked for otherwise.
TEST(Extract, FilesOfForm2SectorsComeOutWhole) {
  const auto shared = shared_data();
  if (!shared) GTEST_SKIP() << why_no_shared_data();
  const TempFolder folder;
  const RunOptions here{.folder = folder.path()};
  const std::string sheet = (*shared / "toolmade-vcd/vcd20.cue").string();
  const auto entries =
      json_lines(run_pregap({"ls", "-r", "--json", sheet}, here).out).at(0)["entries"];
  const auto movie = std::ranges::find_if(entries, [](const auto& e) {
    return e.contains("form2") && e["size"].template get<std::uint64_t>() > 0;
  });
  ASSERT_NE(movie, entries.end());
  const std::uint64_t sectors = ((*movie)["size"].get<std::uint64_t>() + 2047) / 2048;
  const std::string path = (*movie)["path"];
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"2324", 2324}, {"raw", 2352}, {"cut", 2048}};
  for (const auto& [form2, bytes] : cases) {
    const RunResult r = run_pregap(
        {"extract", "--form2", form2, sheet + "/" + path, "-o", std::string("x-") + form2}, here);
    EXPECT_EQ(r.status, 0) << r.err << r.out;
    EXPECT_EQ(fs::file_size(folder / (std::string("x-") + form2)), sectors * bytes) << form2;
  }
}

}  // namespace
}  // namespace pregap::test
