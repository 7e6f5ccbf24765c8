// TOCs that other projects keep as their tests, held against what cdrdao says of them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "disc/complete.h"
#include "formats/toc.h"
#include "formats/toc_builder.h"
#include "pregap/error.h"
#include "pregap/open.h"
#include "support/disc_builder.h"
#include "support/image_builder.h"
#include "support/program.h"
#include "support/shared_data.h"
#include "toc_shown.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Lines = std::vector<std::string>;

class TocShared : public testing::Test {
 protected:
  void SetUp() override {
    const auto place = test::shared_data();
    if (!place) GTEST_SKIP() << test::why_no_shared_data();
    root_ = *place;
  }
  static std::string text_of(const fs::path& path) {
    const std::vector<std::uint8_t> bytes = test::read_file(path);
    return {bytes.begin(), bytes.end()};
  }
  static Lines names_in(const fs::path& folder) {
    Lines found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".toc") found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  static Disc build(const fs::path& path) {
    Disc disc = build_toc_disc(parse_toc(text_of(path), path.string()), path, {});
    complete_disc(disc);
    return disc;
  }
  static std::string show(const fs::path& path, test::WithText text) {
    return test::show_toc(build(path), parse_toc(text_of(path), "").type, text);
  }
  static std::string said_by_cdrdao(const json& truth, const std::string& name) {
    std::string said;
    for (const auto& line : truth.at("files").at(name).at("cdrdao show-toc").at("out")) {
      said += line.get<std::string>() + "\n";
    }
    return test::shown_by_cdrdao(said);
  }
  fs::path root_;
};

// cdrdao's own tests come with what its show-toc has to print of each.
TEST_F(TocShared, ReadsCdrdaosTestsAsCdrdaoDoes) {
  const fs::path folder = root_ / "cdrdao-testtocs";
  const json truth = test::read_truth(folder);
  const Lines names = names_in(folder);
  EXPECT_EQ(names.size(), 22u);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const fs::path gold = folder / "gold" / fs::path(name).replace_extension(".showtoc");
    if (fs::exists(gold)) {
      EXPECT_EQ(show(folder / name, test::WithText::yes), test::shown_by_cdrdao(text_of(gold)));
    } else {
      EXPECT_EQ(show(folder / name, test::WithText::no), said_by_cdrdao(truth, name));
    }
    EXPECT_EQ(test::problems_of(open_disc(folder / name).problems), Lines{});
  }
}

// Wherever cdrdao reads a TOC of the collection, pregap reads the same layout.
TEST_F(TocShared, AgreesWithCdrdaoWhereverThatReads) {
  const std::map<std::string, int> read = {
      {"libcdio", 3}, {"toolmade-mixed", 1}, {"toolmade-vcd", 1}, {"whipper", 0}};
  for (const auto& [folder, expected] : read) {
    const json truth = test::read_truth(root_ / folder);
    int count = 0;
    for (const auto& [name, tools] : truth.at("files").items()) {
      if (!name.ends_with(".toc") || tools.at("cdrdao show-toc").at("rc") != 0) continue;
      EXPECT_EQ(show(root_ / folder / name, test::WithText::no), said_by_cdrdao(truth, name))
          << folder << "/" << name;
      ++count;
    }
    EXPECT_EQ(count, expected) << folder;
  }
}

// libcdio's tests. cdrdao refuses most of them; what pregap does is in the last column.
TEST_F(TocShared, ReadsLibcdiosTestsAsListed) {
  const std::string time = ", expected ";
  // FILE in a data track: cdrdao knows it in audio tracks alone, libcdio writes it into its own
  // tests of data tracks. It has one meaning, so it is read, with a warning, after libcdio.
  // A FILE that begins behind its file's end: an error, after cdrdao. libcdio adds the time to the
  // address of the track, so that tracks lie where no disc has them.
  // CATALOG with something else than 13 digits: a warning, as in cue sheets; both others refuse.
  const auto behind = [&](int line, const std::string& byte, const std::string& file) {
    return fmt::format("malformed: {}: byte {} of {}, expected one within its 710304 bytes", line,
                       byte, file);
  };
  const std::map<std::string, std::string> table = {
      {"bad-cat1.toc", behind(8, "10584000", "cdda.bin")},
      {"bad-cat2.toc", behind(8, "10584000", "cdda.bin")},
      {"bad-cat3.toc", behind(8, "10584000", "cdda.bin")},
      {"bad-file.toc", "not_found: 8: no file \"foo.bin\""},
      {"bad-mode1.toc",
       "malformed: 4:7: track mode 'MODE1_FORM45', expected AUDIO, MODE0, MODE1, MODE1_RAW, MODE2, "
       "MODE2_RAW, MODE2_FORM1, MODE2_FORM2 or MODE2_FORM_MIX"},
      {"bad-msf-1.toc", "malformed: 6:17: time 0:0:75, expected frames up to 74"},
      {"bad-msf-2.toc", "malformed: 6:17: time 0:60:0, expected seconds up to 59"},
      {"bad-msf-3.toc", "malformed: 6:17: 'XX', expected MM:SS:FF or a number"},
      {"cdda.toc", "1 audio session 1 index 01=0 stored 0+25"},
      {"cdtext.toc", "1 audio session 1 index 01=0 stored 0+4500"},
      {"data1.toc", "1 mode1 session 1 index 01=0 stored 0+4499"},
      // The declared 2048 bytes a sector give way to the file's 2352.
      {"data2.toc",
       "1 mode1 session 1 index 01=0 stored 0+302 postgap 4500; "
       "2 audio session 1 pregap 150 index 01=4952 stored 4952+302"},
      {"data5.toc",
       "1 mode2 session 1 index 01=0 stored 0+132; "
       "2 mode2 session 1 pregap 150 index 01=282 stored missing 10"},
      {"data6.toc", "1 mode2 session 1 index 01=0 stored 0+132"},
      {"data7.toc", behind(12, "3669856", "isofs-m1.bin")},
      {"isofs-m1.toc", "1 mode1 session 1 index 01=0 stored 0+302"},
      {"t1.toc", "1 audio session 1 index 01=0 stored 0+74"},
      {"t10.toc", behind(7, "10584000", "cdda.bin")},
      {"t2.toc", behind(5, "10407600", "cdda.bin")},
      {"t3.toc", behind(5, "1905120000", "cdda.bin")},
      {"t4.toc", behind(7, "10584000", "cdda.bin")},
      {"t5.toc", behind(7, "10584000", "cdda.bin")},
      {"t6.toc", behind(7, "10584000", "cdda.bin")},
      {"t7.toc", behind(6, "10584000", "cdda.bin")},
      {"t8.toc", behind(6, "1764000", "cdda.bin")},
      {"t9.toc", behind(8, "1764000", "cdda.bin")},
      {"vcd2.toc",
       "refused: 9: \"../data/cdda.bin\" leads out of the sheet's folder, expected a "
       "file in it"},
      {"vcd_demo.toc", "not_found: 5: no file \"vcd_demo.bin\""},
  };
  const fs::path folder = root_ / "libcdio";
  const Lines names = names_in(folder);
  EXPECT_EQ(names.size(), 28u);
  for (const std::string& name : names) {
    std::string found;
    const std::string error = test::error_of([&] {
      for (const std::string& line : test::layout_of(build(folder / name))) {
        found += (found.empty() ? "" : "; ") + line;
      }
    });
    if (error != "nothing") {
      found = error.substr(0, error.find(" | "));
      found = found.substr(0, found.find(" in " + folder.string()));
      for (const std::string& cut : {(folder / name).string() + ":", folder.string() + "/"}) {
        if (const auto at = found.find(cut); at != found.npos) found.erase(at, cut.size());
      }
    }
    EXPECT_EQ(found, table.contains(name) ? table.at(name) : "not listed") << name;
  }
}

// whipper's TOCs are cdrdao's own of real discs, without their sounds: a file of holes stands in.
class TocWhipper : public TocShared {
 protected:
  void stand_in() const {
    using namespace std::string_literals;
    folder_.write("data.wav",
                  "RIFF\xFF\xFF\xFF\x7FWAVEfmt \x10\0\0\0\1\0\2\0\x44\xAC\0\0\x10\xB1"
                  "\2\0\4\0\x10\0data\xFF\xFF\xFF\xFF"s);
    fs::resize_file(folder_ / "data.wav", 44 + std::uintmax_t{100} * 4500 * 2352);
    for (const char* name : {"data_1", "data_12", "data_13"}) {
      folder_.write(name, std::string());
      fs::resize_file(folder_ / name, 253440000);
    }
  }
  Disc open(const std::string& name) const {
    folder_.write(name, text_of(root_ / "whipper" / name));
    return build(folder_ / name);
  }
  const test::TempFolder folder_;
};

TEST_F(TocWhipper, ReadsTracksAndLeadOutAsListed) {
  // Tracks, pregap of the first, INDEX 01 of the last, lead-out: cdrdao 1.2.4 says the same of
  // every one of them (the test below asks it).
  const std::map<std::string, std::string> table = {
      {"capital.fast.toc", "12 tracks, 0, 184930, 308680"},
      {"ladyhawke.toc", "13 tracks, 0, 207106, 210385"},
      {"bloc.toc", "13 tracks, 15220, 221953, 243216"},
      {"breeders.toc", "13 tracks, 0, 147581, 165122"},
      {"capital.1.toc", "11 tracks, 24170, 181630, 197700"},
      {"capital.2.toc", "1 tracks, 0, 0, 123750"},
      {"cure.toc", "13 tracks, 0, 218771, 238034"},
      {"gentlemen.fast.toc", "11 tracks, 0, 194942, 220445"},
      {"jose.toc", "10 tracks, 0, 112843, 149534"},
      {"strokes-someday.toc", "1 tracks, 1, 1, 14010"},
      {"surferrosa.toc", "21 tracks, 32, 231307, 243195"},
      {"totbl.fast.toc", "11 tracks, 0, 202481, 220481"},
  };
  stand_in();
  const Lines names = names_in(root_ / "whipper");
  EXPECT_EQ(names.size(), 12u);
  for (const std::string& name : names) {
    const Disc disc = open(name);
    const Track& first = disc.tracks.front();
    const std::string found =
        fmt::format("{} tracks, {}, {}, {}", disc.tracks.size(), first.start_lba().value,
                    disc.tracks.back().start_lba().value, disc.sessions.at(0).lead_out.value);
    EXPECT_EQ(found, table.contains(name) ? table.at(name) : "not listed") << name;
    EXPECT_EQ(test::problems_of(disc.problems), Lines{}) << name;
  }
}

TEST_F(TocWhipper, CdrdaoShowsTheSameLayout) {
  if (!test::is_installed("cdrdao")) GTEST_SKIP() << "cdrdao is not installed";
  stand_in();
  for (const std::string& name : names_in(root_ / "whipper")) {
    const Disc disc = open(name);
    const test::RunResult run = test::run({"cdrdao", "show-toc", name}, {.folder = folder_.path()});
    EXPECT_EQ(run.status, 0) << name << run.err;
    EXPECT_EQ(test::shown_by_cdrdao(run.out + run.err), show(folder_ / name, test::WithText::no))
        << name;
  }
}

TEST_F(TocWhipper, ReadsItsTexts) {
  stand_in();
  const Disc jose = open("jose.toc");
  EXPECT_EQ(test::shown(jose.text), "TITLE=In Our Nature PERFORMER=Jos\xC3\xA9 Gonz\xC3\xA1lez");
  EXPECT_EQ(test::shown(jose.tracks.at(0).text),
            "TITLE=How Low PERFORMER=Jos\xC3\xA9 Gonz\xC3\xA1lez");
  EXPECT_EQ(jose.cd_text.at(0).character_code, 1) << "its SIZE_INFO says ASCII";
  EXPECT_EQ(jose.tracks.at(0).isrc, "SEVVX0700301");
  const Disc breeders = open("breeders.toc");
  EXPECT_EQ(breeders.mcn, "0652637280326");
  EXPECT_EQ(test::shown(breeders.text),
            "TITLE=MOUNTAIN BATTLES PERFORMER=THE BREEDERS DISC_ID=CADD2803CD");
  EXPECT_EQ(test::shown(breeders.tracks.at(1).text), "TITLE=BANG ON") << "empty ones are nothing";
}

TEST_F(TocShared, ReadsTheBytesThatTheDiscHas) {
  const std::vector<std::uint8_t> whole =
      test::read_file(root_ / "toolmade-mixed/chdman-single/mixed-single.bin");
  const Disc mixed = open_disc(root_ / "toolmade-mixed/chdman-toc/mixed.toc");
  std::vector<std::uint8_t> read(302 * 2352);
  ASSERT_EQ(mixed.read_sectors(Lba(0), 302, read), 302);
  EXPECT_TRUE(std::equal(read.begin(), read.end(), whole.begin()));
  ASSERT_EQ(mixed.read_sectors(Lba(452), 302, read), 302);
  EXPECT_TRUE(std::equal(read.begin(), read.end(), whole.begin() + 302 * 2352))
      << "samples are swapped in the file";
  const Disc vcd = open_disc(root_ / "toolmade-vcd/videocd.toc");
  std::vector<std::uint8_t> vcd_read(823 * 2352);
  ASSERT_EQ(vcd.read_sectors(Lba(0), 823, vcd_read), 823);
  std::vector<std::uint8_t> expected;
  for (const char* name : {"videocd_01.img", "videocd_02_pregap.img", "videocd_02.img"}) {
    test::append(expected, test::read_file(root_ / "toolmade-vcd" / name));
  }
  EXPECT_EQ(vcd_read, expected);
}

TEST_F(TocShared, RefusesRepliesOfDrives) {
  for (const char* name : {"scsi.toc", "scsi-first-track-data.toc", "scsi-last-track-data.toc"}) {
    const std::string path = (root_ / "picard-toc" / name).string();
    EXPECT_EQ(test::error_of([&] { open_disc(path); }),
              "unsupported: " + path +
                  ": a drive's reply to READ TOC, expected the text of a cdrdao TOC | it lists a "
                  "disc's tracks and names no file; open the image's own sheet");
  }
}

}  // namespace
}  // namespace pregap::formats
