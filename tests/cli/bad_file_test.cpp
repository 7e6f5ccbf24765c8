// Images that are no images, or not whole.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <regex>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

// `image` can't be opened: the same line from every command, exit 2, nothing left behind.
void expect_error(const TempFolder& folder, const std::string& image, const std::string& error,
                  const RunOptions& more = {}) {
  RunOptions options = more;
  options.folder = folder.path();
  const std::vector<std::string> before = folder.list();
  for (const std::vector<std::string>& command : {std::vector<std::string>{"verify", image},
                                                  {"info", image},
                                                  {"convert", image, "out.iso"},
                                                  {"convert", image, "out.cue"},
                                                  {"sector", image, "0"}}) {
    const RunResult r = run_pregap(command, options);
    EXPECT_EQ(r.status, 2) << command.front();
    EXPECT_EQ(r.err, error) << command.front();
    EXPECT_EQ(r.out, "") << command.front();
  }
  EXPECT_EQ(folder.list(), before);
}

TEST(BadFile, OneThatIsNotThere) {
  const TempFolder folder;
  const std::string none = ": no such file, expected an image\n";
  expect_error(folder, "nowhere.bin", "pregap: nowhere.bin" + none);
  expect_error(folder, "nowhere/disc.cue", "pregap: nowhere/disc.cue" + none);
}

TEST(BadFile, OneOfTooFewBytes) {
  const TempFolder folder;
  const Bytes sector = bytes_of(sound_sectors(SectorKind::mode1, 1));
  struct Case {
    std::size_t size;
    const char* error;
  };
  constexpr Case cases[] = {
      {0, "an empty file, expected an image"},
      {1, "1 byte of unknown content, expected a cue sheet, raw CD sectors or an ISO 9660 image"},
      {15, "15 bytes, expected at least one sector of 2352"},
      {2351, "2351 bytes, expected at least one sector of 2352"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.size);
    folder.write("disc.bin", std::span(sector).first(c.size));
    expect_error(folder, "disc.bin", std::string("pregap: disc.bin: ") + c.error + '\n');
  }
}

TEST(BadFile, BytesLeftOverAreReportedAndNotConverted) {
  const TempFolder folder;
  Bytes bytes = bytes_of(sound_sectors(SectorKind::mode1, 10));
  bytes.resize(bytes.size() + 1000);
  folder.write("disc.bin", bytes);
  const std::string fault =
      "  fault: disc.bin: 1000 bytes are left over behind the last whole sector, 1352 are missing "
      "to one of 2352 bytes\n";
  const RunResult r = run_pregap({"verify", "disc.bin"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out, "damaged     disc.bin: 10 mode 1 sectors\n" + fault);
  for (const char* out : {"out.iso", "out.cue"}) {
    const RunResult refused = run_pregap({"convert", "disc.bin", out}, {.folder = folder.path()});
    EXPECT_EQ(refused.status, 1);
    EXPECT_EQ(refused.out, "disc.bin: no output\n" + fault +
                               "  not written: the image is incomplete; --keep-damaged converts "
                               "what is there\n");
    EXPECT_EQ(folder.list(), std::vector<std::string>{"disc.bin"});
  }
  const RunResult kept =
      run_pregap({"convert", "--keep-damaged", "disc.bin", "out.cue"}, {.folder = folder.path()});
  EXPECT_EQ(kept.status, 1);
  EXPECT_EQ(folder.read("out.bin"), bytes_of(sound_sectors(SectorKind::mode1, 10)));
}

TEST(BadFile, ABootSectorIsNamedAsOne) {
  const TempFolder folder;
  Bytes disk(1474560);
  disk[510] = 0x55;
  disk[511] = 0xAA;
  folder.write("floppy.bin", disk);
  expect_error(folder, "floppy.bin",
               "pregap: floppy.bin: 1474560 bytes of unknown content (it begins like the boot "
               "sector of a disk), expected a cue sheet, raw CD sectors or an ISO 9660 image\n");
}

TEST(BadFile, AFolder) {
  const TempFolder folder;
  fs::create_directory(folder / "disc.cue");
  expect_error(folder, "disc.cue",
               "pregap: disc.cue: a folder, expected an image file\n"
               "hint: verify --recursive looks for the images in a folder\n");
}

TEST(BadFile, APipeIsRefusedAtOnce) {
  const TempFolder folder;
  ASSERT_EQ(::mkfifo((folder / "disc.bin").c_str(), 0666), 0);
  expect_error(folder, "disc.bin", "pregap: disc.bin: a pipe, expected an image file\n");
  expect_error(folder, "/dev/zero",
               "pregap: /dev/zero: a character device, expected an image file\n");
}

TEST(BadFile, OneWithoutPermission) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become nobody";
  const TempFolder folder;
  folder.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 10)));
  fs::permissions(folder / "disc.bin", fs::perms(0600));
  expect_error(folder, "disc.bin",
               "pregap: disc.bin: Permission denied, expected a readable file\n",
               {.user = kNobody});
}

TEST(BadFile, AnIsoOfUnknownContentIsTakenAsSectorsWithAWarning) {
  const TempFolder folder;
  folder.write("data.iso", Bytes(20 * 2048, 0x11));
  const RunResult r = run_pregap({"verify", "data.iso"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(
      r.out,
      "unchecked   data.iso: 20 mode 1 sectors\n"
      "  warning: data.iso: no volume descriptor at sector 16, taken as sectors of 2048 bytes "
      "by its name\n");
}

// The program reads 64 GiB of samples that take no room on the disk. It is at work for many
// seconds, so that the test has all the time it needs to see in /proc/PID/io that more than
// `kSeen` bytes were read, and to cut the file to less than that: whatever the machine's speed, the
// next read begins behind the file's new end. Nothing waits for a length of time, and no debugger
// or file system of our own is needed.
constexpr std::uint64_t kSeen = 64 << 20;

TEST(BadFile, OneThatIsCutWhileItIsReadEndsInAnError) {
  for (const char* threads : {"1", "7"}) {
    const TempFolder folder;
    folder.write("disc.cue", sheet("disc.bin", "AUDIO"));
    folder.write("disc.bin", Bytes());
    fs::resize_file(folder / "disc.bin", std::uintmax_t{64} << 30);
    Process process(
        {program_under_test(PREGAP_PROGRAM), "verify", "--json", "--threads", threads, "disc.cue"},
        {.folder = folder.path()});
    ASSERT_TRUE(process.wait_until_read(kSeen));
    fs::resize_file(folder / "disc.bin", 2352);
    const RunResult r = process.wait();
    EXPECT_EQ(r.status, 2);
    const std::regex error(
        "pregap: disc\\.bin:byte \\d+: the file ends here, expected \\d+ more bytes\n"
        "hint: it had them when it was opened: is something still writing to it\\?\n");
    EXPECT_TRUE(std::regex_match(r.err, error)) << r.err;
    EXPECT_EQ(json_lines(r.out).at(0).at("code"), "unreadable");
  }
}

TEST(BadFile, OneThatIsCutWhileItIsConvertedLeavesNoOutput) {
  const TempFolder folder;
  folder.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 2000)));
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
  fs::resize_file(folder / "disc.bin", std::uintmax_t{2352} * (1 << 24));
  Process process({program_under_test(PREGAP_PROGRAM), "convert", "disc.cue", "out.iso"},
                  {.folder = folder.path()});
  ASSERT_TRUE(process.wait_until_read(kSeen));
  fs::resize_file(folder / "disc.bin", 2352);
  const RunResult r = process.wait();
  EXPECT_EQ(r.status, 2);
  EXPECT_NE(r.err.find(": the file ends here, expected "), std::string::npos) << r.err;
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));
}

}  // namespace
}  // namespace pregap::test
