// Sub-channel that goes from one image to another.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

// A gap that is stored nowhere, and 1500 sectors whose P to W are all different.
TEST(ConvertSubchannel, IsTheSourcesOwnBehindAGapThatHasNone) {
  constexpr std::size_t kGap = 20, kSectors = 1500, kSize = 96;
  const TempFolder folder;
  folder.write("a.ccd", "[CloneCD]\r\nVersion=3\r\n[TRACK 1]\r\nMODE=0\r\nINDEX 1=20\r\n");
  folder.write("a.img", Bytes(kSectors * 2352));
  Bytes sub(kSectors * kSize);
  for (std::size_t i = 0; i < sub.size(); ++i) sub[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  folder.write("a.sub", sub);
  const RunResult r = run_pregap({"convert", "a.ccd", "b.ccd"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const Bytes written = folder.read("b.sub");
  ASSERT_EQ(written.size(), (kGap + kSectors) * kSize);
  EXPECT_TRUE(std::equal(sub.begin(), sub.end(), written.begin() + kGap * kSize));
}

}  // namespace
}  // namespace pregap::test
