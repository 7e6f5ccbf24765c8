#include "formats/ccd.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ccd_sheet.h"
#include "disc/cd_text.h"
#include "formats/ccd_parser.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

using test::error_of;
using test::problems_of;
using Lines = std::vector<std::string>;

const std::string kHead = "[CloneCD]\nVersion=3\n";
const std::string kEntry = "[Entry 0]\nPoint=1\nPLBA=0\n";

std::string fault(const std::string& text) {
  return error_of([&] { parse_ccd(text, "X"); });
}

// "1 14 A0 tno 0 00:00:00 zero 0 01:00:00 plba 4350"
std::string shown(const CcdEntry& entry) {
  const TocEntry& e = entry.toc;
  return fmt::format(
      "{} {:X}{:X} {:02X} tno {} {:02}:{:02}:{:02} zero {} {:02}:{:02}:{:02} plba {}", e.session,
      e.adr, e.control, e.point, e.tno, e.min, e.sec, e.frame, e.zero, e.pmin, e.psec, e.pframe,
      entry.plba ? std::to_string(*entry.plba) : "none");
}

TEST(CcdNumber, IsDecimalOrHexadecimal) {
  for (const auto& [text, value] : std::vector<std::pair<const char*, std::optional<std::int64_t>>>{
           {"0", 0},
           {"12", 12},
           {"-150", -150},
           {"0xA2", 162},
           {"0Xff", 255},
           {"007", 7},
           {"99999999999999999999", 1'000'000'000'000},
           {"-99999999999999999999", -1'000'000'000'000},
           {"0xFFFFFFFFFFFFFFFFFFFF", 1'000'000'000'000},
           {"", std::nullopt},
           {"-", std::nullopt},
           {"0x", std::nullopt},
           {"1a", std::nullopt},
           {"1 2", std::nullopt},
       }) {
    EXPECT_EQ(parse_ccd_number(text), value) << text;
  }
}

TEST(CcdParser, ReadsAllThatASheetSays) {
  const CcdSheet sheet = parse_ccd(
      "[CloneCD]\r\nVersion=3\r\n[Disc]\r\nTocEntries=1\r\nSessions=1\r\nDataTracksScrambled=1\r\n"
      "CDTextLength=18\r\nCATALOG=0123456789012\r\n[CDText]\r\nEntries=1\r\n"
      "Entry 0=80 00 00 00 41 00 00 00 00 00 00 00 00 00 00 00\r\n"
      "[Session 1]\r\nPreGapMode=2\r\nPreGapSubC=1\r\n"
      "[Entry 0]\r\nSession=1\r\nPoint=0xb0\r\nADR=0x05\r\nControl=0x04\r\nTrackNo=0\r\nAMin=2\r\n"
      "ASec=45\r\nAFrame=25\r\nALBA=12250\r\nZero=2\r\nPMin=79\r\nPSec=59\r\nPFrame=74\r\n"
      "PLBA=359849\r\n"
      "[TRACK 1]\r\nMODE=1\r\nISRC=XYBLG1101234\r\nINDEX 0=10\r\nINDEX 1=160\r\n",
      "X");
  EXPECT_EQ(sheet.version, 3);
  EXPECT_TRUE(sheet.scrambled);
  EXPECT_EQ(sheet.catalog, "0123456789012");
  ASSERT_EQ(sheet.sessions.size(), 1U);
  EXPECT_EQ(sheet.sessions[0].pregap_mode, 2);
  EXPECT_EQ(sheet.sessions[0].pregap_subchannel, 1);
  ASSERT_EQ(sheet.entries.size(), 1U);
  EXPECT_EQ(shown(sheet.entries[0]), "1 54 B0 tno 0 02:45:25 zero 2 79:59:74 plba 359849");
  ASSERT_EQ(sheet.tracks.size(), 1U);
  EXPECT_EQ(sheet.tracks[0].mode, 1);
  EXPECT_EQ(sheet.tracks[0].isrc, "XYBLG1101234");
  EXPECT_EQ(sheet.tracks[0].indexes, (std::map<int, std::int32_t>{{0, 10}, {1, 160}}));
  ASSERT_EQ(sheet.cd_text.size(), 1U);
  EXPECT_EQ(sheet.cd_text[0][16] << 8 | sheet.cd_text[0][17], cd_text_crc(sheet.cd_text[0]));
  EXPECT_EQ(sheet.remarks, Lines{});
  EXPECT_EQ(problems_of(sheet.problems), Lines{});
}

struct Tolerated {
  const char* name;
  std::string text;
  std::string entry;  // the first one
  Lines problems;
};

TEST(CcdParser, ToleratesWhatHasOneMeaning) {
  const std::string plain = "1 10 01 tno 0 00:00:00 zero 0 00:02:00 plba 0";
  for (const Tolerated& t : std::vector<Tolerated>{
           {"LF", kHead + kEntry, plain, {}},
           {"CR", "[CloneCD]\rVersion=3\r[Entry 0]\rPoint=1\rPLBA=0", plain, {}},
           {"a byte order mark", "\xEF\xBB\xBF" + kHead + kEntry, plain, {}},
           {"blanks and cases",
            "  [ clonecd ]\n version = 3 \n[ENTRY0]\n\tPOINT\t=\t0X01\nplba= 0\n",
            plain,
            {}},
           {"blank lines, an end-of-file mark",
            "\n\n" + kHead + "\n" + kEntry + "\n\x1A",
            plain,
            {}},
           {"version 2", "[CloneCD]\nVersion=2\n" + kEntry, plain, {}},
           {"version 9",
            "[CloneCD]\nVersion=9\n" + kEntry,
            plain,
            {"ccd.version: X:2: version 9, expected 2 or 3, read all the same"}},
           {"no address but the time",
            kHead + "[Entry 0]\nPoint=1\nPMin=1\nPSec=2\nPFrame=3\n",
            "1 10 01 tno 0 00:00:00 zero 0 01:02:03 plba none",
            {}},
           {"an open bracket",
            "[CloneCD\nVersion=3\n" + kEntry,
            plain,
            {"ccd.syntax: X:1: '[CloneCD' without its bracket, taken up to the line's end"}},
           {"counts that lie",
            kHead + "[Disc]\nTocEntries=99999999\nSessions=7\n" + kEntry,
            plain,
            {"ccd.count: X:8: TocEntries=99999999, but there are 1",
             "ccd.count: X:8: Sessions=7, but there are 0"}},
           {"a mode that is none",
            kHead + kEntry + "[TRACK 1]\nMODE=7\nINDEX 100=3\n",
            plain,
            {"ccd.value: X:7: track 1 has MODE=7, expected 0, 1 or 2",
             "ccd.index: X:8: track 1 has INDEX 100, expected 0 to 99, passed over"}},
           {"values that say nothing",
            kHead + "[Session 1]\nPreGapMode=x\nPreGapSubC=300\n" + kEntry,
            plain,
            {"ccd.value: X:4: 'PreGapMode=x' in [Session 1], expected a number from 0 to 255",
             "ccd.value: X:5: 'PreGapSubC=300' in [Session 1], expected a number from 0 to 255"}},
           {"packs that are none",
            kHead + "[CDText]\nEntries=2\nEntry 0=80 00\nEntry 1=80 zz\n" + kEntry,
            plain,
            {"cdtext.pack: X:5: 'Entry 0=80 00', expected 16 bytes in hexadecimal, passed over",
             "cdtext.pack: X:6: 'Entry 1=80 zz', expected 16 bytes in hexadecimal, passed over",
             "ccd.count: X:9: [CDText] Entries=2, but there are 0"}},
       }) {
    SCOPED_TRACE(t.name);
    const CcdSheet sheet = parse_ccd(t.text, "X");
    ASSERT_FALSE(sheet.entries.empty());
    EXPECT_EQ(shown(sheet.entries[0]), t.entry);
    EXPECT_EQ(problems_of(sheet.problems), t.problems);
    EXPECT_EQ(sheet.remarks, Lines{});
  }
}

TEST(CcdParser, KeepsLinesThatItDoesNotKnow) {
  const CcdSheet sheet = parse_ccd(
      "; made by hand\n[CloneCD]\nVersion=3\nBuild=7\n[Disc]\nMood=good\n[Session 1]\nSpeed=4\n" +
          kEntry + "Extra=1\n[TRACK 1]\nFLAGS= DCP\nno equals sign\n[Other thing]\nA=1\nB=2\n",
      "X");
  EXPECT_EQ(sheet.remarks, (Lines{"; made by hand", "Mood=good", "[CloneCD]", "Build=7",
                                  "[Entry 0]", "Extra=1", "[Other thing]", "A=1", "B=2"}));
  EXPECT_EQ(sheet.sessions.at(0).remarks, Lines{"Speed=4"});
  EXPECT_EQ(sheet.tracks.at(0).remarks, (Lines{"FLAGS= DCP", "no equals sign"}));
  EXPECT_EQ(problems_of(sheet.problems),
            (Lines{"ccd.syntax: X:15: 'no equals sign' is no Key=Value line, kept as a remark",
                   "ccd.section: X:16: unknown section '[Other thing]', kept as remarks"}));
}

struct Fault {
  const char* name;
  std::string text, message;
};

// They are written back below [Disc], where they would otherwise come to mean something.
TEST(CcdParser, TakesLinesBeforeTheFirstSectionForTheDiscs) {
  const CcdSheet sheet = parse_ccd("CATALOG=0123456789012\nMood=good\n" + kHead + kEntry, "X");
  EXPECT_EQ(sheet.catalog, "0123456789012");
  EXPECT_EQ(sheet.remarks, (Lines{"Mood=good"}));
}

TEST(CcdParser, SaysWhatIsWrongAndWhere) {
  for (const Fault& f : std::vector<Fault>{
           {"empty", "", "X: no [CloneCD] section, expected a CloneCD control file"},
           {"no head", kEntry, "X: no [CloneCD] section, expected a CloneCD control file"},
           {"no entries", kHead,
            "X: neither [Entry] nor [TRACK] sections, expected at least one track"},
           {"a zero byte", kHead + std::string("A=\0", 3) + kEntry,
            "X:byte 22: a zero byte, expected the text of a CloneCD control file"},
           {"no point", kHead + "[Entry 4]\nPLBA=0\n[TRACK 1]\n",
            "X:3: [Entry 4] without Point, expected Point=0x01 for track 1 and the like"},
           {"no address", kHead + "[Entry 4]\nPoint=0xA2\nPMin=3\n",
            "X:3: [Entry 4] with neither PLBA nor PMin, PSec and PFrame, expected its address"},
           {"a word", kHead + "[Entry 0]\nPoint=one\n",
            "X:4: 'Point=one' in [Entry 0], expected a number from 0 to 255"},
           {"too high", kHead + "[Entry 0]\nPoint=0x100\n",
            "X:4: 'Point=0x100' in [Entry 0], expected a number from 0 to 255"},
           {"session 0", kHead + "[Entry 0]\nSession=0\n",
            "X:4: 'Session=0' in [Entry 0], expected a number from 1 to 99"},
           {"control", kHead + "[Entry 0]\nControl=0x14\n",
            "X:4: 'Control=0x14' in [Entry 0], expected a number from 0 to 15"},
           {"an address beyond all", kHead + "[Entry 0]\nPLBA=2147483647\n",
            "X:4: 'PLBA=2147483647' in [Entry 0], expected a number from -1166730 to 1166730"},
           {"an index beyond all", kHead + kEntry + "[TRACK 1]\nINDEX 1=9999999999\n",
            "X:7: 'INDEX 1=9999999999' in [TRACK 1], expected a number from -1166730 to 1166730"},
           {"track 100", kHead + "[TRACK 100]\n", "X:3: track 100, expected 1 to 99"},
           {"session 100", kHead + "[Session 100]\n", "X:3: session 100, expected 1 to 99"},
       }) {
    SCOPED_TRACE(f.name);
    EXPECT_EQ(fault(f.text), "malformed: " + f.message);
  }
}

TEST(CcdParser, EndsWithHostileSizes) {
  const std::string long_line(10 << 20, 'A');
  EXPECT_EQ(fault(kHead + long_line),
            "malformed: X: 10485780 bytes, expected a CloneCD control file of at most 4194304");
  std::string many = kHead;
  for (int i = 0; i < 20000; ++i) many += "[Entry 0]\nPoint=1\nPLBA=0\n";
  EXPECT_EQ(fault(many), "malformed: X:30003: more than 10000 sections, expected at most those");
  many = kHead;
  for (int i = 0; i < 20000; ++i) many += "[x]\n";
  EXPECT_EQ(fault(many), "malformed: X:10003: more than 10000 sections, expected at most those");
  many = kHead + kEntry;
  for (int i = 0; i < 20000; ++i) many += "k=v\n";
  EXPECT_EQ(fault(many),
            "malformed: X:10006: more than 10000 unknown lines, expected at most those");
  many = kHead + "[CDText]\n";
  for (int i = 0; i < 3000; ++i) many += "Entry 0=80 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
  EXPECT_EQ(fault(many),
            "malformed: X:2052: more than 2048 packs of CD-Text, expected at most those");

  std::string bad = kHead + kEntry;
  for (int i = 0; i < 150; ++i) bad += "no key " + std::string(1 << 12, 'x') + "\n";
  const CcdSheet sheet = parse_ccd(bad, "X");
  EXPECT_EQ(sheet.problems.size(), 101U);
  EXPECT_EQ(sheet.problems.back().message, "X:155: 50 more such problems, not listed");
}

TEST(CcdBeginning, IsItsFirstSection) {
  for (const auto& [text, is] : std::vector<std::pair<std::string, bool>>{
           {"[CloneCD]", true},
           {"\xEF\xBB\xBF \r\n [ clonecd ]", true},
           {"[Disc]", false},
           {"CloneCD", false},
           {"", false},
           {"[", false},
       }) {
    EXPECT_EQ(begins_like_ccd(text), is) << text;
  }
}

}  // namespace
}  // namespace pregap::formats
