// Disk images from one format to another: the same content for the programs whose formats they are,
// and for pregap itself; nothing left behind by what fails.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

using Octets = std::vector<std::uint8_t>;

// 3333 sectors and `beyond` bytes: text, noise and a run of zeros; a boot sector's end.
Octets disk(std::size_t beyond = 0) {
  std::mt19937 random(1);
  Octets bytes(512 * 3'333 + beyond);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i < 400'000) bytes[i] = static_cast<std::uint8_t>("abcdefgh"[random() % 8]);
    if (i > 1'200'000) bytes[i] = static_cast<std::uint8_t>(random());
  }
  bytes[510] = 0x55;
  bytes[511] = 0xAA;
  return bytes;
}

class ConvertDisk : public testing::Test {
 protected:
  void SetUp() override { folder_.write("disk.img", content_); }

  RunResult pregap(std::vector<std::string> arguments) const {
    return run_pregap(std::move(arguments), {.folder = folder_.path()});
  }
  RunResult tool(const std::vector<std::string>& command) const {
    return run(command, {.folder = folder_.path()});
  }
  void expect_converted(const std::string& in, const std::string& out,
                        std::vector<std::string> options = {}) const {
    SCOPED_TRACE(in + " to " + out);
    std::vector<std::string> arguments = {"convert", in, out, "--verify"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const RunResult r = pregap(arguments);
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_NE(r.out.find("  read back: equal\n"), std::string::npos) << r.out;
  }
  // Back to raw, for a format that was written before.
  void expect_raw_again(const std::string& in, const Octets& content) const {
    expect_converted(in, "again.dd", {"--force"});
    EXPECT_TRUE(folder_.read("again.dd") == content) << in;
  }

  const Octets content_ = disk();
  TempFolder folder_;
};

TEST_F(ConvertDisk, GzipTakesItsGzip) {
  expect_converted("disk.img", "disk.img.gz");
  EXPECT_EQ(tool({"gzip", "-t", "disk.img.gz"}).status, 0);
  const RunResult r = tool({"sh", "-c", "zcat disk.img.gz | cmp - disk.img"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  expect_raw_again("disk.img.gz", content_);
}

TEST_F(ConvertDisk, PacksTheSameWhateverTheNumberOfThreads) {
  expect_converted("disk.img", "a.gz", {"--threads", "1"});
  expect_converted("disk.img", "b.gz", {"--threads", "3"});
  EXPECT_TRUE(folder_.read("a.gz") == folder_.read("b.gz"));
}

TEST_F(ConvertDisk, UnzipTakesItsZips) {
  if (!is_installed("unzip")) GTEST_SKIP() << "unzip is not installed: apt-get install unzip";
  for (const auto& [name, member] : {std::pair("f.imz", "f.ima"), {"f.zip", "f.img"}}) {
    expect_converted("disk.img", name);
    EXPECT_EQ(tool({"unzip", "-t", name}).status, 0);
    EXPECT_EQ(tool({"unzip", "-q", name}).status, 0);
    EXPECT_TRUE(folder_.read(member) == content_);
    // No data descriptor, no zip64, only what version 2.0 knows.
    const Octets head = folder_.read(name);
    EXPECT_EQ(head[4], 20);
    EXPECT_EQ(head[6], 0);
    expect_raw_again(name, content_);
  }
}

TEST_F(ConvertDisk, QemuTakesItsImages) {
  if (!is_installed("qemu-img")) GTEST_SKIP() << "qemu-img is not installed";
  for (const auto& [name, format] : {std::pair("d.qcow2", "qcow2"),
                                     {"d.vmdk", "vmdk"},
                                     {"d.vdi", "vdi"},
                                     {"d.vhd", "vpc"},
                                     {"d.vhdx", "vhdx"}}) {
    expect_converted("disk.img", name);
    const RunResult r =
        tool({"qemu-img", "compare", "-s", "-f", "raw", "-F", format, "disk.img", name});
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    expect_raw_again(name, content_);
  }
  // A VMDK's own descriptor has the name that it got.
  const RunResult name = tool({"grep", "-a", "SPARSE \"d.vmdk\"", "d.vmdk"});
  EXPECT_EQ(name.status, 0);
  EXPECT_EQ(folder_.list(), (std::vector<std::string>{"again.dd", "d.qcow2", "d.vdi", "d.vhd",
                                                      "d.vhdx", "d.vmdk", "disk.img"}));
}

TEST_F(ConvertDisk, EwfverifyTakesItsE01) {
  if (!is_installed("ewfverify")) GTEST_SKIP() << "ewfverify is not installed";
  expect_converted("disk.img", "d.E01",
                   {"--case", "c-1", "--examiner", "E. X.", "--evidence", "42", "--description",
                    "a disk", "--notes", "none"});
  const RunResult verified = tool({"ewfverify", "-d", "sha1", "d.E01"});
  EXPECT_EQ(verified.status, 0) << verified.out;
  EXPECT_NE(verified.out.find("ewfverify: SUCCESS"), std::string::npos) << verified.out;
  const RunResult info = tool({"ewfinfo", "d.E01"});
  for (const char* value : {"c-1", "E. X.", "42", "a disk", "none"}) {
    EXPECT_NE(info.out.find(value), std::string::npos) << info.out;
  }
  EXPECT_EQ(tool({"sh", "-c", "ewfexport -u -q -f raw -t x d.E01 && cmp x.raw disk.img"}).status,
            0);
  expect_raw_again("d.E01", content_);
  // From one to another the header goes on; elsewhere it is lost, and told.
  expect_converted("d.E01", "e.E01", {"--notes", "again"});
  const RunResult second = tool({"ewfinfo", "e.E01"});
  EXPECT_NE(second.out.find("c-1"), std::string::npos) << second.out;
  EXPECT_NE(second.out.find("again"), std::string::npos) << second.out;
  EXPECT_NE(pregap({"convert", "d.E01", "e.img"}).out.find("what the EnCase image says of itself"),
            std::string::npos);
}

TEST_F(ConvertDisk, SplitsAndJoins) {
  expect_converted("disk.img", "s.001", {"--split-size", "500K"});
  EXPECT_EQ(tool({"sh", "-c", "cat s.0?? | cmp - disk.img"}).status, 0);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "s.001"), 512'000u);
  expect_raw_again("s.001", content_);
  expect_converted("disk.img", "t.img", {"--split-size", "1M"});
  EXPECT_TRUE(std::filesystem::exists(folder_ / "t.img.002"));
  if (!is_installed("ewfverify")) return;
  expect_converted("disk.img", "s.E01", {"--split-size", "1M"});
}

TEST_F(ConvertDisk, WritesHolesIfAsked) {
  Octets holes = content_;
  holes.resize(8'000'000);
  folder_.write("holes.img", holes);
  expect_converted("holes.img", "sparse.dd", {"--sparse"});
  expect_converted("holes.img", "full.dd");
  EXPECT_TRUE(folder_.read("sparse.dd") == holes);
  struct stat sparse {
  }, full{};
  ::stat((folder_ / "sparse.dd").c_str(), &sparse);
  ::stat((folder_ / "full.dd").c_str(), &full);
  EXPECT_LT(sparse.st_blocks, full.st_blocks);
}

TEST_F(ConvertDisk, TellsThatSectorsAreFilledUp) {
  Octets odd = disk(100);
  folder_.write("odd.img", odd);
  expect_raw_again("odd.img", odd);
  odd.resize(512 * 3'334);
  std::vector<std::string> names;
  if (is_installed("qemu-img")) names.insert(names.end(), {"o.qcow2", "o.vhd"});
  if (is_installed("ewfverify")) names.emplace_back("o.E01");
  for (const std::string& name : names) {
    const RunResult r = pregap({"convert", "odd.img", name, "--verify"});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_NE(
        r.out.find("  lost: the size of 1706596 bytes: 412 zero bytes fill up the last sector "
                   "of 512"),
        std::string::npos)
        << r.out;
    expect_raw_again(name, odd);
    EXPECT_EQ(pregap({"convert", "odd.img", "n-" + name, "--no-loss"}).status, 2);
    EXPECT_FALSE(std::filesystem::exists(folder_ / ("n-" + name)));
  }
}

TEST_F(ConvertDisk, RefusesAndLeavesNothingBehind) {
  folder_.write("old.gz", std::string("old"));
  struct Row {
    std::vector<std::string> arguments;
    std::string error;
  };
  for (const Row& row : std::vector<Row>{
           {{"disk.img", "old.gz"},
            "old.gz: exists already, expected a new name\nhint: --force replaces it\n"},
           {{"disk.img", "disk.dd", "--fill", "0"},
            "disk.dd: an option for discs, expected those for disk images alone\n"},
           {{"disk.img", "x.gz", "--sparse"},
            "x.gz: --sparse for a packed format, expected .img\n"},
           {{"disk.img", "x.gz", "--split-size", "1M"},
            "x.gz: --split-size for this format, expected .img or .E01\n"},
           {{"disk.img", "x.img", "--case", "1"},
            "x.img: --case, --examiner, --evidence, --description or --notes, expected them for "
            ".E01 only\n"},
           {{"disk.img", "x.dd", "--split-size", "1X"},
            "--split-size: \"1X\", expected a number of bytes, or one with K, M or G\n"},
           {{"disk.img", "x.001", "--split-size", "1000"},
            "x.001: 1707 files of 1000 bytes, expected at most 999\nhint: a larger --split-size\n"},
           {{"disk.img", "x.iso"},
            "x.iso: output format \"iso\", expected img, dd, ima, gz, zip, imz, qcow2, vmdk, vdi, "
            "vhd, vhdx or E01 of a disk image\n"},
           {{"disk.img", "nowhere/x.qcow2"},
            "nowhere: No such file or directory, expected a folder for the output\n"},
       }) {
    std::vector<std::string> arguments = row.arguments;
    arguments.insert(arguments.begin(), "convert");
    const RunResult r = pregap(arguments);
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, "pregap: " + row.error);
    EXPECT_EQ(folder_.list(), (std::vector<std::string>{"disk.img", "old.gz"}));
  }
  EXPECT_EQ(folder_.read_text("old.gz"), "old");
}

TEST_F(ConvertDisk, AGzipThatIsCutIsConvertedOnlyIfAsked) {
  expect_converted("disk.img", "a.img.gz");
  Octets packed = folder_.read("a.img.gz");
  packed.resize(packed.size() / 2);
  folder_.write("a.img.gz", packed);
  const RunResult refused = pregap({"convert", "a.img.gz", "b.dd"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.out.find("not written: the image is incomplete"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "b.dd"));
  EXPECT_EQ(pregap({"convert", "a.img.gz", "b.dd", "--keep-damaged"}).status, 1);
  const Octets part = folder_.read("b.dd");
  ASSERT_GT(part.size(), 400'000u);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), content_.begin()));
}

TEST_F(ConvertDisk, SaysWhatItDidInJson) {
  const RunResult r = pregap({"convert", "disk.img", "x.img.gz", "--json", "--verify"});
  ASSERT_EQ(r.status, 0) << r.err;
  const nlohmann::json object = json_lines(r.out).at(0);
  EXPECT_EQ(object["schema"], "pregap.convert/1");
  EXPECT_EQ(object["outputs"], nlohmann::json::array({"x.img.gz"}));
  EXPECT_EQ(object["bytes"], std::filesystem::file_size(folder_ / "x.img.gz"));
  EXPECT_EQ(object["content_bytes"], content_.size());
  EXPECT_EQ(object["sha1"], tool({"sha1sum", "disk.img"}).out.substr(0, 40));
  EXPECT_EQ(object["verified"], true);
}

}  // namespace
}  // namespace pregap::test
