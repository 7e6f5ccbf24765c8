// Descriptors under other file names: names change, every other byte stays.
#include "formats/rename.h"

#include <gtest/gtest.h>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::formats {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::TempFolder;

// Names that begin with "old" begin with `fresh` instead.
NewName renaming(const std::string& fresh) {
  return [fresh](const fs::path& file) -> std::optional<std::string> {
    const std::string name = file.filename().string();
    if (!name.starts_with("old")) return std::nullopt;
    return fresh + name.substr(3);
  };
}

struct Case {
  const char* title;
  const char* format;
  std::string before, after;
  std::string fresh = "new";
};

std::string utf16(const std::string& ascii, bool little_endian) {
  std::string out = little_endian ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : ascii) {
    if (little_endian) out += c;
    out += '\0';
    if (!little_endian) out += c;
  }
  return out;
}

const std::string kTrack = "  TRACK 01 AUDIO\r\n    INDEX 01 00:00:00\r\n";

std::vector<Case> cases() {
  return {
      {"quoted", "cue", "FILE \"old.bin\" BINARY\r\n" + kTrack,
       "FILE \"new.bin\" BINARY\r\n" + kTrack},
      {"without quotes", "cue", "  file  old.bin   BINARY \r\n" + kTrack,
       "  file  \"new.bin\"   BINARY \r\n" + kTrack},
      {"without type", "cue", "FILE old.bin\n" + kTrack, "FILE \"new.bin\"\n" + kTrack},
      {"with blanks and quotes", "cue", "FILE \"old (Track 1).bin\" BINARY\n" + kTrack,
       "FILE \"new (Track 1).bin\" BINARY\n" + kTrack},
      {"another machine's path", "cue", "FILE \"C:\\cd\\old.bin\" BINARY\n" + kTrack,
       "FILE \"new.bin\" BINARY\n" + kTrack},
      {"one of two, and the title stays", "cue",
       "TITLE \"old.bin\"\nFILE \"other.bin\" BINARY\n" + kTrack +
           "FILE \"old.bin\" BINARY\n  TRACK 02 AUDIO\n    INDEX 01 00:00:00",
       "TITLE \"old.bin\"\nFILE \"other.bin\" BINARY\n" + kTrack +
           "FILE \"new.bin\" BINARY\n  TRACK 02 AUDIO\n    INDEX 01 00:00:00"},
      {"code page", "cue", "TITLE \"\xC4rger\"\nFILE \"old.bin\" BINARY\n" + kTrack,
       "TITLE \"\xC4rger\"\nFILE \"new.bin\" BINARY\n" + kTrack},
      {"UTF-8 with its mark", "cue",
       "\xEF\xBB\xBF"
       "FILE \"old.bin\" BINARY\n" +
           kTrack,
       "\xEF\xBB\xBF"
       "FILE \"n\xC3\xA4u.bin\" BINARY\n" +
           kTrack,
       "n\xC3\xA4u"},
      {"UTF-16", "cue", utf16("FILE \"old.bin\" BINARY\r\n" + kTrack, true),
       utf16("FILE \"new.bin\" BINARY\r\n" + kTrack, true)},
      {"UTF-16, high byte first", "cue", utf16("FILE \"old.bin\" BINARY\r\n" + kTrack, false),
       utf16("FILE \"new.bin\" BINARY\r\n" + kTrack, false)},
      {"CD-Text", "cue", "CDTEXTFILE \"old.cdt\"\nFILE \"other.bin\" BINARY\n" + kTrack,
       "CDTEXTFILE \"new.cdt\"\nFILE \"other.bin\" BINARY\n" + kTrack},
      {"TOC", "toc", "CD_DA\n// FILE \"old.bin\"\nTRACK AUDIO\n  AUDIOFILE \"old.bin\" 0\n",
       "CD_DA\n// FILE \"old.bin\"\nTRACK AUDIO\n  AUDIOFILE \"n\\\"w.bin\" 0\n", "n\"w"},
      {"TOC, a text that is no file", "toc",
       "CD_DA\nTRACK AUDIO CD_TEXT { LANGUAGE 0 { TITLE \"old.bin\" } } FILE // x\n \"old.bin\" 0",
       "CD_DA\nTRACK AUDIO CD_TEXT { LANGUAGE 0 { TITLE \"old.bin\" } } FILE // x\n \"new.bin\" 0"},
      {"GDI", "gdi", "2\n1 0 4 2352 old.bin 0\n2 450 0 2352 \"other.bin\" 0\n",
       "2\n1 0 4 2352 new.bin 0\n2 450 0 2352 \"other.bin\" 0\n"},
      {"GDI with blanks", "gdi", "1\r\n 1  0 4 2352  \"old.bin\"  0\r\n",
       "1\r\n 1  0 4 2352  \"a b.bin\"  0\r\n", "a b"},
  };
}

Disc disc_at(const TempFolder& folder, const Case& c) {
  for (const char* name : {"old.bin", "other.bin", "old.cdt", "old (Track 1).bin"}) {
    folder.write(name, std::string(2352, 'x'));
  }
  Disc disc;
  disc.format = c.format;
  disc.path = folder / (std::string("sheet.") + c.format);
  return disc;
}

TEST(Rename, ChangesNothingButTheNames) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.title);
    const TempFolder folder;
    const Disc disc = disc_at(folder, c);
    EXPECT_EQ(renamed_descriptor(disc, c.before, {}, renaming(c.fresh)), c.after);
    const auto none = [](const fs::path&) { return std::optional<std::string>(); };
    EXPECT_EQ(renamed_descriptor(disc, c.before, {}, none), c.before);
  }
}

TEST(Rename, RefusesWhatTheSheetCantHold) {
  const TempFolder folder;
  const std::string code_page = "REM \xC4\nFILE \"old.bin\" BINARY\n" + kTrack;
  const Disc cue = disc_at(folder, {"", "cue", "", ""});
  const std::string place = "refused: " + cue.path.string();
  EXPECT_EQ(error_of([&] { renamed_descriptor(cue, code_page, {}, renaming("n\xC3\xA4u")); }),
            place +
                ":2: the file name 'n\xC3\xA4u.bin' in a sheet that is no UTF-8, expected ASCII "
                "letters | give the output a name in ASCII letters, or the image's own name in "
                "another folder");
  const Disc gdi = disc_at(folder, {"", "gdi", "", ""});
  EXPECT_EQ(
      error_of([&] { renamed_descriptor(gdi, "1\n1 0 4 2352 old.bin 0\n", {}, renaming("a\"b")); }),
      "refused: " + gdi.path.string() +
          ":2: the file name \"a\"b.bin\", expected one without quotes");
}

}  // namespace
}  // namespace pregap::formats
