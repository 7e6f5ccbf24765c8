// What parity alone can't correct: with C2 pointers, and where a failed read left one byte value.
#include <gtest/gtest.h>

#include <random>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

constexpr int kSectors = 40, kAt = 17;
constexpr unsigned kSeed = 31337;

struct Image {
  TempFolder folder;
  Bytes sound;
};

void put(const Image& s, const Sectors& sectors, SectorKind kind) {
  s.folder.write("a.cue", sheet("a.bin", kind == SectorKind::mode1 ? "MODE1/2352" : "MODE2/2352"));
  s.folder.write("a.bin", bytes_of(sectors));
}

RunResult repair(const Image& s, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"repair", "a.cue", "b.cue", "--json", "--force"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_pregap(arguments, {.folder = s.folder.path()});
}

// 150 bytes at random places, which no decoder finds, and their pointers.
Bytes pointers_for(Sectors& sectors, std::mt19937& random) {
  Bytes c2(kSectors * 294);
  for (int n = 0; n < 150; ++n) {
    const std::size_t at = 16 + random() % 2336;
    sectors[kAt][at] ^= static_cast<std::uint8_t>(1 + random() % 255);
    c2[kAt * 294 + at / 8] |= static_cast<std::uint8_t>(0x80U >> (at % 8));
  }
  return c2;
}

Bytes with_block_error(const Bytes& c2, bool first) {
  Bytes result;
  for (std::size_t n = 0; n < kSectors; ++n) {
    const std::span<const std::uint8_t> entry = std::span(c2).subspan(n * 294, 294);
    std::uint8_t any = 0;
    for (const std::uint8_t b : entry) any |= b;
    if (first) result.insert(result.end(), {any, 0});
    result.insert(result.end(), entry.begin(), entry.end());
    if (!first) result.insert(result.end(), {any, 0});
  }
  return result;
}

TEST(RepairDoubts, C2PointersLeadWhereParityAloneDoesNot) {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    SCOPED_TRACE(std::string(name_of(kind)) + ", seed " + std::to_string(kSeed));
    std::mt19937 random(kSeed);
    Sectors sectors = sound_sectors(kind, kSectors);
    Image s{.sound = bytes_of(sectors)};
    const Bytes c2 = pointers_for(sectors, random);
    put(s, sectors, kind);
    s.folder.write("294.c2", c2);
    s.folder.write("first.c2", with_block_error(c2, true));
    s.folder.write("last.c2", with_block_error(c2, false));

    EXPECT_EQ(repair(s).status, 1);
    for (const char* file : {"294.c2", "first.c2", "last.c2"}) {
      const RunResult r = repair(s, {"--c2", file});
      EXPECT_EQ(r.status, 0) << file << r.out << r.err;
      EXPECT_EQ(s.folder.read("b.bin"), s.sound) << file;
      const auto range = json_lines(r.out).at(0).at("ranges").at(0);
      EXPECT_EQ(range.at("lba"), kAt);
      EXPECT_EQ(range.at("rests_on"), (std::vector<std::string>{"parity", "c2"}));
    }
  }
}

TEST(RepairDoubts, AFileOfAnotherSizeIsRefused) {
  Image s;
  put(s, sound_sectors(SectorKind::mode1, kSectors), SectorKind::mode1);
  s.folder.write("a.c2", Bytes(1000));
  const RunResult r =
      run_pregap({"repair", "a.cue", "b.cue", "--c2", "a.c2"}, {.folder = s.folder.path()});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: a.c2: 1000 bytes for 40 sectors, expected 11760 (294 each) or 11840 (296 "
            "each)\n");
}

TEST(RepairDoubts, PartlyFilledSectorsComeBack) {
  constexpr struct {
    std::uint8_t value;
    std::size_t from, size;
  } fills[] = {{0x55, 700, 200}, {0x00, 100, 244}, {0xFF, 2000, 230}, {0xAA, 16, 180}};
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    for (const auto& fill : fills) {
      SCOPED_TRACE(std::string(name_of(kind)) + " at " + std::to_string(fill.from));
      Sectors sectors = sound_sectors(kind, kSectors);
      Image s{.sound = bytes_of(sectors)};
      std::fill_n(sectors[kAt].begin() + static_cast<std::ptrdiff_t>(fill.from), fill.size,
                  fill.value);
      put(s, sectors, kind);
      const RunResult r = repair(s);
      EXPECT_EQ(r.status, 0) << r.out;
      EXPECT_EQ(s.folder.read("b.bin"), s.sound);
      EXPECT_EQ(json_lines(r.out).at(0).at("ranges").at(0).at("rests_on"),
                (std::vector<std::string>{"parity", "fill"}));
    }
  }
}

TEST(RepairDoubts, AFillBeyondParityStaysAsItIs) {
  Sectors sectors = sound_sectors(SectorKind::mode1, kSectors);
  std::fill_n(sectors[kAt].begin() + 400, 600, std::uint8_t{0x55});
  Image s;
  put(s, sectors, SectorKind::mode1);
  EXPECT_EQ(repair(s).status, 1);
  EXPECT_EQ(s.folder.read("b.bin"), bytes_of(sectors));
}

}  // namespace
}  // namespace pregap::test
