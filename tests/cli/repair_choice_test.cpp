// Which sectors are changed: the choice of ranges, and what looks like copy protection.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

constexpr int kSectors = 60;

struct Image {
  TempFolder folder;
  Bytes sound;
};

void put(Image& image, SectorKind kind, const std::function<void(Sectors&)>& change) {
  Sectors sectors = sound_sectors(kind, kSectors);
  image.sound = bytes_of(sectors);
  change(sectors);
  image.folder.write("a.cue",
                     sheet("a.bin", kind == SectorKind::mode1 ? "MODE1/2352" : "MODE2/2352"));
  image.folder.write("a.bin", bytes_of(sectors));
}

json repair(const Image& image, const Names& more, int status) {
  Names arguments = {"repair", "a.cue", "b.cue", "--json", "--force"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const RunResult r = run_pregap(arguments, {.folder = image.folder.path()});
  EXPECT_EQ(r.status, status) << r.out << r.err;
  return json_lines(r.out).at(0);
}

// "10+2 corrected", "20+1 left not_chosen"
Names ranges_of(const json& report) {
  Names lines;
  for (const json& range : report.at("ranges")) {
    std::string line = std::to_string(range.at("lba").get<int>()) + '+' +
                       std::to_string(range.at("count").get<int>()) + ' ' +
                       range.at("deed").get<std::string>();
    if (range.contains("reason")) line += ' ' + range.at("reason").get<std::string>();
    lines.push_back(line);
  }
  return lines;
}

void wound_at(Sectors& sectors, const std::vector<int>& places) {
  for (const int at : places) sectors[static_cast<std::size_t>(at)][700] ^= 0x41;
}

TEST(RepairChoice, RangesIncludeBothEnds) {
  const struct {
    Names options;
    Names expected;
  } cases[] = {
      {{"--only", "11-12"}, {"10+1 left not_chosen", "11+2 corrected", "13+1 left not_chosen"}},
      {{"--skip", "11-12"}, {"10+1 corrected", "11+2 left not_chosen", "13+1 corrected"}},
      {{"--only", "10", "--only", "13"},
       {"10+1 corrected", "11+2 left not_chosen", "13+1 corrected"}},
      {{"--only", "0-20", "--skip", "13"}, {"10+3 corrected", "13+1 left not_chosen"}},
      {{"--skip", "-150--1"}, {"10+4 corrected"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.options.at(1));
    Image image;
    put(image, SectorKind::mode1, [](Sectors& s) { wound_at(s, {10, 11, 12, 13}); });
    const bool all = c.expected.size() == 1;
    const json report = repair(image, c.options, all ? 0 : 1);
    EXPECT_EQ(ranges_of(report), c.expected);
    Bytes expected = image.sound;
    for (int at = 10; at <= 13; ++at) {
      bool corrected = false;
      for (const json& range : report.at("ranges")) {
        const int first = range.at("lba");
        const bool inside = first <= at && at < first + range.at("count").get<int>();
        corrected = corrected || (inside && range.at("deed") == "corrected");
      }
      if (!corrected) expected[static_cast<std::size_t>(at) * 2352 + 700] ^= 0x41;
    }
    EXPECT_EQ(image.folder.read("b.bin"), expected);
  }
}

TEST(RepairChoice, NegativeAddressesCanBeChosen) {
  Sectors sectors = sound_sectors(SectorKind::mode1, kSectors, -30);
  const Bytes sound = bytes_of(sectors);
  wound_at(sectors, {5, 40});  // LBA -25 and 10
  TempFolder folder;
  folder.write("a.cue", std::string("FILE a.bin BINARY\n TRACK 01 MODE1/2352\n  PREGAP 00:00:00\n"
                                    "  INDEX 00 00:00:00\n  INDEX 01 00:00:30\n"));
  folder.write("a.bin", bytes_of(sectors));
  const RunResult r = run_pregap({"repair", "a.cue", "b.cue", "--only", "-30--20", "--json"},
                                 {.folder = folder.path()});
  const json report = json_lines(r.out).at(0);
  EXPECT_EQ(ranges_of(report), (Names{"-25+1 corrected", "10+1 left not_chosen"}));
}

void set_address(reference::Sector& sector, int lba) { reference::write_header(sector, lba, 2); }

struct ProtectionCase {
  const char* title;
  SectorKind kind;
  std::function<void(Sectors&)> change;
  Names ranges;      // without --all
  Names ranges_all;  // with it
};

const ProtectionCase kProtection[] = {
    {"one foreign address is a wound",
     SectorKind::mode2_form1,
     [](Sectors& s) { set_address(s[20], 31); },
     {"20+1 corrected"},
     {"20+1 corrected"}},
    {"neighbours with others' addresses",
     SectorKind::mode2_form1,
     [](Sectors& s) {
       set_address(s[20], 31);
       set_address(s[21], 31);
     },
     {"20+2 left duplicate_addresses"},
     {"20+2 corrected"}},
    {"neighbours with addresses beyond the track are wounds",
     SectorKind::mode2_form1,
     [](Sectors& s) {
       set_address(s[20], 5031);
       set_address(s[21], 5031);
     },
     {"20+2 corrected"},
     {"20+2 corrected"}},
    {"neighbours with the same wrong sync",
     SectorKind::mode1,
     [](Sectors& s) {
       for (int at : {30, 31, 32}) s[static_cast<std::size_t>(at)][4] = 0x12;
     },
     {"30+3 left common_sync"},
     {"30+3 corrected"}},
    {"neighbours with different wrong syncs are wounds",
     SectorKind::mode1,
     [](Sectors& s) {
       s[30][4] = 0x12;
       s[31][5] = 0x12;
     },
     {"30+2 corrected"},
     {"30+2 corrected"}},
    {"the mode byte alone is another, of a sector without EDC",
     SectorKind::mode2_form2,
     [](Sectors& s) {
       std::fill(s[20].end() - 4, s[20].end(), std::uint8_t{0});
       s[20][15] = 1;
     },
     {"20+1 left mode_flip"},
     {"20+1 corrected"}},
};

TEST(RepairChoice, WhatLooksLikeProtectionIsLeftUnlessAllIsAskedFor) {
  for (const ProtectionCase& c : kProtection) {
    SCOPED_TRACE(c.title);
    Image image;
    put(image, c.kind, c.change);
    const bool left = c.ranges != c.ranges_all;
    EXPECT_EQ(ranges_of(repair(image, {}, left ? 1 : 0)), c.ranges);
    if (left) {
      EXPECT_EQ(image.folder.read("b.bin"), image.folder.read("a.bin"));
    }
    EXPECT_EQ(ranges_of(repair(image, {"--all"}, 0)), c.ranges_all);
  }
}

TEST(RepairChoice, AHundredLostSectorsEarlyOnAreNoted) {
  for (const int lost : {99, 100}) {
    TempFolder folder;
    Sectors sectors = sound_sectors(SectorKind::mode1, 300);
    for (int n = 0; n < lost; ++n) sectors[static_cast<std::size_t>(50 + 2 * n)].fill(0x55);
    folder.write("a.cue", sheet("a.bin", "MODE1/2352"));
    folder.write("a.bin", bytes_of(sectors));
    const RunResult r =
        run_pregap({"repair", "a.cue", "--dry-run", "-v"}, {.folder = folder.path()});
    EXPECT_EQ(r.status, 1);
    EXPECT_EQ(r.out.find("note: a.cue: 100 sectors lost between LBA 50 and 248, as on discs whose "
                         "copy protection lies there; nothing leads to other bytes\n") !=
                  std::string::npos,
              lost == 100)
        << r.out;
  }
}

TEST(RepairChoice, ADryRunWritesNothingAndTellsTheSame) {
  Image image;
  put(image, SectorKind::mode1, [](Sectors& s) { wound_at(s, {10, 11}); });
  const Names before = image.folder.list();
  for (const Names& arguments :
       {Names{"repair", "a.cue", "--dry-run"}, Names{"repair", "--in-place", "a.cue", "-n"}}) {
    const RunResult r = run_pregap(arguments, {.folder = image.folder.path()});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(r.out,
              "a.cue: 60 sectors, 2 corrected (dry run: nothing is written)\n"
              "  LBA 10-11: edc, p_parity, q_parity - corrected, by parity\n");
  }
  EXPECT_EQ(image.folder.list(), before);
}

TEST(RepairChoice, JsonTellsAllOfIt) {
  Image image;
  put(image, SectorKind::mode1, [](Sectors& s) {
    wound_at(s, {10});
    s[40].fill(0x55);
  });
  json report = repair(image, {}, 1);
  EXPECT_EQ(
      report.dump(),
      R"({"bytes":141184,"deeds":{"corrected":1,"left":0,"lost":1,"merged":0,"regenerated":0,)"
      R"("renumbered":0},"dry_run":false,"image":"a.cue","in_place":false,)"
      R"("journal":"none","outputs":["b.cue","b.bin"],"problems":[],"ranges":[)"
      R"({"count":1,"deed":"corrected","faults":["edc","p_parity","q_parity"],"lba":10,)"
      R"("rests_on":["parity"]},)"
      R"({"count":1,"deed":"lost","faults":["sync","address","mode","edc","p_parity",)"
      R"("q_parity"],"lba":40,"rests_on":[]}],"ranges_left_out":0,"reasons":{)"
      R"("common_sync":0,"dumps_differ":0,"duplicate_addresses":0,"encoded":0,"filled":0,"header":0,)"
      R"("mode_flip":0,"not_chosen":0,"stored_twice":0},"schema":"pregap.repair/1",)"
      R"("sectors":{"bad":2,"changed":1,"remaining":1,"total":60},"sound":false,)"
      R"("was_sound":false,"written":true})");
}

}  // namespace
}  // namespace pregap::test
