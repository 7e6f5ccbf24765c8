// What carries a check tells of every single byte that it covers.
#include <algorithm>

#include "support/shared_data.h"
#include "volumes/disk_images.h"

namespace pregap::volumes {
namespace {

bool tells(const Contents& contents, std::string_view prefix) {
  return std::ranges::any_of(contents.problems, [&](const Problem& p) {
    return p.severity != Severity::note && p.code.starts_with(prefix);
  });
}

// An image with one byte changed, without a copy of the rest.
class Flipped final : public ByteSource {
 public:
  Flipped(const ByteSource& sound, std::size_t at) : sound_(sound), at_(at) {}
  std::uint64_t size() const noexcept override { return sound_.size(); }
  const std::string& name() const noexcept override { return sound_.name(); }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::size_t n = sound_.read(offset, out);
    if (at_ >= offset && at_ - offset < n) out[at_ - offset] ^= 0x10;
    return n;
  }

 private:
  const ByteSource& sound_;
  std::size_t at_;
};

Contents check_source(const ByteSource& source) {
  Contents contents = look_into(source);
  check_thoroughly(source, contents, {});
  return contents;
}

struct Range {
  std::size_t from, to;
};

// Flips every byte of the ranges, one at a time, or every n-th where they are long.
void expect_each_flip_is_told(const Bytes& sound, const std::vector<Range>& ranges,
                              std::string_view prefix) {
  const auto source = memory_source(sound, "d.img");
  const Contents before = check_source(*source);
  EXPECT_FALSE(tells(before, prefix)) << before.problems.front().message;
  for (const Range& range : ranges) {
    const std::size_t step = std::max<std::size_t>(1, (range.to - range.from) / 150);
    for (std::size_t at = range.from; at < range.to; at += step) {
      EXPECT_TRUE(tells(check_source(Flipped(*source, at)), prefix)) << "byte " << at;
    }
  }
}

#define NEEDS(name) \
  if (program(name).empty()) GTEST_SKIP() << name << " is not installed"

Bytes gpt_image(const test::TempFolder& folder) {
  return made_by(folder, 1 << 20, {"sfdisk", "-q", "d.img"},
                 "label: gpt\nstart=100,size=100,type=U,name=\"one\"\nstart=300,size=1000\n");
}

TEST(Checks, GptTellsOfEachByteInBothCopies) {
  NEEDS("sfdisk");
  const test::TempFolder folder;
  const Bytes disk = gpt_image(folder);
  const std::size_t last = disk.size() - 512;
  expect_each_flip_is_told(
      disk, {{512, 604}, {1024, 1024 + 128 * 128}, {last, last + 92}, {last - 128 * 128, last}},
      "gpt.");
}

TEST(Checks, AGptWhoseHeaderIsLostIsReadFromItsCopy) {
  NEEDS("sfdisk");
  const test::TempFolder folder;
  const Bytes sound = gpt_image(folder);
  const Contents before = look_into(sound);
  Bytes disk = sound;
  std::fill_n(disk.begin() + 512, 512, std::uint8_t{0});
  const Contents after = look_into(disk);
  EXPECT_EQ(codes_of(after), std::vector<std::string>{"fault gpt.header repairable"});
  ASSERT_EQ(after.tables.at(0).kind, "gpt");
  ASSERT_EQ(after.tables[0].partitions.size(), 2U);
  EXPECT_EQ(after.tables[0].partitions[0].id, before.tables.at(0).partitions.at(0).id);
  EXPECT_EQ(after.tables[0].partitions[1].offset, 300U * 512);
}

TEST(Checks, AGptCutAtItsEndMissesItsCopy) {
  NEEDS("sfdisk");
  const test::TempFolder folder;
  Bytes disk = gpt_image(folder);
  disk.resize(disk.size() - 4096);
  EXPECT_EQ(codes_of(look_into(disk)),
            std::vector<std::string>{"fault gpt.backup_header repairable"});
  disk = gpt_image(folder);
  disk.resize(disk.size() + 4096);
  EXPECT_EQ(codes_of(look_into(disk)), std::vector<std::string>{"warning gpt.backup_place"});
}

TEST(Checks, ExfatTellsOfEachByteOfBothBootRegions) {
  NEEDS("mkfs.exfat");
  const test::TempFolder folder;
  Bytes disk = made_by(folder, 8 << 20, {"mkfs.exfat", "-L", "X", "d.img"});
  disk.resize(2 << 20);  // boot regions alone; that it is cut is another finding
  expect_each_flip_is_told(disk, {{12, 106}, {113, 12 * 512}, {12 * 512, 12 * 512 + 100}},
                           "exfat.");
}

TEST(Checks, Ext4TellsOfEachByteOfSuperBlockAndDescriptors) {
  NEEDS("mkfs.ext4");
  const test::TempFolder folder;
  const Bytes disk =
      made_by(folder, 10 << 20, {"mkfs.ext4", "-q", "-b", "1024", "-O", "metadata_csum", "d.img"});
  expect_each_flip_is_told(disk, {{1024, 2048}, {2048, 2048 + 128}, {8193 * 1024, 8194 * 1024}},
                           "ext.");
}

TEST(Checks, ExtWhoseSuperBlockIsLostIsKnownByItsCopy) {
  NEEDS("mkfs.ext4");
  const test::TempFolder folder;
  Bytes disk = made_by(folder, 10 << 20, {"mkfs.ext4", "-q", "-b", "1024", "-L", "LOST", "d.img"});
  std::fill_n(disk.begin() + 1024, 1024, std::uint8_t{0});
  const Contents found = look_into(disk);
  ASSERT_EQ(found.file_systems.size(), 1U);
  EXPECT_EQ(found.file_systems[0].label, "LOST");
  EXPECT_EQ(codes_of(found), std::vector<std::string>{"fault ext.super repairable"});
}

TEST(Checks, NtfsAndFat32WithoutABootSectorAreKnownByTheirCopies) {
  NEEDS("mkfs.ntfs");
  NEEDS("mkfs.fat");
  const test::TempFolder folder;
  Bytes ntfs = made_by(folder, 4 << 20, {"mkfs.ntfs", "-F", "-q", "-L", "N", "d.img"});
  std::fill_n(ntfs.begin(), 512, std::uint8_t{0});
  EXPECT_EQ(codes_of(look_into(ntfs)), std::vector<std::string>{"fault ntfs.boot repairable"});
  EXPECT_EQ(look_into(ntfs).file_systems.at(0).label, "N");
  Bytes fat = made_by(folder, 40 << 20, {"mkfs.fat", "-F", "32", "-s", "1", "-n", "F", "d.img"});
  std::fill_n(fat.begin(), 512, std::uint8_t{0});
  EXPECT_EQ(codes_of(look_into(fat)), std::vector<std::string>{"fault fat.boot repairable"});
  EXPECT_EQ(look_into(fat).file_systems.at(0).label, "F");
}

TEST(Checks, ACopyOfTheFatThatDiffersIsToldWithItsClusters) {
  NEEDS("mkfs.fat");
  const test::TempFolder folder;
  const Bytes sound = made_by(folder, 1474560, {"mkfs.fat", "d.img"});
  EXPECT_EQ(codes_of(check_all(sound)), std::vector<std::string>{});
  Bytes disk = sound;
  put_le(disk, 10 * 512 + 15, 0xFFF, 2);  // entry 10 in the second FAT: an end of a chain
  Contents found = check_all(disk);
  EXPECT_EQ(codes_of(found), std::vector<std::string>{"fault fat.copies"});
  EXPECT_EQ(found.problems.back().message,
            "d.img: FAT12: FAT 1 and FAT 2 differ in 1 entry (of cluster 10): nothing tells which "
            "is right");
  disk = sound;
  put_le(disk, 10 * 512 + 15, 0xFEE, 2);  // beyond the last cluster: it can't be
  found = check_all(disk);
  EXPECT_EQ(codes_of(found), std::vector<std::string>{"fault fat.copies repairable"});
  EXPECT_EQ(found.problems.back().message,
            "d.img: FAT12: FAT 1 and FAT 2 differ in 1 entry (of cluster 10): the first one is "
            "sound");
}

TEST(Checks, UdfTellsOfItsDescriptors) {
  NEEDS("mkudffs");
  const test::TempFolder folder;
  const Bytes disk = made_by(folder, 4 << 20, {"mkudffs", "-b", "512", "-l", "U", "d.img"});
  const std::size_t anchor = 256 * 512;
  expect_each_flip_is_told(disk, {{anchor + 4, anchor + 8}, {anchor + 12, anchor + 32}}, "udf.");
  EXPECT_EQ(look_into(disk).file_systems.at(0).label, "U");
}

Bytes iso_image(const test::TempFolder& folder) {
  std::filesystem::create_directories(folder / "t/a/b");
  std::filesystem::create_directories(folder / "t/c");
  folder.write("t/a/file.txt", std::string("text"));
  const auto r =
      test::run({program("genisoimage"), "-quiet", "-J", "-o", "d.iso", "t"}, with_sbin(folder));
  EXPECT_EQ(r.status, 0) << r.err;
  return folder.read("d.iso");
}

std::vector<std::string> iso_problems(const Bytes& bytes) {
  Contents contents;
  check_iso(*memory_source(bytes, "d.iso"), contents, {});
  return codes_of(contents);
}

std::uint32_t le32_at(const Bytes& b, std::size_t at) {
  return b[at] | b[at + 1] << 8 | b[at + 2] << 16 | static_cast<std::uint32_t>(b[at + 3]) << 24;
}

TEST(Checks, IsoFieldsInBothByteOrdersAreHeldAgainstEachOther) {
  NEEDS("genisoimage");
  const test::TempFolder folder;
  const Bytes sound = iso_image(folder);
  EXPECT_EQ(iso_problems(sound), std::vector<std::string>{});
  const std::size_t descriptor = 16 * 2048;
  const std::size_t root = le32_at(sound, descriptor + 158) * std::size_t{2048};
  const std::size_t table = le32_at(sound, descriptor + 140) * std::size_t{2048};
  const struct {
    std::size_t at;
    const char* code;
  } cases[] = {
      {descriptor + 87, "warning iso.descriptor"},   // volume space size, big-endian
      {descriptor + 131, "warning iso.descriptor"},  // logical block size, big-endian
      {root + 9, "warning iso.directory_fields"},    // extent of ".", big-endian
      {table + 2, "warning iso.path_tables"},        // extent of the root, in the L table
  };
  for (const auto& c : cases) {
    Bytes bytes = sound;
    bytes[c.at] ^= 1;
    const auto found = iso_problems(bytes);
    ASSERT_FALSE(found.empty()) << c.code;
    EXPECT_EQ(found.front(), c.code);
  }
}

}  // namespace
}  // namespace pregap::volumes
