// Sheets that other projects keep as their tests. Whether pregap accepts each one is listed here;
// where that differs from the verdict of its origin, the row says why.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cue_layout.h"
#include "formats/cue.h"
#include "pregap/error.h"
#include "support/shared_data.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::layout_of;

constexpr const char* kFolders[] = {"rcue",
                                    "flac-cuesheets",
                                    "libcue",
                                    "literal-rcheevos",
                                    "whipper",
                                    "libcdio",
                                    "homebrew-cue",
                                    "megadev",
                                    "deadbeef",
                                    "levolution-cuesheet",
                                    "cue2ccd-onetrack-meta",
                                    "toolmade-vcd",
                                    "toolmade-mixed"};

const std::string kFlac = "flac-cuesheets/test/cuesheets/";
const std::string kNoFile = "no FILE command, expected a cue sheet";

CueSheet parse_file(const fs::path& path) {
  const std::vector<std::uint8_t> bytes = test::read_file(path);
  return parse_cue(std::string(bytes.begin(), bytes.end()), "S");
}

std::vector<fs::path> sheets_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".cue") found.push_back(entry);
  }
  std::sort(found.begin(), found.end());
  return found;
}

class CueShared : public testing::Test {
 protected:
  void SetUp() override {
    const auto place = test::shared_data();
    if (!place) GTEST_SKIP() << test::why_no_shared_data();
    root_ = *place;
  }
  fs::path root_;
};

// Every sheet that is refused, with the whole message; all others are accepted.
const std::map<std::string, std::string>& refused() {
  static const std::string modes =
      "expected one of AUDIO, CDG, MODE0/2048, MODE0/2336, MODE0/2352, MODE0/2448, MODE1/2048, "
      "MODE1/2352, "
      "MODE1/2448, MODE2/2048, MODE2/2324, MODE2/2336, MODE2/2352, MODE2/2448, CDI/2336, CDI/2352, "
      "CDI/2448";
  static const std::map<std::string, std::string> table{
      {kFlac + "bad.060.INDEX_wrong_place.cue",
       "S:2: INDEX before any TRACK, expected a TRACK command first"},
      {kFlac + "bad.061.INDEX_missing_number.cue",
       "S:4: INDEX without a number, expected 00 to 99"},
      {kFlac + "bad.062.INDEX_invalid_number_1.cue",
       "S:4: index number 'thhpt!', expected 00 to 99"},
      {kFlac + "bad.063.first_INDEX_not_0_or_1.cue",
       "S:4: INDEX 02 as the first of TRACK 01, expected INDEX 00 or 01"},
      {kFlac + "bad.064.INDEX_num_non_sequential.cue",
       "S:5: INDEX 00 after INDEX 01, expected rising numbers"},
      {kFlac + "bad.065.INDEX_num_out_of_range.cue",
       "S:104: index number '100', expected 00 to 99"},
      {kFlac + "bad.066.INDEX_missing_offset.cue",
       "S:4: INDEX 01 without a time, expected mm:ss:ff"},
      {kFlac + "bad.067.INDEX_illegal_offset.cue", "S:4: time '00:00.00', expected mm:ss:ff"},
      {kFlac + "bad.068.INDEX_cdda_illegal_offset.cue", "S:4: time '588', expected mm:ss:ff"},
      {kFlac + "bad.070.INDEX_offset_not_ascending_1.cue",
       "S:5: INDEX 03 at 00:01:74 lies before INDEX 02 at 00:02:00, expected rising times"},
      {kFlac + "bad.071.INDEX_offset_not_ascending_2.cue",
       "S:6: TRACK 02 INDEX 01 at 00:01:74 lies before TRACK 01 INDEX 02 at 00:02:00, expected "
       "rising times"},
      {kFlac + "bad.130.TRACK_missing_INDEX_01_1.cue",
       "S:2: TRACK 01 without INDEX, expected INDEX 01"},
      {kFlac + "bad.132.TRACK_missing_INDEX_01_3.cue",
       "S:2: TRACK 01 without INDEX, expected INDEX 01"},
      {kFlac + "bad.134.TRACK_missing_number.cue",
       "S:2: TRACK without a number, expected 01 to 99"},
      {kFlac + "bad.135.TRACK_invalid_number_1.cue",
       "S:2: track number 'thhpt!', expected 01 to 99"},
      {kFlac + "bad.136.TRACK_invalid_number_2.cue", "S:2: track number '0', expected 01 to 99"},
      {kFlac + "bad.137.TRACK_cdda_out_of_range.cue", "S:2: track number '100', expected 01 to 99"},
      {kFlac + "bad.138.TRACK_num_non_sequential.cue",
       "S:6: TRACK 01 after TRACK 02, expected a higher number"},
      {kFlac + "bad.139.TRACK_missing_type.cue", "S:2: TRACK 01 without a mode, " + modes},
      {kFlac + "bad.140.no_TRACKs.cue", "S: no TRACK command, expected at least one track"},
      {kFlac + "bad.200.FLAC_leadin_missing_offset.cue", "S: " + kNoFile},
      {kFlac + "bad.201.FLAC_leadin_illegal_offset.cue", "S: " + kNoFile},
      {kFlac + "bad.202.FLAC_leadin_cdda_illegal_offset.cue", "S: " + kNoFile},
      {kFlac + "bad.230.FLAC_leadout_multiple.cue", "S: " + kNoFile},
      {kFlac + "bad.231.FLAC_leadout_missing_track.cue", "S: " + kNoFile},
      {kFlac + "bad.232.FLAC_leadout_illegal_track.cue", "S: " + kNoFile},
      {kFlac + "bad.233.FLAC_leadout_missing_offset.cue", "S: " + kNoFile},
      {kFlac + "bad.234.FLAC_leadout_illegal_offset.cue", "S: " + kNoFile},
      {kFlac + "bad.235.FLAC_leadout_offset_not_211680000.cue", "S: " + kNoFile},
      {kFlac + "good.005.quoted.isrc.cue",
       "S:1: TRACK before any FILE, expected a FILE command first"},
      {"libcdio/bad-mode1.cue", "S:6: mode 'MODE3_FORM1', " + modes},
      {"libcdio/bad-msf-1.cue", "S:7: time '00:00:100', expected frames up to 74"},
      {"libcdio/bad-msf-2.cue", "S:7: time '00:90:00', expected seconds up to 59"},
      {"libcdio/bad-msf-3.cue", "S:7: time 'xx:yy:0', expected mm:ss:ff"},
      {"libcdio/t3.cue", "S:7: time '00:06:93', expected frames up to 74"},
      {"libcue/oss-fuzz/corpus/clusterfuzz-testcase-minimized-fuzz-6416083458064384.cue",
       "S:103: TRACK 03 after TRACK 33, expected a higher number"},
      {"libcue/oss-fuzz/corpus/leak.cue", "S: " + kNoFile},
      {"rcue/bad_index.cue", "S:11: INDEX 01 without a time, expected mm:ss:ff"},
      {"rcue/bad_index_timestamp.cue", "S:11: time 'notatime', expected mm:ss:ff"},
      {"rcue/bad_postgap_timestamp.cue", "S:12: time 'notatimestamp', expected mm:ss:ff"},
      {"rcue/bad_pregap_timestamp.cue", "S:11: time 'notatimestamp', expected mm:ss:ff"},
      {"rcue/duplicate_file.cue", "S:17: TRACK 01 after TRACK 02, expected a higher number"},
      {"rcue/duplicate_track.cue", "S:13: TRACK 01 after TRACK 01, expected a higher number"},
      {"rcue/orphan_index.cue", "S:8: INDEX before any TRACK, expected a TRACK command first"},
      {"rcue/orphan_postgap.cue", "S:8: POSTGAP before any TRACK, expected a TRACK command first"},
      {"rcue/orphan_pregap.cue", "S:8: PREGAP before any TRACK, expected a TRACK command first"},
      {"rcue/orphan_track.cue", "S:2: TRACK before any FILE, expected a FILE command first"},
      {"whipper/kanye.cue", "S:85: mode 'MODEx/2xxx', " + modes}};
  return table;
}

TEST_F(CueShared, AcceptsAndRefusesAsListed) {
  std::size_t sheets = 0;
  std::set<std::string> seen;
  for (const char* folder : kFolders) {
    for (const fs::path& path : sheets_in(root_ / folder)) {
      const std::string name = path.lexically_relative(root_).generic_string();
      std::string verdict;
      try {
        parse_file(path);
      } catch (const Error& error) {
        verdict = error.what();
      }
      const auto expected = refused().find(name);
      EXPECT_EQ(verdict, expected == refused().end() ? "" : expected->second) << name;
      if (expected != refused().end()) seen.insert(name);
      ++sheets;
    }
  }
  EXPECT_EQ(seen.size(), refused().size());
  EXPECT_GE(sheets, 130u);
}

// Sheets that flac's own test refuses and pregap reads, and the other way about.
const std::map<std::string, std::string> kUnlikeFlac{
    {"bad.000.CATALOG_multiple.cue", "the last CATALOG counts, with a warning"},
    {"bad.001.CATALOG_missing_number.cue", "a warning: the disc is whole without it"},
    {"bad.002.CATALOG_number_too_long.cue", "a warning: kept as found"},
    {"bad.003.CATALOG_not_13_digits.cue", "a warning: kept as found"},
    {"bad.030.FLAGS_multiple.cue", "flags add up, with a warning"},
    {"bad.031.FLAGS_wrong_place_1.cue", "a remark, with a warning"},
    {"bad.032.FLAGS_wrong_place_2.cue", "order within the track has no meaning"},
    {"bad.069.nonzero_first_INDEX.cue", "a file may hold audio before track 1"},
    {"bad.110.ISRC_multiple.cue", "the last ISRC counts, with a warning"},
    {"bad.111.ISRC_wrong_place_1.cue", "a remark, with a warning"},
    {"bad.112.ISRC_wrong_place_2.cue", "order within the track has no meaning"},
    {"bad.113.ISRC_missing_number.cue", "a warning: the track is whole without it"},
    {"bad.114.ISRC_invalid_number.cue", "a warning: kept as found"},
    {"bad.131.TRACK_missing_INDEX_01_2.cue", "INDEX 00 alone is taken as INDEX 01"},
    {"bad.133.TRACK_missing_INDEX_01_4.cue", "INDEX 00 alone is taken as INDEX 01"},
    {"good.005.quoted.isrc.cue", "flac needs no FILE: its sheet belongs to one file"}};

TEST_F(CueShared, DiffersFromFlacOnlyWithAReason) {
  for (const fs::path& path : sheets_in(root_ / kFlac)) {
    const std::string name = path.filename().string();
    const bool flac_reads = name.starts_with("good.");
    const bool pregap_reads = !refused().contains(kFlac + name);
    EXPECT_EQ(flac_reads != pregap_reads, kUnlikeFlac.contains(name)) << name;
  }
}

// rcue's own tests (src/parser.rs) read each sheet strictly, leniently or both. What it refuses
// when strict, and what even a lenient reading takes without the faulty line.
const std::set<std::string> kRcueRefuses{
    "bad_index.cue",      "bad_index_timestamp.cue",   "bad_pregap_timestamp.cue",
    "orphan_track.cue",   "orphan_index.cue",          "orphan_pregap.cue",
    "orphan_postgap.cue", "bad_postgap_timestamp.cue", "empty_lines.cue"};

const std::map<std::string, std::string> kUnlikeRcue{
    {"empty_lines.cue", "blank lines mean nothing; rcue's lenient reading takes them too"},
    {"duplicate_track.cue", "two tracks of one number in one session have no one meaning"},
    {"duplicate_file.cue", "two tracks of one number in one session have no one meaning"}};

TEST_F(CueShared, DiffersFromRcueOnlyWithAReason) {
  for (const fs::path& path : sheets_in(root_ / "rcue")) {
    const std::string name = path.filename().string();
    const bool pregap_refuses = refused().contains("rcue/" + name);
    EXPECT_EQ(pregap_refuses != kRcueRefuses.contains(name), kUnlikeRcue.contains(name)) << name;
  }
}

struct Layout {
  const char* sheet;
  const char* layout;
};

const std::vector<Layout> kLayouts{
    {"libcdio/cdda.cue", "CDDA.BIN|BINARY\n01 AUDIO DCP 01=00:00:00\n"},
    {"libcdio/cdda_4_5.cue",
     "cdda_4_5.bin|BINARY\n04 AUDIO DCP 01=00:00:00\n05 AUDIO DCP 01=00:02:00\n"},
    {"libcdio/isofs-m1.cue", "ISOFS-M1.BIN|BINARY\n01 MODE1/2352 01=00:00:00\n"},
    {"libcdio/p1.cue",
     "BOING.BIN|BINARY\n"
     "01 AUDIO DCP 00=00:00:00 01=00:01:00\n"
     "02 AUDIO DCP 00=00:02:00 01=00:03:00\n"},
    {"libcdio/t1.cue",
     "t1.bin|BINARY\n"
     "01 MODE2/2352 DCP 01=00:00:00\n"
     "02 MODE2/2352 DCP 00=00:04:00 01=00:06:00 02=00:06:32\n"},
    {"libcdio/t2.cue",
     "t2.bin|AUDIO\n"
     "01 MODE1/2352 DCP 01=00:00:00\n"
     "02 MODE1/2048 DCP 00=00:04:00 01=00:06:00 02=00:06:32\n"},
    {"libcdio/vcd_demo.cue",
     "vcd_demo.bin|BINARY\n"
     "01 MODE2/2352 DCP 01=00:00:00\n"
     "02 MODE2/2352 DCP 00=00:13:57 01=00:15:57\n"
     "03 MODE2/2352 DCP 00=00:20:71 01=00:22:71\n"},
    {"toolmade-vcd/svcd.cue",
     "svcd.bin|BINARY\n"
     "01 MODE2/2352 DCP 01=00:00:00\n"
     "02 MODE2/2352 DCP 00=00:04:00 01=00:06:00\n"},
    {"toolmade-vcd/vcd11.cue",
     "vcd11.bin|BINARY\n"
     "01 MODE2/2352 DCP 01=00:00:00\n"
     "02 MODE2/2352 DCP 00=00:04:00 01=00:06:00\n"},
    {"toolmade-vcd/vcd20.cue",
     "vcd20.bin|BINARY\n"
     "01 MODE2/2352 DCP 01=00:00:00\n"
     "02 MODE2/2352 DCP 00=00:04:00 01=00:06:00\n"},
    {"toolmade-vcd/vcd2336.cue",
     "vcd2336.bin|BINARY\n"
     "01 MODE2/2336 DCP 01=00:00:00\n"
     "02 MODE2/2336 DCP 00=00:04:00 01=00:06:00\n"},
    {"toolmade-mixed/binmerge-split/redump.cue",
     "redump (Track 1).bin|BINARY\nredump (Track 2).bin|BINARY\n"
     "01 MODE1/2352 01=00:00:00\n"
     "02 AUDIO 00=file1@00:00:00 01=file1@00:02:00\n"},
    {"toolmade-mixed/chdman-single/mixed-single.cue",
     "mixed-single.bin|BINARY\n"
     "01 MODE1/2352 01=00:00:00\n"
     "02 AUDIO 00=00:04:02 01=00:06:02\n"},
    {"toolmade-mixed/multibin/mixed-multibin.cue",
     "isofs-m1.bin|BINARY\ncdda.bin|BINARY\n"
     "01 MODE1/2352 01=00:00:00\n"
     "02 AUDIO 00=file1@00:00:00 01=file1@00:02:00\n"},
    {"homebrew-cue/sat-disasteroids/game.cue",
     "game.iso|BINARY\n02_TITLE.WAV|WAVE\n03_PAUSE.WAV|WAVE\n04_VICTORY.WAV|WAVE\n"
     "05_GAMEOVER.WAV|WAVE\n"
     "01 MODE1/2048 01=00:00:00 postgap=00:02:00\n"
     "02 AUDIO pregap=00:12:00 01=file1@00:00:00\n"
     "03 AUDIO pregap=00:01:00 01=file2@00:00:00\n"
     "04 AUDIO pregap=00:01:00 01=file3@00:00:00\n"
     "05 AUDIO pregap=00:01:00 01=file4@00:00:00\n"},
    {"homebrew-cue/sat-joengine/game.cue",
     "game.iso|BINARY\n01 MODE1/2048 01=00:00:00 postgap=00:02:00\n"},
    {"homebrew-cue/sat-oumf/sl_coff.cue",
     "sl_coff.iso|BINARY\nLEVEL1.WAV|WAVE\n"
     "01 MODE1/2048 01=00:00:00 postgap=00:02:00\n"
     "02 AUDIO pregap=00:02:00 01=file1@00:00:00\n"},
    {"libcue/literals/noncompliant_0.cue",
     "The Specials - Singles - 01 - Gangsters.flac|FLAC\n"
     "The Specials - Singles - 02 - Rudi, A Message To You.flac|FLAC\n"
     "01 AUDIO 01=00:00:00\n"
     "02 AUDIO 00=02:47:74 01=file1@00:00:00\n"}};

TEST_F(CueShared, ReadsTheLayoutsAsListed) {
  for (const Layout& row : kLayouts) {
    EXPECT_EQ(layout_of(parse_file(root_ / row.sheet)), row.layout) << row.sheet;
  }
}

// What libcue said of each track, where it read the sheet without an error of its own.
std::string indexes_of(const json& track) {
  std::string out;
  for (const json& index : track["index"]) {
    out += fmt::format(" {:02}={}", index[0].get<int>(), index[1].get<int>());
  }
  return out;
}

std::string indexes_of(const CueTrack& track) {
  std::string out;
  for (const CueIndex& index : track.indexes) {
    out += fmt::format(" {:02}={}", index.number, index.time);
  }
  return out;
}

void expect_like_libcue(const std::string& name, const CueSheet& sheet, const json& libcue) {
  ASSERT_EQ(sheet.tracks.size(), libcue["tracks"].size()) << name;
  for (std::size_t i = 0; i < sheet.tracks.size(); ++i) {
    const CueTrack& track = sheet.tracks[i];
    const json& other = libcue["tracks"][i];
    EXPECT_EQ(indexes_of(track), indexes_of(other)) << name << " track " << track.number;
    EXPECT_EQ(sheet.files[static_cast<std::size_t>(track.indexes.back().file)].name,
              other["file"].get<std::string>())
        << name << " track " << track.number;
    EXPECT_EQ(track.postgap, std::max(other["zero_post"].get<int>(), 0)) << name;
    std::string isrc = other["isrc"].get<std::string>();
    std::erase(isrc, '-');
    EXPECT_EQ(track.isrc, isrc) << name;
  }
}

TEST_F(CueShared, AgreesWithLibcue) {
  // INDEX 00 alone, which pregap takes as INDEX 01; and a truth.json with its UTF-8 encoded twice.
  const std::set<std::string> unlike{
      "rcue/unicode.cue",
      "libcue/t/issue10.cue",
      "literal-rcheevos/test_cdreader_0051_cue_multiple_bin_multiple_data.cue",
      "literal-rcheevos/test_cdreader_0486_cue.cue",
      kFlac + "bad.131.TRACK_missing_INDEX_01_2.cue",
      kFlac + "bad.133.TRACK_missing_INDEX_01_4.cue"};
  std::size_t compared = 0;
  for (const char* folder : kFolders) {
    const json truth = test::read_truth(root_ / folder);
    for (const auto& [file, facts] : truth["files"].items()) {
      const std::string name = std::string(folder) + "/" + file;
      if (!name.ends_with(".cue") || refused().contains(name) || unlike.contains(name)) continue;
      const json libcue = facts["parsers"].value("libcue", json::object());
      if (!libcue.value("parsed", false) || libcue.contains("stderr")) continue;
      expect_like_libcue(name, parse_file(root_ / name), libcue);
      ++compared;
    }
  }
  EXPECT_GE(compared, 60u);
}

}  // namespace
}  // namespace pregap::formats
