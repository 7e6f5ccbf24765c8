// TOCs that end in an error, with the whole of its text, and those that were made to do harm.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "formats/toc.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

using namespace std::string_literals;

struct Refused {
  std::string text;
  std::string what;
  std::string hint = "";
  ErrorCode code = ErrorCode::malformed;
};

void expect_refused(const Refused& refused) {
  const std::string shown = refused.text.substr(0, 300);
  try {
    parse_toc(refused.text, "d.toc");
    ADD_FAILURE() << "accepted:\n" << shown;
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), refused.what) << shown;
    EXPECT_EQ(error.hint(), refused.hint) << shown;
    EXPECT_EQ(error.code(), refused.code) << shown;
  }
}

void expect_all_refused(const std::vector<Refused>& table) {
  for (const Refused& refused : table) expect_refused(refused);
}

const std::string kHeader =
    "expected CD_DA, CD_ROM, CD_ROM_XA, CD_I, CATALOG, FIRST_TRACK_NO, CD_TEXT or TRACK";
const std::string kModes =
    "expected AUDIO, MODE0, MODE1, MODE1_RAW, MODE2, MODE2_RAW, MODE2_FORM1, MODE2_FORM2 or "
    "MODE2_FORM_MIX";
const std::string kOther =
    "a TOC is a text; if this is another kind of image, give it its own ending";

std::string track(const std::string& rest) { return "TRACK AUDIO\n" + rest; }

TEST(TocFaults, WhatIsNoToc) {
  expect_all_refused({
      {"", "d.toc: no TRACK, expected at least one"},
      {"// only a comment", "d.toc: no TRACK, expected at least one"},
      {"CD_DA", "d.toc: no TRACK, expected at least one"},
      {"FILE \"a\" BINARY", "d.toc:1:1: 'FILE', " + kHeader, kOther},
      {"CD_DA\n  TITLE \"x\"", "d.toc:2:3: 'TITLE', " + kHeader},
      {"\"CD_DA\"", "d.toc:1:1: \"CD_DA\", " + kHeader, kOther},
      {"CD_DA\0"s, "d.toc: binary data, expected a TOC"},
      {std::string(4194305, ' '), "d.toc: 4194305 bytes, expected a TOC of at most 4 MiB"},
      {std::string(10'000'000, 'A'), "d.toc: 10000000 bytes, expected a TOC of at most 4 MiB"},
      {std::string(4'000'000, 'A'), "d.toc:1:1: '" + std::string(40, 'A') + "...', " + kHeader,
       kOther},
  });
}

// 0012h bytes behind the length, first and last track, two entries of 8.
TEST(TocFaults, RepliesOfDrivesUnderTheSameEnding) {
  const std::string two_tracks("\0\x12\x01\x01\0\x10\x01\0\0\0\0\0\0\x10\xAA\0\0\0\x05\x93", 20);
  const std::string hint = "it lists a disc's tracks and names no file; open the image's own sheet";
  expect_refused({two_tracks,
                  "d.toc: a drive's reply to READ TOC, expected the text of a cdrdao TOC", hint,
                  ErrorCode::unsupported});
  expect_refused({two_tracks + '\0', "d.toc: binary data, expected a TOC"});
}

TEST(TocFaults, Words) {
  expect_all_refused({
      {track("SILENCE 1 ?"), "d.toc:2:11: character '?', expected a statement of a TOC"},
      {track("SILENCE -1"), "d.toc:2:9: character '-', expected a statement of a TOC"},
      {track("SILENCE 1 \xC3\xA9t\xC3\xA9"),
       "d.toc:2:11: character '\xC3\xA9', expected a statement of a TOC"},
      {track("\x01"), "d.toc:2:1: character '\\x01', expected a statement of a TOC"},
      {track("\xFF"), "d.toc:2:1: character '\\xFF', expected a statement of a TOC"},
      {track("FILE \"a"),
       "d.toc:2:6: a string that doesn't end on its line, expected a quote at "
       "its end"},
      {track("FILE \"a\\\"\n\" 0"),
       "d.toc:2:6: a string that doesn't end on its line, expected a "
       "quote at its end"},
      {track("FILE \"\\"),
       "d.toc:2:6: a string that doesn't end on its line, expected a quote at "
       "its end"},
      {track("FILE \"ab\\189\" 0"), "d.toc:2:9: escape \\189, expected \\001 to \\377"},
      {track("FILE \"\\400\" 0"), "d.toc:2:7: escape \\400, expected \\001 to \\377"},
      {track("FILE \"\\000\" 0"), "d.toc:2:7: escape \\000, expected \\001 to \\377"},
      {track("BANANA 1"), "d.toc:2:1: 'BANANA', expected a statement of a track"},
      {track("1"), "d.toc:2:1: '1', expected a statement of a track"},
      {track("SILENCE 1 }"), "d.toc:2:11: '}', expected a statement of a track"},
      {track("SILENCE 1\nCATALOG \"1\""), "d.toc:3:1: 'CATALOG', expected a statement of a track"},
  });
}

TEST(TocFaults, TracksAndTheirPieces) {
  std::string hundred = "CD_DA";
  for (int i = 0; i < 100; ++i) hundred += "\nTRACK AUDIO SILENCE 1";
  std::string indexes;
  for (int i = 0; i < 99; ++i) indexes += "INDEX 0:0:1 ";
  expect_all_refused({
      {"TRACK", "d.toc:1:6: track mode the end of the file, " + kModes},
      {"TRACK 01 AUDIO", "d.toc:1:7: track mode '01', " + kModes},
      {"TRACK MODE1_FORM45 ZERO 1", "d.toc:1:7: track mode 'MODE1_FORM45', " + kModes},
      {track("COPY\nTRACK AUDIO SILENCE 1"),
       "d.toc:3:1: TRACK, expected the data of the one that begins in line 1"},
      {hundred, "d.toc:101:1: a track beyond the 99th, expected at most 99"},
      {"FIRST_TRACK_NO 99 TRACK AUDIO SILENCE 1 TRACK AUDIO SILENCE 1",
       "d.toc:1:41: a track beyond the 99th, expected at most 99"},
      {"FIRST_TRACK_NO 0", "d.toc:1:16: first track 0, expected 1 to 99"},
      {"FIRST_TRACK_NO 100", "d.toc:1:16: first track 100, expected 1 to 99"},
      {"FIRST_TRACK_NO \"1\"", "d.toc:1:16: \"1\", expected a track number, 1 to 99"},
      {track("NO FILE"), "d.toc:2:4: NO 'FILE', expected NO COPY or NO PRE_EMPHASIS"},
      {track("FILE 0"), "d.toc:2:6: '0', expected a file name in quotes"},
      {track("FILE \"\" 0"), "d.toc:2:6: an empty name, expected a file's"},
      {track("FILE \"-\" 0"), "d.toc:2:6: \"-\" for standard input, expected a file's name"},
      {track("FILE \"a\""), "d.toc:2:9: the end of the file, expected MM:SS:FF or a number"},
      {track("FILE \"a\" # 0:0:0"), "d.toc:2:13: ':', expected MM:SS:FF or a number"},
      {track("DATAFILE \"a\" #x"), "d.toc:2:15: 'X', expected an offset in bytes"},
      {track("FIFO \"a\" 100"), "d.toc:2:1: FIFO, a pipe, expected FILE or DATAFILE", "",
       ErrorCode::unsupported},
      {"TRACK MODE1 SILENCE 588",
       "d.toc:1:21: samples of SILENCE in a data track, expected MM:SS:FF"},
      {"TRACK MODE1 FILE \"a\" 588", "d.toc:1:22: samples in a track of MODE1, expected MM:SS:FF"},
      {track("SILENCE 1 PREGAP 0:2:0"),
       "d.toc:2:11: PREGAP behind the track's data, expected before it",
       "START MM:SS:FF says how much of the data is the pregap"},
      {track("PREGAP 0:2:0 PREGAP 0:2:0"),
       "d.toc:2:14: PREGAP after the track's START or PREGAP, expected one of them"},
      {track("PREGAP 0:2:0 SILENCE 1 START"),
       "d.toc:2:24: START after the track's START or PREGAP, expected one of them"},
      {track("START 0:0:0 PREGAP 0:2:0"),
       "d.toc:2:13: PREGAP after the track's START or PREGAP, expected one of them"},
      {track("SILENCE 1 END END"), "d.toc:2:15: second END of the track, expected one"},
      {track("SILENCE 1 INDEX 0:2:0 INDEX 0:1:74"),
       "d.toc:2:29: INDEX before the one before it, expected rising times"},
      {track("SILENCE 1 " + indexes), "d.toc:2:" + std::to_string(11 + 98 * 12) +
                                          ": an index beyond the 99th, expected at most 99"},
  });
}

TEST(TocFaults, Times) {
  expect_all_refused({
      {track("PREGAP 150"), "d.toc:2:8: '150', expected MM:SS:FF"},
      {track("INDEX x"), "d.toc:2:7: 'X', expected MM:SS:FF or a number"},
      {track("SILENCE 1:2"), "d.toc:2:12: the end of the file, expected ':'"},
      {track("SILENCE 1:x:2"), "d.toc:2:11: 'X', expected MM:SS:FF"},
      {track("SILENCE 0:60:0"), "d.toc:2:9: time 0:60:0, expected seconds up to 59"},
      {track("SILENCE 0:0:75"), "d.toc:2:9: time 0:0:75, expected frames up to 74"},
      {track("SILENCE 100000:0:0"), "d.toc:2:9: time 100000:0:0, expected minutes up to 99999"},
      {track("SILENCE 99999999999999999999999999:0:0"),
       "d.toc:2:9: time 1000000000000:0:0, expected minutes up to 99999"},
  });
}

TEST(TocFaults, CdText) {
  const auto text = [](const std::string& inside) { return "CD_TEXT {" + inside + "\nTRACK"; };
  expect_all_refused({
      {"CD_TEXT TRACK", "d.toc:1:9: 'TRACK', expected '{'"},
      {text(""), "d.toc:2:1: 'TRACK', expected LANGUAGE_MAP, LANGUAGE or '}'"},
      {text("LANGUAGE_MAP { 8 : 9 }"), "d.toc:1:25: language number 8, expected 0 to 7"},
      {text("LANGUAGE_MAP { 0 9 }"), "d.toc:1:27: '9', expected ':'"},
      {text("LANGUAGE_MAP { 0 : DE }"),
       "d.toc:1:29: 'DE', expected a language code, 0 to 255, or EN"},
      {text("LANGUAGE_MAP { 0 : 256 }"), "d.toc:1:29: language code 256, expected 0 to 255"},
      {text("LANGUAGE_MAP { 0 : 9"),
       "d.toc:2:1: 'TRACK', expected a language number, 0 to 7, or '}'"},
      {text("LANGUAGE 8 {"), "d.toc:1:19: language number 8, expected 0 to 7"},
      {text("LANGUAGE 0 TITLE"), "d.toc:1:21: 'TITLE', expected '{'"},
      {text("LANGUAGE 0 { TITEL"),
       "d.toc:1:23: 'TITEL', expected an item of CD-Text (TITLE, PERFORMER, ...) or '}'"},
      {text("LANGUAGE 0 { TITLE 1"),
       "d.toc:1:29: '1', expected a text in quotes or bytes in braces"},
      {text("LANGUAGE 0 { GENRE { 0 1 }"), "d.toc:1:33: '1', expected ','"},
      {text("LANGUAGE 0 { GENRE { 0, 256 }"), "d.toc:1:34: byte 256, expected 0 to 255"},
      {text("LANGUAGE 0 { GENRE { 0, }"), "d.toc:1:34: '}', expected a byte, 0 to 255, or '}'"},
  });
}

// What a file asks for in numbers of its own never takes memory or time along.
TEST(TocFaults, ThatWereMadeToDoHarm) {
  std::string tracks;
  for (int i = 0; i < 300'000; ++i) tracks += "TRACK AUDIO\n";
  expect_refused({tracks, "d.toc:2:1: TRACK, expected the data of the one that begins in line 1"});
  std::string pieces = "TRACK AUDIO\n";
  for (int i = 0; i < 300'000; ++i) pieces += "SILENCE 1\n";
  expect_refused({pieces, "d.toc:10001:1: more than 9999 pieces of data, expected at most those"});
  expect_refused({"CD_TEXT" + std::string(1'000'000, '{'),
                  "d.toc:1:9: '{', expected LANGUAGE_MAP, LANGUAGE or '}'"});
  std::string bytes = "CD_TEXT { LANGUAGE 0 { GENRE { 1";
  for (int i = 0; i < 1'000'000; ++i) bytes += ",1";
  expect_refused({bytes, "d.toc:1:30: more than 3072 bytes in braces, expected at most those"});
  expect_refused(
      {"TRACK AUDIO FILE \"" + std::string(3'000'000, '\\'),
       "d.toc:1:18: a string that doesn't end on its line, expected a quote at its end"});
  const TocSheet sheet = parse_toc("TRACK AUDIO SILENCE 999999999999999999999999999 FILE \"" +
                                       std::string(3'000'000, 'x') +
                                       "\" #99999999999999999999 99999:59:74 99999999999999999999",
                                   "d.toc");
  EXPECT_EQ(sheet.tracks.at(0).pieces.at(0).length->number, 1'000'000'000'000);
  EXPECT_EQ(sheet.tracks.at(0).pieces.at(1).offset, 1'000'000'000'000u);
  EXPECT_EQ(sheet.tracks.at(0).pieces.at(1).start.number, 449'999'999);
}

}  // namespace
}  // namespace pregap::formats
