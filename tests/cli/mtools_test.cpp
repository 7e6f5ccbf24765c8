// Floppies of every usual geometry that mformat makes: what minfo, mdir and mcopy say of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/disk_images.h"
#include "cli/golden/golden.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

struct Floppy {
  const char* name;
  std::vector<std::string> format;  // mformat's options
};
void PrintTo(const Floppy& floppy, std::ostream* out) { *out << floppy.name; }

class MtoolsPeer : public testing::TestWithParam<Floppy> {
 protected:
  void SetUp() override {
    for (const char* tool : {"mformat", "minfo", "mdir", "mcopy"}) {
      if (!is_installed(tool)) GTEST_SKIP() << tool << " is not installed: apt-get install mtools";
    }
    std::vector<std::string> command = {"mformat", "-C", "-i", "f.img", "-v", "LABEL"};
    command.insert(command.end(), GetParam().format.begin(), GetParam().format.end());
    command.emplace_back("::");
    must_run(command);
    folder_.write("A.TXT", std::string("a line\n"));
    folder_.write("A long name.text", Bytes(9000, 0x5A));
    must_run({"mmd", "-i", "f.img", "::/SUB"});
    must_run({"mcopy", "-i", "f.img", "A.TXT", "::/A.TXT"});
    must_run({"mcopy", "-i", "f.img", "A long name.text", "::/SUB"});
    for (const char* name : {"A.TXT", "A long name.text"}) fs::remove(folder_ / name);
  }
  RunResult must_run(const std::vector<std::string>& command) {
    RunOptions options{.folder = folder_.path()};
    options.environment["MTOOLS_SKIP_CHECK"] = "1";
    RunResult r = run(command, options);
    EXPECT_EQ(r.status, 0) << command[0] << ": " << r.err << r.out;
    return r;
  }
  TempFolder folder_;
};

// Of "sectors per track: 18" the number; the first such line speaks of the drive, the last of the
// boot sector.
std::uint64_t number_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.rfind('\n' + name + ": ");
  if (at == std::string::npos) {
    ADD_FAILURE() << "no " << name << " in " << text;
    return 0;
  }
  return std::stoull(text.substr(at + name.size() + 3), nullptr, 0);
}

TEST_P(MtoolsPeer, InfoAgreesWithMinfo) {
  const std::string minfo = '\n' + must_run({"minfo", "-i", "f.img", "::"}).out;
  const auto info =
      json_lines(run_pregap({"info", "--json", "f.img"}, {.folder = folder_.path()}).out).at(0);
  EXPECT_EQ(info["problems"], nlohmann::json::array());
  const auto& geometry = info["geometry"];
  const auto number = [&](const char* name) {
    return std::stoull(geometry.at(name).get<std::string>());
  };
  EXPECT_EQ(number("heads"), number_after(minfo, "heads"));
  EXPECT_EQ(number("cylinders"), number_after(minfo, "cylinders"));
  EXPECT_EQ(number("sectors per track"), number_after(minfo, "sectors per track"));
  EXPECT_EQ(number("sector size"), number_after(minfo, "sector size"));
  const auto& volume = info["file_systems"].at(0);
  EXPECT_EQ(volume["kind"], "FAT12");
  EXPECT_EQ(volume["label"], "LABEL");
  EXPECT_EQ(volume["block_bytes"],
            number_after(minfo, "cluster size") * number_after(minfo, "sector size"));
  const std::string serial = minfo.substr(minfo.find("serial number: ") + 15, 8);
  std::string id = volume["id"];
  std::erase(id, '-');
  EXPECT_EQ(id, serial);
  EXPECT_EQ(run_pregap({"verify", "f.img"}, {.folder = folder_.path()}).status, 0);
}

TEST_P(MtoolsPeer, FilesAreThoseOfMdirAndMcopy) {
  // "::/SUB/A long name.text", folders with a slash behind them.
  std::set<std::string> expected;
  std::istringstream in(must_run({"mdir", "-b", "-/", "-i", "f.img", "::"}).out);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("::/")) expected.insert(line.substr(3));
  }
  std::set<std::string> found;
  std::istringstream ours(run_pregap({"ls", "-r", "f.img"}, {.folder = folder_.path()}).out);
  for (std::string line; std::getline(ours, line);) found.insert(line);
  EXPECT_EQ(found, expected);
  EXPECT_TRUE(found.contains("SUB/A long name.text"));
  must_run({"mcopy", "-s", "-n", "-i", "f.img", "::/A.TXT", "::/SUB", "."});
  ASSERT_EQ(run_pregap({"extract", "f.img", "-o", "out"}, {.folder = folder_.path()}).status, 0);
  for (const char* path : {"A.TXT", "SUB/A long name.text"}) {
    EXPECT_EQ(folder_.read(fs::path("out") / path), folder_.read(path)) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Geometries, MtoolsPeer,
    testing::Values(Floppy{"k160", {"-f", "160"}}, Floppy{"k180", {"-f", "180"}},
                    Floppy{"k320", {"-f", "320"}}, Floppy{"k360", {"-f", "360"}},
                    Floppy{"k720", {"-f", "720"}}, Floppy{"k1200", {"-f", "1200"}},
                    Floppy{"k1440", {"-f", "1440"}}, Floppy{"k2880", {"-f", "2880"}},
                    // 21 sectors a track (DMF), 10 and 11 (Atari ST), 1024-byte ones (PC-98)
                    Floppy{"Dmf", {"-t", "80", "-h", "2", "-s", "21"}},
                    Floppy{"k800", {"-t", "80", "-h", "2", "-s", "10"}},
                    Floppy{"k880", {"-t", "80", "-h", "2", "-s", "11"}},
                    Floppy{"Pc98", {"-t", "77", "-h", "2", "-s", "8", "-S", "3", "-M", "1024"}}),
    [](const auto& floppy) { return floppy.param.name; });

}  // namespace
}  // namespace pregap::test
