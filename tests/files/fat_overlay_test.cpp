// Floppies from before there were parameters in the boot sector, and volumes without 55 AA, are
// read like those that have both.
#include "volumes/fat_overlay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "files/made_volumes.h"
#include "support/listed_files.h"
#include "volumes/tsk_reader.h"

namespace pregap::volumes {
namespace {

using Strings = std::vector<std::string>;

const Strings kTree{"A.TXT file 5", "SUB folder", "SUB/LARGE.BIN file 20000"};

void expect_tree(const Bytes& image) {
  const std::shared_ptr<const ByteSource> source = memory_source(image, "v.img");
  const auto reader = open_tsk(with_boot_sector(source), "FAT12");
  const auto found = test::list_all(*reader);
  EXPECT_EQ(found.lines, kTree);
  EXPECT_EQ(found.problems, Strings{});
  EXPECT_EQ(test::content_of(*reader, *source, "A.TXT"), "hello");
  EXPECT_EQ(test::content_of(*reader, *source, "SUB/LARGE.BIN"), std::string(20000, 'L'));
}

Bytes floppy(int kib) {
  return fat_of({"mformat", "-i", "v.img", "-f", std::to_string(kib), "::"},
                static_cast<std::uint64_t>(kib) * 1024);
}

void fill(Bytes& image, std::size_t from, std::size_t to, std::uint8_t value) {
  std::fill(image.begin() + static_cast<std::ptrdiff_t>(from),
            image.begin() + static_cast<std::ptrdiff_t>(to), value);
}

class FatOverlay : public testing::Test {
 protected:
  void SetUp() override {
    if (!tsk_reads("FAT12")) GTEST_SKIP() << "built without libtsk";
    if (!have_programs({"mformat", "mcopy", "mkfs.fat"})) GTEST_SKIP() << "no mtools, no mkfs.fat";
  }
};

TEST_F(FatOverlay, FloppiesOfDos1AreReadByTheirMediaByteAndSize) {
  for (const int kib : {160, 180, 320, 360}) {
    SCOPED_TRACE(kib);
    Bytes image = floppy(kib);
    expect_tree(image);
    for (const int rubbish : {0x00, 0xF6, 0xE5}) {
      fill(image, 0, 512, static_cast<std::uint8_t>(rubbish));
      expect_tree(image);
    }
  }
}

TEST_F(FatOverlay, ALostSignatureDoesNotMatter) {
  Bytes image = fat12_volume();
  expect_tree(image);
  fill(image, 510, 512, 0);
  expect_tree(image);
}

TEST_F(FatOverlay, WhatNeedsNothingIsLeftAsItIs) {
  const auto is_left = [](const Bytes& image) {
    const std::shared_ptr<const ByteSource> source = memory_source(image, "v.img");
    return with_boot_sector(source) == source;
  };
  Bytes image = fat12_volume();
  EXPECT_TRUE(is_left(image));
  fill(image, 0, 512, 0);
  EXPECT_TRUE(is_left(image)) << "parameters lost, and no floppy of DOS 1";
  EXPECT_TRUE(is_left(Bytes(100)));
  EXPECT_TRUE(is_left({}));
  Bytes small = floppy(160);
  fill(small, 0, 512, 0);
  EXPECT_FALSE(is_left(small));
  small.pop_back();
  EXPECT_TRUE(is_left(small)) << "of no floppy's size";
  small.push_back(0);
  small[512] = 0xFD;
  EXPECT_TRUE(is_left(small)) << "the media byte of another floppy";
}

TEST_F(FatOverlay, OnlyTheFirstSectorChanges) {
  Bytes image = floppy(160);
  fill(image, 0, 512, 0xF6);
  const std::shared_ptr<const ByteSource> source = memory_source(image, "v.img");
  const auto overlaid = with_boot_sector(source);
  ASSERT_EQ(overlaid->size(), image.size());
  EXPECT_EQ(overlaid->name(), "v.img");
  Bytes whole(image.size());
  ASSERT_EQ(overlaid->read(0, whole), whole.size());
  EXPECT_TRUE(std::equal(whole.begin() + 512, whole.end(), image.begin() + 512));
  EXPECT_EQ(whole[510], 0x55);
  EXPECT_EQ(whole[511], 0xAA);
  for (const std::size_t at : {0U, 13U, 500U, 511U, 512U, 513U}) {
    for (const std::size_t size : {1U, 12U, 600U}) {
      Bytes part(size);
      ASSERT_EQ(overlaid->read(at, part), size);
      EXPECT_TRUE(
          std::ranges::equal(part, Bytes(whole.begin() + static_cast<std::ptrdiff_t>(at),
                                         whole.begin() + static_cast<std::ptrdiff_t>(at + size))))
          << at << '+' << size;
    }
  }
}

}  // namespace
}  // namespace pregap::volumes
