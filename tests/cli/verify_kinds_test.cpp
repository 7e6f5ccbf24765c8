// What counts as damage, what as a mere note, and as which kind a sector counts that can't say so.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;
using reference::Sector;

constexpr int kSectors = 40;
constexpr std::size_t kAt = 20;  // the sector that is changed

json verify(const Sectors& sectors, const char* mode, int* status = nullptr) {
  const TempFolder folder;
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", mode));
  const RunResult r = run_pregap({"verify", "--json", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.err, "");
  if (status != nullptr) *status = r.status;
  return json_lines(r.out).at(0);
}

json only_nonzero(const json& counts) {
  json result = json::object();
  for (const auto& [name, count] : counts.items()) {
    if (count != 0) result[name] = count;
  }
  return result;
}

struct NoteCase {
  const char* name;
  SectorKind kind;
  const char* mode;
  std::function<void(Sectors&)> change;
  json notes;
};

void set_address(Sector& sector, SectorKind kind, int lba) {
  reference::write_header(sector, lba, sector[15]);
  reference::write_codes(sector, kind);
}

std::vector<NoteCase> note_cases() {
  constexpr SectorKind m1 = SectorKind::mode1;
  constexpr SectorKind f1 = SectorKind::mode2_form1;
  constexpr SectorKind f2 = SectorKind::mode2_form2;
  const auto rebuilt = [](std::size_t offset, std::uint8_t value, SectorKind kind) {
    return [=](Sectors& s) {
      s[kAt][offset] = value;
      reference::write_codes(s[kAt], kind);
    };
  };
  return {
      {"nothing unusual", m1, "MODE1/2352", [](Sectors&) {}, json::object()},
      {"form 2 without EDC",
       f2,
       "MODE2/2352",
       [](Sectors& s) { std::fill(s[kAt].end() - 4, s[kAt].end(), std::uint8_t{0}); },
       {{"form2_edc_absent", 1}}},
      {"parity over the real header",
       f1,
       "MODE2/2352",
       [](Sectors& s) { reference::write_parity(s[kAt], reference::ParityHeader::real); },
       {{"noncompliant_ecc", 1}}},
      {"mode byte 2 in mode 1", m1, "MODE1/2352", rebuilt(15, 2, m1), {{"mode_flip", 1}}},
      {"mode byte 1 in form 1", f1, "MODE2/2352", rebuilt(15, 1, f1), {{"mode_flip", 1}}},
      {"intermediate not zero", m1, "MODE1/2352", rebuilt(2070, 7, m1), {{"intermediate", 1}}},
      {"sub-header copies of form 1",
       f1,
       "MODE2/2352",
       rebuilt(20, 9, f1),
       {{"subheader_copies", 1}}},
      {"sub-header copies of form 2",
       f2,
       "MODE2/2352",
       rebuilt(23, 9, f2),
       {{"subheader_copies", 1}}},
      {"block indicators", m1, "MODE1/2352", rebuilt(15, 0xE1, m1), {{"block_indicator", 1}}},
      {"one sector scrambled",
       m1,
       "MODE1/2352",
       [](Sectors& s) { s[kAt] = scrambled(s[kAt]); },
       {{"scrambled", 1}}},
      {"every sector scrambled",
       m1,
       "MODE1/2352",
       [](Sectors& s) { std::ranges::transform(s, s.begin(), scrambled); },
       {{"scrambled", kSectors}}},
      {"form 2 scrambled",
       f2,
       "MODE2/2352",
       [](Sectors& s) { std::ranges::transform(s, s.begin(), scrambled); },
       {{"scrambled", kSectors}}},
      {"addresses that begin elsewhere",
       m1,
       "MODE1/2352",
       [](Sectors& s) { s = sound_sectors(m1, kSectors, 45000); },
       {{"address_start", 1}}},
      {"addresses that jump",
       m1,
       "MODE1/2352",
       [](Sectors& s) {
         for (int i = 20; i < kSectors; ++i)
           s[static_cast<std::size_t>(i)] = sound_sector(m1, i + 7);
       },
       {{"address_jump", 1}}},
      {"addresses that jump back",
       f1,
       "MODE2/2352",
       [](Sectors& s) {
         for (int i = 20; i < kSectors; ++i)
           s[static_cast<std::size_t>(i)] = sound_sector(f1, i - 3);
       },
       {{"address_jump", 1}}},
      {"a sync among samples",
       SectorKind::audio,
       "AUDIO",
       [](Sectors& s) { reference::write_sync(s[kAt]); },
       {{"data_in_audio", 1}}},
  };
}

TEST(VerifyNotes, UnusualButSoundIsNoDamage) {
  for (const NoteCase& c : note_cases()) {
    SCOPED_TRACE(c.name);
    Sectors sectors = sound_sectors(c.kind, kSectors);
    c.change(sectors);
    int status = -1;
    const json report = verify(sectors, c.mode, &status);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(report.at("verdict"), c.kind == SectorKind::audio ? "unchecked" : "good");
    EXPECT_EQ(only_nonzero(report.at("notes")), c.notes);
    EXPECT_EQ(only_nonzero(report.at("faults")), json::object());
    EXPECT_EQ(report.at("sectors").at(std::string(name_of(c.kind))), kSectors);
  }
}

TEST(VerifyNotes, ScrambledDataInAnAudioTrackCountsAsWhatItIs) {
  Sectors sectors = sound_sectors(SectorKind::audio, kSectors);
  for (int i = 0; i < 5; ++i) {
    sectors[static_cast<std::size_t>(i)] = scrambled(sound_sector(SectorKind::mode1, i));
  }
  const json report = verify(sectors, "AUDIO");
  EXPECT_EQ(only_nonzero(report.at("sectors")), json({{"total", 40}, {"mode1", 5}, {"audio", 35}}));
  EXPECT_EQ(only_nonzero(report.at("notes")), json({{"scrambled", 5}}));
}

struct LoneAddressCase {
  const char* name;
  SectorKind kind;
  const char* mode;
  bool codes_follow;
  std::vector<std::string> faults;
  bool repairable;
};

TEST(VerifyFaults, AnAddressThatOneSectorAloneGetsWrongIsAFault) {
  const std::vector<std::string> alone = {"address"};
  const LoneAddressCase cases[] = {
      {"parity leads back",
       SectorKind::mode1,
       "MODE1/2352",
       false,
       {"address", "edc", "p_parity", "q_parity"},
       true},
      {"parity vouches for it", SectorKind::mode1, "MODE1/2352", true, alone, false},
      {"no parity covers it", SectorKind::mode2_form1, "MODE2/2352", false, alone, true},
      {"form 2", SectorKind::mode2_form2, "MODE2/2352", false, alone, true},
  };
  for (const LoneAddressCase& c : cases) {
    SCOPED_TRACE(c.name);
    Sectors sectors = sound_sectors(c.kind, kSectors);
    reference::write_header(sectors[kAt], 5000, sectors[kAt][15]);
    if (c.codes_follow) set_address(sectors[kAt], c.kind, 5000);
    const json report = verify(sectors, c.mode);
    EXPECT_EQ(
        report.at("tracks").at(0).at("bad"),
        json::array(
            {{{"lba", 20}, {"count", 1}, {"faults", c.faults}, {"repairable", c.repairable}}}));
    EXPECT_EQ(only_nonzero(report.at("notes")), json::object());
  }
}

TEST(VerifyFaults, FillsAreCountedByTheirByte) {
  Sectors s = sound_sectors(SectorKind::mode1, kSectors);
  s[10].fill(0x55);
  std::fill(s[11].begin() + 16, s[11].end(), std::uint8_t{0x55});  // behind the header
  std::fill_n(s[12].begin() + 16, 2048, std::uint8_t{0x55});       // user data alone
  s[13].fill(0x00);
  s[14].fill(0xFF);
  s[15].fill(0x42);
  std::fill_n(s[16].begin() + 16, 1000, std::uint8_t{0x55});  // in part: no fill
  const Bytes zeros(2048);
  s[17] = reference::build(SectorKind::mode1, 17, zeros);  // sound: no fill
  const json report = verify(s, "MODE1/2352");
  EXPECT_EQ(report.at("bad"),
            json({{"total", 7},
                  {"repairable", 0},
                  {"filled", 6},
                  {"unrepairable", 7},
                  {"fills", {{"0x00", 1}, {"0x42", 1}, {"0x55", 3}, {"0xff", 1}}}}));
}

TEST(VerifyFaults, AReadableSectorOfZerosIsNotCalledSoundInANote) {
  Sectors s = sound_sectors(SectorKind::mode1, kSectors);
  s[kAt].fill(0);
  EXPECT_EQ(only_nonzero(verify(s, "MODE1/2352").at("notes")), json::object());
}

struct SurroundCase {
  const char* name;
  SectorKind kind;
  const char* mode;
};

Sector without_sync(int variant) {
  Sector sector{};
  if (variant < 3) sector.fill(std::array<std::uint8_t, 3>{0x00, 0x55, 0xFF}[variant]);
  if (variant == 3) sector = sound_sector(SectorKind::audio, 4711);
  return sector;
}

TEST(VerifyKinds, ASectorWithoutSyncCountsUnderItsNeighboursKind) {
  constexpr SurroundCase cases[] = {{"mode 1", SectorKind::mode1, "MODE1/2352"},
                                    {"form 1", SectorKind::mode2_form1, "MODE2/2352"},
                                    {"form 2", SectorKind::mode2_form2, "MODE2/2352"}};
  for (const SurroundCase& c : cases) {
    for (int variant = 0; variant < 4; ++variant) {
      for (std::size_t at : {std::size_t{0}, kAt, std::size_t{kSectors - 1}}) {
        SCOPED_TRACE(std::string(c.name) + ", variant " + std::to_string(variant) + ", LBA " +
                     std::to_string(at));
        Sectors sectors = sound_sectors(c.kind, kSectors);
        sectors[at] = without_sync(variant);
        const json report = verify(sectors, c.mode);
        EXPECT_EQ(only_nonzero(report.at("sectors")),
                  json({{"total", kSectors}, {std::string(name_of(c.kind)), kSectors}}));
        EXPECT_EQ(report.at("bad").at("total"), 1);
      }
    }
  }
}

TEST(VerifyKinds, InAMixOfFormsTheNearestSectorsDecide) {
  Sectors sectors = sound_sectors(SectorKind::mode2_form1, 20);
  append(sectors, sound_sectors(SectorKind::mode2_form2, 20, 20));
  for (std::size_t at : {10, 11, 12, 30, 31}) sectors[at].fill(0x55);
  const json report = verify(sectors, "MODE2/2352");
  EXPECT_EQ(only_nonzero(report.at("sectors")),
            json({{"total", 40}, {"mode2_form1", 20}, {"mode2_form2", 20}}));
  EXPECT_EQ(report.at("tracks").at(0).at("bad"),
            json::array({{{"lba", 10},
                          {"count", 3},
                          {"faults", {"sync", "address", "mode", "edc", "p_parity", "q_parity"}},
                          {"repairable", false}},
                         {{"lba", 30},
                          {"count", 2},
                          {"faults", {"sync", "address", "mode", "edc"}},
                          {"repairable", false}}}));
}

TEST(VerifyKinds, ALostSyncOverSoundContentIsRepairable) {
  for (const SectorKind kind :
       {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(std::string(name_of(kind)));
    Sectors sectors = sound_sectors(kind, kSectors);
    std::fill_n(sectors[kAt].begin(), 12, std::uint8_t{0xAA});
    const json report = verify(sectors, kind == SectorKind::mode1 ? "MODE1/2352" : "MODE2/2352");
    EXPECT_EQ(report.at("verdict"), "repairable");
    EXPECT_EQ(report.at("faults").at("sync"), 1);
  }
}

TEST(VerifyKinds, ContentIsTheJudgeOfATracksMode) {
  const json report = verify(sound_sectors(SectorKind::mode2_form1, kSectors), "MODE1/2352");
  EXPECT_EQ(report.at("tracks").at(0).at("type"), "mode2");
  EXPECT_EQ(report.at("verdict"), "good");
  EXPECT_EQ(report.at("problems"),
            json::array({{{"severity", "warning"},
                          {"code", "track.mode"},
                          {"message",
                           "disc.cue: track 1 is declared MODE1/2352, its sectors are "
                           "mode2"}}}));
}

}  // namespace
}  // namespace pregap::test
