// Real images, wounded, repaired, and held against what they were, byte for byte.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <span>

#include "cli/repair_wounds.h"
#include "support/program.h"
#include "support/sanitized.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr unsigned kSeed = 977;

struct Case {
  const char* image;  // below the shared data
  std::size_t stride = 2352;
};

constexpr Case kCases[] = {
    {"libcdio/isofs-m1.cue"},
    {"libcdio/isofs-m1.bin"},
    {"toolmade-mixed/multibin/mixed-multibin.cue"},
    {"toolmade-mixed/chdman-single/mixed-single.cue"},
    {"toolmade-mixed/binmerge-split/redump.cue"},
    {"toolmade-vcd/vcd20.cue"},
    {"toolmade-vcd/vcd11.cue"},
    {"toolmade-vcd/svcd.cue"},
    {"toolmade-vcd/vcd2336.cue", 2336},
    {"toolmade-vcd/vcd2336.bin", 2336},
};

std::map<std::string, std::vector<std::uint8_t>> files_in(const fs::path& folder) {
  std::map<std::string, std::vector<std::uint8_t>> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[entry.path().lexically_relative(folder).string()] = read_file(entry.path());
    }
  }
  return files;
}

// The image's files as `info` names them, and the image itself, in a folder of their own.
void copy_image(const fs::path& image, const fs::path& to) {
  const RunResult r = run_pregap({"info", "--json", image.string()});
  ASSERT_EQ(r.status, 0) << r.err;
  fs::create_directories(to);
  fs::copy_file(image, to / image.filename());
  const json info = json_lines(r.out).at(0);
  for (const json& file : info.at("files")) {
    const fs::path path = file.at("path").get<std::string>();
    fs::copy_file(path, to / path.filename(), fs::copy_options::skip_existing);
  }
}

int wound_files(const fs::path& folder, std::size_t stride) {
  int wounded = 0;
  std::mt19937 random(kSeed);
  for (auto& [name, bytes] : files_in(folder)) {
    if (fs::path(name).extension() == ".cue") continue;
    wounded += wound_sectors(bytes, stride, random);
    std::FILE* file = std::fopen((folder / name).c_str(), "wb");
    EXPECT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    std::fclose(file);
  }
  return wounded;
}

TEST(RepairShared, WoundedImagesComeBackByteForByte) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << why_no_shared_data();
  for (const Case& c : std::span(kCases).first(kSanitized ? 4 : std::size(kCases))) {
    SCOPED_TRACE(std::string(c.image) + ", seed " + std::to_string(kSeed));
    const TempFolder folder;
    const std::string name = fs::path(c.image).filename();
    copy_image(*data / c.image, folder / "in");
    const auto sound = files_in(folder / "in");
    EXPECT_GT(wound_files(folder / "in", c.stride), 20);
    const auto wounded = files_in(folder / "in");

    fs::create_directory(folder / "out");
    const RunResult out = run_pregap(
        {"repair", (folder / "in" / name).string(), (folder / "out" / name).string(), "-v"});
    EXPECT_EQ(out.status, 0) << out.out << out.err;
    EXPECT_EQ(files_in(folder / "in"), wounded);
    EXPECT_TRUE(files_in(folder / "out") == sound);

    const std::string image = (folder / "in" / name).string();
    EXPECT_EQ(run_pregap({"repair", "--in-place", image}).status, 0);
    EXPECT_EQ(run_pregap({"verify", image}).status, 0);
    EXPECT_EQ(run_pregap({"repair", "--undo", image}).status, 0);
    EXPECT_TRUE(files_in(folder / "in") == wounded);
  }
}

TEST(RepairShared, SoundImagesAreNotWritten) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << why_no_shared_data();
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.image);
    const TempFolder folder;
    const fs::path image = *data / c.image;
    const RunResult r =
        run_pregap({"repair", image.string(), (folder / image.filename()).string()});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_NE(r.out.find(": sound, nothing to repair; no output written\n"), std::string::npos);
    EXPECT_EQ(folder.list(), std::vector<std::string>());
  }
}

}  // namespace
}  // namespace pregap::test
