// Scrambling: the sequence of ECMA-130 annex B, and single scrambled sectors from real discs.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>

#include "pregap/check.h"
#include "pregap/sector.h"
#include "sector/random_sectors.h"
#include "support/reference_sector.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using reference::Sector;
using test::describe_difference;
using test::Random;

TEST(Scramble, BeginsAsTheStandardSays) {
  Sector sector{};
  scramble(sector);
  EXPECT_TRUE(std::all_of(sector.begin(), sector.begin() + 12, [](int b) { return b == 0; }));
  const std::array<int, 4> first = {sector[12], sector[13], sector[14], sector[15]};
  EXPECT_EQ(first, (std::array<int, 4>{0x01, 0x80, 0x00, 0x60}));
}

TEST(Scramble, AgreesWithTheShiftRegister) {
  const std::array<std::uint8_t, 2340> sequence = reference::scrambler_sequence();
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Random random(seed);
    Sector original;
    std::ranges::copy(random.bytes(original.size()), original.begin());
    Sector expected = original;
    for (std::size_t i = 0; i < sequence.size(); ++i) expected[12 + i] ^= sequence[i];
    Sector actual = original;
    scramble(actual);
    ASSERT_EQ(actual, expected) << "seed " << seed << ": " << describe_difference(expected, actual);
    scramble(actual);
    ASSERT_EQ(actual, original) << "seed " << seed << ": " << describe_difference(original, actual);
  }
}

TEST(Scramble, DescramblesSectorsOfRealDiscs) {
  const std::optional<std::filesystem::path> data = test::shared_data();
  if (!data) GTEST_SKIP() << test::why_no_shared_data();
  const std::filesystem::path folder = *data / "redumper-unscramble";
  const nlohmann::json truth = test::read_truth(folder);
  const std::map<std::string, SectorKind> kinds = {{"no-sync", SectorKind::audio},
                                                   {"mode0", SectorKind::mode0},
                                                   {"mode1", SectorKind::mode1},
                                                   {"mode2form1", SectorKind::mode2_form1},
                                                   {"mode2form2", SectorKind::mode2_form2}};
  int sectors = 0;
  for (const auto& [name, entry] : truth.at("files").items()) {
    if (entry.at("size") != 2352 || !entry.contains("descrambled_sha256")) continue;
    SCOPED_TRACE(name);
    ++sectors;
    Sector sector;
    std::ranges::copy(test::read_file(folder / name), sector.begin());
    EXPECT_EQ(has_sync(sector), entry.at("sync_ok").get<bool>());
    scramble(sector);
    EXPECT_EQ(test::sha256_of(sector), entry.at("descrambled_sha256").get<std::string>());

    const SectorIdentity identity = identify_sector(sector);
    const nlohmann::json& scan = entry.at("descrambled_scan");
    const std::string kind = scan.at("counts").items().begin().key();
    if (kind == "modeaa") {  // not a mode: which kind comes nearest is another test's matter
      EXPECT_FALSE(identity.proven);
      continue;
    }
    ASSERT_TRUE(kinds.contains(kind)) << kind;
    EXPECT_EQ(name_of(identity.kind), name_of(kinds.at(kind)));
    for (const auto& [unused, parity] : scan.at("parity_check").items()) {
      const bool edc_bad = identity.check.edc == EdcState::bad;
      EXPECT_EQ(edc_bad, parity.at("n_edc_bad").get<int>() != 0);
      EXPECT_EQ(identity.check.p_bad.any(), !parity.at("ecc_p_bad").empty());
      EXPECT_EQ(identity.check.q_bad.any(), !parity.at("ecc_q_bad").empty());
    }
  }
  EXPECT_GT(sectors, 25);
}

}  // namespace
}  // namespace pregap
