// Places that take no output, and a stop in the middle: no half of a file stays anywhere.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <csignal>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

void write_disc(const TempFolder& folder) {
  const Sectors sectors = sound_sectors(SectorKind::mode1, 400);
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
  folder.write("data.iso", iso_of(sectors, times(400, SectorKind::mode1)));
}

// A disk of 256 KiB in memory.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path place) : place_(std::move(place)) {
    fs::create_directory(place_);
    mounted_ = ::mount("pregap-test", place_.c_str(), "tmpfs", 0, "size=256k") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  fs::path place_;
  bool mounted_ = false;
};

TEST(BadPlace, AFullDiskIsAnErrorAndKeepsNoPart) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small tmpfs";
  const TempFolder folder;
  write_disc(folder);
  const SmallDisk disk(folder / "small");
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs can't be mounted here";
  for (const auto& [in, out] :
       {std::pair("disc.cue", "small/out.iso"), std::pair("data.iso", "small/out.cue")}) {
    SCOPED_TRACE(out);
    const RunResult r = run_pregap({"convert", in, out}, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.out, "");
    EXPECT_NE(r.err.find(": No space left on device, expected room for the output\n"),
              std::string::npos)
        << r.err;
    EXPECT_TRUE(r.err.starts_with("pregap: small/out.")) << r.err;
    EXPECT_EQ(std::ranges::count(r.err, '\n'), 1);
    EXPECT_EQ(folder.list(),
              (std::vector<std::string>{"data.iso", "disc.bin", "disc.cue", "small/"}));
  }
}

TEST(BadPlace, AFullDiskKeepsWhatForceWouldHaveReplaced) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small tmpfs";
  const TempFolder folder;
  write_disc(folder);
  const SmallDisk disk(folder / "small");
  if (!disk.mounted()) GTEST_SKIP() << "a tmpfs can't be mounted here";
  folder.write("small/out.iso", std::string("old"));
  const RunResult r =
      run_pregap({"convert", "--force", "disc.cue", "small/out.iso"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(folder.read_text("small/out.iso"), "old");
  EXPECT_EQ(folder.list().size(), 5U);
}

TEST(BadPlace, AFolderThatTakesNoFiles) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become nobody";
  const TempFolder folder;
  write_disc(folder);
  fs::create_directory(folder / "closed");
  for (const char* out : {"closed/out.iso", "closed/out.cue"}) {
    const RunResult r =
        run_pregap({"convert", "disc.cue", out}, {.folder = folder.path(), .user = kNobody});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err,
              "pregap: closed: Permission denied, expected a folder that can be written to\n");
    EXPECT_TRUE(fs::is_empty(folder / "closed"));
  }
}

TEST(BadPlace, StandardOutputThatIsFullIsAnError) {
  const TempFolder folder;
  write_disc(folder);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"verify", "disc.cue"},
                                                  {"verify", "--json", "disc.cue"},
                                                  {"info", "disc.cue"},
                                                  {"sector", "disc.cue", "0"},
                                                  {"--help"},
                                                  {"--version"},
                                                  {"verify", "--help"}}) {
    SCOPED_TRACE(::testing::PrintToString(command));
    const RunResult r = run_pregap(command, {.folder = folder.path(), .output_to = "/dev/full"});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err,
              "pregap: standard output: No space left on device, expected room for the report\n");
  }
}

TEST(BadPlace, AConversionWhoseReportIsLostIsAnErrorToo) {
  const TempFolder folder;
  write_disc(folder);
  const RunResult r = run_pregap({"convert", "disc.cue", "out.iso"},
                                 {.folder = folder.path(), .output_to = "/dev/full"});
  EXPECT_EQ(r.status, 2);
}

// An image that would become 32 GiB: see bad_file_test.cpp for why no time is measured.
TEST(BadPlace, AStopInTheMiddleLeavesNothing) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    SCOPED_TRACE(signal);
    const TempFolder folder;
    folder.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 2000)));
    folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
    fs::resize_file(folder / "disc.bin", std::uintmax_t{2352} * (1 << 24));
    Process process(
        {program_under_test(PREGAP_PROGRAM), "convert", "disc.cue", "out.iso", "--fill", "0"},
        {.folder = folder.path()});
    ASSERT_TRUE(process.wait_until_read(64 << 20));
    process.signal(signal);
    const RunResult r = process.wait();
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(r.err, "pregap: disc.cue: stopped, expected to go on to the end\n");
    EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));
  }
}

TEST(BadPlace, AKilledProgramLeavesNothingEither) {
  const TempFolder folder;
  folder.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 2000)));
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
  fs::resize_file(folder / "disc.bin", std::uintmax_t{2352} * (1 << 24));
  Process process(
      {program_under_test(PREGAP_PROGRAM), "convert", "disc.cue", "out.iso", "--fill", "0"},
      {.folder = folder.path()});
  ASSERT_TRUE(process.wait_until_read(64 << 20));
  process.signal(SIGKILL);
  EXPECT_EQ(process.wait().status, 128 + SIGKILL);
  const std::vector<std::string> left = folder.list();
  if (left.size() == 3) GTEST_SKIP() << "this file system has no files without names";
  EXPECT_EQ(left, (std::vector<std::string>{"disc.bin", "disc.cue"}));
}

}  // namespace
}  // namespace pregap::test
