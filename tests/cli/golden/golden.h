// Whole texts held against files. PREGAP_UPDATE_GOLDEN=1 writes the files anew: read the difference
// before it is committed.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace pregap::test {

inline std::filesystem::path golden_folder() {
  return std::filesystem::path(PREGAP_SOURCE_DIR) / "tests" / "cli" / "golden";
}

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = golden_folder() / name;
  if (std::getenv("PREGAP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << "no " << path;
  const std::string expected((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(text, expected) << "that is not " << path;
}

// The sample discs, which the test samples/make makes.
inline std::filesystem::path samples() {
  const std::filesystem::path place = PREGAP_SAMPLES;
  if (!std::filesystem::is_directory(place / "mixed")) {
    ADD_FAILURE() << "no samples in " << place << ": run ctest, or samples/make_samples";
  }
  return place;
}

}  // namespace pregap::test
