// What pregap writes, other programs read as what it is. Each test is skipped where its program is
// not installed.
#include <gtest/gtest.h>

#include <regex>

#include "cli/golden/golden.h"
#include "support/image_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

constexpr const char* kPeers = " is not installed: apt-get install bchunk iat cdrdao libcdio-utils";

// The samples' file system of 342 sectors, and b.cue with b.bin made of it.
Bytes write_disc(const TempFolder& folder) {
  const std::string iso = (samples() / "cooked/data.iso").string();
  EXPECT_EQ(run_pregap({"convert", iso, "b.cue"}, {.folder = folder.path()}).status, 0);
  return read_file(iso);
}

TEST(ConvertPeers, BchunkTakesTheSameIsoOut) {
  if (!is_installed("bchunk")) GTEST_SKIP() << "bchunk" << kPeers;
  const TempFolder folder;
  const Bytes iso = write_disc(folder);
  EXPECT_EQ(run({"bchunk", "b.bin", "b.cue", "out"}, {.folder = folder.path()}).status, 0);
  EXPECT_EQ(folder.read("out01.iso"), iso);
}

TEST(ConvertPeers, IatTakesTheSameIsoOut) {
  if (!is_installed("iat")) GTEST_SKIP() << "iat" << kPeers;
  const TempFolder folder;
  const Bytes iso = write_disc(folder);
  EXPECT_EQ(run({"iat", "b.bin", "out.iso"}, {.folder = folder.path()}).status, 0);
  EXPECT_EQ(folder.read("out.iso"), iso);
}

TEST(ConvertPeers, CdrdaoReadsTheTracks) {
  if (!is_installed("cdrdao")) GTEST_SKIP() << "cdrdao" << kPeers;
  const TempFolder folder;
  write_disc(folder);
  const RunResult r = run({"cdrdao", "show-toc", "b.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_NE(r.out.find("TRACK  1  Mode MODE1_RAW:"), std::string::npos) << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(END\s+00:04:42\(\s*342\))"))) << r.out;
}

TEST(ConvertPeers, CdInfoReadsTheTracks) {
  if (!is_installed("cd-info")) GTEST_SKIP() << "cd-info" << kPeers;
  const TempFolder folder;
  write_disc(folder);
  const RunResult r = run(
      {"cd-info", "--no-device-info", "--no-cddb", "--no-header", "--no-analyze", "-c", "b.cue"},
      {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(1: 00:02:00\s+000000 data)"))) << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(170: 00:06:42\s+000342 leadout)"))) << r.out;
}

TEST(ConvertPeers, CdrdaoReadsAMixedDiscOfOneFile) {
  if (!is_installed("cdrdao")) GTEST_SKIP() << "cdrdao" << kPeers;
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 400);
  append(sectors, sound_sectors(SectorKind::audio, 500, 400));
  folder.write("1.bin", bytes_of(sectors, 0, 400));
  folder.write("2.bin", bytes_of(sectors, 400, 500));
  folder.write("many.cue", sheet("1.bin", "MODE1/2352") +
                               "FILE \"2.bin\" BINARY\n  TRACK 02 AUDIO\n    FLAGS DCP\n"
                               "    INDEX 00 00:00:00\n    INDEX 01 00:02:00\n");
  ASSERT_EQ(run_pregap({"convert", "many.cue", "one.cue"}, {.folder = folder.path()}).status, 0);
  const RunResult r = run({"cdrdao", "show-toc", "one.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(TRACK  2  Mode AUDIO:\s+COPY PERMITTED)")))
      << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(PREGAP 00:02:00\(\s*150\))"))) << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(START\s+00:07:25\(\s*550\))"))) << r.out;
  EXPECT_TRUE(std::regex_search(r.out, std::regex(R"(END\s+00:12:00\(\s*900\))"))) << r.out;
}

}  // namespace
}  // namespace pregap::test
