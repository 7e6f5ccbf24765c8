// A qemu-nbd that never says a word: the user can still leave, and nothing stays behind.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

class StuckTool : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("qemu-img")) {
      GTEST_SKIP() << "qemu-img is not installed: apt-get install qemu-utils";
    }
    fs::create_directory(folder_ / "in");
    folder_.write("in/raw.img", Bytes(1U << 20, 0x5A));
    ASSERT_EQ(run({"qemu-img", "convert", "-O", "qcow2", "in/raw.img", "in/x.qcow2"},
                  {.folder = folder_.path()})
                  .status,
              0);
    ASSERT_EQ(::mkfifo((folder_ / "started").c_str(), 0600), 0);
    fs::create_directory(folder_ / "bin");
    folder_.write("bin/qemu-nbd",
                  "#!/bin/sh\necho $$ > " + (folder_ / "started").string() + "\nexec sleep 1000\n");
    fs::permissions(folder_ / "bin/qemu-nbd", fs::perms(0755));
  }
  // Runs it until the tool is there, and returns that one's process id.
  pid_t wait_for_tool() const {
    const int fd = ::open((folder_ / "started").c_str(), O_RDONLY | O_CLOEXEC);
    char text[32] = {};
    const ssize_t n = ::read(fd, text, sizeof text - 1);
    ::close(fd);
    return n > 0 ? static_cast<pid_t>(std::stol(text)) : -1;
  }
  RunOptions options() const {
    RunOptions o{.folder = folder_ / "in"};
    o.environment["PATH"] = (folder_ / "bin").string() + ':' + std::getenv("PATH");
    return o;
  }
  TempFolder folder_;
};

TEST_F(StuckTool, IsLeftByASignal) {
  const std::vector<std::vector<std::string>> commands = {
      {"info", "x.qcow2"}, {"convert", "x.qcow2", "out.img"}, {"convert", "raw.img", "out.qcow2"}};
  for (const auto& command : commands) {
    SCOPED_TRACE(command[1]);
    std::vector<std::string> all = command;
    all.insert(all.begin(), program_under_test(PREGAP_PROGRAM));
    Process process(all, options());
    const pid_t tool = wait_for_tool();
    ASSERT_GT(tool, 0);
    process.signal(SIGINT);
    const RunResult r = process.wait();
    EXPECT_FALSE(r.out_of_time);
    EXPECT_EQ(r.status, 2);
    EXPECT_NE(r.err.find("stopped, expected to go on"), std::string::npos) << r.err;
    EXPECT_EQ(::kill(tool, 0), -1) << "it is still there";
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / "in")) {
      names.insert(entry.path().filename());
    }
    EXPECT_EQ(names, (std::set<std::string>{"raw.img", "x.qcow2"}));
  }
}

}  // namespace
}  // namespace pregap::test
