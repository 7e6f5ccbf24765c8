// From text to description: what each statement of a TOC gives.
#include "formats/toc.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/disc_builder.h"
#include "toc_shown.h"

namespace pregap::formats {
namespace {

struct Read {
  std::string text;
  std::string shown;
  std::vector<std::string> problems{};
};

void expect_read(const Read& read) {
  SCOPED_TRACE(read.text);
  const TocSheet sheet = parse_toc(read.text, "d.toc");
  EXPECT_EQ(test::shown(sheet), read.shown);
  EXPECT_EQ(test::problems_of(sheet.problems), read.problems);
}

std::string track(const std::string& rest) { return "TRACK AUDIO " + rest; }

TEST(Toc, ReadsTheHeader) {
  for (const Read& read : std::vector<Read>{
           {track("SILENCE 0:4:0"), "  1\nAUDIO [silence 00:04:00]\n"},
           {"CD_ROM_XA CATALOG \"1234567890123\" FIRST_TRACK_NO 7 " + track("SILENCE 1"),
            "CD_ROM_XA 1234567890123 7\nAUDIO [silence 1]\n"},
           {"CD_DA CD_ROM " + track("SILENCE 1"), "CD_ROM  1\nAUDIO [silence 1]\n"},
           {"CD_I CATALOG \"1\" CATALOG \"1234567890124\" " + track("SILENCE 1"),
            "CD_I 1234567890124 1\nAUDIO [silence 1]\n",
            {"sheet.catalog: d.toc:1:14: catalog number \"1\", expected 13 digits",
             "sheet.catalog: d.toc:1:18: second CATALOG, taken instead of the first"}},
           {"CATALOG 167890123\n" + track("SILENCE 1"),
            " 167890123 1\nAUDIO [silence 1]\n",
            {"sheet.catalog: d.toc:1:9: catalog number '167890123', expected 13 digits"}},
           {"CATALOG\n" + track("SILENCE 1"),
            "  1\nAUDIO [silence 1]\n",
            {"sheet.catalog: d.toc:1:1: CATALOG without a number, expected 13 digits in quotes"}},
           {"\xEF\xBB\xBF"
            "cd_da track audio silence 0:0:1\x1A",
            "CD_DA  1\nAUDIO [silence 00:00:01]\n"},
       }) {
    expect_read(read);
  }
}

TEST(Toc, ReadsModesAndFlags) {
  for (const Read& read : std::vector<Read>{
           {"TRACK AUDIO COPY PRE_EMPHASIS FOUR_CHANNEL_AUDIO ISRC \"DEXXX9800001\" SILENCE 1",
            "  1\nAUDIO DCP 4CH PRE isrc=DEXXX9800001 [silence 1]\n"},
           {"TRACK AUDIO COPY NO COPY PRE_EMPHASIS NO PRE_EMPHASIS FOUR_CHANNEL_AUDIO "
            "TWO_CHANNEL_AUDIO SILENCE 1",
            "  1\nAUDIO [silence 1]\n"},
           {"TRACK MODE0 ZERO 1\nTRACK MODE1 RW ZERO 1\nTRACK MODE1_RAW RW_RAW ZERO 1\n"
            "TRACK MODE2 ZERO 1\nTRACK MODE2_RAW ZERO 1\nTRACK MODE2_FORM1 ZERO 1\n"
            "TRACK MODE2_FORM2 ZERO 1\nTRACK MODE2_FORM_MIX ZERO 1\n",
            "  1\nMODE0 [zero MODE0 1]\nMODE1 RW [zero MODE1RW 1]\n"
            "MODE1_RAW RW_RAW [zero MODE1_RAWRW_RAW 1]\nMODE2 [zero MODE2 1]\n"
            "MODE2_RAW [zero MODE2_RAW 1]\nMODE2_FORM1 [zero MODE2_FORM1 1]\n"
            "MODE2_FORM2 [zero MODE2_FORM2 1]\nMODE2_FORM_MIX [zero MODE2_FORM_MIX 1]\n"},
           {track("ISRC \"de-xxx-98-00001\" SILENCE 1"),
            "  1\nAUDIO isrc=DEXXX9800001 [silence 1]\n"},
           {track("ISRC \"short\" ISRC SILENCE 1"),
            "  1\nAUDIO isrc=short [silence 1]\n",
            {"sheet.isrc: d.toc:1:18: ISRC \"short\", expected 5 letters or digits and 7 digits",
             "sheet.isrc: d.toc:1:26: ISRC without a code, expected 12 characters in quotes"}},
           {track("SILENCE 1 COPY"),
            "  1\nAUDIO DCP [silence 1]\n",
            {"sheet.syntax: d.toc:1:23: COPY behind what it should stand before, read all the "
             "same"}},
       }) {
    expect_read(read);
  }
}

TEST(Toc, ReadsPiecesAndMarks) {
  for (const Read& read : std::vector<Read>{
           {track("FILE \"a.wav\" 0 AUDIOFILE \"b\" SWAP #44 1:2:3 100 FILE \"c\" 5 0"),
            "  1\nAUDIO [audio a.wav #0 from 0 to its end; audio b swap #44 from 01:02:03 100; "
            "audio c #0 from 5 to its end]\n"},
           {track("DATAFILE \"a\" DATAFILE \"b\" #7 DATAFILE \"c\" #8 0:0:9 DATAFILE \"d\" 10"),
            "  1\nAUDIO [data a #0 to its end; data b #7 to its end; data c #8 00:00:09; data d "
            "#0 10]\n"},
           {track("SILENCE 588 ZERO 2352 ZERO AUDIO 0:1:0 ZERO AUDIO RW 96 ZERO RW_RAW 0:2:0"),
            "  1\nAUDIO [silence 588; zero AUDIO 2352; zero AUDIO 00:01:00; zero AUDIORW 96; "
            "zero AUDIORW_RAW 00:02:00]\n"},
           {track("PREGAP 0:2:0 SILENCE 1 INDEX 0:1:0 INDEX 0:2:0"),
            "  1\nAUDIO pregap=00:02:00 [silence 1] 00:01:00 00:02:00\n"},
           {track("SILENCE 1 START SILENCE 2 END SILENCE 3"),
            "  1\nAUDIO [silence 1; silence 2; silence 3] start behind 1 end behind 2\n"},
           {track("START 0:0:0 SILENCE 1 END 0:3:0"),
            "  1\nAUDIO [silence 1] start 00:00:00 end 00:03:00\n"},
           {"TRACK MODE1 ZERO AUDIO 0:2:0 SILENCE 0:1:0 FILE \"a\" 0:1:0 0:2:0",
            "  1\nMODE1 [zero AUDIO 00:02:00; zero MODE1 00:01:00; audio a #0 from 00:01:00 "
            "00:02:00]\n",
            {"sheet.syntax: d.toc:1:13: ZERO AUDIO in a track of MODE1, taken as the track's",
             "sheet.syntax: d.toc:1:30: SILENCE in a data track, taken as ZERO",
             "sheet.syntax: d.toc:1:44: FILE in a track of MODE1, read as DATAFILE"}},
           {track("SILENCE 0 ZERO 0:0:0 PREGAP 0:0:0 SILENCE 1 INDEX 0:0:0 INDEX 0:0:0"),
            "  1\nAUDIO [silence 1] 00:00:00 00:00:00\n",
            {"sheet.syntax: d.toc:1:21: SILENCE of no length passed over",
             "sheet.syntax: d.toc:1:28: ZERO of no length passed over",
             "sheet.syntax: d.toc:1:34: PREGAP behind what it should stand before, read all the "
             "same",
             "sheet.index: d.toc:1:41: a pregap of no length passed over",
             "sheet.index: d.toc:1:63: INDEX 02 at the time of the one before it",
             "sheet.index: d.toc:1:75: INDEX 03 at the time of the one before it"}},
       }) {
    expect_read(read);
  }
}

TEST(Toc, ReadsStringsWithEscapes) {
  const auto name = [](const std::string& written) {
    const std::string text = "TRACK AUDIO FILE \"" + written + "\" 0";
    return parse_toc(text, "d.toc").tracks.at(0).pieces.at(0).name;
  };
  EXPECT_EQ(name(R"(a\"b)"), "a\"b");
  EXPECT_EQ(name(R"(a\\b)"), "a\\b");
  EXPECT_EQ(name(R"(a\\)"), "a\\");
  EXPECT_EQ(name(R"(\\\")"), "\\\"");
  EXPECT_EQ(name(R"(C:\music\x)"), "C:\\music\\x") << "other backslashes stand for themselves";
  EXPECT_EQ(name(R"(a\12)"), "a\\12");
  EXPECT_EQ(name(R"(\101\102)"), "AB");
  EXPECT_EQ(name(R"(\134101)"), "\\101");
  EXPECT_EQ(name(R"(\351)"), "\xE9") << "a byte, whatever the encoding";
  EXPECT_EQ(name("\xC3\xA9 \t//x"), "\xC3\xA9 \t//x");
}

TEST(Toc, ReadsCdTextInLanguages) {
  for (const Read& read : std::vector<Read>{
           {"CD_TEXT { LANGUAGE_MAP { 0: 9 1 : EN 2:105 } LANGUAGE 0 { TITLE \"A\" PERFORMER "
            "\"\" UPC_EAN \"1\" } LANGUAGE 2 { ENCODING_MS_JIS TITLE \"\xE7\x86\xB1\" } }\n"
            "TRACK AUDIO CD_TEXT { LANGUAGE 0 { TITLE \"B\" ISRC \"X\" } LANGUAGE 2 { TITLE "
            "\"\\223\\372{\" } } SILENCE 1",
            "  1\n0 language 9 code 0: TITLE=A UPC_EAN=1 | 1: TITLE=B ISRC=X\n"
            "2 language 105 code 128: TITLE=\xE7\x86\xB1 | 1: TITLE=\xE6\x97\xA5{\n"
            "AUDIO [silence 1]\n"},
           {"CD_TEXT { LANGUAGE_MAP { 0: 9 } LANGUAGE 0 { TITLE \"Jos\\351\" PERFORMER "
            "\"Jos\xC3\xA9\" SONGWRITER \"Jos\xE9\" } }\n" +
                track("SILENCE 1"),
            "  1\n0 language 9 code 0: TITLE=Jos\xC3\xA9 PERFORMER=Jos\xC3\xA9 "
            "SONGWRITER=Jos\xC3\xA9\nAUDIO [silence 1]\n"},
           {"CD_TEXT { LANGUAGE_MAP { 0: 9 } LANGUAGE 0 { TITLE \"\\351\" GENRE { 0, 28, 82, 0 } "
            "TOC_INFO1 { 1, 255} SIZE_INFO { 1, 1, 20 } RESERVED4 \"r\" } }\n" +
                track("SILENCE 1"),
            "  1\n0 language 9 code 1: TITLE=\xC3\xA9 GENRE_CODE=28 GENRE=R TOC_INFO1=01 FF "
            "CLOSED_INFO=r\nAUDIO [silence 1]\n"},
           {"CD_TEXT { LANGUAGE_MAP { 0: 9 } LANGUAGE 0 { GENRE \"Rock\" GENRE { 0, 0, 0 } } }\n" +
                track("SILENCE 1"),
            "  1\n0 language 9 code 0: GENRE=Rock\nAUDIO [silence 1]\n"},
           {"FIRST_TRACK_NO 5 " +
                track("CD_TEXT { LANGUAGE 3 { TITLE \"t\" DISC_ID \"d\" UPC_EAN \"u\" } } "
                      "SILENCE 1"),
            "  5\n3 language 9 code 0:  | 5: TITLE=t ISRC=u\nAUDIO [silence 1]\n",
            {"sheet.syntax: d.toc:1:63: DISC_ID in a track passed over, it is the disc's",
             "sheet.syntax: d.toc:1:40: LANGUAGE 3 is not in a LANGUAGE_MAP, taken as English"}},
           {"CD_TEXT { LANGUAGE_MAP { 0: 9 } LANGUAGE 0 { TITLE \"\xC3\xA9\\351\" } LANGUAGE 0 { "
            "ENCODING_MS_JIS MESSAGE \"\\377\" } }\n" +
                track("SILENCE 1"),
            "  1\n0 language 9 code 128: TITLE=\xEF\xBE\x83\xEF\xBD\xA9\xEF\xBF\xBD "
            "MESSAGE=\xEF\xBF\xBD\nAUDIO [silence 1]\n",
            {"sheet.encoding: d.toc:1:52: TITLE has escapes and other characters beyond ASCII, all "
             "taken as bytes in MS-JIS",
             "sheet.encoding: d.toc:1:46: TITLE has bytes that are no MS-JIS, shown as U+FFFD",
             "sheet.encoding: d.toc:1:92: MESSAGE has bytes that are no MS-JIS, shown as U+FFFD"}},
       }) {
    expect_read(read);
  }
}

TEST(Toc, KeepsCommentsThatHaveALineToThemselves) {
  expect_read(
      {"// one\n\n//two \nCD_DA // not this\n// three\nCATALOG \"1234567890123\"\n"
       "// four\n\n// Track 1\nTRACK AUDIO\n  // five\r\nCOPY\r// six\rSILENCE 1 //no\n"
       "// seven\n// Track 2\nTRACK AUDIO\n// Track title\nSILENCE 2\n// eight\n//\n////\n",
       "CD_DA 1234567890123 1\n// one\n//two\n// three\n// eight\n"
       "AUDIO DCP [silence 1] // four // five // six\n"
       "AUDIO [silence 2] // seven // Track title\n"});
}

TEST(Toc, ListsAHundredProblems) {
  std::string text = "TRACK AUDIO\n";
  for (int i = 0; i < 150; ++i) text += "SILENCE 0\n";
  const TocSheet sheet = parse_toc(text + "SILENCE 1\n", "d.toc");
  ASSERT_EQ(sheet.problems.size(), 101u);
  EXPECT_EQ(sheet.problems.back().message, "d.toc: 50 further warnings not listed");
}

}  // namespace
}  // namespace pregap::formats
