// README.md's tour, run: what it shows is what pregap prints.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/program.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using test::TempFolder;

struct Step {
  std::string command;
  std::string shown;  // what stands below it
};

// The steps of the code blocks that begin with "$ ".
std::vector<Step> steps_of_readme() {
  std::ifstream readme(fs::path(PREGAP_SOURCE_DIR) / "README.md");
  std::vector<Step> steps;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("```")) {
      inside = false;
    } else if (line.starts_with("$ ")) {
      inside = true;
      steps.push_back({.command = line.substr(2), .shown = {}});
    } else if (inside) {
      steps.back().shown += line + '\n';
    }
  }
  return steps;
}

TEST(Readme, ShowsWhatIsPrinted) {
  const std::vector<Step> steps = steps_of_readme();
  ASSERT_GE(steps.size(), 8U);
  const TempFolder folder;
  fs::copy(PREGAP_SAMPLES, folder.path() / "made", fs::copy_options::recursive);
  const std::string path = fs::path(PREGAP_PROGRAM).parent_path().string() + ":/usr/bin:/bin";
  for (const Step& step : steps) {
    const std::string script = "exec 2>&1; PATH=" + path + "; " + step.command;
    const test::RunResult r =
        test::run({"/bin/sh", "-c", script}, {.folder = folder.path() / "made"});
    std::string printed = r.out;
    if (r.status != 0) printed += "(exit status " + std::to_string(r.status) + ")\n";
    const std::string left_out = "[...]\n";
    if (step.shown.starts_with(left_out)) {
      EXPECT_TRUE(printed.ends_with(step.shown.substr(left_out.size()))) << step.command << '\n'
                                                                         << printed;
    } else {
      EXPECT_EQ(printed, step.shown) << step.command;
    }
  }
}

}  // namespace
}  // namespace pregap
