// Parts as split(1) cuts them, and files with holes.
#include <gtest/gtest.h>
#include <unistd.h>

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

Octets content_of(const Container& container) {
  Octets bytes(container.content->size());
  read_exactly(*container.content, 0, bytes);
  return bytes;
}

Octets part(const Octets& bytes, std::size_t from, std::size_t to) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
          bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

TEST(Split, JoinsWhatSplitCut) {
  const Octets content = mixed_content(100'001, 1);
  struct Row {
    std::vector<std::string> arguments;
    std::string prefix, first;
    std::size_t parts;
  };
  for (const Row& row : std::vector<Row>{
           {{"-b", "9000", "-d", "-a", "3", "--numeric-suffixes=1"}, "x.", "x.001", 12},
           {{"-b", "50000", "-d", "-a", "3"}, "x.dd.", "x.dd.000", 3},
           {{"-b", "3000"}, "x.img.", "x.img.aa", 34},
           {{"-b", "33334", "-a", "3"}, "x.img.", "x.img.aaa", 3},
       }) {
    SCOPED_TRACE(row.first);
    const TempFolder folder;
    folder.write("all", content);
    std::vector<std::string> command = {"split"};
    command.insert(command.end(), row.arguments.begin(), row.arguments.end());
    command.insert(command.end(), {"all", row.prefix});
    ASSERT_EQ(test::run(command, {.folder = folder.path()}).status, 0);
    const std::vector<Container> containers = open_containers(folder / row.first);
    ASSERT_EQ(containers.size(), 1u);
    EXPECT_EQ(containers[0].kind, "split");
    EXPECT_EQ(containers[0].files.size(), row.parts);
    EXPECT_EQ(containers[0].name, std::filesystem::path(row.first).stem());
    EXPECT_TRUE(containers[0].verify({}).empty());
    EXPECT_EQ(content_of(containers[0]), content);
  }
}

TEST(Split, TellsPartsThatAreMissingOrShort) {
  const TempFolder folder;
  const Octets content = mixed_content(3'000, 2);
  folder.write("x.001", part(content, 0, 1'000));
  EXPECT_TRUE(open_containers(folder / "x.001").empty());  // alone it is a file like any other
  folder.write("x.002", part(content, 1'000, 1'999));
  folder.write("x.003", part(content, 1'999, 3'000));
  const std::vector<Problem> problems = open_containers(folder / "x.001").at(0).verify({});
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].severity, Severity::fault);
  EXPECT_EQ(problems[0].message,
            (folder / "x.002").string() + ": 999 bytes, expected 1000 as in the first part");
  EXPECT_EQ(problems[1].severity, Severity::warning);
  EXPECT_EQ(problems[1].message, (folder / "x.003").string() +
                                     ": 1001 bytes, expected at most 1000 as in the first part");
  folder.write("x.005", content);
  EXPECT_EQ(
      test::error_of([&] { open_containers(folder / "x.001"); }),
      "not_found: " + (folder / "x.001").string() + ": no part x.004, expected it before x.005");
}

TEST(Split, MayHoldAPackedImage) {
  const TempFolder folder;
  const Octets content = mixed_content(200'000, 3), packed = test::deflated(content);
  folder.write("x.img.gz.001", part(packed, 0, packed.size() * 2 / 3));
  folder.write("x.img.gz.002", part(packed, packed.size() * 2 / 3, packed.size()));
  const std::vector<Container> containers = open_containers(folder / "x.img.gz.001");
  ASSERT_EQ(containers.size(), 2u);
  EXPECT_EQ(containers[1].kind, "gzip");
  EXPECT_EQ(containers[1].name, "x.img");
  EXPECT_EQ(content_of(containers[1]), content);
}

TEST(Sparse, CountsTheHoles) {
  const TempFolder folder;
  folder.write("x.img", std::string("begin"));
  const std::string name = (folder / "x.img").string();
  ASSERT_EQ(::truncate(name.c_str(), 10'000'000), 0);
  const std::vector<Container> containers = open_containers(folder / "x.img");
  if (containers.empty()) GTEST_SKIP() << "this file system knows no holes";
  EXPECT_EQ(containers[0].kind, "sparse");
  EXPECT_EQ(containers[0].facts[0], (std::pair<std::string, std::string>("holes", "1")));
  Octets expected(10'000'000);
  std::copy_n("begin", 5, expected.begin());
  EXPECT_EQ(content_of(containers[0]), expected);
  folder.write("full.img", Octets(100'000));
  EXPECT_TRUE(open_containers(folder / "full.img").empty());
}

}  // namespace
}  // namespace pregap
