// UDF volumes that others' programs made: genisoimage, mkudffs, and those of the shared collection.
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "support/listed_files.h"
#include "volumes/disk_images.h"
#include "volumes/udf_reader.h"

namespace pregap::volumes {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;
using test::TempFolder;

#define NEEDS(name) \
  if (program(name).empty()) GTEST_SKIP() << name << " is not installed"

std::unique_ptr<FileReader> open(const std::shared_ptr<const ByteSource>& source,
                                 std::uint64_t start = 0) {
  std::string why;
  auto reader = open_udf(source, why, start);
  EXPECT_NE(reader, nullptr) << why;
  return reader;
}

std::shared_ptr<const ByteSource> source_of(Bytes bytes) {
  return memory_source(std::move(bytes), "u.img");
}

void must_run(const TempFolder& folder, Strings command) {
  command.front() = program(command.front());
  const auto r = test::run(command, with_sbin(folder));
  ASSERT_EQ(r.status, 0) << command.front() << ": " << r.err << r.out;
}

// 300 files in one folder, names of both widths, and a folder in a folder.
void make_tree(const TempFolder& folder) {
  fs::create_directories(folder / "t/many/deep");
  for (int n = 0; n < 300; ++n) {
    folder.write("t/many/file-" + std::to_string(n),
                 std::string(static_cast<std::size_t>(n) * 11, 'x'));
  }
  folder.write("t/many/deep/na\xC3\xAFve \xE2\x82\xAC.text", std::string("wide"));
  folder.write("t/empty", std::string());
  folder.write("t/large", std::string(300'000, 'L'));
}

Strings tree_lines(const fs::path& top) {
  Strings lines;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string path = entry.path().lexically_relative(top).string();
    lines.push_back(entry.is_directory() ? path + " folder"
                                         : fmt::format("{} file {}", path, entry.file_size()));
  }
  std::ranges::sort(lines);
  return lines;
}

Strings sorted_lines(FileReader& reader) {
  auto listed = test::list_all(reader);
  EXPECT_EQ(listed.problems, Strings{});
  std::ranges::sort(listed.lines);
  return listed.lines;
}

TEST(UdfPeers, GenisoimagesTreeComesBack) {
  NEEDS("genisoimage");
  const TempFolder folder;
  make_tree(folder);
  must_run(folder, {"genisoimage", "-quiet", "-udf", "-J", "-R", "-input-charset", "utf-8", "-o",
                    "u.iso", "t"});
  const auto source = source_of(folder.read("u.iso"));
  const auto reader = open(source);
  EXPECT_EQ(sorted_lines(*reader), tree_lines(folder / "t"));
  for (const std::string path : {"many/file-299", "large", "empty"}) {
    EXPECT_EQ(test::content_of(*reader, *source, path), folder.read_text("t/" + path)) << path;
  }
}

TEST(UdfPeers, Lists7zsFilesAndSizes) {
  NEEDS("genisoimage");
  NEEDS("7z");
  const TempFolder folder;
  make_tree(folder);
  must_run(folder, {"genisoimage", "-quiet", "-udf", "-J", "-R", "-input-charset", "utf-8", "-o",
                    "u.iso", "t"});
  test::RunOptions options = with_sbin(folder);
  options.environment["LC_ALL"] = "C.UTF-8";
  const auto r = test::run({"sh", "-c", "7z l -slt -tudf u.iso"}, options);
  ASSERT_EQ(r.status, 0) << r.err;
  Strings lines;
  std::istringstream in(r.out.substr(r.out.find("----------")));
  std::string path;
  bool is_folder = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("Path = ")) path = line.substr(7);
    if (line.starts_with("Folder = ")) is_folder = line == "Folder = +";
    if (is_folder && line.starts_with("Size = ")) lines.push_back(path + " folder");
    if (!is_folder && line.starts_with("Size = ")) {
      lines.push_back(path + " file " + line.substr(7));
    }
  }
  std::ranges::sort(lines);
  EXPECT_EQ(sorted_lines(*open(source_of(folder.read("u.iso")))), lines);
}

// What the first session holds lies before the second one's partition: genisoimage names it there
// without content.
TEST(UdfPeers, GenisoimagesSecondSessionIsRead) {
  NEEDS("genisoimage");
  const TempFolder folder;
  fs::create_directories(folder / "a");
  fs::create_directories(folder / "b");
  folder.write("a/one", std::string("one"));
  folder.write("b/two", std::string("two"));
  must_run(folder, {"genisoimage", "-quiet", "-udf", "-R", "-o", "disc.iso", "a"});
  Bytes disc = folder.read("disc.iso");
  const std::size_t next = (disc.size() / 2048 + 31) / 32 * 32;
  must_run(folder, {"genisoimage", "-quiet", "-udf", "-R", "-C", "0," + std::to_string(next), "-M",
                    "disc.iso", "-o", "second.iso", "b"});
  disc.resize(next * 2048);
  const Bytes second = folder.read("second.iso");
  disc.insert(disc.end(), second.begin(), second.end());
  const auto source = source_of(disc);
  for (const std::uint64_t start : {std::uint64_t{0}, std::uint64_t{next} * 2048}) {
    const auto reader = open(source, start);
    EXPECT_EQ(sorted_lines(*reader), (Strings{"one file 0", "two file 3"}));
    EXPECT_EQ(test::content_of(*reader, *source, "two"), "two");
  }
}

struct Made {
  Strings options;
  std::uint32_t sector = 2048;
  std::uint64_t megabytes = 8;
};

class MadeByMkudffs : public testing::TestWithParam<Made> {};

TEST_P(MadeByMkudffs, OpensEmptyAndSound) {
  NEEDS("mkudffs");
  const TempFolder folder;
  Strings command{"mkudffs", "-b", std::to_string(GetParam().sector), "-l", "label"};
  command.insert(command.end(), GetParam().options.begin(), GetParam().options.end());
  command.emplace_back("d.img");
  const Bytes bytes = made_by(folder, GetParam().megabytes << 20, command);
  Strings lines = sorted_lines(*open(source_of(bytes)));
  std::erase(lines, "lost+found folder");
  std::erase_if(lines, [](const std::string& l) { return l.starts_with("Non-Allocatable Space"); });
  EXPECT_EQ(lines, Strings{});
  const Contents found = check_all(bytes);
  EXPECT_EQ(codes_of(found), Strings{});
  ASSERT_EQ(found.file_systems.size(), 1U);
  EXPECT_EQ(found.file_systems[0].label, "label");
  EXPECT_EQ(found.file_systems[0].block_size, GetParam().sector);
}

std::vector<Made> all_made() {
  std::vector<Made> all;
  for (const std::uint32_t sector : {512U, 1024U, 2048U, 4096U, 8192U}) {
    for (const char* revision : {"1.01", "1.02", "1.50", "2.00", "2.01"}) {
      all.push_back({{"-m", "hd", "-r", revision}, sector, sector > 4096 ? 16U : 8U});
    }
  }
  for (const char* media : {"dvd", "dvdram", "dvdrw", "cdrw", "cdr", "dvdr", "cd"}) {
    for (const char* revision : {"1.50", "2.01"}) {
      all.push_back({{"-m", media, "-r", revision}, 2048, 16});
    }
  }
  all.push_back({{"-m", "bdr", "-r", "2.50"}, 2048, 16});
  all.push_back({{"-m", "bdr", "-r", "2.60"}, 2048, 16});
  all.push_back({{"-m", "cdr", "-r", "2.01", "--closed"}, 2048, 16});
  all.push_back({{"-m", "dvdrw", "--spartable=4"}, 2048, 16});
  for (const char* option : {"--strategy=4096", "--ad=short", "--ad=long", "--noefe",
                             "--space=freedbitmap", "--space=freedtable", "--space=unalloctable"}) {
    all.push_back({{option}});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Kinds, MadeByMkudffs, testing::ValuesIn(all_made()));

// What is known of them: 7z's list, or for those that it doesn't read what their makers put in.
TEST(UdfShared, VolumesListWhatIsKnownOfThem) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  const std::pair<const char*, Strings> cases[] = {
      {"isolyzer/testFiles/is9660_udf_imgburn.iso",
       {"nimbie.jpg file 69424", "readme.txt file 37"}},
      {"isolyzer/testFiles/iso9660_udf.iso", {"nimbie.jpg file 69424", "readme.txt file 37"}},
      {"isolyzer/testFiles/iso9660_udf_hfs.iso", {"nimbie.jpg file 69424", "readme.txt file 37"}},
      {"isolyzer/testFiles/udf.iso", {}},
      {"libcdio/test-udf1.iso", {"COPYING file 35147", "README file 3843"}},
      {"libcdio/udf102.iso", {"F\xC3\xA9\xD0\xB6\xCE\x98vrier file 10"}},
  };
  for (const auto& [file, expected] : cases) {
    EXPECT_EQ(sorted_lines(*open(source_of(test::read_file(*shared / file)))), expected) << file;
  }
}

TEST(UdfShared, VolumesOfManyWritersOpenWithoutAProblem) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  NEEDS("xz");
  const std::map<std::string, Strings> with_files = {
      {"udf-bdr-2.60-nero.img.xz", {"test.txt file 0"}},
      {"udf-cd-nero-6.img.xz", {"test.txt file 5"}},
      {"udf-hdd-mkudffs-1.0.0-1.img.xz", {"lost+found folder"}},
      {"udf-hdd-mkudffs-1.0.0-2.img.xz", {"lost+found folder"}},
  };
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(*shared / "util-linux/ts/blkid/images-fs")) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("udf")) continue;
    SCOPED_TRACE(name);
    const auto r = test::run({program("xz"), "-dc", entry.path().string()}, {});
    ASSERT_EQ(r.status, 0) << r.err;
    const auto source = source_of({r.out.begin(), r.out.end()});
    const auto expected = with_files.find(name);
    EXPECT_EQ(sorted_lines(*open(source)),
              expected == with_files.end() ? Strings{} : expected->second);
    ++count;
  }
  EXPECT_EQ(count, 21U);
}

}  // namespace
}  // namespace pregap::volumes
