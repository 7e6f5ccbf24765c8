#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace pregap {
namespace {

TEST(Text, LowersAsciiLettersOnly) {
  EXPECT_EQ(to_lower("TRACK 01.BIN"), "track 01.bin");
  EXPECT_EQ(to_lower("@[`{"), "@[`{");
  EXPECT_EQ(to_lower("\xC3\x84"), "\xC3\x84") << "UTF-8 stays as it is";
  EXPECT_EQ(to_lower(""), "");
}

TEST(Text, RaisesAsciiLettersOnly) {
  EXPECT_EQ(to_upper("mode1/2352 @[`{"), "MODE1/2352 @[`{");
  EXPECT_EQ(to_upper("\xC3\xA4"), "\xC3\xA4");
}

TEST(Text, ComparesIgnoringCase) {
  EXPECT_TRUE(equal_ignoring_case("Disc.BIN", "dISC.bin"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("disc", "disc "));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
}

TEST(Text, GroupsThousands) {
  const std::vector<std::pair<long long, std::string>> rows = {
      {0, "0"},
      {7, "7"},
      {999, "999"},
      {1000, "1,000"},
      {12345, "12,345"},
      {123456, "123,456"},
      {1234567, "1,234,567"},
      {-1, "-1"},
      {-999, "-999"},
      {-1000, "-1,000"},
      {-123456, "-123,456"},
      {std::numeric_limits<long long>::max(), "9,223,372,036,854,775,807"},
      {std::numeric_limits<long long>::min(), "-9,223,372,036,854,775,808"},
  };
  for (const auto& [number, text] : rows) EXPECT_EQ(with_thousands(number), text);
}

TEST(Text, CountsWithAnSForAllButOne) {
  EXPECT_EQ(counted(0, "sector"), "0 sectors");
  EXPECT_EQ(counted(1, "sector"), "1 sector");
  EXPECT_EQ(counted(2, "byte"), "2 bytes");
  EXPECT_EQ(counted(-1, "sector"), "-1 sectors");
  EXPECT_EQ(counted(1234567, "sector"), "1,234,567 sectors");
}

TEST(Printable, LeavesTextAndUtf8AsTheyAre) {
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("a \"b\" \\c~"), "a \"b\" \\c~");
  const std::string utf8 = "\xC3\xA4 \xE3\x82\xBB \xF0\x9F\x92\xBF \xED\x9F\xBF \xF4\x8F\xBF\xBF";
  EXPECT_EQ(printable(utf8), utf8);
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\t\r\n\x1B[31m\x7F"), "\\x09\\x0D\\x0A\\x1B[31m\\x7F");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\xC2\\x9B31m")
      << "U+009B begins a terminal's control sequence as ESC [ does";
}

TEST(Printable, EscapesWhatIsNoUtf8) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"\x80", "\\x80"},                                  // a continuation alone
      {"\xFF\xFE", "\\xFF\\xFE"},                         // no UTF-8 has these
      {"\xE4", "\\xE4"},                                  // cut at the end
      {"\xE3\x82", "\\xE3\\x82"},                         //
      {"\xC3(", "\\xC3("},                                // no continuation
      {"\xC0\xAF", "\\xC0\\xAF"},                         // two bytes for what takes one
      {"\xE0\x80\xAF", "\\xE0\\x80\\xAF"},                // three
      {"\xF0\x80\x80\xAF", "\\xF0\\x80\\x80\\xAF"},       // four
      {"\xED\xA0\x80", "\\xED\\xA0\\x80"},                // a surrogate
      {"\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"},       // beyond U+10FFFF
      {"\xF5\x80\x80\x80", "\\xF5\\x80\\x80\\x80"},       //
      {"a\xE4z\xC3\xA4", std::string("a\\xE4z\xC3\xA4")}  // goes on behind it
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(printable(text), expected);
}

TEST(Printable, CutsWhatIsLongerThanTheLimit) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef...");
  EXPECT_EQ(printable("abcdefg", 0), "...");
  EXPECT_EQ(printable("", 0), "");
  EXPECT_EQ(printable(std::string(300, 'x')), std::string(200, 'x') + "...");
}

TEST(Printable, NeverCutsInsideACharacter) {
  EXPECT_EQ(printable("a\xC3\xA4"
                      "bcd",
                      2),
            "a\xC3\xA4...");
}

}  // namespace
}  // namespace pregap
