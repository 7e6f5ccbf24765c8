// Archives as Info-ZIP and Python's zipfile write them, and such as nobody should.
#include <gtest/gtest.h>

#include "base/endian.h"
#include "bytes/open_containers.h"
#include "bytes/packed.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using test::mixed_content;
using test::Octets;
using test::TempFolder;

class Zip : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::is_installed("zip")) GTEST_SKIP() << "zip is not installed: apt-get install zip";
  }
  void zip(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"zip", "-q"});
    ASSERT_EQ(test::run(arguments, {.folder = folder_.path()}).status, 0);
  }
  std::string error(const std::string& name, const ContainerOptions& options = {}) const {
    std::string text = test::error_of([&] { open_containers(folder_ / name, options); });
    const std::string folder = folder_.path().string() + "/";
    for (auto at = text.find(folder); at != text.npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
  Octets content_of(const std::string& name, const ContainerOptions& options = {}) const {
    const std::vector<Container> containers = open_containers(folder_ / name, options);
    if (containers.empty()) return {};
    Octets bytes(containers.back().content->size());
    read_exactly(*containers.back().content, 0, bytes);
    return bytes;
  }
  std::vector<Problem> verify(const std::string& name) const {
    return open_containers(folder_ / name).back().verify({});
  }
  const TempFolder folder_;
};

TEST_F(Zip, GivesTheOnlyFileStoredOrDeflated) {
  const Octets content = mixed_content(700'001, 1);
  folder_.write("a.img", content);
  for (const char* level : {"-0", "-6", "-9"}) {
    SCOPED_TRACE(level);
    zip({level, std::string("x") + level + ".zip", "a.img"});
    const std::string name = std::string("x") + level + ".zip";
    EXPECT_EQ(content_of(name), content);
    EXPECT_TRUE(verify(name).empty());
    const Container container = open_containers(folder_ / name).front();
    EXPECT_EQ(container.kind, "zip");
    EXPECT_EQ(container.name, "a.img");
  }
}

TEST_F(Zip, TakesTheOnlyImageAmongOtherFiles) {
  folder_.write("a.txt", std::string("read me"));
  folder_.write("a.ima", mixed_content(5'000, 2));
  zip({"x.zip", "a.txt", "a.ima"});
  EXPECT_EQ(content_of("x.zip"), folder_.read("a.ima"));
  EXPECT_EQ(content_of("x.zip:a.txt"), folder_.read("a.txt"));
  EXPECT_EQ(content_of("x.zip", {.member = "A.TXT"}), folder_.read("a.txt"));
}

TEST_F(Zip, SaysWhatIsInItWhereItCantChoose) {
  folder_.write("a.img", std::string("1"));
  folder_.write("b.img", std::string("2"));
  folder_.write("c.txt", std::string("3"));
  folder_.write("d.txt", std::string("4"));
  zip({"x.zip", "a.img", "b.img", "c.txt"});
  zip({"t.zip", "c.txt", "d.txt"});
  EXPECT_EQ(error("x.zip"),
            "usage: x.zip: 2 images in the archive, expected one: a.img, b.img | x.zip:NAME names "
            "one");
  EXPECT_EQ(error("t.zip"),
            "unrecognised: t.zip: a ZIP archive of 2 files, expected an image among them: c.txt, "
            "d.txt | t.zip:NAME names one");
  EXPECT_EQ(error("x.zip:e.img"),
            "not_found: x.zip: no \"e.img\" in the archive, expected one of: a.img, b.img, c.txt");
  EXPECT_EQ(error("a.img:b"), "not_found: a.img: no archive, expected one with \"b\" in it");
}

TEST_F(Zip, RefusesWhatItCantUnpack) {
  folder_.write("a.img", mixed_content(5'000, 3));
  zip({"-P", "secret", "p.zip", "a.img"});
  EXPECT_EQ(error("p.zip"),
            "unsupported: p.zip: \"a.img\" is encrypted, expected a file that can be read without "
            "a password | unpack it first");
  folder_.write("a.img", Octets(50'000, 'x'));
  zip({"-Z", "bzip2", "b.zip", "a.img"});
  EXPECT_EQ(error("b.zip"),
            "unsupported: b.zip: \"a.img\" is packed by method 12, expected stored (0) or deflated "
            "(8) | unpack it first");
}

TEST_F(Zip, TellsAChecksumThatDisagrees) {
  folder_.write("a.img", Octets(10'000, 'x'));
  for (const char* level : {"-0", "-6"}) {
    SCOPED_TRACE(level);
    const std::string name = std::string("x") + level + ".zip";
    zip({level, "-X", name, "a.img"});
    Octets bytes = folder_.read(name);
    const std::size_t directory = load_le32(bytes, bytes.size() - 6);
    bytes[directory + 16] ^= 1;  // CRC-32
    folder_.write(name, bytes);
    const std::vector<Problem> problems = verify(name);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].code, "container.crc");
    EXPECT_NE(problems[0].message.find("of \"a.img\", expected "), std::string::npos);
  }
}

TEST_F(Zip, StandsEveryByteWrong) {
  folder_.write("a.img", mixed_content(600, 4));
  zip({"x.zip", "a.img"});
  const Octets sound = folder_.read("x.zip");
  for (std::size_t at = 0; at < sound.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      Octets wrong = sound;
      wrong[at] = static_cast<std::uint8_t>(wrong[at] ^ flip);
      folder_.write("y.zip", wrong);
      try {
        content_of("y.zip");
      } catch (const Error&) {
      }
    }
    folder_.write("y.zip", Octets(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(at)));
    try {
      content_of("y.zip");
    } catch (const Error&) {
    }
  }
}

TEST_F(Zip, ReadsZip64) {
  const std::string python = "/usr/bin/python3";
  if (!std::filesystem::exists(python)) GTEST_SKIP() << "python3 is not installed";
  const Octets content = mixed_content(40'000, 5);
  folder_.write("a.img", content);
  // A length that isn't known beforehand: zipfile takes zip64 fields then.
  const std::string script =
      "import zipfile\n"
      "with zipfile.ZipFile('x.zip', 'w', zipfile.ZIP_DEFLATED) as z:\n"
      "  with z.open('a.img', 'w', force_zip64=True) as f: f.write(open('a.img', 'rb').read())\n"
      "data = open('x.zip', 'rb').read()\n"
      "at = data.rindex(b'PK\\5\\6')\n"
      "size, where = (int.from_bytes(data[at + i:at + i + 4], 'little') for i in (12, 16))\n"
      "n = lambda v, s: v.to_bytes(s, 'little')\n"
      "end64 = b'PK\\6\\6' + n(44, 8) + n(45, 2) + n(45, 2) + n(0, 8) + n(1, 8) + n(1, 8) + "
      "n(size, 8) + n(where, 8)\n"
      "locator = b'PK\\6\\7' + n(0, 4) + n(at, 8) + n(1, 4)\n"
      "end = b'PK\\5\\6' + n(0, 4) + b'\\xff' * 12 + n(0, 2)\n"
      "open('y.zip', 'wb').write(data[:at] + end64 + locator + end)\n";
  ASSERT_EQ(test::run({python, "-c", script}, {.folder = folder_.path()}).status, 0);
  EXPECT_EQ(content_of("x.zip"), content);
  EXPECT_EQ(content_of("y.zip"), content);
}

TEST(ZipShared, AnImzIsItsImage) {
  const auto root = test::shared_data();
  if (!root) GTEST_SKIP() << test::why_no_shared_data();
  const auto folder = *root / "fluxfox/tests/images/sector_test";
  const std::vector<Container> containers = open_containers(folder / "sector_test_360k.imz");
  ASSERT_EQ(containers.size(), 1u);
  Octets bytes(containers[0].content->size());
  read_exactly(*containers[0].content, 0, bytes);
  EXPECT_EQ(bytes, test::read_file(folder / "sector_test_360k.img"));
  EXPECT_TRUE(containers[0].verify({}).empty());
}

}  // namespace
}  // namespace pregap
