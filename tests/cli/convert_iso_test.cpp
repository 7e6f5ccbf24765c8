// Raw sectors to an ISO image: which sectors, corrected on the way, and what is reported.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

constexpr SectorKind kMode1 = SectorKind::mode1;
constexpr const char* kMode1Loss =
    "  lost: sync, header, EDC and parity of 20 mode 1 sectors (can be built anew, byte for "
    "byte)\n";

void write_disc(const TempFolder& folder, const Sectors& sectors, const char* mode = "MODE1/2352") {
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", mode));
}

RunResult convert(const TempFolder& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"convert", "disc.cue", "out.iso"};
  append(arguments, more);
  return run_pregap(arguments, {.folder = folder.path()});
}

const std::vector<std::string> kOnlyDisc = {"disc.bin", "disc.cue"};
const std::vector<std::string> kWithIso = {"disc.bin", "disc.cue", "out.iso"};

// LBA 5: a scratch. LBA 6: the sync. LBA 12: beyond repair.
Sectors scratched() {
  Sectors sectors = sound_sectors(kMode1, 20);
  sectors[5][700] ^= 0x42;
  sectors[6][3] = 0;
  return sectors;
}

Sectors lost() {
  Sectors sectors = scratched();
  for (std::size_t i = 400; i < 1900; ++i) sectors[12][i] ^= 0x11;
  return sectors;
}

TEST(ConvertToIso, CorrectsOnTheWayAndSaysWhich) {
  const TempFolder folder;
  write_disc(folder, scratched());
  const RunResult r = convert(folder);
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.out, std::string("out.iso: 20 sectors, 40,960 bytes (2 corrected)\n"
                               "  LBA 5: edc, p_parity, q_parity - corrected\n"
                               "  LBA 6: sync, edc - corrected\n") +
                       kMode1Loss);
  EXPECT_EQ(folder.read("out.iso"), iso_of(sound_sectors(kMode1, 20), times(20, kMode1)));
  EXPECT_EQ(folder.list(), kWithIso);
}

TEST(ConvertToIso, ReportsInJsonKeyByKey) {
  const TempFolder folder;
  write_disc(folder, scratched());
  const RunResult r = convert(folder, {"--json"});
  json expected = json::parse(R"({
    "schema": "pregap.convert/1", "image": "disc.cue", "written": true,
    "verified": false, "outputs": ["out.iso"], "bytes": 40960, "sectors": 20, "corrected": 2, "uncorrectable": 0, "kept_damaged": 0,
    "filled": 0,
    "bad": [{"lba": 5, "count": 1, "faults": ["edc", "p_parity", "q_parity"], "repairable": true},
            {"lba": 6, "count": 1, "faults": ["sync", "edc"], "repairable": true}],
    "losses": [{"what": "edc_ecc", "rebuilds": true}], "problems": []})");
  expected["losses"][0]["message"] =
      "sync, header, EDC and parity of 20 mode 1 sectors (can be built anew, byte for byte)";
  EXPECT_EQ(json_lines(r.out), std::vector<json>{expected});
}

TEST(ConvertToIso, WhatCanNotBeCorrectedLeavesNoOutput) {
  const TempFolder folder;
  write_disc(folder, lost());
  const RunResult r = convert(folder);
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.err, "");
  EXPECT_EQ(r.out,
            "disc.cue: no output\n"
            "  LBA 5: edc, p_parity, q_parity - repairable\n"
            "  LBA 6: sync, edc - repairable\n"
            "  LBA 12: edc, p_parity, q_parity - lost\n"
            "  not written: 1 sector can't be corrected; --keep-damaged keeps, --fill BYTE fills "
            "what is lost\n");
  EXPECT_EQ(folder.list(), kOnlyDisc);
  const json report = json_lines(convert(folder, {"--json"}).out).at(0);
  EXPECT_EQ(report.at("written"), false);
  EXPECT_EQ(report.at("outputs"), json::array());
  EXPECT_EQ(report.at("uncorrectable"), 1);
  EXPECT_EQ(folder.list(), kOnlyDisc);
}

TEST(ConvertToIso, KeepDamagedKeepsUserDataAsFound) {
  const TempFolder folder;
  const Sectors sectors = lost();
  write_disc(folder, sectors);
  const RunResult r = convert(folder, {"--keep-damaged"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out.substr(0, r.out.find('\n')),
            "out.iso: 20 sectors, 40,960 bytes (2 corrected, 1 kept as found)");
  Sectors expected = sound_sectors(kMode1, 20);
  expected[12] = sectors[12];
  EXPECT_EQ(folder.read("out.iso"), iso_of(expected, times(20, kMode1)));
}

TEST(ConvertToIso, FillPutsOneByteInPlaceOfWhatIsLost) {
  for (const char* byte : {"85", "0x55"}) {
    const TempFolder folder;
    write_disc(folder, lost());
    const RunResult r = convert(folder, {"--fill", byte});
    EXPECT_EQ(r.status, 1);
    EXPECT_EQ(r.out.substr(0, r.out.find('\n')),
              "out.iso: 20 sectors, 40,960 bytes (2 corrected, 1 filled)");
    Sectors expected = sound_sectors(kMode1, 20);
    expected[12].fill(0x55);
    EXPECT_EQ(folder.read("out.iso"), iso_of(expected, times(20, kMode1)));
  }
}

TEST(ConvertToIso, ScrambledSectorsAreDescrambled) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(kMode1, 20);
  std::ranges::transform(sectors, sectors.begin(), scrambled);
  write_disc(folder, sectors);
  EXPECT_EQ(convert(folder).status, 0);
  EXPECT_EQ(folder.read("out.iso"), iso_of(sound_sectors(kMode1, 20), times(20, kMode1)));
}

TEST(ConvertToIso, SectorsOf2336BytesGiveTheirUserData) {
  const TempFolder folder;
  const Sectors sectors = sound_sectors(SectorKind::mode2_form1, 20);
  Bytes stored;
  for (const reference::Sector& s : sectors) stored.insert(stored.end(), s.begin() + 16, s.end());
  folder.write("disc.bin", stored);
  folder.write("disc.cue", sheet("disc.bin", "MODE2/2336"));
  const Bytes expected = iso_of(sectors, times(20, SectorKind::mode2_form1));
  EXPECT_EQ(convert(folder).status, 0);
  EXPECT_EQ(folder.read("out.iso"), expected);
  const RunResult bare = run_pregap({"convert", "disc.bin", "bare.iso"}, {.folder = folder.path()});
  EXPECT_EQ(bare.status, 0) << bare.err;
  EXPECT_EQ(folder.read("bare.iso"), expected);
}

// Tracks 1 (mode 1), 2 (audio), 3 (form 1 behind a stored pregap of form 1).
void write_three_tracks(const TempFolder& folder) {
  Sectors sectors = sound_sectors(kMode1, 20);
  append(sectors, sound_sectors(SectorKind::audio, 10, 20));
  append(sectors, sound_sectors(SectorKind::mode2_form1, 30, 30));
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352") +
                               "  TRACK 02 AUDIO\n    INDEX 01 00:00:20\n"
                               "  TRACK 03 MODE2/2352\n    INDEX 00 00:00:30\n"
                               "    INDEX 01 00:00:40\n");
}

struct TrackErrorCase {
  std::vector<std::string> options;
  const char* error;
};

TEST(ConvertToIso, WithSeveralDataTracksOneMustBeChosen) {
  const TempFolder folder;
  write_three_tracks(folder);
  const TrackErrorCase cases[] = {
      {{},
       "pregap: disc.cue: 2 data tracks (1, 3), expected one\n"
       "hint: --track N chooses one of 1, 3\n"},
      {{"--track", "2"}, "pregap: disc.cue: track 2 is audio, expected a data track: 1, 3\n"},
      {{"--track", "9"}, "pregap: disc.cue: track 9 doesn't exist, expected a data track: 1, 3\n"},
  };
  for (const TrackErrorCase& c : cases) {
    const RunResult r = convert(folder, c.options);
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, c.error);
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(folder.list(), kOnlyDisc);
  }
  EXPECT_EQ(convert(folder, {"--track", "1"}).status, 0);
  EXPECT_EQ(folder.read("out.iso"), iso_of(sound_sectors(kMode1, 20), times(20, kMode1)));
}

TEST(ConvertToIso, TakesATrackFromIndex01AndTellsEveryLoss) {
  const TempFolder folder;
  write_three_tracks(folder);
  const RunResult r = convert(folder, {"--track", "3"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "  lost: audio track 2\n"
            "  lost: data track 1\n"
            "  lost: the stored pregap of track 3, 10 sectors\n"
            "out.iso: 20 sectors, 40,960 bytes\n"
            "  lost: sync, header, sub-header, EDC and parity of 20 form 1 sectors (built anew, "
            "sub-headers become 00 00 08 00)\n");
  EXPECT_EQ(folder.read("out.iso"), iso_of(sound_sectors(SectorKind::mode2_form1, 20, 40),
                                           times(20, SectorKind::mode2_form1)));
}

TEST(ConvertToIso, ADiscOfAudioAloneHasNoIso) {
  const TempFolder folder;
  write_disc(folder, sound_sectors(SectorKind::audio, 20), "AUDIO");
  const RunResult r = convert(folder);
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: disc.cue: no data track, expected one to convert to ISO\n");
  EXPECT_EQ(folder.list(), kOnlyDisc);
}

TEST(ConvertToIso, AnIncompleteImageNeedsKeepDamaged) {
  const TempFolder folder;
  const Sectors sectors = sound_sectors(kMode1, 21);
  Bytes bytes = bytes_of(sectors);
  bytes.resize(bytes.size() - 1352);
  folder.write("disc.bin", bytes);
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
  const std::string fault =
      "  fault: disc.bin: 1000 bytes are left over behind the last whole sector, 1352 are missing "
      "to one of 2352 bytes\n";
  const RunResult refused = convert(folder);
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.out, "disc.cue: no output\n" + fault +
                             "  not written: the image is incomplete; --keep-damaged converts what "
                             "is there\n");
  EXPECT_EQ(folder.list(), kOnlyDisc);
  const RunResult kept = convert(folder, {"--keep-damaged"});
  EXPECT_EQ(kept.status, 1);
  EXPECT_EQ(kept.out, "out.iso: 20 sectors, 40,960 bytes\n" + fault + kMode1Loss);
  EXPECT_EQ(folder.read("out.iso"), iso_of(sound_sectors(kMode1, 20), times(20, kMode1)));
}

}  // namespace
}  // namespace pregap::test
