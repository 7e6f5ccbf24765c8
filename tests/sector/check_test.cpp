// check_sector against the reference, field by field and word by word.
#include "pregap/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sector/random_sectors.h"
#include "support/reference_sector.h"
#include "support/scale.h"

namespace pregap {
namespace {

using reference::ParityHeader;
using reference::Sector;
using test::kAllKinds;
using test::Random;

std::string names_of(FaultSet set) {
  std::string names;
  for (int i = 0; i < kFaults; ++i) {
    if (set.has(static_cast<Fault>(i))) names += " " + std::string(name_of(static_cast<Fault>(i)));
  }
  return names;
}

std::string names_of(NoteSet set) {
  std::string names;
  for (int i = 0; i < kNotes; ++i) {
    if (set.has(static_cast<Note>(i))) names += " " + std::string(name_of(static_cast<Note>(i)));
  }
  return names;
}

// Sync, address and mode say nothing of an audio sector, and aren't compared there.
void expect_agreement(const Sector& sector, SectorKind kind) {
  const reference::Verdict expected = reference::judge(sector, kind);
  const SectorCheck actual = check_sector(sector, kind);
  EXPECT_EQ(actual.kind, kind);
  if (kind != SectorKind::audio) {
    EXPECT_EQ(actual.sync_good, expected.sync_good);
    EXPECT_EQ(actual.address, expected.address);
    EXPECT_EQ(actual.mode_byte, expected.mode_byte);
    EXPECT_EQ(actual.mode_good, expected.mode_good);
    EXPECT_EQ(actual.block_indicator, expected.block_indicator);
  }
  EXPECT_EQ(actual.intermediate_zero, expected.intermediate_zero);
  EXPECT_EQ(actual.subheader_copies_equal, expected.subheader_copies_equal);
  EXPECT_EQ(actual.body_zero, expected.body_zero);
  EXPECT_EQ(static_cast<int>(actual.edc), static_cast<int>(expected.edc));
  EXPECT_EQ(actual.edc_stored, expected.edc_stored);
  EXPECT_EQ(actual.edc_computed, expected.edc_computed);
  EXPECT_EQ(actual.p_bad, expected.bad.p);
  EXPECT_EQ(actual.q_bad, expected.bad.q);
  EXPECT_EQ(actual.parity_over_header, expected.parity_over_header);
  EXPECT_EQ(actual.parity_good(), expected.bad.none());
  EXPECT_EQ(actual.content_sound(), expected.content_sound);
  EXPECT_EQ(names_of(actual.faults()), names_of(expected.faults));
  EXPECT_EQ(names_of(actual.notes()), names_of(expected.notes));
}

// The oddities that aren't damage. Where `codes` follow them, EDC and parity are valid over them.
void add_oddities(Random& random, SectorKind kind, Sector& sector) {
  if (random.one_in(6)) sector[15] |= static_cast<std::uint8_t>(random.below(8) << 5);
  if (random.one_in(10)) sector[15] = random.byte();
  if (random.one_in(10)) sector[15] = static_cast<std::uint8_t>(random.below(3));
  if (random.one_in(6) && kind != SectorKind::mode0) sector[16 + random.below(8)] ^= random.byte();
  if (random.one_in(6) && kind == SectorKind::mode1) sector[2068 + random.below(8)] = random.byte();
  reference::write_codes(sector, kind);
  if (kind == SectorKind::mode2_form1 && random.one_in(4)) {
    reference::write_parity(sector, ParityHeader::real);
  }
  if (kind == SectorKind::mode2_form2 && random.one_in(4)) {
    std::fill(sector.begin() + 2348, sector.end(), std::uint8_t{0});
  }
}

void wound(Random& random, Sector& sector) {
  std::size_t wounds = random.one_in(5) ? 0 : random.between(1, 30);
  if (random.one_in(3)) wounds = std::min<std::size_t>(wounds, 2);
  for (; wounds != 0; --wounds) {
    std::size_t at = random.below(2352);
    if (random.one_in(8)) at = random.below(12);
    if (random.one_in(8)) at = random.between(12, 23);
    if (random.one_in(16)) at = random.between(2064, 2075);
    if (random.one_in(16)) at = random.between(2076, 2351);
    sector[at] = random.byte();
  }
}

TEST(CheckSector, AgreesWithTheReferenceOnDamagedSectorsOfEveryKind) {
  const std::size_t count = test::scaled(100000);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    Random random(seed);
    const SectorKind kind = kAllKinds[seed % std::size(kAllKinds)];
    Sector sector = test::random_sector(random, kind, test::random_lba(random));
    if (random.one_in(2)) add_oddities(random, kind, sector);
    wound(random, sector);
    expect_agreement(sector, kind);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", " << name_of(kind);
  }
}

TEST(CheckSector, AgreesWithTheReferenceOnSectorsOfAnotherKind) {
  const std::size_t count = test::scaled(3000);
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    Random random(seed);
    const SectorKind built = kAllKinds[random.below(std::size(kAllKinds))];
    const SectorKind read = kAllKinds[random.below(std::size(kAllKinds))];
    expect_agreement(test::random_sector(random, built, test::random_lba(random)), read);
    ASSERT_FALSE(testing::Test::HasFailure())
        << "seed " << seed << ", " << name_of(built) << " read as " << name_of(read);
  }
}

// Each word is seen to fail by itself, for errors of either parity byte and of the first byte.
TEST(CheckSector, NamesTheWordsThatFail) {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    Random random(1);
    const Sector sound = test::random_sector(random, kind, 1000);
    for (std::size_t at = 0; at < sound.size(); ++at) {
      Sector damaged = sound;
      damaged[at] ^= random.nonzero_byte();
      expect_agreement(damaged, kind);
      const SectorCheck check = check_sector(damaged, kind);
      const std::size_t first = kind == SectorKind::mode1 ? 12 : 16;
      EXPECT_EQ(check.p_bad.count(), at >= first && at < 2248 ? 1U : 0U);
      EXPECT_EQ(check.q_bad.count(), at >= first ? 1U : 0U);
      ASSERT_FALSE(testing::Test::HasFailure()) << name_of(kind) << ", byte " << at;
    }
  }
}

TEST(CheckSector, FindsEveryKindSound) {
  for (const SectorKind kind : kAllKinds) {
    SCOPED_TRACE(name_of(kind));
    Random random(2);
    const SectorCheck check = check_sector(test::random_sector(random, kind, 16), kind);
    EXPECT_TRUE(check.content_sound());
    EXPECT_TRUE(check.faults().empty()) << names_of(check.faults());
    EXPECT_TRUE(check.notes().empty()) << names_of(check.notes());
    if (kind != SectorKind::audio) {
      EXPECT_EQ(check.address, (Msf{0, 2, 16}));
    }
  }
}

TEST(CheckSector, NotesParityOverTheRealHeader) {
  Random random(3);
  Sector sector = test::random_sector(random, SectorKind::mode2_form1, 16);
  reference::write_parity(sector, ParityHeader::real);
  const SectorCheck check = check_sector(sector, SectorKind::mode2_form1);
  EXPECT_TRUE(check.parity_over_header);
  EXPECT_TRUE(check.parity_good());
  EXPECT_TRUE(check.content_sound());
  EXPECT_EQ(names_of(check.notes()), names_of(NoteSet{Note::noncompliant_ecc}));
  EXPECT_EQ(names_of(check.faults()), "");

  sector[2100] ^= 1;  // then neither reading agrees, and the words are those of the zeroed header
  expect_agreement(sector, SectorKind::mode2_form1);
  EXPECT_FALSE(check_sector(sector, SectorKind::mode2_form1).parity_over_header);
}

TEST(CheckSector, NotesAnAbsentForm2Edc) {
  Random random(4);
  Sector sector = test::random_sector(random, SectorKind::mode2_form2, 16);
  std::fill(sector.begin() + 2348, sector.end(), std::uint8_t{0});
  const SectorCheck check = check_sector(sector, SectorKind::mode2_form2);
  EXPECT_EQ(static_cast<int>(check.edc), static_cast<int>(EdcState::absent));
  EXPECT_TRUE(check.content_sound());
  EXPECT_EQ(names_of(check.notes()), names_of(NoteSet{Note::form2_edc_absent}));
  EXPECT_EQ(names_of(check.faults()), "");
}

TEST(CheckSector, NotesBlockIndicators) {
  Random random(5);
  for (const SectorKind kind : {SectorKind::mode0, SectorKind::mode1, SectorKind::mode2,
                                SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    Sector sector = test::random_sector(random, kind, 16);
    sector[15] |= 0xE0;
    reference::write_codes(sector, kind);
    const SectorCheck check = check_sector(sector, kind);
    EXPECT_TRUE(check.mode_good);
    EXPECT_EQ(check.block_indicator, 7);
    EXPECT_EQ(names_of(check.notes()), names_of(NoteSet{Note::block_indicator}));
    EXPECT_EQ(names_of(check.faults()), "");
  }
}

TEST(CheckSector, NotesDifferingSubheaderCopies) {
  Random random(6);
  for (const SectorKind kind : {SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    Sector sector = test::random_sector(random, kind, 16);
    sector[20] ^= 0x10;
    reference::write_codes(sector, kind);
    const SectorCheck check = check_sector(sector, kind);
    EXPECT_FALSE(check.subheader_copies_equal);
    EXPECT_EQ(names_of(check.notes()), names_of(NoteSet{Note::subheader_copies}));
    EXPECT_EQ(names_of(check.faults()), "");
  }
}

TEST(CheckSector, NotesANonZeroIntermediateField) {
  Random random(7);
  for (std::size_t at = 2068; at < 2076; ++at) {
    Sector sector = test::random_sector(random, SectorKind::mode1, 16);
    sector[at] = random.nonzero_byte();
    reference::write_codes(sector, SectorKind::mode1);
    const SectorCheck check = check_sector(sector, SectorKind::mode1);
    EXPECT_FALSE(check.intermediate_zero) << at;
    EXPECT_TRUE(check.content_sound()) << at;
    EXPECT_EQ(names_of(check.notes()), names_of(NoteSet{Note::intermediate})) << at;
    EXPECT_EQ(names_of(check.faults()), "") << at;
  }
}

TEST(CheckSector, TellsAFlippedModeFromADamagedOne) {
  struct Case {
    SectorKind kind;
    std::uint8_t mode_byte;
    bool codes_follow;  // EDC and parity computed over the changed byte
    bool is_note;
  };
  const Case cases[] = {
      {SectorKind::mode1, 0x02, true, true},        {SectorKind::mode1, 0x0F, true, true},
      {SectorKind::mode1, 0x02, false, false},      {SectorKind::mode2_form1, 0x01, false, true},
      {SectorKind::mode2_form1, 0x03, true, false}, {SectorKind::mode2_form2, 0x00, false, true},
      {SectorKind::mode2_form2, 0x1F, true, false}, {SectorKind::mode2, 0x01, true, false},
      {SectorKind::mode0, 0x01, true, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(name_of(c.kind)) + " with mode byte " + std::to_string(c.mode_byte));
    Random random(8);
    Sector sector = test::random_sector(random, c.kind, 16);
    sector[15] = c.mode_byte;
    if (c.codes_follow) reference::write_codes(sector, c.kind);
    const SectorCheck check = check_sector(sector, c.kind);
    EXPECT_FALSE(check.mode_good);
    EXPECT_EQ(check.notes().has(Note::mode_flip), c.is_note);
    EXPECT_EQ(check.faults().has(Fault::mode), !c.is_note);
  }
  // Without its EDC, nothing vouches for a form 2 sector.
  Random random(9);
  Sector sector = test::random_sector(random, SectorKind::mode2_form2, 16);
  sector[15] = 1;
  std::fill(sector.begin() + 2348, sector.end(), std::uint8_t{0});
  EXPECT_TRUE(check_sector(sector, SectorKind::mode2_form2).faults().has(Fault::mode));
}

TEST(CheckSector, FindsAMode0SectorWithContentFaulty) {
  Random random(10);
  for (const std::size_t at : {16U, 17U, 1000U, 2067U, 2351U}) {
    Sector sector = test::random_sector(random, SectorKind::mode0, 16);
    sector[at] = 1;
    const SectorCheck check = check_sector(sector, SectorKind::mode0);
    EXPECT_FALSE(check.body_zero) << at;
    EXPECT_FALSE(check.content_sound()) << at;
    EXPECT_EQ(names_of(check.faults()), names_of(FaultSet{Fault::mode})) << at;
  }
}

TEST(CheckSector, HasNoFaultsOrNotesForAudio) {
  Random random(11);
  for (const SectorKind built : kAllKinds) {
    const SectorCheck check =
        check_sector(test::random_sector(random, built, 16), SectorKind::audio);
    EXPECT_TRUE(check.content_sound());
    EXPECT_EQ(names_of(check.faults()), "");
    EXPECT_EQ(names_of(check.notes()), "");
  }
}

TEST(CheckSector, FindsAFormOneSectorOfZerosSound) {
  const Sector sector =
      reference::build(SectorKind::mode2_form1, 16, std::vector<std::uint8_t>(2048));
  EXPECT_TRUE(std::all_of(sector.begin() + 16, sector.end(), [](int byte) { return byte == 0; }));
  expect_agreement(sector, SectorKind::mode2_form1);
  const SectorCheck check = check_sector(sector, SectorKind::mode2_form1);
  EXPECT_TRUE(check.content_sound());
  EXPECT_EQ(names_of(check.faults()), "");
}

TEST(FillByte, FindsAConstantSectorBodyOrUserData) {
  for (const SectorKind kind : kAllKinds) {
    const std::size_t header = kind == SectorKind::audio ? 0 : 16;
    const FieldRange user_data = layout_of(kind).user_data;
    for (const std::uint8_t value : std::initializer_list<std::uint8_t>{0x00, 0x55, 0xAA, 0xFF}) {
      SCOPED_TRACE(std::string(name_of(kind)) + " of " + std::to_string(value));
      Sector whole;
      whole.fill(value);
      EXPECT_EQ(fill_byte(whole, kind), value);

      Random random(value);
      Sector body = test::random_sector(random, kind, 16);
      std::fill(body.begin() + static_cast<std::ptrdiff_t>(header), body.end(), value);
      EXPECT_EQ(fill_byte(body, kind), value);

      const std::vector<std::uint8_t> bytes(user_data.size, value);
      Sector data = reference::build(kind, 16, bytes, test::random_subheader(random, kind));
      EXPECT_EQ(fill_byte(data, kind), value);

      data[user_data.offset] ^= 1;
      EXPECT_EQ(fill_byte(data, kind), std::nullopt) << "first byte";
      data[user_data.offset] ^= 1;
      data[user_data.offset + user_data.size - 1U] ^= 1;
      EXPECT_EQ(fill_byte(data, kind), std::nullopt) << "last byte";
    }
    Random random(12);
    if (kind != SectorKind::mode0) {
      EXPECT_EQ(fill_byte(test::random_sector(random, kind, 16), kind), std::nullopt);
    }
  }
}

}  // namespace
}  // namespace pregap
