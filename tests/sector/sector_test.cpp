// Layout, building and rebuilding, held against the reference.
#include "pregap/sector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "sector/random_sectors.h"
#include "support/reference_sector.h"
#include "support/scale.h"

namespace pregap {
namespace {

using reference::Sector;
using test::describe_difference;
using test::kAllKinds;
using test::Random;

TEST(Reference, AgreesWithTheKnownAnswers) {
  const std::string_view digits = "123456789";
  const std::vector<std::uint8_t> bytes(digits.begin(), digits.end());
  EXPECT_EQ(reference::edc(bytes), 0x6EC2EDC4U);
  EXPECT_EQ(reference::multiply(0x80, 2), 0x1D);
  const std::array<std::uint8_t, 2340> sequence = reference::scrambler_sequence();
  EXPECT_EQ(sequence[0], 0x01);
  EXPECT_EQ(sequence[1], 0x80);
  EXPECT_EQ(sequence[2], 0x00);
  EXPECT_EQ(sequence[3], 0x60);
}

TEST(Reference, CoversEveryByteByItsWords) {
  std::array<int, 2352> p{}, q{};
  for (int n = 0; n < 86; ++n) {
    for (const std::uint16_t at : reference::p_word(n)) ++p[at];
  }
  for (int n = 0; n < 52; ++n) {
    for (const std::uint16_t at : reference::q_word(n)) ++q[at];
  }
  for (std::size_t i = 0; i < 2352; ++i) {
    EXPECT_EQ(p[i], i >= 12 && i < 2248 ? 1 : 0) << i;
    EXPECT_EQ(q[i], i >= 12 ? 1 : 0) << i;
  }
}

struct LayoutCase {
  SectorKind kind;
  const char* name;
  FieldRange sync, header, subheader, user_data, edc, intermediate, p_parity, q_parity, edc_covers;
};

constexpr LayoutCase kLayouts[] = {
    {SectorKind::mode0, "mode0", {0, 12}, {12, 4}, {}, {16, 2336}, {}, {}, {}, {}, {}},
    {SectorKind::mode1,
     "mode1",
     {0, 12},
     {12, 4},
     {},
     {16, 2048},
     {2064, 4},
     {2068, 8},
     {2076, 172},
     {2248, 104},
     {0, 2064}},
    {SectorKind::mode2, "mode2", {0, 12}, {12, 4}, {}, {16, 2336}, {}, {}, {}, {}, {}},
    {SectorKind::mode2_form1,
     "mode2_form1",
     {0, 12},
     {12, 4},
     {16, 8},
     {24, 2048},
     {2072, 4},
     {},
     {2076, 172},
     {2248, 104},
     {16, 2056}},
    {SectorKind::mode2_form2,
     "mode2_form2",
     {0, 12},
     {12, 4},
     {16, 8},
     {24, 2324},
     {2348, 4},
     {},
     {},
     {},
     {16, 2332}},
    {SectorKind::audio, "audio", {}, {}, {}, {0, 2352}, {}, {}, {}, {}, {}},
};

TEST(Layout, IsTheTableOfTheStandard) {
  const auto expect_range = [](FieldRange actual, FieldRange expected, const char* what) {
    EXPECT_EQ(actual.size, expected.size) << what;
    if (expected.size != 0) {
      EXPECT_EQ(actual.offset, expected.offset) << what;
    }
  };
  for (const LayoutCase& c : kLayouts) {
    SCOPED_TRACE(c.name);
    const SectorLayout& layout = layout_of(c.kind);
    EXPECT_EQ(name_of(c.kind), c.name);
    expect_range(layout.sync, c.sync, "sync");
    expect_range(layout.header, c.header, "header");
    expect_range(layout.subheader, c.subheader, "sub-header");
    expect_range(layout.user_data, c.user_data, "user data");
    expect_range(layout.edc, c.edc, "EDC");
    expect_range(layout.intermediate, c.intermediate, "intermediate");
    expect_range(layout.p_parity, c.p_parity, "P parity");
    expect_range(layout.q_parity, c.q_parity, "Q parity");
    expect_range(layout.edc_covers, c.edc_covers, "what the EDC covers");
  }
  EXPECT_TRUE(layout_of(SectorKind::mode1).header_in_parity);
  EXPECT_FALSE(layout_of(SectorKind::mode2_form1).header_in_parity);
}

TEST(Layout, KnowsTheModeByteOfAKind) {
  EXPECT_EQ(mode_byte_of(SectorKind::mode0), 0);
  EXPECT_EQ(mode_byte_of(SectorKind::mode1), 1);
  EXPECT_EQ(mode_byte_of(SectorKind::mode2), 2);
  EXPECT_EQ(mode_byte_of(SectorKind::mode2_form1), 2);
  EXPECT_EQ(mode_byte_of(SectorKind::mode2_form2), 2);
  EXPECT_EQ(mode_byte_of(SectorKind::audio), std::nullopt);
}

TEST(Subheader, IsReadFromEitherCopy) {
  Sector sector{};
  for (std::size_t i = 0; i < 8; ++i) sector[16 + i] = static_cast<std::uint8_t>(i + 1);
  EXPECT_EQ(subheader_of(sector, 0), (Subheader{1, 2, 3, 4}));
  EXPECT_EQ(subheader_of(sector, 1), (Subheader{5, 6, 7, 8}));
}

TEST(HasSync, NeedsAllTwelveBytes) {
  Sector sector{};
  EXPECT_FALSE(has_sync(sector));
  reference::write_sync(sector);
  EXPECT_TRUE(has_sync(sector));
  for (std::size_t i = 0; i < 12; ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      sector[i] ^= static_cast<std::uint8_t>(1 << bit);
      EXPECT_FALSE(has_sync(sector)) << "byte " << i << " bit " << bit;
      sector[i] ^= static_cast<std::uint8_t>(1 << bit);
    }
  }
  sector[12] ^= 0xFF;
  EXPECT_TRUE(has_sync(sector));
}

class EveryKind : public testing::TestWithParam<SectorKind> {};
INSTANTIATE_TEST_SUITE_P(Sector, EveryKind, testing::ValuesIn(kAllKinds),
                         [](const auto& test) { return std::string(name_of(test.param)); });

TEST_P(EveryKind, IsBuiltAsTheReferenceBuildsIt) {
  const SectorKind kind = GetParam();
  const std::size_t count = test::scaled(1000);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    Random random(seed);
    const std::vector<std::uint8_t> user_data = random.bytes(reference::user_data_size(kind));
    const Subheader subheader = test::random_subheader(random, kind);
    constexpr int kEdges[] = {-45150, -151, -150, -1, 0, 404849};
    const int lba = seed <= std::size(kEdges) ? kEdges[seed - 1] : test::random_lba(random);
    const Sector expected = reference::build(kind, lba, user_data, subheader);
    Sector actual;
    actual.fill(0xA5);
    build_sector(kind, Lba(lba), user_data, actual, subheader);
    ASSERT_EQ(actual, expected) << "seed " << seed << ", LBA " << lba << ": "
                                << describe_difference(expected, actual);
  }
}

TEST_P(EveryKind, RefusesUserDataOfAnotherSize) {
  const SectorKind kind = GetParam();
  const std::size_t right = reference::user_data_size(kind);
  for (const std::size_t size :
       {std::size_t{0}, right - 1, right + 1, std::size_t{2048}, std::size_t{2352}}) {
    if (size == right) continue;
    const std::vector<std::uint8_t> user_data(size);
    Sector sector{};
    try {
      build_sector(kind, Lba(0), user_data, sector);
      ADD_FAILURE() << size << " bytes were taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage) << error.what();
    }
  }
}

TEST_P(EveryKind, RefusesAddressesNoHeaderCanHold) {
  const SectorKind kind = GetParam();
  if (kind == SectorKind::audio) GTEST_SKIP() << "audio has no header";
  const std::vector<std::uint8_t> user_data(reference::user_data_size(kind));
  for (const int lba : {-45151, 404850, INT32_MAX, INT32_MIN}) {
    Sector sector{};
    try {
      build_sector(kind, Lba(lba), user_data, sector);
      ADD_FAILURE() << "LBA " << lba << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage) << error.what();
    }
    const Sector before = sector;
    EXPECT_FALSE(write_sync_and_header(kind, Lba(lba), sector)) << lba;
    EXPECT_EQ(sector, before) << "LBA " << lba << ": " << describe_difference(before, sector);
  }
}

// Over random bytes, too: what the other fields hold doesn't matter.
TEST_P(EveryKind, HasItsCodesRebuiltAndNothingElse) {
  const SectorKind kind = GetParam();
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    Sector original;
    std::ranges::copy(random.bytes(original.size()), original.begin());

    Sector expected = original, actual = original;
    reference::write_codes(expected, kind);
    rebuild_edc_and_parity(kind, actual);
    ASSERT_EQ(actual, expected) << "seed " << seed << ": " << describe_difference(expected, actual);

    expected = actual = original;
    if (kind == SectorKind::mode1 || kind == SectorKind::mode2_form1) {
      reference::write_parity(expected, reference::parity_header_of(kind));
    }
    rebuild_parity(kind, actual);
    ASSERT_EQ(actual, expected) << "seed " << seed << ": " << describe_difference(expected, actual);
  }
}

TEST_P(EveryKind, HasSyncAndHeaderWrittenAndNothingElse) {
  const SectorKind kind = GetParam();
  if (kind == SectorKind::audio) GTEST_SKIP() << "audio has no header";
  for (const int lba : {-45150, -151, -150, 0, 4350, 404849}) {
    Random random(static_cast<std::uint64_t>(lba + 45151));
    Sector expected;
    std::ranges::copy(random.bytes(expected.size()), expected.begin());
    Sector actual = expected;
    reference::write_sync(expected);
    reference::write_header(expected, lba, *mode_byte_of(kind));
    EXPECT_TRUE(write_sync_and_header(kind, Lba(lba), actual)) << lba;
    EXPECT_EQ(actual, expected) << lba << ": " << describe_difference(expected, actual);
  }
}

}  // namespace
}  // namespace pregap
