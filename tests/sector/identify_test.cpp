// The kind that a sector's own bytes speak for, on made sectors and on real images.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "sector/random_sectors.h"
#include "support/reference_sector.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using reference::Sector;
using test::kAllKinds;
using test::Random;

constexpr std::size_t kSubmode1 = 18, kSubmode2 = 22;  // of the sub-header's two copies

void expect_kind(const Sector& sector, SectorKind expected) {
  const SectorIdentity identity = identify_sector(sector);
  EXPECT_EQ(name_of(identity.kind), name_of(expected));
  EXPECT_EQ(name_of(identity.check.kind), name_of(expected));
}

TEST(IdentifySector, KnowsEveryKindThatIsSound) {
  for (const SectorKind kind : kAllKinds) {
    SCOPED_TRACE(name_of(kind));
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      Random random(seed);
      const Sector sector = test::random_sector(random, kind, test::random_lba(random));
      expect_kind(sector, kind);
      if (kind != SectorKind::audio && kind != SectorKind::mode2) {  // nothing proves those
        EXPECT_TRUE(identify_sector(sector).proven) << "seed " << seed;
      }
    }
  }
}

TEST(IdentifySector, ReadsTheModeBelowTheBlockIndicators) {
  Random random(1);
  for (const SectorKind kind :
       {SectorKind::mode0, SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    for (int indicator = 1; indicator < 8; ++indicator) {
      Sector sector = test::random_sector(random, kind, 16);
      sector[15] |= static_cast<std::uint8_t>(indicator << 5);
      reference::write_codes(sector, kind);
      expect_kind(sector, kind);
      EXPECT_TRUE(identify_sector(sector).proven);
      EXPECT_EQ(identify_sector(sector).check.block_indicator, indicator);
    }
  }
}

TEST(IdentifySector, TakesTheFormWhoseEdcAgreesWhateverTheFormBitsSay) {
  Random random(2);
  for (const SectorKind kind : {SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    for (const int lying : {1, 2, 3}) {  // the first copy, the second, both
      Sector sector = test::random_sector(random, kind, 16);
      if ((lying & 1) != 0) sector[kSubmode1] ^= kSubmodeForm2;
      if ((lying & 2) != 0) sector[kSubmode2] ^= kSubmodeForm2;
      reference::write_codes(sector, kind);
      expect_kind(sector, kind);
      EXPECT_TRUE(identify_sector(sector).proven);
      EXPECT_EQ(identify_sector(sector).check.subheader_copies_equal, lying == 3);
    }
  }
}

TEST(IdentifySector, FallsBackToTheFormBitOfEqualCopies) {
  Random random(3);
  for (const SectorKind kind : {SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    Sector sector = test::random_sector(random, kind, 16);
    sector[1000] ^= 1;
    expect_kind(sector, kind);
    EXPECT_FALSE(identify_sector(sector).proven);
  }
}

TEST(IdentifySector, KnowsForm2WithoutEdcByItsFormBits) {
  Random random(4);
  Sector sector = test::random_sector(random, SectorKind::mode2_form2, 16);
  std::fill(sector.begin() + 2348, sector.end(), std::uint8_t{0});
  expect_kind(sector, SectorKind::mode2_form2);
  sector[16] ^= 1;  // the copies differ, but both say form 2
  expect_kind(sector, SectorKind::mode2_form2);
  sector[kSubmode1] ^= kSubmodeForm2;
  expect_kind(sector, SectorKind::mode2);
}

TEST(IdentifySector, TakesDifferingCopiesWithoutEdcForMode2) {
  Random random(5);
  for (const SectorKind kind : {SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    Sector sector = test::random_sector(random, kind, 16);
    sector[20] ^= 1;  // which the EDC covers
    expect_kind(sector, SectorKind::mode2);
  }
}

TEST(IdentifySector, TakesAModeByteBeyondTwoByTheEdcThatAgrees) {
  Random random(6);
  for (const SectorKind kind :
       {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    Sector sector = test::random_sector(random, kind, 16);
    sector[15] = 0x0A;
    reference::write_codes(sector, kind);
    expect_kind(sector, kind);
    EXPECT_FALSE(identify_sector(sector).proven);
  }
  Sector sector = test::random_sector(random, SectorKind::mode2, 16);
  sector[15] = 0x0A;
  expect_kind(sector, SectorKind::mode1);
  EXPECT_FALSE(identify_sector(sector).proven);
}

TEST(IdentifySector, TakesASectorWithoutSyncForAudio) {
  Random random(7);
  for (const SectorKind kind : kAllKinds) {
    for (std::size_t at = 0; at < 12; ++at) {
      Sector sector = test::random_sector(random, kind, 16);
      sector[at] ^= 0x10;
      expect_kind(sector, SectorKind::audio);
    }
  }
  expect_kind(Sector{}, SectorKind::audio);
}

TEST(IdentifySector, KeepsTheModeOfADamagedSector) {
  Random random(8);
  Sector sector = test::random_sector(random, SectorKind::mode1, 16);
  sector[1000] ^= 1;
  expect_kind(sector, SectorKind::mode1);
  EXPECT_FALSE(identify_sector(sector).proven);
}

// What a scan of one image counts, under the names of truth.json.
struct Scan {
  std::map<std::string, int> counts, edc_bad, ecc_bad;
  int edc_absent = 0;
};

Scan scan_of(const std::vector<std::uint8_t>& image) {
  static const std::map<SectorKind, std::string> names = {{SectorKind::mode0, "mode0"},
                                                          {SectorKind::mode1, "mode1"},
                                                          {SectorKind::mode2, "mode2"},
                                                          {SectorKind::mode2_form1, "mode2form1"},
                                                          {SectorKind::mode2_form2, "mode2form2"},
                                                          {SectorKind::audio, "no-sync"}};
  Scan scan;
  for (std::size_t at = 0; at + 2352 <= image.size(); at += 2352) {
    const SectorIdentity identity =
        identify_sector(RawSector(image.data() + at, static_cast<std::size_t>(2352)));
    const std::string& name = names.at(identity.kind);
    ++scan.counts[name];
    scan.edc_bad[name] += identity.check.edc == EdcState::bad;
    scan.ecc_bad[name] += !identity.check.parity_good();
    scan.edc_absent += identity.check.edc == EdcState::absent;
  }
  return scan;
}

void expect_scan(const Scan& scan, const nlohmann::json& truth) {
  EXPECT_EQ(scan.counts, (truth.at("counts").get<std::map<std::string, int>>()));
  for (const auto& [kind, parity] : truth.at("parity_check").items()) {
    SCOPED_TRACE(kind);
    EXPECT_EQ(scan.edc_bad.at(kind), parity.at("n_edc_bad").get<int>());
    EXPECT_EQ(scan.ecc_bad.at(kind), parity.value("n_ecc_bad", 0));
    if (kind == "mode2form2") {
      EXPECT_EQ(scan.edc_absent, parity.at("edc_zero").get<int>());
    }
  }
}

TEST(IdentifySector, CountsTheSectorsOfRealImages) {
  const std::optional<std::filesystem::path> data = test::shared_data();
  if (!data) GTEST_SKIP() << test::why_no_shared_data();
  int images = 0;
  for (const char* source : {"libcdio", "toolmade-mixed", "toolmade-vcd"}) {
    const nlohmann::json truth = test::read_truth(*data / source);
    for (const auto& [name, entry] : truth.at("files").items()) {
      if (!entry.contains("scan") || !entry.at("scan").contains("counts")) continue;
      SCOPED_TRACE(std::string(source) + "/" + name);
      ++images;
      expect_scan(scan_of(test::read_file(*data / source / name)), entry.at("scan"));
    }
  }
  EXPECT_GT(images, 10);
}

}  // namespace
}  // namespace pregap
