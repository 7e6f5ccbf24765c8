#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "pregap/bytes.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::TempFolder;

test::Bytes counting(std::size_t n) {
  test::Bytes bytes(n);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

test::Bytes read(const ByteSource& source, std::uint64_t offset, std::size_t n) {
  test::Bytes out(n);
  out.resize(source.read(offset, out));
  return out;
}

std::string open_error(const fs::path& path) {
  return error_of([&] { open_file(path); });
}

TEST(File, GivesItsBytesSizeAndName) {
  const TempFolder folder;
  folder.write("a.bin", counting(200));
  const auto file = open_file(folder / "a.bin");
  EXPECT_EQ(file->size(), 200U);
  EXPECT_EQ(file->name(), (folder / "a.bin").string());
  EXPECT_EQ(read(*file, 0, 200), counting(200));
  EXPECT_EQ(read(*file, 7, 3), (test::Bytes{7, 8, 9}));
}

TEST(File, ReadsFewerBytesOnlyAtItsEnd) {
  const TempFolder folder;
  folder.write("a.bin", counting(100));
  const auto file = open_file(folder / "a.bin");
  EXPECT_EQ(read(*file, 98, 10), (test::Bytes{98, 99}));
  EXPECT_EQ(read(*file, 100, 10), test::Bytes());
  EXPECT_EQ(read(*file, 5000, 10), test::Bytes());
  EXPECT_EQ(read(*file, 50, 0), test::Bytes());
}

TEST(File, HasNothingBehindItsEndHoweverFar) {
  const TempFolder folder;
  folder.write("a.bin", counting(100));
  const auto file = open_file(folder / "a.bin");
  for (const std::uint64_t offset : {std::uint64_t{1} << 62, std::uint64_t{1} << 63,
                                     std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(error_of([&] { EXPECT_EQ(read(*file, offset, 10), test::Bytes()); }), "nothing")
        << offset;
  }
}

TEST(File, MayBeEmpty) {
  const TempFolder folder;
  folder.write("a.bin", std::string());
  const auto file = open_file(folder / "a.bin");
  EXPECT_EQ(file->size(), 0U);
  EXPECT_EQ(read(*file, 0, 1), test::Bytes());
}

TEST(File, IsReadBySeveralThreadsAtOnce) {
  const TempFolder folder;
  const test::Bytes bytes = test::user_data(SectorKind::audio, 1);
  folder.write("a.bin", bytes);
  const auto file = open_file(folder / "a.bin");
  std::array<int, 4> wrong{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t at = t; at < bytes.size(); at += 4) {
          wrong[t] += read(*file, at, 1) != test::Bytes{bytes[at]};
        }
      });
    }
  }
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

TEST(File, SaysThatItIsMissing) {
  const TempFolder folder;
  folder.write("file", std::string("x"));
  const std::string none = (folder / "none.bin").string(), below = (folder / "file/a.bin").string();
  EXPECT_EQ(open_error(none), "not_found: " + none + ": no such file, expected an image");
  EXPECT_EQ(open_error(below), "not_found: " + below + ": no such file, expected an image");
}

TEST(File, IsNoFolder) {
  const TempFolder folder;
  EXPECT_EQ(open_error(folder.path()),
            "unreadable: " + folder.path().string() + ": a folder, expected an image file");
}

TEST(File, IsNoPipeAndNobodyWaitsForItsWriter) {
  const TempFolder folder;
  const std::string path = (folder / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(open_error(path), "unreadable: " + path + ": a pipe, expected an image file");
}

TEST(File, IsNoCharacterDevice) {
  EXPECT_EQ(open_error("/dev/null"),
            "unreadable: /dev/null: a character device, expected an image file");
}

TEST(File, IsNoSocket) {
  const TempFolder folder;
  const std::string path = (folder / "socket").string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::ranges::copy(path, address.sun_path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string error = open_error(path);
  ::close(fd);
  EXPECT_TRUE(error.starts_with("unreadable: " + path + ": ")) << error;
}

// Root may read everything, so that a child of another user tries it.
TEST(File, SaysThatItMayNotBeRead) {
  constexpr uid_t kNobody = 65534;
  const TempFolder folder;
  folder.write("a.bin", counting(10));
  const std::string path = (folder / "a.bin").string();
  fs::permissions(path, fs::perms::none);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) ::_exit(2);
    const std::string expected =
        "unreadable: " + path + ": Permission denied, expected a readable file";
    ::_exit(open_error(path) == expected ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) GTEST_SKIP() << "can't become another user";
  EXPECT_EQ(status, 0) << "another error, or none";
}

TEST(ReadExactly, TakesWhatIsThere) {
  const TempFolder folder;
  folder.write("a.bin", counting(100));
  const auto file = open_file(folder / "a.bin");
  test::Bytes out(100);
  read_exactly(*file, 0, out);
  EXPECT_EQ(out, counting(100));
  read_exactly(*file, 100, std::span<std::uint8_t>());
}

TEST(ReadExactly, SaysWhereAFileThatShrankEnds) {
  const TempFolder folder;
  folder.write("a.bin", counting(100));
  const auto file = open_file(folder / "a.bin");
  fs::resize_file(folder / "a.bin", 40);
  EXPECT_EQ(file->size(), 100U) << "as it was when it was opened";
  test::Bytes out(20);
  EXPECT_EQ(error_of([&] { read_exactly(*file, 30, out); }),
            "unreadable: " + (folder / "a.bin").string() +
                ":byte 40: the file ends here, expected 10 more bytes | it had them when it was "
                "opened: is something still writing to it?");
}

TEST(Memory, GivesItsBytesSizeAndName) {
  const auto memory = memory_source(counting(100), "m");
  EXPECT_EQ(memory->size(), 100U);
  EXPECT_EQ(memory->name(), "m");
  EXPECT_EQ(read(*memory, 0, 100), counting(100));
  EXPECT_EQ(read(*memory, 98, 10), (test::Bytes{98, 99}));
  EXPECT_EQ(read(*memory, 100, 1), test::Bytes());
  EXPECT_EQ(read(*memory, std::numeric_limits<std::uint64_t>::max(), 10), test::Bytes());
  EXPECT_EQ(read(*memory_source({}, "empty"), 0, 10), test::Bytes());
}

TEST(Memory, KeepsItsOwnCopy) {
  test::Bytes bytes = counting(3);
  const auto memory = memory_source(bytes, "m");
  bytes.assign(3, 99);
  EXPECT_EQ(read(*memory, 0, 3), (test::Bytes{0, 1, 2}));
}

}  // namespace
}  // namespace pregap
