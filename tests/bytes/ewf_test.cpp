// EnCase images as ewfacquire makes them; damage as ewfverify finds it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

#include "bytes/open_containers.h"
#include "bytes/packed.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

using test::mixed_content;
using test::Octets;
using test::TempFolder;

class Ewf : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::is_installed("ewfacquire")) {
      GTEST_SKIP() << "ewfacquire is not installed: apt-get install ewf-tools";
    }
    content_ = mixed_content(512 * 5'001, 1);
    folder_.write("raw.img", content_);
  }
  void acquire(const std::string& name, std::vector<std::string> options) const {
    std::vector<std::string> command = {"ewfacquire", "-u", "-q", "-c", "fast", "-t", name};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back("raw.img");
    const test::RunResult result = test::run(command, {.folder = folder_.path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  Container open(const std::string& name) const { return open_containers(folder_ / name).at(0); }
  static std::string fact(const Container& container, const std::string& name) {
    for (const auto& [key, value] : container.facts) {
      if (key == name) return value;
    }
    return "none";
  }
  Octets content_, read_;
  const TempFolder folder_;
};

TEST_F(Ewf, GivesTheContentAndWhatWasSaidOfIt) {
  acquire("x", {"-C", "case 7", "-D", "a card", "-e", "Ex Aminer", "-E", "ev-1", "-N", "no notes",
                "-d", "sha1"});
  const Container container = open("x.E01");
  EXPECT_EQ(container.kind, "ewf");
  read_.resize(container.content->size());
  read_exactly(*container.content, 0, read_);
  EXPECT_EQ(read_, content_);
  EXPECT_EQ(fact(container, "case_number"), "case 7");
  EXPECT_EQ(fact(container, "description"), "a card");
  EXPECT_EQ(fact(container, "examiner_name"), "Ex Aminer");
  EXPECT_EQ(fact(container, "evidence_number"), "ev-1");
  EXPECT_EQ(fact(container, "notes"), "no notes");
  const test::RunResult sums =
      test::run({"sh", "-c", "md5sum raw.img; sha1sum raw.img"}, {.folder = folder_.path()});
  EXPECT_EQ(fact(container, "stored_md5"), sums.out.substr(0, 32));
  EXPECT_EQ(fact(container, "stored_sha1"), sums.out.substr(sums.out.find('\n') + 1, 40));
  EXPECT_TRUE(container.verify({}).empty());
}

TEST_F(Ewf, JoinsSegments) {
  acquire("x", {"-S", "1MiB", "-c", "none"});
  const Container container = open("x.E01");
  EXPECT_GT(container.files.size(), 2u);
  read_.resize(container.content->size());
  read_exactly(*container.content, 0, read_);
  EXPECT_EQ(read_, content_);
  EXPECT_TRUE(container.verify({}).empty());
}

TEST_F(Ewf, TellsTheSectorsOfAChunkThatIsDamaged) {
  acquire("x", {"-c", "none"});
  Octets bytes = folder_.read("x.E01");
  bytes[bytes.size() / 2] ^= 1;
  folder_.write("x.E01", bytes);
  const std::vector<Problem> problems = open("x.E01").verify({});
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].code, "container.crc");
  EXPECT_EQ(problems[1].code, "container.hash");
  const test::RunResult peer = test::run({"ewfverify", "-q", "x.E01"}, {.folder = folder_.path()});
  const auto sectors = [](const std::string& text, const std::string& before,
                          const std::string& between) {
    const std::size_t at = text.find(before) + before.size();
    const std::size_t middle = text.find(between, at);
    return std::pair(std::stoll(text.substr(at)), std::stoll(text.substr(middle + between.size())));
  };
  ASSERT_NE(peer.out.find("at sector(s): "), std::string::npos) << peer.out;
  EXPECT_EQ(sectors(problems[0].message, "checksum of sectors ", " to "),
            sectors(peer.out, "at sector(s): ", " - "));
}

TEST_F(Ewf, StandsWrongBytesInItsSections) {
  folder_.write("raw.img", Octets(content_.begin(), content_.begin() + 512 * 200));
  acquire("x", {});
  const Octets sound = folder_.read("x.E01");
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    Octets wrong = sound;
    const std::size_t ends = 2'200;  // where headers and tables lie, at both ends
    std::size_t at = random() % (2 * ends);
    if (at >= ends) at = wrong.size() - 1 - (at - ends) % wrong.size();
    wrong[at] = static_cast<std::uint8_t>(i % 3 == 0 ? 0xFF : random());
    folder_.write("x.E01", wrong);
    try {
      const Container container = open("x.E01");
      container.verify({});
    } catch (const Error&) {
    }
  }
}

// The only child of this process.
pid_t reader_process() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    std::string pid, name, state, parent;
    if (stat >> pid >> name >> state >> parent && parent == std::to_string(::getpid())) {
      return static_cast<pid_t>(std::stol(pid));
    }
  }
  return -1;
}

TEST_F(Ewf, AReaderThatEndsIsAnError) {
  acquire("x", {});
  const Container container = open("x.E01");
  const pid_t reader = reader_process();
  ASSERT_GT(reader, 0);
  ASSERT_EQ(::kill(reader, SIGKILL), 0);
  read_.resize(512);
  for (int n = 0; n < 2; ++n) {
    EXPECT_EQ(
        test::error_of([&] { container.content->read(0, read_); }),
        "unreadable: " + (folder_ / "x.E01").string() +
            ": the reader of EnCase images was ended by signal 9 (Killed), expected it to read "
            "this one | the image's own structures are damaged or made to mislead; nothing was "
            "changed");
  }
}

TEST_F(Ewf, AReaderThatHangsCanBeLeft) {
  acquire("x", {});
  std::stop_source stop;
  const Container container = open_containers(folder_ / "x.E01", {.stop = stop.get_token()}).at(0);
  ASSERT_EQ(::kill(reader_process(), SIGSTOP), 0);
  stop.request_stop();
  read_.resize(512);
  EXPECT_TRUE(test::error_of([&] { container.content->read(0, read_); }).starts_with("stopped: "));
}

TEST_F(Ewf, TheReaderCanOpenNothing) {
  acquire("x", {});
  const Container container = open("x.E01");
  const pid_t reader = reader_process();
  ASSERT_GT(reader, 0);
  const auto filters = [](const std::string& process) {
    std::ifstream status("/proc/" + process + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Seccomp_filters:")) return std::stoi(line.substr(16));
    }
    return -1;
  };
  if (filters("self") < 0) GTEST_SKIP() << "this system doesn't count filters";
  EXPECT_EQ(filters(std::to_string(reader)), filters("self") + 1);
}

TEST_F(Ewf, IsAnErrorWhereItIsCutShort) {
  acquire("x", {});
  const Octets bytes = folder_.read("x.E01");
  folder_.write("x.E01", Octets(bytes.begin(), bytes.begin() + 100));
  EXPECT_TRUE(test::error_of([&] { open("x.E01"); }).starts_with("malformed: "));
}

}  // namespace
}  // namespace pregap
