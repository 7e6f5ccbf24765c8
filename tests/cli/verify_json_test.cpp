// The contract of `verify --json`, key by key: docs/json.md.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

json verify(const TempFolder& folder, const std::string& image, int status) {
  const RunResult r = run_pregap({"verify", "--json", image}, {.folder = folder.path()});
  EXPECT_EQ(r.status, status) << r.out << r.err;
  EXPECT_EQ(r.err, "");
  const std::vector<json> lines = json_lines(r.out);
  EXPECT_EQ(lines.size(), 1U) << r.out;
  return lines.empty() ? json() : lines.front();
}

// 20 sectors of mode 1, then audio with a stored pregap of 10.
void write_mixed(const TempFolder& folder, const Sectors& data) {
  Sectors all = data;
  append(all, sound_sectors(SectorKind::audio, 40, 20));
  folder.write("disc.bin", bytes_of(all));
  folder.write("disc.cue", sheet("disc.bin", "MODE1/2352") +
                               "  TRACK 02 AUDIO\n    INDEX 00 00:00:20\n    INDEX 01 00:00:30\n");
}

TEST(VerifyJson, IsTheWholeContract) {
  const TempFolder folder;
  Sectors data = sound_sectors(SectorKind::mode1, 20);
  for (int lba : {10, 11, 12}) data[static_cast<std::size_t>(lba)][700] ^= 0x5A;
  data[15].fill(0x55);
  write_mixed(folder, data);
  const json expected = json::parse(R"({
    "schema": "pregap.verify/1", "image": "disc.cue", "format": "cue", "verdict": "damaged",
    "sectors": {"total": 60, "mode0": 0, "mode1": 20, "mode2": 0, "mode2_form1": 0,
                "mode2_form2": 0, "audio": 40},
    "faults": {"sync": 1, "address": 1, "mode": 1, "edc": 4, "p_parity": 4, "q_parity": 4,
               "subchannel_q": 0},
    "bad": {"total": 4, "repairable": 3, "filled": 1, "unrepairable": 1, "fills": {"0x55": 1}},
    "notes": {"form2_edc_absent": 0, "noncompliant_ecc": 0, "intermediate": 0,
              "subheader_copies": 0, "mode_flip": 0, "scrambled": 0, "block_indicator": 0,
              "address_jump": 0, "address_start": 0, "data_in_audio": 0, "all_zero": 0},
    "tracks": [
      {"number": 1, "session": 1, "type": "mode1", "first_lba": 0, "start_lba": 0, "sectors": 20,
       "sectors_by_kind": {"mode0": 0, "mode1": 20, "mode2": 0, "mode2_form1": 0,
                           "mode2_form2": 0, "audio": 0},
       "faults": {"sync": 1, "address": 1, "mode": 1, "edc": 4, "p_parity": 4, "q_parity": 4,
                  "subchannel_q": 0},
       "bad": [{"lba": 10, "count": 3, "faults": ["edc", "p_parity", "q_parity"],
                "repairable": true},
               {"lba": 15, "count": 1,
                "faults": ["sync", "address", "mode", "edc", "p_parity", "q_parity"],
                "repairable": false}]},
      {"number": 2, "session": 1, "type": "audio", "first_lba": 20, "start_lba": 30, "sectors": 30,
       "sectors_by_kind": {"mode0": 0, "mode1": 0, "mode2": 0, "mode2_form1": 0,
                           "mode2_form2": 0, "audio": 40},
       "faults": {"sync": 0, "address": 0, "mode": 0, "edc": 0, "p_parity": 0, "q_parity": 0,
                  "subchannel_q": 0},
       "bad": []}],
    "problems": []})");
  EXPECT_EQ(verify(folder, "disc.cue", 1), expected);
}

TEST(VerifyJson, IsOneLineAnImage) {
  const TempFolder folder;
  write_mixed(folder, sound_sectors(SectorKind::mode1, 20));
  folder.write("data.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  const RunResult r =
      run_pregap({"verify", "--json", "disc.cue", "data.bin"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(std::ranges::count(r.out, '\n'), 2);
  EXPECT_TRUE(r.out.ends_with("}\n"));
  const std::vector<json> lines = json_lines(r.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("image"), "disc.cue");
  EXPECT_EQ(lines[1].at("image"), "data.bin");
  EXPECT_EQ(lines[1].at("format"), "raw");
}

struct VerdictCase {
  const char* name;
  const char* image;
  const char* verdict;
  int status;
};

TEST(VerifyJson, VerdictAndExitStatusGoTogether) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  folder.write("sound.bin", bytes_of(sectors));
  folder.write("audio.bin", bytes_of(sound_sectors(SectorKind::audio, 20)));
  folder.write("audio.cue", sheet("audio.bin", "AUDIO"));
  folder.write("cooked.cue", sheet("cooked.iso", "MODE1/2048"));
  folder.write("cooked.iso", iso_of(sectors, times(20, SectorKind::mode1)));
  Bytes longer = bytes_of(sectors);
  longer.resize(longer.size() + 1000);
  folder.write("longer.bin", longer);
  sectors[7][100] ^= 1;
  folder.write("scratched.bin", bytes_of(sectors));
  sectors[8].fill(0);
  folder.write("holed.bin", bytes_of(sectors));

  constexpr VerdictCase cases[] = {
      {"every check agrees", "sound.bin", "good", 0},
      {"one byte wrong", "scratched.bin", "repairable", 1},
      {"a sector lost beside it", "holed.bin", "damaged", 1},
      {"bytes behind the last sector", "longer.bin", "damaged", 1},
      {"audio alone", "audio.cue", "unchecked", 0},
      {"user data alone", "cooked.cue", "unchecked", 0},
  };
  for (const VerdictCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(verify(folder, c.image, c.status).at("verdict"), c.verdict);
  }
}

struct TrackCase {
  const char* name;
  const char* sheet;
  json tracks;  // number, first_lba, start_lba, sectors
};

TEST(VerifyJson, TracksLieWhereTheSheetPutsThem) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  append(sectors, sound_sectors(SectorKind::audio, 40, 20));
  folder.write("all.bin", bytes_of(sectors));
  folder.write("1.bin", bytes_of(sectors, 0, 20));
  folder.write("2.bin", bytes_of(sectors, 20, 40));
  const TrackCase cases[] = {
      {"one file, stored pregap",
       "FILE all.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
       "TRACK 02 AUDIO\nINDEX 00 00:00:20\nINDEX 01 00:00:30\n",
       {{1, 0, 0, 20}, {2, 20, 30, 30}}},
      {"a file a track, stored pregap",
       "FILE 1.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
       "FILE 2.bin BINARY\nTRACK 02 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:00:10\n",
       {{1, 0, 0, 20}, {2, 20, 30, 30}}},
      {"a pregap that is not stored",
       "FILE all.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
       "TRACK 02 AUDIO\nPREGAP 00:02:00\nINDEX 01 00:00:20\n",
       {{1, 0, 0, 20}, {2, 170, 170, 40}}},
      {"a pregap in part stored",
       "FILE all.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
       "TRACK 02 AUDIO\nPREGAP 00:00:05\nINDEX 00 00:00:20\nINDEX 01 00:00:30\n",
       {{1, 0, 0, 20}, {2, 25, 35, 30}}},
      {"a postgap that is not stored",
       "FILE all.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nPOSTGAP 00:00:07\n"
       "TRACK 02 AUDIO\nINDEX 01 00:00:20\n",
       {{1, 0, 0, 20}, {2, 27, 27, 40}}},
      {"numbers that begin at 4, and INDEX 02",
       "FILE all.bin BINARY\nTRACK 04 MODE1/2352\nINDEX 01 00:00:00\n"
       "TRACK 05 AUDIO\nINDEX 01 00:00:20\nINDEX 02 00:00:25\n",
       {{4, 0, 0, 20}, {5, 20, 20, 40}}},
  };
  for (const TrackCase& c : cases) {
    SCOPED_TRACE(c.name);
    folder.write("disc.cue", std::string(c.sheet));
    json found = json::array();
    const json report = verify(folder, "disc.cue", 0);
    for (const json& t : report.at("tracks")) {
      found.push_back({t.at("number"), t.at("first_lba"), t.at("start_lba"), t.at("sectors")});
    }
    EXPECT_EQ(found, c.tracks);
    EXPECT_EQ(report.at("sectors").at("total"), 60) << "stored pregaps count too";
  }
}

json row(int lba, int count, std::vector<std::string> faults, bool repairable) {
  return {{"lba", lba}, {"count", count}, {"faults", faults}, {"repairable", repairable}};
}

TEST(VerifyJson, RowsJoinNeighboursOfTheSameFaultsAndFateOnly) {
  const TempFolder folder;
  Sectors data = sound_sectors(SectorKind::mode1, 40);
  const auto change = [&](std::size_t lba, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i) data[lba][i] ^= 0x11;
  };
  change(10, 500, 1);
  change(11, 600, 1);
  change(12, 400, 1500);  // the same faults, but lost
  change(13, 2300, 1);    // Q alone
  change(14, 2300, 2);
  change(16, 2300, 1);  // 15 is sound
  change(19, 900, 1);   // the last sector of track 1
  change(20, 900, 1);   // the first of track 2's pregap
  change(24, 900, 1);   // its last
  change(25, 900, 1);   // INDEX 01
  folder.write("disc.bin", bytes_of(data));
  folder.write("disc.cue",
               sheet("disc.bin", "MODE1/2352") +
                   "  TRACK 02 MODE1/2352\n    INDEX 00 00:00:20\n    INDEX 01 00:00:25\n");
  const std::vector<std::string> all = {"edc", "p_parity", "q_parity"};
  const json report = verify(folder, "disc.cue", 1);
  EXPECT_EQ(
      report.at("tracks").at(0).at("bad"),
      json::array({row(10, 2, all, true), row(12, 1, all, false), row(13, 2, {"q_parity"}, true),
                   row(16, 1, {"q_parity"}, true), row(19, 1, all, true)}));
  EXPECT_EQ(report.at("tracks").at(1).at("bad"),
            json::array({row(20, 1, all, true), row(24, 2, all, true)}));
  EXPECT_EQ(report.at("bad").at("total"), 10);
}

}  // namespace
}  // namespace pregap::test
