#include "formats/cue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cue_layout.h"

namespace pregap::formats {
namespace {

using namespace std::string_literals;
using test::layout_of;
using test::problems_of;

constexpr const char* kPlace = "d.cue";

CueSheet parse(const std::string& text) { return parse_cue(text, kPlace); }

TEST(Cue, ReadsEveryCommand) {
  const CueSheet sheet = parse(R"(REM GENRE "Alternative"
CATALOG 0652637280326
CDTEXTFILE "disc.cdt"
TITLE "Mountain Battles"
PERFORMER "The Breeders"
DISC_ID XY123
FILE "data.bin" BINARY
  TRACK 01 MODE1/2352
    FLAGS DCP
    INDEX 01 00:00:00
    POSTGAP 00:02:00
  TRACK 02 AUDIO
    TITLE "Overglazed"
    PERFORMER "The Breeders"
    SONGWRITER a
    COMPOSER b
    ARRANGER c
    MESSAGE d
    GENRE e
    TOC_INFO1 f
    TOC_INFO2 g
    UPC_EAN h
    SIZE_INFO i
    FLAGS DCP 4CH PRE SCMS
    ISRC GBAFL0700213
    PREGAP 00:01:00
    INDEX 00 10:00:00
    INDEX 01 10:02:00
    INDEX 02 11:00:74
)");
  EXPECT_EQ(layout_of(sheet),
            "data.bin|BINARY\n"
            "01 MODE1/2352 DCP 01=00:00:00 postgap=00:02:00\n"
            "02 AUDIO DCP 4CH PRE SCMS isrc=GBAFL0700213 pregap=00:01:00 00=10:00:00 01=10:02:00 "
            "02=11:00:74\n");
  EXPECT_EQ(problems_of(sheet), "");
  EXPECT_EQ(sheet.catalog, "0652637280326");
  EXPECT_EQ(sheet.cdtext_file, "disc.cdt");
  EXPECT_EQ(sheet.text, (TextFields{{"TITLE", "Mountain Battles"},
                                    {"PERFORMER", "The Breeders"},
                                    {"DISC_ID", "XY123"}}));
  EXPECT_EQ(sheet.tracks[1].text, (TextFields{{"TITLE", "Overglazed"},
                                              {"PERFORMER", "The Breeders"},
                                              {"SONGWRITER", "a"},
                                              {"COMPOSER", "b"},
                                              {"ARRANGER", "c"},
                                              {"MESSAGE", "d"},
                                              {"GENRE", "e"},
                                              {"TOC_INFO1", "f"},
                                              {"TOC_INFO2", "g"},
                                              {"UPC_EAN", "h"},
                                              {"SIZE_INFO", "i"}}));
  EXPECT_EQ(sheet.remarks, std::vector<std::string>{"REM GENRE \"Alternative\""});
}

TEST(Cue, RemembersLines) {
  const CueSheet sheet = parse("\nFILE a BINARY\r\n\rTRACK 1 AUDIO\n\nINDEX 1 0:0:0");
  EXPECT_EQ(sheet.files[0].line, 2);
  EXPECT_EQ(sheet.tracks[0].line, 4);
  EXPECT_EQ(sheet.tracks[0].indexes[0].line, 6);
}

TEST(Cue, ReadsEachKnownMode) {
  for (const char* mode :
       {"AUDIO", "CDG", "MODE0/2048", "MODE0/2336", "MODE0/2352", "MODE0/2448", "MODE1/2048",
        "MODE1/2352", "MODE1/2448", "MODE2/2048", "MODE2/2324", "MODE2/2336", "MODE2/2352",
        "MODE2/2448", "CDI/2336", "CDI/2352", "CDI/2448"}) {
    const CueSheet sheet = parse("FILE a BINARY\nTRACK 1 "s + mode + "\nINDEX 1 0:0:0\n");
    EXPECT_EQ(sheet.tracks[0].mode, mode);
  }
}

struct Lenient {
  const char* what;
  std::string text;
  std::string layout;
  std::string problems;
};

class CueTolerance : public testing::TestWithParam<Lenient> {};

TEST_P(CueTolerance, ReadsWithOneMeaning) {
  const CueSheet sheet = parse(GetParam().text);
  EXPECT_EQ(layout_of(sheet), GetParam().layout) << GetParam().what << "\n" << GetParam().text;
  EXPECT_EQ(problems_of(sheet), GetParam().problems) << GetParam().what << "\n" << GetParam().text;
}

const std::string kOneTrack = "a.bin|BINARY\n01 AUDIO 01=00:00:00\n";

const std::vector<Lenient> kSpellings{
    {"UTF-8 byte order mark",
     "\xEF\xBB\xBF"
     "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     kOneTrack, ""},
    {"lower case", "file \"a.bin\" binary\ntrack 01 audio\nindex 01 00:00:00\n", kOneTrack, ""},
    {"CR LF", "FILE \"a.bin\" BINARY\r\nTRACK 01 AUDIO\r\nINDEX 01 00:00:00\r\n", kOneTrack, ""},
    {"lone CR", "FILE \"a.bin\" BINARY\rTRACK 01 AUDIO\rINDEX 01 00:00:00\r", kOneTrack, ""},
    {"tabs", "\tFILE\t\"a.bin\"\tBINARY\n\t\tTRACK\t01\tAUDIO\n\tINDEX\t01\t00:00:00", kOneTrack,
     ""},
    {"trailing blanks", "FILE \"a.bin\" BINARY  \nTRACK 01 AUDIO \t\nINDEX 01 00:00:00   \n",
     kOneTrack, ""},
    {"blank lines", "\n\n FILE \"a.bin\" BINARY\n\n\nTRACK 01 AUDIO\n \nINDEX 01 00:00:00\n\n\n",
     kOneTrack, ""},
    {"no final newline", "FILE \"a.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00", kOneTrack, ""},
    {"DOS end of file", "FILE \"a.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n\x1A", kOneTrack,
     ""},
    {"short numbers", "FILE a.bin BINARY\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n", kOneTrack, ""},
    {"name with blanks, unquoted",
     "FILE my old disc.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     "my old disc.bin|BINARY\n01 AUDIO 01=00:00:00\n", ""},
    {"quotes within the name", "FILE \"12\" mix.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     "12\" mix.bin|BINARY\n01 AUDIO 01=00:00:00\n", ""},
    {"quoted, without type", "FILE \"a.bin\"\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", kOneTrack,
     "sheet.syntax: d.cue:1: FILE 'a.bin' without a type, taken as BINARY\n"},
    {"unquoted, without type", "FILE my disc.bin\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     "my disc.bin|BINARY\n01 AUDIO 01=00:00:00\n",
     "sheet.syntax: d.cue:1: FILE 'my disc.bin' without a type, taken as BINARY\n"},
    {"blanks within the quotes", "FILE \" a.bin \" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     " a.bin |BINARY\n01 AUDIO 01=00:00:00\n", ""},
    {"unclosed quote", "FILE \"a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n", kOneTrack,
     "sheet.syntax: d.cue:1: quote without its end, taken up to the line's\n"},
    {"an unknown type is kept", "FILE a.bin audio\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     "a.bin|AUDIO\n01 AUDIO 01=00:00:00\n", ""},
    {"words after a command", "FILE \"a.bin\" BINARY\nTRACK 01 AUDIO x y\nINDEX 01 00:00:00 ;z\n",
     kOneTrack,
     "sheet.syntax: d.cue:2: 'x y' at the end of the line passed over\n"
     "sheet.syntax: d.cue:3: ';z' at the end of the line passed over\n"},
    {"two commands on a line", "FILE a.bin BINARY\nTRACK 01 AUDIO\nFLAGS DCP INDEX 01 00:00:00\n",
     "a.bin|BINARY\n01 AUDIO DCP 01=00:00:00\n",
     "sheet.syntax: d.cue:3: INDEX on the line of another command\n"},
    {"unknown command", "FILE a.bin BINARY\nTRACK 01 AUDIO\nFOO BAR\nINDEX 01 00:00:00\n",
     kOneTrack, "sheet.command: d.cue:3: unknown command 'FOO', kept as a remark\n"},
};
INSTANTIATE_TEST_SUITE_P(Spellings, CueTolerance, testing::ValuesIn(kSpellings));

// A sheet whose one track has these lines between TRACK and the end.
std::string with(const std::string& lines) { return "FILE a.bin BINARY\nTRACK 01 AUDIO\n" + lines; }

const std::vector<Lenient> kOrders{
    {"INDEX 00 alone", with("INDEX 00 00:00:00\n"), kOneTrack,
     "sheet.index: d.cue:3: TRACK 01 has INDEX 00 alone, taken as INDEX 01\n"},
    {"an empty pregap", with("INDEX 00 00:00:00\nINDEX 01 00:00:00\n"),
     "a.bin|BINARY\n01 AUDIO 00=00:00:00 01=00:00:00\n",
     "sheet.index: d.cue:4: INDEX 00 and INDEX 01 both lie at 00:00:00: the first is empty\n"},
    {"an empty track",
     with("INDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:02:00"),
     "a.bin|BINARY\n01 AUDIO 01=00:00:00\n02 AUDIO 00=00:00:00 01=00:02:00\n",
     "sheet.index: d.cue:5: TRACK 01 INDEX 01 and TRACK 02 INDEX 00 both lie at 00:00:00: the "
     "first is empty\n"},
    {"an index number left out", with("INDEX 01 00:00:00\nINDEX 03 00:02:00\n"),
     "a.bin|BINARY\n01 AUDIO 01=00:00:00 03=00:02:00\n",
     "sheet.index: d.cue:4: INDEX 03 after INDEX 01, expected INDEX 02\n"},
    {"a track number left out", with("INDEX 01 00:00:00\nTRACK 04 AUDIO\nINDEX 01 00:02:00\n"),
     "a.bin|BINARY\n01 AUDIO 01=00:00:00\n04 AUDIO 01=00:02:00\n",
     "sheet.track: d.cue:4: TRACK 04 after TRACK 01, expected 02\n"},
    {"tracks from another number than 1", "FILE a BINARY\nTRACK 04 AUDIO\nINDEX 01 00:00:00\n",
     "a|BINARY\n04 AUDIO 01=00:00:00\n", ""},
    {"the first track's start within the file", with("INDEX 01 00:02:00\n"),
     "a.bin|BINARY\n01 AUDIO 01=00:02:00\n", ""},
    {"the longest time", with("INDEX 01 99:59:74\n"), "a.bin|BINARY\n01 AUDIO 01=99:59:74\n", ""},
    {"PREGAP and INDEX 00 together",
     with("PREGAP 00:02:00\nINDEX 00 00:00:00\nINDEX 01 00:01:00\n"),
     "a.bin|BINARY\n01 AUDIO pregap=00:02:00 00=00:00:00 01=00:01:00\n", ""},
    {"POSTGAP before INDEX", with("POSTGAP 00:02:00\nINDEX 01 00:00:00\n"),
     "a.bin|BINARY\n01 AUDIO 01=00:00:00 postgap=00:02:00\n",
     "sheet.syntax: d.cue:3: POSTGAP before the track's INDEX, read as if it came after\n"},
    {"FLAGS late and twice", with("FLAGS DCP\nINDEX 01 00:00:00\nFLAGS PRE DATA\n"),
     "a.bin|BINARY\n01 AUDIO DCP PRE 01=00:00:00\n",
     "sheet.syntax: d.cue:5: second FLAGS of the track, added to the first\n"
     "sheet.syntax: d.cue:5: FLAGS after INDEX, read as if it came before\n"},
    {"unknown flag", with("FLAGS dcp XYZ pre\nINDEX 01 00:00:00\n"),
     "a.bin|BINARY\n01 AUDIO DCP PRE 01=00:00:00\n",
     "sheet.syntax: d.cue:3: flag 'XYZ', expected DCP, 4CH, PRE or SCMS\n"},
    {"FLAGS and ISRC before any TRACK",
     "FLAGS DCP\nFILE a.bin BINARY\nISRC \"GBAFL0700213\"\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n",
     kOneTrack,
     "sheet.syntax: d.cue:1: FLAGS before any TRACK, kept as a remark\n"
     "sheet.isrc: d.cue:3: ISRC before any TRACK, kept as a remark\n"},
    {"a FILE that nothing lies in",
     "FILE b.bin WAVE\nFILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE c.bin WAVE\n",
     "b.bin|WAVE\na.bin|BINARY\nc.bin|WAVE\n01 AUDIO 01=file1@00:00:00\n", ""},
    {"EAC's pregap at the end of the file before",
     "FILE \"1.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 02:47:74\n"
     "FILE \"2.wav\" WAVE\nINDEX 01 00:00:00\n",
     "1.wav|WAVE\n2.wav|WAVE\n01 AUDIO 01=00:00:00\n02 AUDIO 00=02:47:74 01=file1@00:00:00\n", ""},
    {"times begin again in each file",
     "FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:02:00\nFILE 2.wav WAVE\nTRACK 02 AUDIO\n"
     "INDEX 01 00:00:00\n",
     "1.wav|WAVE\n2.wav|WAVE\n01 AUDIO 01=00:02:00\n02 AUDIO 01=file1@00:00:00\n", ""},
};
INSTANTIATE_TEST_SUITE_P(Orders, CueTolerance, testing::ValuesIn(kOrders));

const std::vector<Lenient> kSessions{
    {"tracks go on",
     "REM SESSION 01\n" + with("INDEX 01 00:00:00\nREM SESSION 02\nTRACK 02 AUDIO\n"
                               "INDEX 01 00:02:00\n"),
     "a.bin|BINARY\n01 AUDIO 01=00:00:00\n02 AUDIO session=2 01=00:02:00\n", ""},
    {"track numbers begin again",
     with("INDEX 01 00:00:00\nrem session 2\nTRACK 01 AUDIO\n"
          "INDEX 01 00:02:00\n"),
     "a.bin|BINARY\n01 AUDIO 01=00:00:00\n01 AUDIO session=2 01=00:02:00\n", ""},
    {"not a session's number",
     "REM SESSION two\nREM SESSION 02\nREM SESSION 1\nREM SESSION 100\nREM SESSION\n" +
         with("INDEX 01 00:00:00\n"),
     "a.bin|BINARY\n01 AUDIO session=2 01=00:00:00\n",
     "sheet.syntax: d.cue:1: session number 'two', expected 01 to 99; kept as a remark\n"
     "sheet.syntax: d.cue:3: session number '1', expected 02 to 99; kept as a remark\n"
     "sheet.syntax: d.cue:4: session number '100', expected 02 to 99; kept as a remark\n"
     "sheet.syntax: d.cue:5: session number '', expected 02 to 99; kept as a remark\n"},
};
INSTANTIATE_TEST_SUITE_P(Sessions, CueTolerance, testing::ValuesIn(kSessions));

struct Code {
  std::string line, value, problems;
};

TEST(Cue, ReadsCatalogNumbers) {
  const std::vector<Code> codes{
      {"CATALOG 0652637280326", "0652637280326", ""},
      {"CATALOG \"0652637280326\"", "0652637280326", ""},
      {"CATALOG 652637280326", "0652637280326",
       "sheet.catalog: d.cue:1: catalog number '652637280326' has 12 digits, a 0 put before "
       "them\n"},
      {"CATALOG 123456789012z", "123456789012z",
       "sheet.catalog: d.cue:1: catalog number '123456789012z', expected 13 digits\n"},
      {"CATALOG \"STAL 1202\"", "STAL 1202",
       "sheet.catalog: d.cue:1: catalog number 'STAL 1202', expected 13 digits\n"},
      {"CATALOG", "", "sheet.catalog: d.cue:1: CATALOG without a number, expected 13 digits\n"},
      {"CATALOG 0652637280326 CATALOG 1652637280326", "1652637280326",
       "sheet.syntax: d.cue:1: CATALOG on the line of another command\n"
       "sheet.catalog: d.cue:1: second CATALOG, taken instead of the first\n"},
  };
  for (const Code& code : codes) {
    const CueSheet sheet = parse(code.line + "\n" + with("INDEX 01 00:00:00\n"));
    EXPECT_EQ(sheet.catalog, code.value) << code.line;
    EXPECT_EQ(problems_of(sheet), code.problems) << code.line;
  }
}

TEST(Cue, ReadsIsrcs) {
  const std::vector<Code> codes{
      {"ISRC GBAFL0700213", "GBAFL0700213", ""},
      {"ISRC \"US-SM1-23-45678\"", "USSM12345678", ""},
      {"ISRC gbafl0700213", "GBAFL0700213", ""},
      {"ISRC 000000000000", "000000000000", ""},
      {"ISRC ABCD0123456Z", "ABCD0123456Z",
       "sheet.isrc: d.cue:3: ISRC 'ABCD0123456Z', expected 5 letters or digits and 7 digits\n"},
      {"ISRC gb-afl", "gb-afl",
       "sheet.isrc: d.cue:3: ISRC 'gb-afl', expected 5 letters or digits and 7 digits\n"},
      {"ISRC", "", "sheet.isrc: d.cue:3: ISRC without a code, expected 12 characters\n"},
      {"ISRC GBAFL0700213 ISRC GBAFL0700214", "GBAFL0700214",
       "sheet.syntax: d.cue:3: ISRC on the line of another command\n"
       "sheet.isrc: d.cue:3: second ISRC, taken instead of the first\n"},
  };
  for (const Code& code : codes) {
    const CueSheet sheet = parse(with(code.line + "\nINDEX 01 00:00:00\n"));
    EXPECT_EQ(sheet.tracks[0].isrc, code.value) << code.line;
    EXPECT_EQ(problems_of(sheet), code.problems) << code.line;
  }
}

TEST(Cue, ReadsTextToTheLastQuote) {
  const std::vector<Code> codes{
      {"TITLE \"Odes\"", "Odes", ""},
      {"TITLE Odes and more", "Odes and more", ""},
      {"TITLE \"12\" mix\"", "12\" mix", ""},
      {"TITLE \"TRACK 02 INDEX 01 00:00:00\"", "TRACK 02 INDEX 01 00:00:00", ""},
      {"TITLE INDEX 01 00:00:00", "INDEX 01 00:00:00", ""},
      {"TITLE \"\"", "", ""},
      {"TITLE \"Odes", "Odes",
       "sheet.syntax: d.cue:1: quote without its end, taken up to the line's\n"},
      {"TITLE \"Odes\" live", "Odes",
       "sheet.syntax: d.cue:1: 'live' at the end of the line passed over\n"},
      {"TITLE a\ntitle b", "b",
       "sheet.syntax: d.cue:2: second TITLE, taken instead of the first\n"},
  };
  for (const Code& code : codes) {
    const CueSheet sheet = parse(code.line + "\n" + with("INDEX 01 00:00:00\n"));
    EXPECT_EQ(sheet.text, (TextFields{{"TITLE", code.value}})) << code.line;
    EXPECT_EQ(problems_of(sheet), code.problems) << code.line;
  }
}

// Before the first TRACK they are the disc's, behind it the track's.
TEST(Cue, KeepsRemarksAsFound) {
  const CueSheet sheet = parse("  REM  COMMENT \"a  b\" \nFOO WHAT 1\nFLAGS DCP\n" +
                               with("rem x\nINDEX 01 00:00:00\nFILE b.bin BINARY\nREM y\n"
                                    "TRACK 02 AUDIO\nBAR\nINDEX 01 00:00:00\nREM\n"));
  using Remarks = std::vector<std::string>;
  EXPECT_EQ(sheet.remarks, (Remarks{"REM  COMMENT \"a  b\"", "FOO WHAT 1", "FLAGS DCP"}));
  EXPECT_EQ(sheet.tracks[0].remarks, (Remarks{"rem x", "REM y"}));
  EXPECT_EQ(sheet.tracks[1].remarks, (Remarks{"BAR", "REM"}));
}

// "1 lead-in=00:00:01 pregap=... lead-out=... single" of each session of which remarks speak.
std::string sessions_of(const CueSheet& sheet) {
  std::string out;
  for (const CueSession& s : sheet.sessions) {
    out += fmt::format("{}{}", out.empty() ? "" : "; ", s.number);
    if (s.lead_in) out += " lead-in=" + test::time_of(*s.lead_in);
    if (s.pregap) out += " pregap=" + test::time_of(*s.pregap);
    if (s.lead_out) out += " lead-out=" + test::time_of(*s.lead_out);
    if (s.area == Area::single_density) out += " single";
    if (s.area == Area::high_density) out += " high";
  }
  return out;
}

TEST(Cue, UnderstandsRemarksAboutSessions) {
  const std::string track2 = "TRACK 02 AUDIO\nINDEX 01 00:04:00\n";
  struct Case {
    std::string text, sessions, problems;
  };
  const std::vector<Case> cases{
      {with("INDEX 01 00:00:00\nREM LEAD-OUT 01:30:00\nREM SESSION 02\nREM LEAD-IN 01:00:00\n"
            "REM PREGAP 00:02:00\n") +
           track2,
       "1 lead-out=01:30:00; 2 lead-in=01:00:00 pregap=00:02:00", ""},
      {"REM SINGLE-DENSITY AREA\n" + with("INDEX 01 00:00:00\nrem high-density area\n") + track2,
       "1 single; 2 high", ""},
      {"REM HIGH-DENSITY AREA\n" + with("INDEX 01 00:00:00\n"), "2 high", ""},
      {"REM SESSION 02\nREM SINGLE-DENSITY AREA\n" + with("INDEX 01 00:00:00\n"), "2",
       "sheet.syntax: d.cue:2: SINGLE-DENSITY AREA behind the first session, kept as a remark\n"},
      {with("INDEX 01 00:00:00\nREM LEAD-OUT soon\nREM LEAD-IN\nREM PREGAP 00:02:00 x\n"), "",
       "sheet.syntax: d.cue:4: REM LEAD-OUT: time 'soon', expected mm:ss:ff; kept as a remark\n"
       "sheet.syntax: d.cue:5: REM LEAD-IN: time '', expected mm:ss:ff; kept as a remark\n"
       "sheet.syntax: d.cue:6: REM PREGAP: more than a time; kept as a remark\n"},
      {with("INDEX 01 00:00:00\nREM LEAD-OUT 00:01:00\nREM LEAD-OUT 00:02:00\n"),
       "1 lead-out=00:02:00",
       "sheet.syntax: d.cue:5: second REM LEAD-OUT of session 1, taken instead of the first\n"},
      {with("INDEX 01 00:00:00\nREM LEAD-OUTS 00:01:00\nREM HIGH-DENSITY AREAS\n"), "", ""},
  };
  for (const Case& row : cases) {
    const CueSheet sheet = parse(row.text);
    EXPECT_EQ(sessions_of(sheet), row.sessions) << row.text;
    EXPECT_EQ(problems_of(sheet), row.problems) << row.text;
  }
}

}  // namespace
}  // namespace pregap::formats
