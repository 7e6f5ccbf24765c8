// From cue over ccd and toc back to cue, each conversion read back: the same bytes come out, for
// everything that others made and that pregap opens.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/program.h"
#include "support/sanitized.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using test::RunResult;
using test::TempFolder;

RunResult convert(const TempFolder& folder, const std::string& from, const std::string& to) {
  return test::run_pregap(
      {"convert", "--allow-outside", "--keep-damaged", "--verify", from, to, "--json"},
      {.folder = folder.path()});
}

// Whether a conversion said that gaps become zeros: their sectors are then there afterwards.
bool fills_gaps(const RunResult& r) {
  const auto losses = test::json_lines(r.out).at(0).at("losses");
  return std::ranges::any_of(losses, [](const auto& loss) { return loss.at("what") == "gaps"; });
}

std::vector<fs::path> images_of_shared_data() {
  constexpr std::uintmax_t kMost = test::kSanitized ? 1'000'000 : 20'000'000;
  std::vector<fs::path> images;
  for (const auto& entry : fs::recursive_directory_iterator(*test::shared_data())) {
    const std::string ending = entry.path().extension().string();
    const bool image = ending == ".cue" || ending == ".toc" || ending == ".ccd" ||
                       ending == ".gdi" || ending == ".bin" || ending == ".iso";
    if (image && entry.is_regular_file() && entry.file_size() <= kMost) {
      images.push_back(entry.path());
    }
  }
  std::ranges::sort(images);
  std::vector<fs::path> opened;
  for (std::size_t i = 0; i < images.size(); i += test::kSanitized ? 5 : 1) {
    const RunResult r = test::run_pregap({"info", "--json", "--allow-outside", images[i]}, {});
    if (r.status == 0) opened.push_back(images[i]);
  }
  return opened;
}

TEST(ConvertChain, EndsInTheSameBytesForEveryImageOfSharedData) {
  if (!test::shared_data()) GTEST_SKIP() << test::why_no_shared_data();
  int same = 0;
  for (const fs::path& image : images_of_shared_data()) {
    SCOPED_TRACE(image.string());
    const TempFolder folder;
    ASSERT_LE(convert(folder, image, "a.cue").status, 1);
    const RunResult ccd = convert(folder, "a.cue", "b.ccd");
    ASSERT_LE(ccd.status, 1) << ccd.err;
    ASSERT_LE(convert(folder, "b.ccd", "c.toc").status, 1);
    ASSERT_LE(convert(folder, "c.toc", "d.cue").status, 1);
    if (fills_gaps(ccd)) {
      EXPECT_GT(folder.read("d.bin").size(), folder.read("a.bin").size());
      continue;
    }
    EXPECT_TRUE(folder.read("a.bin") == folder.read("d.bin"));
    ++same;
  }
  EXPECT_GE(same, test::kSanitized ? 10 : 60);
}

}  // namespace
}  // namespace pregap
