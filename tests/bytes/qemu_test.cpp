// Images of virtual machines as qemu-img makes them, and such as make their reader open other
// files.
#include <gtest/gtest.h>

#include "bytes/open_containers.h"
#include "bytes/packed.h"
#include "bytes/vmdk_descriptor.h"
#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

using test::mixed_content;
using test::Octets;
using test::TempFolder;

class Qemu : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::is_installed("qemu-img")) {
      GTEST_SKIP() << "qemu-img is not installed: apt-get install qemu-utils";
    }
  }
  void qemu_img(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "qemu-img");
    const test::RunResult result = test::run(arguments, {.folder = folder_.path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  Octets content_of(const std::string& name) const {
    const std::vector<Container> containers = open_containers(folder_ / name);
    if (containers.empty()) return {};
    Octets bytes(containers.back().content->size());
    read_exactly(*containers.back().content, 0, bytes);
    return bytes;
  }
  std::string error(const std::string& name, bool allow_outside = false) const {
    std::string text =
        test::error_of([&] { open_containers(folder_ / name, {.allow_outside = allow_outside}); });
    const std::string folder = folder_.path().string() + "/";
    for (auto at = text.find(folder); at != text.npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
  std::string vmdk(const std::string& lines) const {
    return "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"
           "createType=\"monolithicFlat\"\n" +
           lines;
  }
  const TempFolder folder_;
};

TEST_F(Qemu, GivesTheContentOfEveryFormatWithItsExactSize) {
  struct Row {
    const char *format, *options, *kind;
  };
  // An odd number of sectors, which fills neither a cluster nor a cylinder.
  const Octets content = mixed_content(512 * 3'333, 1);
  folder_.write("raw.img", content);
  for (const Row& row : std::vector<Row>{{"qcow2", "", "qcow2"},
                                         {"qcow2", "compat=0.10,cluster_size=4096", "qcow2"},
                                         {"vmdk", "", "vmdk"},
                                         {"vmdk", "subformat=streamOptimized", "vmdk"},
                                         {"vmdk", "subformat=monolithicFlat", "vmdk"},
                                         {"vmdk", "subformat=twoGbMaxExtentSparse", "vmdk"},
                                         {"vdi", "", "vdi"},
                                         {"vpc", "force_size=on", "vhd"},
                                         {"vpc", "force_size=on,subformat=fixed", "vhd"},
                                         {"vhdx", "", "vhdx"}}) {
    SCOPED_TRACE(std::string(row.format) + " " + row.options);
    std::vector<std::string> command = {"convert", "-f", "raw", "-O", row.format};
    if (*row.options != '\0') command.insert(command.end(), {"-o", row.options});
    command.insert(command.end(), {"raw.img", "a, b.disk"});
    qemu_img(command);
    EXPECT_EQ(content_of("a, b.disk"), content);
    const Container container = open_containers(folder_ / "a, b.disk").back();
    EXPECT_EQ(container.kind, row.kind);
    EXPECT_TRUE(container.verify({}).empty());
  }
}

TEST_F(Qemu, FollowsBackingFilesInTheFolderAlone) {
  std::filesystem::create_directory(folder_ / "in");
  folder_.write("in/raw.img", mixed_content(512 * 100, 2));
  folder_.write("out.img", Octets(512 * 100));
  const auto make = [&](const std::string& name, const std::string& backing,
                        const std::string& format) {
    qemu_img(
        {"create", "-q", "-u", "-f", "qcow2", "-b", backing, "-F", format, "in/" + name, "51200"});
  };
  make("a.qcow2", "raw.img", "raw");
  make("b.qcow2", "a.qcow2", "qcow2");
  EXPECT_EQ(content_of("in/b.qcow2"), folder_.read("in/raw.img"));
  make("up.qcow2", "../out.img", "raw");
  make("chain.qcow2", "up.qcow2", "qcow2");
  make("absolute.qcow2", "/etc/hostname", "raw");
  make("protocol.qcow2", "nbd://localhost:1", "raw");
  make("json.qcow2", "json:{\"driver\":\"file\",\"filename\":\"/etc/passwd\"}", "raw");
  std::filesystem::create_symlink("../out.img", folder_ / "in/link.img");
  make("link.qcow2", "link.img", "raw");
  const std::string outside =
      ", which leads out of the image's folder, expected a file in it | "
      "--allow-outside permits it";
  EXPECT_EQ(error("in/up.qcow2"), "refused: in/up.qcow2: it names \"../out.img\"" + outside);
  EXPECT_EQ(error("in/chain.qcow2"), "refused: in/up.qcow2: it names \"../out.img\"" + outside);
  EXPECT_EQ(error("in/link.qcow2"), "refused: in/link.qcow2: it names \"link.img\"" + outside);
  EXPECT_EQ(error("in/absolute.qcow2"),
            "refused: in/absolute.qcow2: it names \"/etc/hostname\"" + outside);
  for (const std::string name : {"protocol", "json"}) {
    EXPECT_NE(error("in/" + name + ".qcow2", true).find("expected a file by its path"),
              std::string::npos);
  }
  EXPECT_EQ(error("in/up.qcow2", true), "nothing");
}

TEST_F(Qemu, RefusesAVmdkThatNamesFilesElsewhere) {
  folder_.write("flat.img", Octets(2'048, 'x'));
  folder_.write("good.vmdk", vmdk("RW 4 FLAT \"flat.img\" 0\n"));
  EXPECT_EQ(content_of("good.vmdk"), Octets(2'048, 'x'));
  for (const char* lines :
       {"RW 4 FLAT \"/etc/passwd\" 0\n", "RW 4 FLAT \"../x\" 0\n", "RW 4 FLAT\n\"/etc/passwd",
        "RW 4 FLAT \"flat.img\" 0\nRW 4 FLAT \"/etc/passwd\" 0\n",
        "RW\t4\vFLAT \"/etc/passwd\r\n"}) {
    folder_.write("evil.vmdk", vmdk(lines));
    EXPECT_TRUE(error("evil.vmdk").starts_with("refused: evil.vmdk: it names ")) << lines;
  }
  folder_.write("evil.vmdk", vmdk("parentFileNameHint=\"/etc/passwd\"\n"));
  EXPECT_TRUE(error("evil.vmdk").starts_with("unsupported: evil.vmdk: only what differs from "));
  folder_.write("evil.vmdk", vmdk("RW 4 FLAT \"evil.vmdk\" 0\n"));
  EXPECT_EQ(error("evil.vmdk"),
            "unsupported: evil.vmdk: more than 8 files that name one another, expected fewer");
  folder_.write("evil.vmdk", vmdk("RW 4 FLAT \"none.img\" 0\n"));
  EXPECT_EQ(error("evil.vmdk"),
            "not_found: evil.vmdk: it names \"none.img\", expected a file there");
}

TEST_F(Qemu, TellsWhatQemuFindsInADamagedImage) {
  folder_.write("raw.img", mixed_content(2'000'000, 3));
  qemu_img({"convert", "-f", "raw", "-O", "qcow2", "raw.img", "x.qcow2"});
  Octets bytes = folder_.read("x.qcow2");
  // The refcount block counts no cluster any more.
  const std::size_t table = bytes[48 + 6] * 256u + bytes[48 + 7] + (bytes[48 + 5] << 16);
  const std::size_t block = (bytes[table + 5] << 16) + bytes[table + 6] * 256u + bytes[table + 7];
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(block), 64, std::uint8_t{0});
  folder_.write("x.qcow2", bytes);
  const std::vector<Problem> problems = open_containers(folder_ / "x.qcow2").back().verify({});
  ASSERT_GT(problems.size(), 1u);
  EXPECT_EQ(problems[0].severity, Severity::fault);
  EXPECT_NE(problems[0].message.find("x.qcow2: qemu-img check: ERROR cluster"), std::string::npos)
      << problems[0].message;
  folder_.write("y.qcow2", Octets(bytes.begin(), bytes.begin() + 80));
  EXPECT_NE(error("y.qcow2").find("qemu can't open it as qcow2: "), std::string::npos);
}

TEST_F(Qemu, WithinAnotherContainerIsRefusedWithAWayOut) {
  if (!test::is_installed("gzip")) GTEST_SKIP() << "gzip is not installed";
  folder_.write("raw.img", Octets(1'024));
  qemu_img({"convert", "-f", "raw", "-O", "qcow2", "raw.img", "x.qcow2"});
  ASSERT_EQ(test::run({"gzip", "x.qcow2"}, {.folder = folder_.path()}).status, 0);
  EXPECT_EQ(error("x.qcow2.gz"),
            "unsupported: x.qcow2.gz: a qcow2 disk image within another container, expected it in "
            "a file of its own, since qemu reads it | unpack it first: gunzip -k or unzip");
}

TEST_F(Qemu, IsNamedWhereItIsMissing) {
  folder_.write("raw.img", Octets(1'024));
  qemu_img({"convert", "-f", "raw", "-O", "qcow2", "raw.img", "x.qcow2"});
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  const std::string text = error("x.qcow2");
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(text,
            "unsupported: qemu-nbd: this program isn't installed, expected it in PATH | apt-get "
            "install qemu-utils");
}

TEST(VmdkDescriptor, TakesAllThatAnyReaderCouldTakeForAFile) {
  const VmdkDescriptor d = parse_vmdk_descriptor(
      "# Disk DescriptorFile\ncreateType = \"twoGbMaxExtentFlat\"\n"
      "RW 1 FLAT \"a.vmdk\" 0\nRDONLY 1 ZERO\nRW 1 SPARSE \"b c.vmdk\"\nRW 1 FLAT \"open\n"
      "ddb.adapterType = \"ide\"\n");
  EXPECT_EQ(d.create_type, "twoGbMaxExtentFlat");
  EXPECT_EQ(d.files, (std::vector<std::string>{"a.vmdk", "b c.vmdk", "open"}));
  EXPECT_EQ(d.parent, "");
  EXPECT_EQ(parse_vmdk_descriptor("xparentFileNameHint").parent, "?");
  EXPECT_EQ(parse_vmdk_descriptor("parentFileNameHint=\"p\"").parent, "p");
}

}  // namespace
}  // namespace pregap
