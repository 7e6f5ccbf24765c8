// One sector, field by field: `pregap sector`.
#include <gtest/gtest.h>

#include <functional>

#include "cli/golden/golden.h"
#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;
using reference::Sector;

constexpr SectorKind kMode1 = SectorKind::mode1;
constexpr SectorKind kForm1Kind = SectorKind::mode2_form1;
constexpr SectorKind kForm2Kind = SectorKind::mode2_form2;

RunResult show(const TempFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "sector");
  return run_pregap(arguments, {.folder = folder.path()});
}

void write_disc(const TempFolder& folder, const Sectors& sectors, const char* mode) {
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", mode));
}

struct TextCase {
  const char* golden;
  SectorKind kind;
  const char* mode;
  int status;
  std::function<void(Sector&)> change;
};

std::vector<TextCase> text_cases() {
  const auto sound = [](Sector&) {};
  const auto bytes = [](std::vector<std::size_t> at) {
    return [at](Sector& s) {
      for (const std::size_t i : at) s[i] ^= 0x42;
    };
  };
  const auto fill = [](std::uint8_t value) { return [value](Sector& s) { s.fill(value); }; };
  return {
      {"sector-mode0.txt", SectorKind::mode0, "MODE1/2352", 0, sound},
      {"sector-mode1.txt", kMode1, "MODE1/2352", 0, sound},
      {"sector-form1.txt", kForm1Kind, "MODE2/2352", 0, sound},
      {"sector-form2.txt", kForm2Kind, "MODE2/2352", 0, sound},
      {"sector-audio.txt", SectorKind::audio, "AUDIO", 0, sound},
      {"sector-mode1-scratched.txt", kMode1, "MODE1/2352", 1, bytes({100, 1200, 2070, 2310})},
      {"sector-mode1-header.txt", kMode1, "MODE1/2352", 1, bytes({3, 13, 15})},
      {"sector-form1-header.txt", kForm1Kind, "MODE2/2352", 1, bytes({3, 13, 18})},
      {"sector-form2-scratched.txt", kForm2Kind, "MODE2/2352", 1, bytes({100})},
      {"sector-filled.txt", kMode1, "MODE1/2352", 1, fill(0x55)},
      {"sector-scrambled.txt", kMode1, "MODE1/2352", 0, [](Sector& s) { s = scrambled(s); }},
      {"sector-noncompliant.txt", kForm1Kind, "MODE2/2352", 0,
       [](Sector& s) { reference::write_parity(s, reference::ParityHeader::real); }},
      {"sector-form2-no-edc.txt", kForm2Kind, "MODE2/2352", 0,
       [](Sector& s) { std::fill(s.end() - 4, s.end(), std::uint8_t{0}); }},
      {"sector-lost.txt", kMode1, "MODE1/2352", 1,
       [](Sector& s) { std::fill_n(s.begin() + 300, 1500, std::uint8_t{0x33}); }},
  };
}

TEST(SectorCommand, ShowsEveryFieldOfEachKind) {
  for (const TextCase& c : text_cases()) {
    SCOPED_TRACE(c.golden);
    Sectors sectors = sound_sectors(c.kind, 40);
    c.change(sectors[20]);
    const TempFolder folder;
    write_disc(folder, sectors, c.mode);
    const RunResult r = show(folder, {"disc.cue", "20"});
    EXPECT_EQ(r.status, c.status);
    EXPECT_EQ(r.err, "");
    expect_golden(c.golden, r.out);
  }
}

TEST(SectorCommand, HexAddsEveryByte) {
  const TempFolder folder;
  write_disc(folder, sound_sectors(kMode1, 40), "MODE1/2352");
  const std::string plain = show(folder, {"disc.cue", "20"}).out;
  const std::string dump = show(folder, {"disc.cue", "20", "--hex"}).out;
  ASSERT_TRUE(dump.starts_with(plain));
  EXPECT_EQ(std::ranges::count(dump.substr(plain.size()), '\n'), 147);
  EXPECT_EQ(dump.substr(plain.size(), 57),
            "     0  00 ff ff ff ff ff ff ff ff ff ff 00 00 02 20 01  ");
}

TEST(SectorCommand, StorageOfFewerBytesIsSaid) {
  const TempFolder folder;
  const Sectors sectors = sound_sectors(kForm1Kind, 40);
  Bytes stored;
  for (const Sector& s : sectors) stored.insert(stored.end(), s.begin() + 16, s.end());
  folder.write("disc.bin", stored);
  folder.write("disc.cue", sheet("disc.bin", "MODE2/2336"));
  folder.write("data.iso", iso_of(sectors, times(40, kForm1Kind)));
  expect_golden("sector-2336.txt", show(folder, {"disc.cue", "20"}).out);
  expect_golden("sector-2048.txt", show(folder, {"data.iso", "20"}).out);
}

TEST(SectorCommand, JsonNamesEveryFieldAndChange) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(kForm1Kind, 40);
  const std::uint32_t edc = reference::judge(sectors[20], kForm1Kind).edc_stored;
  sectors[20][100] ^= 0x42;
  const reference::Verdict verdict = reference::judge(sectors[20], kForm1Kind);
  write_disc(folder, sectors, "MODE2/2352");
  const RunResult r = show(folder, {"--json", "disc.cue", "20"});
  EXPECT_EQ(r.status, 1);
  json p = json::array(), q = json::array();
  for (std::size_t i = 0; i < 86; ++i) {
    if (verdict.bad.p[i]) p.push_back(i);
  }
  for (std::size_t i = 0; i < 52; ++i) {
    if (verdict.bad.q[i]) q.push_back(i);
  }
  const std::uint8_t was = sound_sector(kForm1Kind, 20)[100];
  const json expected = {
      {"schema", "pregap.sector/1"},
      {"image", "disc.cue"},
      {"lba", 20},
      {"track", 1},
      {"kind", "mode2_form1"},
      {"sector_bytes", 2352},
      {"file", "disc.bin"},
      {"file_offset", 20 * 2352},
      {"faults", {"edc", "p_parity", "q_parity"}},
      {"notes", json::array()},
      {"repairable", true},
      {"filled", nullptr},
      {"sync_good", true},
      {"address", "00:02:20"},
      {"address_lba", 20},
      {"mode_byte", 2},
      {"subheader", "00 00 08 00 00 00 08 00"},
      {"edc", "bad"},
      {"edc_stored", edc},
      {"edc_computed", verdict.edc_computed},
      {"p_bad", p},
      {"q_bad", q},
      {"changes", json::array({{{"offset", 100}, {"from", was ^ 0x42}, {"to", was}}})}};
  EXPECT_EQ(json_lines(r.out), std::vector<json>{expected});
}

TEST(SectorCommand, AddressesAreNumbersOrMinutesSecondsFrames) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(kMode1, 100);
  write_disc(folder, sectors, "MODE1/2352");
  const std::pair<const char*, int> cases[] = {
      {"0", 0}, {"20", 20}, {"00:02:00", 0}, {"00:02:20", 20}, {"0:3:5", 80}};
  for (const auto& [address, lba] : cases) {
    SCOPED_TRACE(address);
    const RunResult r = show(folder, {"--json", "disc.cue", address});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(json_lines(r.out).at(0).at("lba"), lba);
  }
}

TEST(SectorCommand, WhatIsNotStoredNamesWhatIs) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(kMode1, 20);
  append(sectors, sound_sectors(SectorKind::audio, 30, 20));
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352") +
                               "  TRACK 02 AUDIO\n    PREGAP 00:02:00\n    INDEX 01 00:00:20\n");
  const std::pair<const char*, const char*> cases[] = {
      {"-150", "-150"}, {"-1", "-1"},         {"20", "20"},          {"169", "169"},
      {"200", "200"},   {"00:00:00", "-150"}, {"90:00:00", "-45150"}};
  for (const auto& [address, lba] : cases) {
    SCOPED_TRACE(address);
    const RunResult r = show(folder, {"disc.cue", address});
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(r.err, "pregap: disc.cue:LBA " + std::string(lba) +
                         ": no stored sector, expected one of 0 to 19, 170 to 199\n");
  }
  EXPECT_EQ(show(folder, {"disc.cue", "170"}).status, 0);
  EXPECT_EQ(show(folder, {"disc.cue", "199"}).status, 0);
}

}  // namespace
}  // namespace pregap::test
