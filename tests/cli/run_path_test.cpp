// Where the programs look for their libraries: never in the working directory, which may be a
// folder of somebody else's files.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/program.h"

namespace pregap::test {
namespace {

TEST(RunPath, HasNoEmptyPlace) {
  if (!is_installed("readelf"))
    GTEST_SKIP() << "readelf is not installed: apt-get install binutils";
  const std::filesystem::path folder = std::filesystem::path(PREGAP_PROGRAM).parent_path();
  for (const char* name : {"pregap", "pregap-rip"}) {
    const std::filesystem::path program = folder / name;
    if (!std::filesystem::exists(program)) continue;  // built without reading drives
    SCOPED_TRACE(name);
    const RunResult r = run({"readelf", "-d", program.string()});
    ASSERT_EQ(r.status, 0) << r.err;
    EXPECT_NE(r.out.find("(NEEDED)"), std::string::npos) << r.out;
    const std::size_t at = r.out.find("path: [");
    if (at == std::string::npos) continue;
    const std::size_t begin = at + 7;
    const std::string places = ':' + r.out.substr(begin, r.out.find(']', begin) - begin) + ':';
    EXPECT_EQ(places.find("::"), std::string::npos) << places;
  }
}

}  // namespace
}  // namespace pregap::test
