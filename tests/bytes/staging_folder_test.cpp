// The hidden folder that an output grows in: whose process is dead, is cleaned up by the next one.
#include "bytes/staging_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/program.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using test::TempFolder;
using Names = std::vector<std::string>;

// A process that makes the folder and a file in it, says so and does nothing more.
class Holder {
 public:
  explicit Holder(const fs::path& target) {
    int ready[2];
    if (::pipe2(ready, O_CLOEXEC) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      const StagingFolder folder(target);
      const int fd = ::open((folder.path() / "part").c_str(), O_WRONLY | O_CREAT, 0600);
      if (fd < 0 || ::write(ready[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    ::close(ready[0]);
  }
  ~Holder() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t id() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

std::string name_of(pid_t pid, const std::string& target = "out.qcow2") {
  return "." + target + ".pregap-" + std::to_string(pid) + "-0/";
}

TEST(StagingFolder, IsGoneWithItsObject) {
  const TempFolder folder;
  {
    const StagingFolder staging(folder / "out.qcow2");
    folder.write(staging.path().filename() / "x", std::string("x"));
    EXPECT_EQ(folder.list().front(), name_of(::getpid()));
  }
  EXPECT_EQ(folder.list(), Names{});
}

TEST(StagingFolder, OfAKilledProcessGoesWithTheNextForTheSameTarget) {
  const TempFolder folder;
  Holder holder(folder / "out.qcow2");
  const std::string theirs = name_of(holder.id());
  holder.kill();
  ASSERT_EQ(folder.list(), (Names{theirs, theirs + "part"}));
  { const StagingFolder other(folder / "other.qcow2"); }
  EXPECT_EQ(folder.list(), (Names{theirs, theirs + "part"}));
  { const StagingFolder same(folder / "out.qcow2"); }
  EXPECT_EQ(folder.list(), Names{});
}

TEST(StagingFolder, OfALivingProcessStays) {
  const TempFolder folder;
  const Holder holder(folder / "out.qcow2");
  { const StagingFolder same(folder / "out.qcow2"); }
  EXPECT_EQ(folder.list(), (Names{name_of(holder.id()), name_of(holder.id()) + "part"}));
  {
    const StagingFolder first(folder / "out.qcow2"), second(folder / "out.qcow2");
    EXPECT_NE(first.path(), second.path());
    EXPECT_TRUE(fs::exists(first.path()));
  }
}

TEST(StagingFolder, NamesThatOnlyLookAlikeStay) {
  const TempFolder folder;
  const Names names = {".out.qcow2.pregap-/", ".out.qcow2.pregap-1-x/", ".out.qcow2.pregap-12/",
                       ".out.qcow2.pregapx-1-1/", "out.qcow2.pregap-1-1/"};
  for (const std::string& name : names) fs::create_directory(folder / name);
  folder.write(".out.qcow2.pregap-1-0", std::string("a file, put aside"));
  fs::create_directory_symlink(folder / names.back(), folder / ".out.qcow2.pregap-1-2");
  const Names before = folder.list();
  { const StagingFolder staging(folder / "out.qcow2"); }
  EXPECT_EQ(folder.list(), before);
}

}  // namespace
}  // namespace pregap
