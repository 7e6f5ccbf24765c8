// What a disk image is packed in counts for its verdict.
#include "operations/verify_disk.h"

#include <gtest/gtest.h>

#include "pregap/error.h"

namespace pregap::operations {
namespace {

Look look_with(std::vector<Problem> found) {
  Look look;
  look.image.path = "d.img.gz";
  look.image.bytes = memory_source(std::vector<std::uint8_t>(10000, 0x5A), "d.img.gz");
  look.image.containers.push_back({.kind = "gzip",
                                   .facts = {},
                                   .files = {},
                                   .content = look.image.bytes,
                                   .verify = [found](const WorkOptions&) { return found; }});
  return look;
}

TEST(VerifyDisk, ASoundContainerMakesUnknownContentGood) {
  const DiskReport report = verify_disk(look_with({}), {});
  EXPECT_EQ(report.verdict, Verdict::good);
  ASSERT_EQ(report.checks.size(), 1U);
  EXPECT_EQ(report.checks[0].name, "container.gzip");
  EXPECT_TRUE(report.checks[0].good);
}

TEST(VerifyDisk, AContainersFaultIsDamageAndItsWarningIsNot) {
  const Problem fault{.severity = Severity::fault, .code = "gzip.crc", .message = "d.img.gz: CRC"};
  DiskReport report = verify_disk(look_with({fault}), {});
  EXPECT_EQ(report.verdict, Verdict::damaged);
  EXPECT_FALSE(report.checks.at(0).good);
  EXPECT_EQ(report.problems.at(0).code, "gzip.crc");
  const Problem warning{.severity = Severity::warning, .code = "gzip.x", .message = "d.img.gz: x"};
  report = verify_disk(look_with({warning}), {});
  EXPECT_EQ(report.verdict, Verdict::good);
}

TEST(VerifyDisk, WithoutAnyCheckItIsUnchecked) {
  Look look = look_with({});
  look.image.containers.clear();
  VerifyOptions options;
  options.hashes = {"crc32"};
  const DiskReport report = verify_disk(look, options);
  EXPECT_EQ(report.verdict, Verdict::unchecked);
  ASSERT_EQ(report.hashes.size(), 1U);
  EXPECT_EQ(report.hashes[0].first, "crc32");
  options.hashes = {"crc31"};
  EXPECT_THROW(verify_disk(look, options), Error);
}

}  // namespace
}  // namespace pregap::operations
