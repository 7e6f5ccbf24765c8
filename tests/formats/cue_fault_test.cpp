#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cue_layout.h"
#include "formats/cue.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

using namespace std::string_literals;

struct Refused {
  std::string text;
  std::string what;
  std::string hint = "";
};

void expect_refused(const Refused& refused) {
  const std::string shown = refused.text.substr(0, 300);
  try {
    parse_cue(refused.text, "d.cue");
    ADD_FAILURE() << "accepted:\n" << shown;
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), refused.what) << shown;
    EXPECT_EQ(error.hint(), refused.hint) << shown;
    EXPECT_EQ(error.code(), ErrorCode::malformed) << shown;
  }
}

std::string with(const std::string& lines) { return "FILE a BINARY\nTRACK 01 AUDIO\n" + lines; }

const std::string kModes =
    "expected one of AUDIO, CDG, MODE0/2048, MODE0/2336, MODE0/2352, MODE0/2448, MODE1/2048, "
    "MODE1/2352, "
    "MODE1/2448, MODE2/2048, MODE2/2324, MODE2/2336, MODE2/2352, MODE2/2448, CDI/2336, CDI/2352, "
    "CDI/2448";
const std::string kSync = "\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0"s;

TEST(CueFaults, WhatIsNoCueSheet) {
  const std::string binary = "d.cue: binary data, expected a cue sheet";
  const std::string raw = "the content looks like raw sectors; give the file a .bin ending";
  const std::string no_file = "d.cue: no FILE command, expected a cue sheet";
  for (const Refused& refused : std::vector<Refused>{
           {"", no_file},
           {"*", no_file},
           {"REM only remarks\n", no_file},
           {"FILE a BINARY\n", "d.cue: no TRACK command, expected at least one track"},
           {"FILE a BINARY\0"s, binary},
           {"\0"s, binary},
           {"\xFF\xFE\0\0"s, binary},
           {kSync + "\x00\x02\x00\x01"s, binary, raw},
           {kSync + std::string(5u << 20, 'x'), binary, raw},
           {std::string(4194305, ' '),
            "d.cue: 4194305 bytes, expected a cue sheet of at most 4 MiB"},
           {std::string(10'000'000, 'A'),
            "d.cue: 10000000 bytes, expected a cue sheet of at most 4 MiB"},
       }) {
    expect_refused(refused);
  }
}

TEST(CueFaults, CommandsOutOfPlace) {
  for (const Refused& refused : std::vector<Refused>{
           {"REM\nTRACK 01 AUDIO\n",
            "d.cue:2: TRACK before any FILE, expected a FILE command first"},
           {"FILE a BINARY\nINDEX 01 00:00:00\n",
            "d.cue:2: INDEX before any TRACK, expected a TRACK command first"},
           {"PREGAP 00:02:00\n",
            "d.cue:1: PREGAP before any TRACK, expected a TRACK command first"},
           {"POSTGAP 00:02:00\n",
            "d.cue:1: POSTGAP before any TRACK, expected a TRACK command first"},
           {with("INDEX 01 00:00:00\nPREGAP 00:02:00\n"),
            "d.cue:4: PREGAP after INDEX 01, expected before the track's first INDEX"},
           {with("INDEX 00 00:00:00\nPREGAP 00:02:00\n"),
            "d.cue:4: PREGAP after INDEX 00, expected before the track's first INDEX"},
           {with("PREGAP 00:02:00\nPREGAP 00:02:00\n"),
            "d.cue:4: second PREGAP of TRACK 01, expected one"},
           {with("INDEX 01 00:00:00\nPOSTGAP 00:02:00\nPOSTGAP 00:02:00\n"),
            "d.cue:5: second POSTGAP of TRACK 01, expected one"},
           {"FILE\n", "d.cue:1: FILE without a name, expected a file name"},
           {"FILE \"\" BINARY\n", "d.cue:1: FILE without a name, expected a file name"},
           {"FILE \"  \" BINARY\n", "d.cue:1: FILE without a name, expected a file name"},
           {"FILE \"\n", "d.cue:1: FILE without a name, expected a file name"},
       }) {
    expect_refused(refused);
  }
}

TEST(CueFaults, Tracks) {
  const std::string restart = "track numbers begin again only after a REM SESSION line";
  const std::string file = "FILE a BINARY\n";
  const std::string one = with("INDEX 01 00:00:00\n");
  for (const Refused& refused : std::vector<Refused>{
           {file + "TRACK\n", "d.cue:2: TRACK without a number, expected 01 to 99"},
           {file + "TRACK thhpt! AUDIO\n", "d.cue:2: track number 'thhpt!', expected 01 to 99"},
           {file + "TRACK 0 AUDIO\n", "d.cue:2: track number '0', expected 01 to 99"},
           {file + "TRACK 100 AUDIO\n", "d.cue:2: track number '100', expected 01 to 99"},
           {file + "TRACK -1 AUDIO\n", "d.cue:2: track number '-1', expected 01 to 99"},
           {file + "TRACK 99999999999999999999 AUDIO\n",
            "d.cue:2: track number '99999999999999999999', expected 01 to 99"},
           {file + "TRACK 01\n", "d.cue:2: TRACK 01 without a mode, " + kModes},
           {file + "TRACK 01 mode3_form1\n", "d.cue:2: mode 'mode3_form1', " + kModes},
           {file + "TRACK 01 MODEx/2xxx\n", "d.cue:2: mode 'MODEx/2xxx', " + kModes,
            "EAC writes this for a data track that it left out; remove the track's lines"},
           {one + "TRACK 01 AUDIO\n", "d.cue:4: TRACK 01 after TRACK 01, expected a higher number",
            restart},
           {one + "TRACK 02 AUDIO\nINDEX 01 00:02:00\nTRACK 01 AUDIO\n",
            "d.cue:6: TRACK 01 after TRACK 02, expected a higher number", restart},
           {one + "REM SESSION 01\nTRACK 01 AUDIO\n",
            "d.cue:5: TRACK 01 after TRACK 01, expected a higher number", restart},
           {one + "REM SESSION 02\nTRACK 01 AUDIO\nINDEX 01 00:02:00\nTRACK 01 AUDIO\n",
            "d.cue:7: TRACK 01 after TRACK 01, expected a higher number", restart},
           {with(""), "d.cue:2: TRACK 01 without INDEX, expected INDEX 01"},
           {with("TRACK 02 AUDIO\nINDEX 01 00:00:00\n"),
            "d.cue:2: TRACK 01 without INDEX, expected INDEX 01"},
       }) {
    expect_refused(refused);
  }
}

TEST(CueFaults, MoreThan99Tracks) {
  std::string text = "FILE a BINARY\n";
  for (int i = 0; i < 100; ++i) {
    if (i == 60) text += "REM SESSION 02\n";
    text += fmt::format("TRACK {:02} AUDIO\nINDEX 01 00:{:02}:{:02}\n", i < 60 ? i + 1 : i - 59,
                        i / 75, i % 75);
  }
  expect_refused({text, "d.cue:201: a track beyond the 99th, expected at most 99"});
}

TEST(CueFaults, Indexes) {
  for (const Refused& refused : std::vector<Refused>{
           {with("INDEX\n"), "d.cue:3: INDEX without a number, expected 00 to 99"},
           {with("INDEX thhpt!\n"), "d.cue:3: index number 'thhpt!', expected 00 to 99"},
           {with("INDEX 100 00:00:00\n"), "d.cue:3: index number '100', expected 00 to 99"},
           {with("INDEX 02 00:00:00\n"),
            "d.cue:3: INDEX 02 as the first of TRACK 01, expected INDEX 00 or 01"},
           {with("INDEX 00 00:00:00\nINDEX 02 00:01:00\n"),
            "d.cue:4: INDEX 02 after INDEX 00, expected INDEX 01"},
           {with("INDEX 01 00:00:00\nINDEX 01 00:01:00\n"),
            "d.cue:4: INDEX 01 twice in TRACK 01, expected each number once"},
           {with("INDEX 01 00:00:00\nINDEX 00 00:01:00\n"),
            "d.cue:4: INDEX 00 after INDEX 01, expected rising numbers"},
           {with("INDEX 01 00:02:00\nINDEX 02 00:01:00\n"),
            "d.cue:4: INDEX 02 at 00:01:00 lies before INDEX 01 at 00:02:00, expected rising "
            "times"},
           {with("INDEX 01 00:00:00\nINDEX 02 00:02:00\nTRACK 02 AUDIO\nINDEX 01 00:01:74\n"),
            "d.cue:6: TRACK 02 INDEX 01 at 00:01:74 lies before TRACK 01 INDEX 02 at 00:02:00, "
            "expected rising times"},
       }) {
    expect_refused(refused);
  }
}

TEST(CueFaults, Times) {
  const std::string form = ", expected mm:ss:ff";
  for (const auto& [time, expected] : std::vector<std::pair<std::string, std::string>>{
           {"00:00:75", ", expected frames up to 74"},
           {"00:00:100", ", expected frames up to 74"},
           {"00:60:00", ", expected seconds up to 59"},
           {"100:00:00", ", expected minutes up to 99"},
           {"99999999999999999999:00:00", ", expected minutes up to 99"},
           {"000:00:00", form},
           {"00:00:000", form},
           {"xx:yy:0", form},
           {"00:00.00", form},
           {"588", form},
           {"00:00", form},
           {"00:00:", form},
           {"::", form},
           {"00:00:00:00", form},
           {"+0:00:00", form},
           {"-", form},
           {"0:-:0", form},
       }) {
    expect_refused({with("INDEX 01 " + time), "d.cue:3: time '" + time + "'" + expected});
    expect_refused({with("PREGAP " + time), "d.cue:3: time '" + time + "'" + expected});
  }
  expect_refused({with("INDEX 01\n"), "d.cue:3: INDEX 01 without a time, expected mm:ss:ff"});
  expect_refused({with("INDEX 01 \"\"\n"), "d.cue:3: time '', expected mm:ss:ff"});
  expect_refused({with("PREGAP\n"), "d.cue:3: PREGAP without a time, expected mm:ss:ff"});
  expect_refused({with("POSTGAP\n"), "d.cue:3: POSTGAP without a time, expected mm:ss:ff"});
  expect_refused({with("INDEX 01 00:-2:00\n"),
                  "d.cue:3: time '00:-2:00', expected one that is not negative",
                  "PowerISO writes such a time for a pregap that is not in the file; write INDEX "
                  "01 00:00:00"});
  expect_refused(
      {with("PREGAP -00:02:00\n"), "d.cue:3: time '-00:02:00', expected one that is not negative"});
}

TEST(CueFaults, QuotesAtMost40CharactersAndNoControls) {
  const std::string text = "INDEX ";
  expect_refused({with(text + std::string(1'000'000, '9')),
                  "d.cue:3: index number '" + std::string(40, '9') + "...', expected 00 to 99"});
  expect_refused({with(text + std::string(40, '9')),
                  "d.cue:3: index number '" + std::string(40, '9') + "', expected 00 to 99"});
  expect_refused({with(text + "\x1B[2J\x7F\b\xC2\x9B"),
                  "d.cue:3: index number '\\x1B[2J\\x7F\\x08\\x9B', expected 00 to 99"});
  expect_refused({with(text + "\u202Ex\u96f2\U0001F4BF"),
                  "d.cue:3: index number '\\u{202E}x\u96f2\U0001F4BF', expected 00 to 99"});
}

TEST(CueFaults, HostileLengthsStayBounded) {
  std::string tracks = "FILE a BINARY\n";
  for (int i = 0; i < 250'000; ++i) tracks += "TRACK 01 AUDIO\n";
  expect_refused({tracks, "d.cue:2: TRACK 01 without INDEX, expected INDEX 01"});

  std::string files;
  for (int i = 0; i < 1000; ++i) files += "FILE a BINARY\n";
  expect_refused({files, "d.cue:1000: a FILE command beyond the 999th, expected at most 999"});

  const std::string sheet = with("INDEX 01 00:00:00\n");
  std::string unknown;
  while (unknown.size() < 4'000'000) unknown += "x\n";
  const CueSheet noisy = parse_cue(sheet + unknown, "d.cue");
  ASSERT_EQ(noisy.problems.size(), 101u);
  EXPECT_EQ(noisy.problems.back().message,
            "d.cue:2000003: 1999900 more such problems up to here, not listed");

  std::string flags = "FLAGS";
  while (flags.size() < 4'000'000) flags += " x";
  EXPECT_EQ(parse_cue(sheet + flags, "d.cue").problems.size(), 101u);
  EXPECT_EQ(parse_cue(sheet + "TITLE " + std::string(4'000'000, '"'), "d.cue").tracks.size(), 1u);
}

}  // namespace
}  // namespace pregap::formats
