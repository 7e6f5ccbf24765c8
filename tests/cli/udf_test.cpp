// UDF through the whole program: on discs of raw sectors, in sessions, on hard disks.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/disk_images.h"
#include "support/udf_image.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUserData = 2048;

Bytes text(std::string_view s) { return {s.begin(), s.end()}; }

// A session with one file of three blocks, of the letters A, B and C; `name` is its name.
Bytes session_of(const std::string& name, std::uint32_t start = 0) {
  UdfImage image(2048, 24);
  image.session = start;
  image.end_anchor = false;
  for (const char c : {'A', 'B', 'C'}) {
    image.raw(10U + static_cast<unsigned>(c - 'A'), Bytes(kUserData, static_cast<std::uint8_t>(c)));
  }
  image.entry(2, {.size = 3 * kUserData, .allocation = 0, .descriptors = udf_short(6144, 10)});
  const Bytes folder = udf_folder({{name, {2}}});
  image.entry(1, {.type = 4, .size = folder.size(), .descriptors = folder});
  return image.finish();
}

// Raw sectors of mode 1 from LBA `first` on.
Bytes raw_sectors(const Bytes& user_data, int first = 0) {
  Bytes raw;
  for (std::size_t n = 0; n * kUserData < user_data.size(); ++n) {
    const auto sector = reference::build(SectorKind::mode1, first + static_cast<int>(n),
                                         std::span(user_data).subspan(n * kUserData, kUserData));
    raw.insert(raw.end(), sector.begin(), sector.end());
  }
  return raw;
}

std::string cue_of(const std::string& file) {
  return "FILE \"" + file + "\" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n";
}

TEST(Udf, FilesOfRawDiscsAreCorrectedOnTheirWay) {
  const TempFolder folder;
  Bytes raw = raw_sectors(session_of("file"));
  raw[(UdfImage::kStart + 11) * 2352 + 100] ^= 0xFF;  // the second block of the file
  folder.write("disc.bin", raw);
  folder.write("disc.cue", cue_of("disc.bin"));
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"ls", "-l", "disc.cue"}, here).out,
            "-r-xr-xr-x         6144 2001-02-03 04:05:06        2 file\n");
  EXPECT_EQ(run_pregap({"extract", "disc.cue", "-o", "out"}, here).status, 0);
  EXPECT_EQ(folder.read("out/file"),
            joined({Bytes(kUserData, 'A'), Bytes(kUserData, 'B'), Bytes(kUserData, 'C')}));
}

TEST(Udf, VerifySaysInWhichFileABadSectorLies) {
  const TempFolder folder;
  Bytes raw = raw_sectors(session_of("file"));
  std::fill_n(raw.begin() + (UdfImage::kStart + 11) * 2352 + 16, 1500, std::uint8_t{0x77});
  folder.write("disc.bin", raw);
  folder.write("disc.cue", cue_of("disc.bin"));
  const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.out.find("in /file: 1 bad sector"), std::string::npos) << r.out;
}

TEST(Udf, VerifyTellsAnIsoWhoseFileEntryIsDamaged) {
  const TempFolder folder;
  Bytes iso = session_of("file");
  iso[(UdfImage::kStart + 2) * kUserData + 60] ^= 1;
  folder.write("disc.iso", iso);
  const RunResult r = run_pregap({"verify", "disc.iso"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.out.find("disc.iso: UDF: 1 file entry malformed, first of file, a file entry that "
                       "does not agree with its CRC"),
            std::string::npos)
      << r.out;
}

// The second session's addresses count from the disc's start.
TEST(Udf, SessionsOfADiscHaveTheirOwnVolumes) {
  const TempFolder folder;
  const Bytes first = session_of("first");
  const auto start = static_cast<std::uint32_t>(first.size() / kUserData + 11400);
  folder.write("1.bin", raw_sectors(first));
  folder.write("2.bin", raw_sectors(session_of("second", start), static_cast<int>(start)));
  folder.write("disc.cue", "REM SESSION 01\n" + cue_of("1.bin") +
                               "REM SESSION 02\nFILE \"2.bin\" BINARY\n  TRACK 02 MODE1/2352\n"
                               "    INDEX 01 00:00:00\n");
  const auto out = [&](const std::string& address) {
    const RunResult r = run_pregap({"ls", address}, {.folder = folder.path()});
    EXPECT_EQ(r.err, "") << address;
    return r.out;
  };
  EXPECT_EQ(out("disc.cue"), "second\n");
  EXPECT_EQ(out("disc.cue:s2"), "second\n");
  EXPECT_EQ(out("disc.cue:t2:udf"), "second\n");
  EXPECT_EQ(out("disc.cue:udf"), "second\n");
  const std::string info = run_pregap({"info", "disc.cue"}, {.folder = folder.path()}).out;
  for (const char* track : {"on track 1, seen as a disk:\n  UDF \"made\"",
                            "on track 2, seen as a disk:\n  UDF \"made\""}) {
    EXPECT_NE(info.find(track), std::string::npos) << info;
  }
}

TEST(Udf, VerifyLooksAtLaterSessionsToo) {
  const TempFolder folder;
  const Bytes first = session_of("first");
  const auto start = static_cast<std::uint32_t>(first.size() / kUserData + 11400);
  Bytes second = session_of("second", start);
  second[(UdfImage::kStart + 2) * kUserData + 60] ^= 1;  // the file's entry
  folder.write("1.bin", raw_sectors(first));
  folder.write("2.bin", raw_sectors(second, static_cast<int>(start)));
  folder.write("disc.cue", "REM SESSION 01\n" + cue_of("1.bin") +
                               "REM SESSION 02\nFILE \"2.bin\" BINARY\n  TRACK 02 MODE1/2352\n"
                               "    INDEX 01 00:00:00\n");
  const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.out.find("1 file entry malformed, first of second"), std::string::npos) << r.out;
}

TEST(Udf, AVolumeOfOtherSectorsThanADiscsIsADisk) {
  const TempFolder folder;
  for (const std::uint32_t sector : {512U, 1024U, 4096U}) {
    UdfImage image(sector, 64);
    const Bytes root = udf_folder({});
    image.entry(1, {.type = 4, .size = root.size(), .descriptors = root});
    folder.write("card.img", image.finish());
    const RunResult r = run_pregap({"verify", "card.img"}, {.folder = folder.path()});
    EXPECT_TRUE(r.out.starts_with("good        card.img: UDF, ")) << sector << ": " << r.out;
  }
}

TEST(Udf, PartitionsOfHardDisksAreReadInTheirOwnBlocks) {
  if (!is_installed("sfdisk")) GTEST_SKIP() << "sfdisk is not installed";
  const TempFolder folder;
  UdfImage image(512, 64);
  image.files = 1;
  image.entry(10, {.size = 4, .descriptors = text("text")});
  const Bytes root = udf_folder({{"file", {10}}});
  image.entry(1, {.type = 4, .size = root.size(), .descriptors = root});
  folder.write("card.img", Bytes(4U << 20));
  const RunOptions here{.folder = folder.path()};
  ASSERT_EQ(
      run({"sfdisk", "-q", "card.img"}, {.folder = folder.path(), .input = "2048,2048,7\n"}).status,
      0);
  Bytes card = folder.read("card.img");
  std::ranges::copy(image.finish(), card.begin() + 2048 * 512);
  folder.write("card.img", card);
  EXPECT_EQ(run_pregap({"ls", "card.img:p1"}, here).out, "file\n");
  EXPECT_EQ(run_pregap({"extract", "card.img:p1/file", "-o", "file"}, here).status, 0);
  EXPECT_EQ(folder.read_text("file"), "text");
  const RunResult verified = run_pregap({"verify", "card.img"}, here);
  EXPECT_EQ(verified.out.substr(0, 5), "good ") << verified.out;
}

}  // namespace
}  // namespace pregap::test
