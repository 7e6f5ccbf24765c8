// The files that ls and extract find, against 7-Zip's lists and the Sleuth Kit's icat.
#include <gtest/gtest.h>

#include <sstream>

#include "cli/disk_images.h"
#include "cli/golden/golden.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

using Sizes = std::map<std::string, std::uint64_t>;  // of files by path; folders end with a slash

constexpr const char* kNo7z = "7z is not installed: apt-get install p7zip-full";

// What `7z l -slt` says: a block of "Name = value" for each entry. Its own names for what has no
// name in the file system are left out.
Sizes listed_by_7z(const TempFolder& folder, const std::string& image) {
  // Debian's 7z is a script, which only a shell starts.
  const RunResult r = run({"sh", "-c", "exec 7z l -slt \"$0\"", image}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err << r.out;
  Sizes sizes;
  std::istringstream in(r.out.substr(std::min(r.out.find("\n----------\n"), r.out.size())));
  std::map<std::string, std::string> entry;
  const auto take = [&] {
    const std::string path = entry["Path"];
    const bool of_system = path.starts_with('[') || path.find(':') != std::string::npos;
    if (!path.empty() && !of_system) {
      const bool is_folder = entry["Folder"] == "+";
      sizes[path + (is_folder ? "/" : "")] = is_folder ? 0 : std::stoull("0" + entry["Size"]);
    }
    entry.clear();
  };
  for (std::string line; std::getline(in, line);) {
    const std::size_t equals = line.find(" = ");
    if (equals != std::string::npos) {
      entry[line.substr(0, equals)] = line.substr(equals + 3);
    } else if (line.empty()) {
      take();
    }
  }
  take();
  return sizes;
}

struct Listed {
  Sizes sizes;
  std::map<std::string, std::string> ids;  // of files
};
Listed listed_by_pregap(const TempFolder& folder, const std::string& address) {
  const RunResult r = run_pregap({"ls", "--json", "-r", address}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  Listed listed;
  const nlohmann::json json = json_lines(r.out).at(0);
  for (const auto& entry : json["entries"]) {
    const std::string path = entry["path"];
    if (entry["kind"] == "folder") {
      listed.sizes[path + '/'] = 0;
    } else {
      listed.sizes[path] = entry["size"];
      if (entry["kind"] == "file") listed.ids[path] = entry["id"];
    }
  }
  return listed;
}

class LsPeers : public testing::TestWithParam<FileSystemKind> {
 protected:
  void SetUp() override {
    if (const std::string tool = missing_tool(GetParam()); !tool.empty()) {
      GTEST_SKIP() << tool << " is not installed";
    }
  }
};

TEST_P(LsPeers, SevenZipListsTheSameFilesAndSizes) {
  if (!is_installed("7z")) GTEST_SKIP() << kNo7z;
  const TempFolder folder;
  make_file_system(folder, GetParam(), "fs.img");
  EXPECT_EQ(listed_by_pregap(folder, "fs.img").sizes, listed_by_7z(folder, "fs.img"));
}

TEST_P(LsPeers, IcatGivesTheSameBytesByTheSameIds) {
  if (!is_installed("icat")) GTEST_SKIP() << "icat is not installed: apt-get install sleuthkit";
  const TempFolder folder;
  make_file_system(folder, GetParam(), "fs.img");
  const Listed listed = listed_by_pregap(folder, "fs.img");
  ASSERT_FALSE(listed.ids.empty());
  for (const auto& [path, id] : listed.ids) {
    RunOptions to_file{.folder = folder.path()};
    to_file.output_to = folder / "expected";
    folder.write("expected", std::string());
    ASSERT_EQ(run({"icat", "fs.img", id}, to_file).status, 0) << path;
    const RunResult r = run_pregap({"extract", "--force", "fs.img", "--id", id, "-o", "got"},
                                   {.folder = folder.path()});
    ASSERT_EQ(r.status, 0) << path << r.err;
    EXPECT_EQ(folder.read("got"), folder.read("expected")) << path;
    EXPECT_EQ(folder.read("got").size(), listed.sizes.at(path)) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(FileSystems, LsPeers, testing::ValuesIn(file_system_kinds()),
                         [](const auto& kind) { return kind.param.name; });

// 7-Zip shows one view: UDF where there is one, else Joliet, else Rock Ridge, else the plain names.
TEST(LsPeersOfDiscs, SevenZipListsTheSameFilesAndSizes) {
  if (!is_installed("7z")) GTEST_SKIP() << kNo7z;
  if (!is_installed("genisoimage")) GTEST_SKIP() << "genisoimage is not installed";
  const TempFolder folder;
  for (const auto& [path, bytes] : known_files()) {
    fs::create_directories((folder / "tree" / path).parent_path());
    folder.write(fs::path("tree") / path, bytes);
  }
  const std::pair<std::vector<std::string>, const char*> cases[] = {{{}, ""},
                                                                    {{"-J"}, ":joliet"},
                                                                    {{"-R"}, ":rockridge"},
                                                                    {{"-R", "-J"}, ""},
                                                                    {{"-udf"}, ":udf"}};
  for (const auto& [options, view] : cases) {
    SCOPED_TRACE(options.empty() ? "plain" : options.back());
    std::vector<std::string> command = {"genisoimage", "-quiet", "-o", "d.iso"};
    command.insert(command.end(), options.begin(), options.end());
    command.emplace_back("tree");
    ASSERT_EQ(run(command, {.folder = folder.path()}).status, 0);
    EXPECT_EQ(listed_by_pregap(folder, std::string("d.iso") + view).sizes,
              listed_by_7z(folder, "d.iso"));
  }
}

// 7-Zip names a partition by its place in the table and its name.
TEST(LsPeersOfDisks, SevenZipListsTheSamePartitionsOfAGpt) {
  if (!is_installed("7z")) GTEST_SKIP() << kNo7z;
  if (!is_installed("sfdisk")) GTEST_SKIP() << "sfdisk is not installed";
  const TempFolder folder;
  folder.write("d.img", std::string());
  fs::resize_file(folder / "d.img", 16U << 20);
  ASSERT_EQ(run({"sfdisk", "-q", "d.img"},
                {.folder = folder.path(),
                 .input = "label: gpt\nsize=1M,type=L,name=\"one\"\nsize=3M,type=L,name=\"two\"\n"})
                .status,
            0);
  const auto info =
      json_lines(run_pregap({"info", "--json", "d.img"}, {.folder = folder.path()}).out).at(0);
  Sizes expected;
  for (const auto& p : info["partition_tables"].at(0)["partitions"]) {
    const int place = p["number"].get<int>() - 1;
    expected[std::to_string(place) + '.' + p["label"].get<std::string>() + ".img"] = p["bytes"];
  }
  EXPECT_EQ(expected.size(), 2U);
  EXPECT_EQ(expected, listed_by_7z(folder, "d.img"));
}

}  // namespace
}  // namespace pregap::test
