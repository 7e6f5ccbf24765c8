// GDI both ways: rows, layouts, bytes, errors.
#include "formats/gdi.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "disc/complete.h"
#include "disc/sample.h"
#include "pregap/error.h"
#include "pregap/open.h"
#include "support/disc_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

Lines rows_of(const GdiSheet& sheet) {
  Lines lines;
  for (const GdiTrack& t : sheet.tracks) {
    lines.push_back(fmt::format("{} {} {} {} [{}] {}", t.number, t.lba.value, t.control,
                                t.sector_size, t.name, t.offset));
  }
  return lines;
}

TEST(Gdi, ReadsRows) {
  const Lines three = {"1 0 4 2352 [a.bin] 0", "2 600 0 2352 [b c.raw] 16",
                       "3 45000 4 2048 [d.bin] 0"};
  for (const char* text : {
           "3\n1 0 4 2352 a.bin 0\n2 600 0 2352 \"b c.raw\" 16\n3 45000 4 2048 d.bin 0",
           "\xEF\xBB\xBF"
           "3\r\n1 0 4 2352 a.bin 0\r\n2 600 0 2352 \"b c.raw\" 16\r\n3 45000 4 2048 "
           "d.bin 0\r\n\x1A",
           "\n  3  \n\n  1\t0   4 2352   \"a.bin\"   0  \r 02 600 0 2352 b c.raw   16\r\r3 45000 4 "
           "2048 d.bin 0\n\n",
       }) {
    const GdiSheet sheet = parse_gdi(text, "d.gdi");
    EXPECT_EQ(rows_of(sheet), three) << text;
    EXPECT_TRUE(sheet.problems.empty());
  }
}

TEST(Gdi, SaysWhereTheCountIsWrong) {
  EXPECT_EQ(test::problems_of(parse_gdi("2\n1 0 4 2352 a 0", "d.gdi").problems),
            Lines{"sheet.track: d.gdi: 2 tracks announced, 1 listed"});
}

TEST(Gdi, RefusesOtherRows) {
  const auto row = [](const std::string& text) { return "2\n" + text; };
  std::string hundred = "99\n";
  for (int i = 1; i <= 99; ++i) hundred += fmt::format("{} {} 0 2352 a 0\n", i, i);
  const std::string size = "expected a number from 2048 to 2448";
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "d.gdi: no row of a track, expected at least one"},
      {"3\n", "d.gdi: no row of a track, expected at least one"},
      {"x\n", "d.gdi:1: 'x' in the place of the count of tracks, expected a number from 1 to 99"},
      {"3 1\n", "d.gdi:1: '1' behind the count of tracks, expected it alone on its line"},
      {row("100 0 4 2352 a 0"),
       "d.gdi:2: '100' in the place of a track's number, expected a number from 1 to 99"},
      {row("1 -1 4 2352 a 0"),
       "d.gdi:2: '-1' in the place of an LBA, expected a number from 0 to 1000000"},
      {row("1 0 16 2352 a 0"),
       "d.gdi:2: '16' in the place of a track's type, expected a number from 0 to 15"},
      {row("1 0 4 99999999999999999999 a 0"),
       "d.gdi:2: '99999999999999999999' in the place of a sector's size, " + size},
      {row("1 0 4"), "d.gdi:2: nothing in the place of a sector's size, " + size},
      {row("1 0 4 2352"), "d.gdi:2: no file name, expected one behind the sector's size"},
      {row("1 0 4 2352 \"\" 0"), "d.gdi:2: no file name, expected one behind the sector's size"},
      {row("1 0 4 2352 \"a 0"), "d.gdi:2: a name without its second quote, expected a file name"},
      {row("1 0 4 2352 a"),
       "d.gdi:2: nothing in the place of an offset in the file, expected a "
       "number from 0 to 1000000000000000"},
      {row("1 0 4 2352 a 99999999999999999999"),
       "d.gdi:2: '99999999999999999999' in the place of an offset in the file, expected a number "
       "from 0 to 1000000000000000"},
      {row("1 0 4 2352 \"a\" 0 x"), "d.gdi:2: 'x' behind the offset, expected the row's end"},
      {row("1 0 4 2352 a 0\n1 600 4 2352 b 0"),
       "d.gdi:3: track 1 behind track 1, expected a higher number"},
      {row("1 600 4 2352 a 0\n2 600 4 2352 b 0"),
       "d.gdi:3: track 2 at LBA 600 behind track 1 at LBA 600, expected a higher one"},
      {hundred + "1 0 0 2352 a 0", "d.gdi:101: a track beyond the 99th, expected at most 99"},
      {std::string("3\0", 2), "d.gdi: binary data, expected a GDI"},
      {std::string(1048577, '\n'), "d.gdi: 1048577 bytes, expected a GDI of at most 1 MiB"},
      {std::string(1'000'000, '!'), "d.gdi:1: '" + std::string(40, '!') +
                                        "...' in the place of the count of tracks, expected a "
                                        "number from 1 to 99"},
      {std::string(1'000'000, '9'), "d.gdi:1: '" + std::string(40, '9') +
                                        "...' in the place of the count of tracks, expected a "
                                        "number from 1 to 99"},
  };
  for (const auto& [text, expected] : table) {
    EXPECT_EQ(test::error_of([&text = text] { parse_gdi(text, "d.gdi"); }),
              "malformed: " + expected);
  }
}

class GdiDisc : public testing::Test {
 protected:
  void bytes(const std::string& name, std::uintmax_t count) {
    folder_.write(name, std::string());
    fs::resize_file(folder_ / name, count);
  }
  Disc build(const std::string& sheet) {
    const fs::path path = folder_ / "d.gdi";
    Disc disc = build_gdi_disc(parse_gdi(sheet, path.string()), path, {});
    complete_disc(disc);
    return disc;
  }
  Lines layout(const std::string& sheet) { return test::layout_of(build(sheet)); }
  std::string plain(std::string text) const {
    const std::string folder = folder_.path().string() + "/";
    for (auto at = text.find(folder); at != text.npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
  Lines problems(const std::string& sheet) {
    Lines lines = test::problems_of(build(sheet).problems);
    for (std::string& line : lines) line = plain(line);
    return lines;
  }
  const test::TempFolder folder_;
};

TEST_F(GdiDisc, HasTwoAreas) {
  bytes("1.bin", 450 * 2352);
  bytes("2.raw", 1000 * 2352);
  bytes("3.bin", 2000 * 2352);
  const std::string sheet = "3\n1 0 4 2352 1.bin 0\n2 600 0 2352 2.raw 0\n3 45000 4 2352 3.bin 0\n";
  EXPECT_EQ(layout(sheet), (Lines{"1 mode1 session 1 index 01=0 stored 0+450",
                                  "2 audio session 1 pregap 150 index 01=600 stored 600+1000",
                                  "3 mode1 session 2 index 01=45000 stored 45000+2000"}));
  const Disc disc = build(sheet);
  ASSERT_EQ(disc.sessions.size(), 2u);
  EXPECT_EQ(disc.sessions[0].area, Area::single_density);
  EXPECT_EQ(disc.sessions[0].lead_out, Lba(1600));
  EXPECT_EQ(disc.sessions[1].area, Area::high_density);
  EXPECT_EQ(disc.sessions[1].lead_out, Lba(47000));
  EXPECT_TRUE(disc.problems.empty());
}

TEST_F(GdiDisc, ReadsSizesOffsetsAndFlags) {
  bytes("a.bin", 100 + 10 * 2048 + 5 * 2352);
  bytes("b.bin", 7 * 2336);
  const std::string sheet =
      "3\n1 0 6 2048 a.bin 100\n2 10 3 2352 a.bin 20580\n3 15 4 2336 b.bin 0\n";
  const Disc disc = build(sheet);
  EXPECT_EQ(test::layout_of(disc), (Lines{"1 mode1 session 1 index 01=0 stored 0+10",
                                          "2 audio session 1 index 01=10 stored 10+5",
                                          "3 mode2 session 1 index 01=15 stored 15+7"}));
  EXPECT_EQ(disc.tracks[0].extents[0].offset, 100u);
  EXPECT_EQ(disc.tracks[0].extents[0].storage, Storage::user2048);
  EXPECT_TRUE(disc.tracks[0].flags.copy_permitted);
  EXPECT_TRUE(disc.tracks[1].flags.copy_permitted && disc.tracks[1].flags.pre_emphasis);
  EXPECT_EQ(disc.tracks[2].extents[0].storage, Storage::xa2336);
}

TEST_F(GdiDisc, LearnsTheDataModeFromTheSectors) {
  folder_.write("a.bin", test::bytes_of(test::sound_sectors(SectorKind::mode2_form1, 20)));
  folder_.write("d.gdi", std::string("1\n1 0 4 2352 a.bin 0\n"));
  const Disc disc = open_disc(folder_ / "d.gdi");
  EXPECT_EQ(disc.format, "gdi");
  EXPECT_EQ(disc.tracks[0].type, TrackType::mode2);
  EXPECT_EQ(disc.tracks[0].declared, TrackType::mode2);
  EXPECT_TRUE(disc.problems.empty());
}

TEST_F(GdiDisc, ReportsWhatDoesNotFit) {
  bytes("a.bin", 20 * 2352);
  bytes("b.bin", 20 * 2352 + 7);
  EXPECT_EQ(
      problems("2\n1 0 4 2352 a.bin 0\n2 15 0 2352 b.bin 0\n"),
      (Lines{"track.overlap: d.gdi:2: 20 sectors in a.bin, 15 up to track 2: those behind are "
             "passed over",
             "file.size: b.bin: 7 bytes are left over behind the last whole sector, 2345 are "
             "missing to one of 2352 bytes"}));
  EXPECT_EQ(layout("2\n1 0 4 2352 a.bin 0\n2 15 0 2352 b.bin 0\n"),
            (Lines{"1 mode1 session 1 index 01=0 stored 0+15",
                   "2 audio session 1 index 01=15 stored 15+20"}));
  EXPECT_EQ(
      problems("2\n1 0 4 2352 a.bin 0\n2 400 0 2352 a.bin 0\n"),
      Lines{"track.gap: d.gdi: 380 sectors between track 1 and track 2 in no file, expected at "
            "most 300"});
}

TEST_F(GdiDisc, RefusesWhatItHasNoNameFor) {
  bytes("a.bin", 2352);
  const std::vector<std::pair<std::string, std::string>> table = {
      {"1\n1 0 4 2050 a.bin 0",
       "unsupported: d.gdi:2: data sectors of 2050 bytes, expected 2048, 2336, 2352 or 2448"},
      {"1\n1 0 0 2048 a.bin 0",
       "unsupported: d.gdi:2: audio sectors of 2048 bytes, expected 2352 or 2448"},
      {"1\n1 0 0 2352 a.bin 2352",
       "malformed: d.gdi:2: byte 2352 of a.bin, expected one within its 2352 bytes"},
      {"1\n1 0 0 2352 a.bin 1",
       "malformed: a.bin: 2351 bytes, expected at least one sector of 2352"},
      {"1\n1 0 0 2352 c.bin 0", "not_found: d.gdi:2: no file \"c.bin\" in " +
                                    folder_.path().string() +
                                    ", expected the image that the sheet names"},
  };
  for (const auto& [sheet, expected] : table) {
    EXPECT_EQ(plain(test::error_of([&, &sheet = sheet] { build(sheet); })), expected) << sheet;
  }
}

Disc made_up() {
  Disc disc;
  disc.files = {{.path = "1.bin", .bytes = nullptr}, {.path = "/tmp/t 2.raw", .bytes = nullptr}};
  Track data;
  data.extents = {
      {.file = 0, .offset = 0, .storage = Storage::user2048, .first = Lba(0), .sectors = 400}};
  data.indexes = {{.number = 1, .lba = Lba(0)}};
  Track audio;
  audio.number = 2;
  audio.session = 2;
  audio.type = TrackType::audio;
  audio.extents = {{.file = 1, .offset = 0, .first = Lba(45000), .sectors = 100},
                   {.file = 1, .offset = 235200, .first = Lba(45100), .sectors = 100}};
  audio.indexes = {{.number = 0, .lba = Lba(45000)}, {.number = 1, .lba = Lba(45150)}};
  disc.tracks = {data, audio};
  return disc;
}

TEST(GdiWrite, WritesARowATrackFromItsIndex01) {
  EXPECT_EQ(write_gdi(made_up()), "2\n1 0 4 2048 1.bin 0\n2 45150 0 2352 \"t 2.raw\" 352800\n");
}

TEST(GdiWrite, RefusesWhatAGdiCantHold) {
  struct Row {
    void (*change)(Disc& disc);
    std::string error;
  };
  const std::string sessions =
      ", expected one session below LBA 45000 and one from there on | a GDI holds the two areas of "
      "a GD-ROM; a cue sheet or a .ccd can hold sessions";
  const std::string pieces =
      "is put together from pieces or has swapped samples, expected its sectors one behind the "
      "other in one file";
  const std::vector<Row> rows = {
      {[](Disc& d) { d.tracks.clear(); }, "unsupported: GDI: no track, expected at least one"},
      {[](Disc& d) { d.tracks[1].session = 1; },
       "unsupported: GDI: track 2 of session 1 at LBA 45150" + sessions},
      {[](Disc& d) { d.tracks[1].indexes[1].lba = Lba(44999); },
       "unsupported: GDI: track 2 of session 2 at LBA 44999" + sessions},
      {[](Disc& d) { d.tracks[1].number = 1; },
       "unsupported: GDI: track 1 behind track 1, expected a higher number"},
      {[](Disc& d) { d.tracks[0].indexes[0].lba = Lba(-1); },
       "unsupported: GDI: track 1 at LBA -1, expected none before LBA 0"},
      {[](Disc& d) { d.tracks[0].extents[0].file = 1; },
       "unsupported: GDI: tracks 1 and 2 in one file, expected a file a track"},
      {[](Disc& d) { d.tracks[0].extents.clear(); },
       "unsupported: GDI: track 1 has no sector behind its INDEX 01, expected at least one"},
      {[](Disc& d) { d.tracks[0].extents[0].storage = Storage::blank; },
       "unsupported: GDI: track 1 has sectors that are in no file, expected all of them in one"},
      {[](Disc& d) { d.tracks[1].extents[1].offset = 0; }, "unsupported: GDI: track 2 " + pieces},
      {[](Disc& d) { d.tracks[1].extents[0].swapped = true; },
       "unsupported: GDI: track 2 " + pieces},
      {[](Disc& d) { d.tracks[0].extents[0].storage = Storage::form2_2324; },
       "unsupported: GDI: track 1 in sectors of 2324 bytes, expected 2048, 2336, 2352 or 2448"},
      {[](Disc& d) { d.files[0].path = "a\"b"; },
       "refused: a\"b: a file name with a quote, a control character or bytes that are no UTF-8, "
       "expected one that a GDI can hold"},
  };
  for (const Row& row : rows) {
    Disc disc = made_up();
    row.change(disc);
    EXPECT_EQ(test::error_of([&] { write_gdi(disc); }), row.error);
  }
}

TEST(GdiWrite, ReadsBackAsTheSameDisc) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto number = [&](int from, int to) {
      return std::uniform_int_distribution(from, to)(random);
    };
    const test::TempFolder folder;
    Disc disc;
    disc.path = folder / "d.gdi";
    int lba = 0, area = 1;
    for (int t = 1, count = number(1, 20); t <= count; ++t) {
      if (area == 1 && (lba > 43000 || number(1, 6) == 1)) {
        lba = 45000;
        area = 2;
      }
      Track track;
      track.number = t;
      track.session = area;
      const bool data = number(0, 1) == 1;
      track.type = data ? TrackType::mode1 : TrackType::audio;
      const Storage storage = data && number(0, 1) == 1 ? Storage::user2048 : Storage::raw2352;
      const fs::path path = folder / fmt::format("track {}.bin", t);
      Extent extent{.file = disc.files.size(),
                    .offset = static_cast<std::uint64_t>(number(0, 5000)),
                    .storage = storage,
                    .first = Lba(lba),
                    .sectors = number(1, 1000)};
      folder.write(path.filename(), std::string());
      fs::resize_file(
          path, extent.offset + static_cast<std::uint64_t>(extent.sectors) * stride_of(storage));
      disc.files.push_back({.path = path, .bytes = nullptr});
      track.indexes = {{.number = 1, .lba = Lba(lba)}};
      const bool first = disc.tracks.empty() || disc.tracks.back().session != area;
      track.unstored_pregap = first ? 0 : lba - disc.tracks.back().end_lba().value;
      track.extents = {extent};
      lba += extent.sectors + number(0, 300);
      disc.tracks.push_back(std::move(track));
    }
    const std::string text = write_gdi(disc);
    const Disc again = build_gdi_disc(parse_gdi(text, "d.gdi"), disc.path, {});
    ASSERT_EQ(test::layout_of(again), test::layout_of(disc)) << "seed " << seed << "\n" << text;
    ASSERT_EQ(test::problems_of(again.problems), Lines{}) << "seed " << seed << "\n" << text;
    ASSERT_EQ(write_gdi(again), text) << "seed " << seed;
  }
}

class GdiShared : public testing::Test {
 protected:
  void SetUp() override {
    const auto place = test::shared_data();
    if (!place) GTEST_SKIP() << test::why_no_shared_data();
    root_ = *place;
  }
  GdiSheet parse(const std::string& name) const {
    const std::vector<std::uint8_t> bytes = test::read_file(root_ / name);
    return parse_gdi(std::string(bytes.begin(), bytes.end()), "d.gdi");
  }
  fs::path root_;
};

TEST_F(GdiShared, ReadsRcheevosSheets) {
  const std::string folder = "literal-rcheevos/test_cdreader_";
  const Lines plain = {"1 0 4 2352 [track01.bin] 0", "2 600 0 2352 [track02.raw] 0",
                       "3 45000 4 2352 [track03.bin] 0"};
  const Lines quoted = {"1 0 4 2352 [track 01.bin] 0", "2 600 0 2352 [track 02.raw] 0",
                        "3 45000 4 2352 [track 03.bin] 0"};
  EXPECT_EQ(rows_of(parse(folder + "0067_gdi_three_tracks.gdi")), plain);
  EXPECT_EQ(rows_of(parse(folder + "0214_gdi_contents.gdi")), quoted);
  EXPECT_EQ(rows_of(parse(folder + "0243_gdi_contents.gdi")), quoted);
  const GdiSheet many = parse(folder + "0073_gdi_many_tracks.gdi");
  ASSERT_EQ(many.tracks.size(), 26u);
  EXPECT_TRUE(many.problems.empty());
  EXPECT_EQ(rows_of(many).back(), "26 548106 4 2352 [track26.bin] 0");
}

// The real sizes of a GD-ROM, with files of holes in place of the game's.
TEST_F(GdiShared, LaysOutAWholeGdRom) {
  const GdiSheet sheet = parse("literal-rcheevos/test_cdreader_0073_gdi_many_tracks.gdi");
  const test::TempFolder folder;
  for (std::size_t t = 0; t < sheet.tracks.size(); ++t) {
    const bool ends_area = t == 1 || t + 1 == sheet.tracks.size();
    const int room = ends_area ? 1044 : sheet.tracks[t + 1].lba - sheet.tracks[t].lba - 150;
    folder.write(sheet.tracks[t].name, std::string());
    fs::resize_file(folder / sheet.tracks[t].name, static_cast<std::uintmax_t>(room) * 2352);
  }
  Disc disc = build_gdi_disc(sheet, folder / "d.gdi", {});
  complete_disc(disc);
  EXPECT_TRUE(disc.problems.empty());
  EXPECT_EQ(disc.session_count(), 2);
  EXPECT_EQ(test::layout_of(disc)[25],
            "26 mode1 session 2 pregap 150 index 01=548106 stored "
            "548106+1044");
  EXPECT_EQ(disc.sessions.at(1).lead_out, Lba(549150));
}

TEST_F(GdiShared, ReadsChdmansSheetAndItsSectors) {
  const Disc disc = open_disc(root_ / "toolmade-mixed/chdman-gdi/mixed.gdi");
  EXPECT_EQ(disc.format, "gdi");
  EXPECT_EQ(test::layout_of(disc), (Lines{"1 mode1 session 1 index 01=0 stored 0+302",
                                          "2 audio session 1 index 01=302 stored 302+302"}));
  EXPECT_TRUE(disc.problems.empty());
  const std::vector<std::uint8_t> whole =
      test::read_file(root_ / "toolmade-mixed/chdman-single/mixed-single.bin");
  std::vector<std::uint8_t> read(604 * 2352);
  ASSERT_EQ(disc.read_sectors(Lba(0), 604, read), 604);
  EXPECT_EQ(read, whole) << "the same disc in one file";
}

}  // namespace
}  // namespace pregap::formats
