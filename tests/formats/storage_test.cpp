#include "formats/storage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

using test::Bytes;
using test::sound_sectors;

std::string sniffed(Bytes bytes, std::uint64_t offset = 0) {
  const auto found = sniff_storage(*memory_source(std::move(bytes), "m"), offset);
  return found ? std::to_string(stride_of(*found)) : "none";
}

Bytes stored(SectorKind kind, Storage storage, int count) {
  return test::stored_as(sound_sectors(kind, count), storage);
}

void put_text(Bytes& bytes, std::size_t at, const std::string& text) {
  std::copy(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

Bytes iso_with(const std::string& id, std::size_t at) {
  Bytes bytes = stored(SectorKind::mode1, Storage::user2048, 20);
  put_text(bytes, 16 * 2048 + at, id);
  return bytes;
}

TEST(SniffStorage, KnowsEachByItsContent) {
  for (const int count : {3, 32, 60}) {
    EXPECT_EQ(sniffed(stored(SectorKind::mode1, Storage::raw2352, count)), "2352");
    EXPECT_EQ(sniffed(stored(SectorKind::mode2_form1, Storage::raw2352, count)), "2352");
    EXPECT_EQ(sniffed(stored(SectorKind::mode1, Storage::raw2448, count)), "2448");
    EXPECT_EQ(sniffed(stored(SectorKind::mode2_form1, Storage::xa2336, count)), "2336");
    EXPECT_EQ(sniffed(stored(SectorKind::mode2_form2, Storage::xa2336, count)), "2336");
    EXPECT_EQ(sniffed(stored(SectorKind::audio, Storage::raw2352, count)), "none");
  }
}

// Over zeros every code is zero: a nearly empty disk image is no disc of 2336-byte sectors.
TEST(SniffStorage, TakesNoZerosForCodes) {
  Bytes bytes(64 * 2336);
  for (std::size_t n = 0; n < 64; ++n) bytes[n * 2336 + 2100] = 0x5A;  // in the parity
  EXPECT_EQ(sniffed(std::move(bytes)), "none");
}

TEST(SniffStorage, KnowsVolumeDescriptors) {
  for (const char* id : {"CD001", "BEA01", "NSR02", "NSR03"}) {
    EXPECT_EQ(sniffed(iso_with(id, 1)), "2048") << id;
    EXPECT_TRUE(has_volume_descriptor(*memory_source(iso_with(id, 1), "m")));
  }
  EXPECT_EQ(sniffed(iso_with("CDROM", 9)), "2048") << "High Sierra";
  EXPECT_EQ(sniffed(iso_with("CDROM", 1)), "none");
  EXPECT_EQ(sniffed(iso_with("CD001", 0)), "none");
  EXPECT_FALSE(has_volume_descriptor(*memory_source(iso_with("CD001", 0), "m")));
}

TEST(SniffStorage, LooksFromTheOffsetOn) {
  for (const Storage storage : {Storage::raw2352, Storage::raw2448, Storage::xa2336}) {
    Bytes bytes(777, 0x33);
    test::append(bytes, stored(SectorKind::mode2_form1, storage, 10));
    EXPECT_EQ(sniffed(bytes, 777), std::to_string(stride_of(storage)));
  }
  Bytes bytes(777, 0x33);
  test::append(bytes, iso_with("CD001", 1));
  EXPECT_EQ(sniffed(bytes, 777), "2048");
}

TEST(SniffStorage, IsNotMisledByDamagedFirstSectors) {
  for (const Storage storage : {Storage::raw2352, Storage::raw2448, Storage::xa2336}) {
    for (const std::size_t damaged : {1U, 2U, 20U}) {
      Bytes bytes = stored(SectorKind::mode2_form1, storage, 40);
      std::fill_n(bytes.begin(), damaged * stride_of(storage), std::uint8_t{0x55});
      EXPECT_EQ(sniffed(bytes), std::to_string(stride_of(storage))) << damaged << " damaged";
    }
  }
}

TEST(SniffStorage, SeesFilesOfOneSector) {
  EXPECT_EQ(sniffed(stored(SectorKind::mode1, Storage::raw2352, 1)), "2352");
  EXPECT_EQ(sniffed(stored(SectorKind::mode1, Storage::raw2352, 2)), "2352");
  EXPECT_EQ(sniffed(stored(SectorKind::mode1, Storage::raw2448, 2)), "2448");
}

TEST(SniffStorage, FindsNothingInTinyFilesAndInNothing) {
  EXPECT_EQ(sniffed({}), "none");
  EXPECT_EQ(sniffed(Bytes(1)), "none");
  EXPECT_EQ(sniffed(Bytes(2048)), "none");
  EXPECT_EQ(sniffed(Bytes(100000)), "none") << "zeros";
  EXPECT_EQ(sniffed(Bytes(100000, 0xFF)), "none");
  EXPECT_EQ(sniffed(stored(SectorKind::mode1, Storage::raw2352, 3), 1 << 20), "none");
}

// Zeros are sound form 1 sectors too, so that they prove nothing.
TEST(SniffStorage, CountsNoZerosFor2336) {
  Bytes bytes(40 * 2336);
  const Bytes two = stored(SectorKind::mode2_form1, Storage::xa2336, 2);
  std::copy_n(two.begin(), 2336, bytes.begin());
  EXPECT_EQ(sniffed(bytes), "none");
  std::copy(two.begin(), two.end(), bytes.begin());
  EXPECT_EQ(sniffed(bytes), "2336");
}

TEST(WholeSectors, CountsAndRefuses) {
  EXPECT_EQ(whole_sectors(2352, Storage::raw2352, "p"), 1);
  EXPECT_EQ(whole_sectors(4703, Storage::raw2352, "p"), 1);
  EXPECT_EQ(whole_sectors(4704, Storage::raw2352, "p"), 2);
  EXPECT_EQ(test::error_of([] { whole_sectors(2351, Storage::raw2352, "p"); }),
            "malformed: p: 2351 bytes, expected at least one sector of 2352");
  EXPECT_EQ(test::error_of([] { whole_sectors(0, Storage::user2048, "p"); }),
            "malformed: p: 0 bytes, expected at least one sector of 2048");
  EXPECT_EQ(whole_sectors(std::uint64_t{1073741823} * 2048, Storage::user2048, "p"), 1073741823);
  EXPECT_EQ(test::error_of(
                [] { whole_sectors(std::uint64_t{1073741824} * 2048, Storage::user2048, "p"); }),
            "unsupported: p: 1073741824 sectors, expected at most 1073741823");
}

TEST(Leftover, IsAFaultThatSaysHowMuchIsMissing) {
  const auto message = [](std::size_t size, std::uint64_t used) {
    const auto problem =
        leftover_problem(*memory_source(Bytes(size), "m.bin"), used, Storage::raw2352);
    if (!problem) return std::string("none");
    EXPECT_EQ(problem->severity, Severity::fault);
    EXPECT_EQ(problem->code, "file.size");
    return problem->message;
  };
  EXPECT_EQ(message(4704, 4704), "none");
  EXPECT_EQ(message(4704, 7056), "none");
  EXPECT_EQ(message(4705, 4704),
            "m.bin: 1 byte is left over behind the last whole sector, 2351 are missing to one of "
            "2352 bytes");
  EXPECT_EQ(message(4804, 4704),
            "m.bin: 100 bytes are left over behind the last whole sector, 2252 are missing to one "
            "of 2352 bytes");
}

}  // namespace
}  // namespace pregap::formats
