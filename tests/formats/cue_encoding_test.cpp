#include <gtest/gtest.h>

#include <string>

#include "cue_layout.h"
#include "formats/cue.h"
#include "support/disc_builder.h"

namespace pregap::formats {
namespace {

using namespace std::string_literals;

const std::string kTrack = "FILE a BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";

std::string title_of(const CueSheet& sheet) {
  return sheet.text.empty() ? "none" : sheet.text[0].second;
}

// Code units of the basic plane as bytes, after a byte order mark.
std::string utf16(const std::u16string& text, bool big_endian) {
  std::string out;
  for (const char16_t unit : u"\uFEFF" + text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  }
  return out;
}

std::u16string wide(const std::string& ascii) { return {ascii.begin(), ascii.end()}; }

TEST(CueEncoding, KeepsUtf8) {
  const CueSheet sheet = parse_cue("TITLE \"\u03a9 \u96f2 \U0001F4BF\"\n" + kTrack, "d.cue");
  EXPECT_EQ(title_of(sheet), "\u03a9 \u96f2 \U0001F4BF");
  EXPECT_EQ(test::problems_of(sheet), "");
}

TEST(CueEncoding, ReadsUtf16OfEitherOrder) {
  for (const bool big_endian : {false, true}) {
    const CueSheet sheet =
        parse_cue(utf16(u"TITLE \u00fc\u96f2\U0001F4BF\r\n" + wide(kTrack), big_endian), "d.cue");
    EXPECT_EQ(title_of(sheet), "\u00fc\u96f2\U0001F4BF") << big_endian;
    EXPECT_EQ(test::problems_of(sheet), "");
    EXPECT_EQ(sheet.tracks.size(), 1u);
  }
}

TEST(CueEncoding, ShowsWhereUtf16IsBroken) {
  const std::string note =
      "sheet.encoding: d.cue:1: broken UTF-16, its bad places are shown as U+FFFD\n";
  for (const std::u16string& bad : {u"\xD800"s, u"\xDC00"s, u"\xD800\xD800"s}) {
    const CueSheet sheet = parse_cue(utf16(u"TITLE " + bad + u"\n" + wide(kTrack), true), "d.cue");
    EXPECT_EQ(title_of(sheet), bad.size() == 1 ? "\uFFFD" : "\uFFFD\uFFFD");
    EXPECT_EQ(test::problems_of(sheet), note);
  }
  const CueSheet cut = parse_cue(utf16(wide(kTrack), false) + "R", "d.cue");
  EXPECT_EQ(test::problems_of(cut), note);
}

TEST(CueEncoding, TakesOtherBytesAsCp1252) {
  const std::string note = "sheet.encoding: d.cue:2: text that is not UTF-8, taken as CP1252\n";
  const CueSheet sheet =
      parse_cue("REM x\r\nTITLE \"Bj\xF6rk \x80 \x8C \x81 \xFF\"\n" + kTrack, "d.cue");
  EXPECT_EQ(title_of(sheet), "Bj\u00f6rk \u20ac \u0152 \xC2\x81 \u00ff");
  EXPECT_EQ(test::problems_of(sheet), note);
}

TEST(CueEncoding, IsStrictAboutUtf8) {
  for (const char* bytes :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xE2\x82\n", "\xF0\x9F\x92"}) {
    const CueSheet sheet = parse_cue(kTrack + "REM " + bytes, "d.cue");
    EXPECT_EQ(test::problems_of(sheet),
              "sheet.encoding: d.cue:4: text that is not UTF-8, taken as CP1252\n")
        << bytes;
  }
}

TEST(CueEncoding, ByteOrderMarkThenCp1252) {
  const CueSheet sheet = parse_cue("\xEF\xBB\xBFTITLE \xE9t\xE9\n" + kTrack, "d.cue");
  EXPECT_EQ(title_of(sheet), "\u00e9t\u00e9");
  EXPECT_EQ(test::problems_of(sheet),
            "sheet.encoding: d.cue:1: text that is not UTF-8, taken as CP1252\n");
}

// "Kino" in Russian, "Tokyo jihen" in Japanese.
TEST(CueEncoding, GuessesTheCodePage) {
  const CueSheet russian =
      parse_cue("TITLE \xCA\xE8\xED\xEE \xE8 \xCC\xE8\xF0\n" + kTrack, "d.cue");
  EXPECT_EQ(title_of(russian), "Кино и Мир");
  EXPECT_EQ(test::problems_of(russian),
            "sheet.encoding: d.cue:1: text that is not UTF-8, taken as CP1251\n");
  const CueSheet japanese =
      parse_cue(kTrack + "TITLE x\nTITLE \"\x93\x8C\x8B\x9E\x8E\x96\x95\xCF\"\n", "d.cue");
  EXPECT_EQ(japanese.tracks[0].text.at(0).second, "東京事変");
  EXPECT_TRUE(test::problems_of(japanese).starts_with(
      "sheet.encoding: d.cue:5: text that is not UTF-8, taken as Shift-JIS\n"));
}

TEST(CueEncoding, IsWhatTheUserSays) {
  const CueSheet sheet = parse_cue("TITLE \xEB\xC9\xCE\xCF\n" + kTrack, "d.cue", "KOI8-R");
  EXPECT_EQ(title_of(sheet), "Кино");
  EXPECT_EQ(test::problems_of(sheet), "");
  EXPECT_EQ(title_of(parse_cue("TITLE \u0416\n" + kTrack, "d.cue", "KOI8-R")), "\u0416")
      << "UTF-8 comes first";
  EXPECT_EQ(title_of(parse_cue(utf16(u"TITLE \u0416\r\n" + wide(kTrack), true).substr(2), "d.cue",
                               "UTF-16BE")),
            "\u0416");
  EXPECT_EQ(test::problems_of(parse_cue("TITLE \x81\n" + kTrack, "d.cue", "Shift-JIS")),
            "sheet.encoding: d.cue:1: text that is not Shift-JIS, its bad places are shown as "
            "U+FFFD\n");
}

TEST(CueEncoding, RefusesNamesThatNobodyKnows) {
  EXPECT_EQ(test::error_of([] { parse_cue("TITLE \xE9\n" + kTrack, "d.cue", "klingon"); }),
            "usage: --encoding: 'klingon', expected the name of an encoding | iconv --list names "
            "them");
}

}  // namespace
}  // namespace pregap::formats
