// Discs whose files are packed: the same as unpacked, and the packing's own faults with theirs.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

class PackedDisc : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("gzip")) GTEST_SKIP() << "gzip is not installed";
    folder_.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 300)));
    folder_.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
    plain_ = pregap({"verify", "disc.cue", "--json", "--hash"});
  }
  RunResult pregap(std::vector<std::string> arguments) const {
    return run_pregap(std::move(arguments), {.folder = folder_.path()});
  }
  void gzip(const std::string& name) const {
    ASSERT_EQ(run({"gzip", name}, {.folder = folder_.path()}).status, 0);
  }
  TempFolder folder_;
  RunResult plain_;
};

TEST_F(PackedDisc, IsTheSameAsUnpacked) {
  gzip("disc.bin");
  const RunResult packed = pregap({"verify", "disc.cue", "--json", "--hash"});
  EXPECT_EQ(packed.status, 0);
  const nlohmann::json before = json_lines(plain_.out).at(0), after = json_lines(packed.out).at(0);
  EXPECT_EQ(before["tracks"], after["tracks"]);
  EXPECT_EQ(before["sectors"], after["sectors"]);
  EXPECT_EQ(after["verdict"], "good");
  folder_.write("disc.cue", sheet("disc.bin.gz", "MODE1/2352"));
  EXPECT_EQ(json_lines(pregap({"verify", "disc.cue", "--json", "--hash"}).out).at(0)["tracks"],
            before["tracks"]);
  EXPECT_EQ(pregap({"verify", "disc.bin.gz"}).out, "good        disc.bin.gz: 300 mode 1 sectors\n");
  EXPECT_EQ(pregap({"convert", "disc.cue", "disc.iso"}).status, 0);
  gzip("disc.iso");
  EXPECT_NE(pregap({"info", "disc.iso.gz"}).out.find("300 sectors"), std::string::npos);
}

TEST_F(PackedDisc, TellsTheFaultsOfThePacking) {
  gzip("disc.bin");
  Bytes packed = folder_.read("disc.bin.gz");
  packed[packed.size() - 8] ^= 1;
  folder_.write("disc.bin.gz", packed);
  const RunResult r = pregap({"verify", "disc.cue"});
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(
      r.out.starts_with("damaged     disc.cue: 300 mode 1 sectors\n"
                        "  fault: disc.bin.gz:byte "))
      << r.out;
  EXPECT_NE(r.out.find(": CRC-32 "), std::string::npos) << r.out;
}

TEST_F(PackedDisc, IsNotRepairedWhereItLies) {
  Bytes bytes = folder_.read("disc.bin");
  bytes[2352 * 7 + 100] ^= 1;
  folder_.write("disc.bin", bytes);
  gzip("disc.bin");
  const Bytes before = folder_.read("disc.bin.gz");
  const RunResult r = pregap({"repair", "disc.cue", "--in-place"});
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_TRUE(folder_.read("disc.bin.gz") == before);
}

TEST_F(PackedDisc, IsPackedAsItIs) {
  const Bytes bytes = folder_.read("disc.bin");
  EXPECT_EQ(pregap({"convert", "disc.bin", "new.bin.gz", "--verify"}).status, 0);
  EXPECT_EQ(run({"gzip", "-d", "new.bin.gz"}, {.folder = folder_.path()}).status, 0);
  EXPECT_TRUE(folder_.read("new.bin") == bytes);
  const RunResult r = pregap({"convert", "disc.bin", "new.iso.gz"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(
      r.err,
      "pregap: new.iso.gz: a name for an ISO, expected one for the raw sectors that the image "
      "holds\nhint: convert to .iso first\n");
}

}  // namespace
}  // namespace pregap::test
