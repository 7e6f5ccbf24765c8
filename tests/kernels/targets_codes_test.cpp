// The check of a whole sector against its scalar twin.
#include <algorithm>

#include "base/endian.h"
#include "guarded_buffer.h"
#include "kernels/codes.h"
#include "kernels/edc.h"
#include "kernels/gf256.h"
#include "kernels/parity.h"
#include "targets_fixture.h"

namespace pregap::kernels {
namespace {

using reference::Sector;
using Whole = std::span<const std::uint8_t, 2352>;
constexpr std::size_t kAlignments = 64;

class CodesOnTarget : public OnTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, CodesOnTarget, testing::ValuesIn(available_targets()),
                         target_name);

struct Protected {
  SectorKind kind;
  Protection protection;
  HeaderBytes header;
  std::size_t edc_from, edc_at;
};
constexpr Protected kProtected[] = {
    {SectorKind::mode1, Protection::mode1, HeaderBytes::as_stored, 0, 2064},
    {SectorKind::mode2_form1, Protection::form1, HeaderBytes::as_zero, 16, 2072}};

void expect_twins_agree(const Sector& sector, const std::string& what) {
  for (const Protection p : {Protection::mode1, Protection::form1}) {
    ASSERT_EQ(codes_are_good(sector, p), scalar::codes_are_good(sector, p))
        << what << (p == Protection::mode1 ? ", as mode 1" : ", as form 1");
  }
}

TEST_P(CodesOnTarget, EqualsItsTwinForEveryKindOfSector) {
  for (const SectorKind kind : kEveryKind) {
    for (int lba = 0; lba < 20; ++lba) {
      const Sector sector = test::sound_sector(kind, lba * 999);
      expect_twins_agree(sector, std::string(name_of(kind)));
      expect_twins_agree(test::scrambled(sector), std::string(name_of(kind)) + " scrambled");
    }
  }
  for (const Protected& p : kProtected) {
    EXPECT_TRUE(codes_are_good(test::sound_sector(p.kind, 3), p.protection));
  }
}

TEST_P(CodesOnTarget, SeesAWoundAtEveryPosition) {
  std::mt19937 random(1);
  for (const Protected& p : kProtected) {
    Sector sector = test::sound_sector(p.kind, 31337);
    for (std::size_t at = 0; at < sector.size(); ++at) {
      const std::uint8_t was = sector[at];
      change(sector[at], random);
      const bool covered = p.protection == Protection::mode1 || at >= 16;
      ASSERT_EQ(codes_are_good(sector, p.protection), !covered) << name_of(p.kind) << ", " << at;
      expect_twins_agree(sector, std::to_string(at));
      sector[at] = was;
    }
  }
}

TEST_P(CodesOnTarget, EqualsItsTwinWithUpToFourWounds) {
  std::mt19937 random(2);
  for (const Protected& p : kProtected) {
    const Sector sound = test::sound_sector(p.kind, 99);
    for (int trial = 0; trial < 3000; ++trial) {
      Sector sector = sound;
      wound_at_random(sector, trial % 5, random);
      expect_twins_agree(sector, "trial " + std::to_string(trial));
    }
  }
}

// Changes the two parity bytes of each failing word so that it holds.
template <typename Offset, std::size_t Count>
void settle(MutableParityRegion region, const std::array<Syndrome, Count>& syndromes, int length,
            Offset offset) {
  for (std::size_t n = 0; n < Count; ++n) {
    const Syndrome s = syndromes[n];
    const std::uint8_t x = gf256::divide(s.s0 ^ s.s1, 3);  // alpha + 1
    region[offset(static_cast<int>(n), length - 2)] ^= x;
    region[offset(static_cast<int>(n), length - 1)] ^= static_cast<std::uint8_t>(s.s0 ^ x);
  }
}

// A sound sector of other data in which only the wanted codes agree.
Sector with_codes(const Protected& p, bool edc_good, bool p_good, bool q_good, unsigned seed) {
  std::mt19937 random(seed);
  Sector sector = test::sound_sector(p.kind, static_cast<int>(seed));
  const MutableParityRegion region = std::span(sector).subspan<12, kParityRegion>();
  const auto settle_p = [&] {
    settle(region, scalar::parity_syndromes(region, p.header).p, kPLength, p_offset);
  };
  const auto settle_q = [&] {
    settle(region, scalar::parity_syndromes(region, p.header).q, kQLength, q_offset);
  };
  change(sector[100 + random() % 1900], random);
  if (edc_good) {
    const std::uint32_t value =
        scalar::edc(std::span(sector).subspan(p.edc_from, p.edc_at - p.edc_from));
    for (std::size_t i = 0; i < 4; ++i) {
      sector[p.edc_at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
  settle_p();
  if (!p_good) change(sector[2076 + random() % 172], random);
  settle_q();
  if (!q_good) change(sector[2248 + random() % 104], random);
  return sector;
}

TEST_P(CodesOnTarget, TakesEachOfTheThreeCodesIntoAccount) {
  for (const Protected& p : kProtected) {
    for (unsigned which = 0; which < 8; ++which) {
      for (unsigned seed = 0; seed < 40; ++seed) {
        const bool edc_good = (which & 1) != 0, p_good = (which & 2) != 0, q_good = which >= 4;
        const Sector sector = with_codes(p, edc_good, p_good, q_good, seed);
        ASSERT_EQ(codes_are_good(sector, p.protection), which == 7) << which << " " << seed;
        ASSERT_EQ(scalar::codes_are_good(sector, p.protection), which == 7) << which;
        const ParityRegion region = std::span(sector).subspan<12, kParityRegion>();
        ASSERT_EQ(parity_is_good(region, p.header), p_good && q_good) << which << " " << seed;
      }
    }
  }
}

TEST_P(CodesOnTarget, EqualsItsTwinAtEveryAlignment) {
  test::Bytes bytes(2352 + 2 * kAlignments, 0xEE);
  const std::size_t first =
      kAlignments - reinterpret_cast<std::uintptr_t>(bytes.data()) % kAlignments;
  for (const Protected& p : kProtected) {
    for (std::size_t from = first; from < first + kAlignments; ++from) {
      const Sector sector = test::sound_sector(p.kind, static_cast<int>(from));
      std::ranges::copy(sector, bytes.begin() + static_cast<std::ptrdiff_t>(from));
      const std::span<std::uint8_t, 2352> there = std::span(bytes).subspan(from).first<2352>();
      ASSERT_TRUE(codes_are_good(there, p.protection)) << from - first;
      there[16 + from * 9] ^= 0x80;
      ASSERT_FALSE(codes_are_good(there, p.protection)) << from - first;
    }
  }
}

// 0-70 sectors in a run that ends or begins at a page that must not be touched.
TEST_P(CodesOnTarget, TouchesNoByteBesideARunOfSectors) {
  const test::Sectors sectors = test::sound_sectors(SectorKind::mode1, 70);
  for (const std::size_t stride : {2352U, 2448U}) {
    test::Bytes run;
    for (std::size_t n = 0; n <= sectors.size(); ++n) {
      for (const auto side : test::kBothSides) {
        const test::GuardedBuffer buffer(run, side);
        for (std::size_t i = 0; i < n; ++i) {
          const Whole sector = buffer.bytes().subspan(i * stride).first<2352>();
          ASSERT_TRUE(codes_are_good(sector, Protection::mode1)) << i << " of " << n;
          ASSERT_FALSE(codes_are_good(sector, Protection::form1)) << i << " of " << n;
        }
      }
      if (n == sectors.size()) break;
      if (n > 0) run.resize(n * stride, 0x5A);  // sub-channel between sectors, none behind the last
      run.insert(run.end(), sectors[n].begin(), sectors[n].end());
    }
  }
}

}  // namespace
}  // namespace pregap::kernels
