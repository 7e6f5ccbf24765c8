// Sheets that can't be followed: each gives its one-line error, exit 2, and leaves nothing behind.
#include <gtest/gtest.h>

#include <random>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

const std::string kFile = "FILE \"disc.bin\" BINARY\n";
const std::string kTrack = kFile + "  TRACK 01 MODE1/2352\n";
const std::string kDisc = kTrack + "    INDEX 01 00:00:00\n";

void write_disc(const TempFolder& folder) {
  folder.write("disc.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
}

// Every command that opens an image must say the same.
void expect_error(const TempFolder& folder, const std::string& error) {
  const std::vector<std::string> before = folder.list();
  for (const std::vector<std::string>& command : {std::vector<std::string>{"verify", "disc.cue"},
                                                  {"info", "disc.cue"},
                                                  {"convert", "disc.cue", "out.iso"},
                                                  {"sector", "disc.cue", "0"}}) {
    const RunResult r = run_pregap(command, {.folder = folder.path()});
    EXPECT_EQ(r.status, 2) << command.front();
    EXPECT_EQ(r.err, error) << command.front();
    EXPECT_EQ(r.out, "") << command.front();
  }
  EXPECT_EQ(folder.list(), before);
}

struct SheetCase {
  const char* name;
  std::string text;
  const char* error;
};

TEST(BadSheet, IsOneErrorAtItsLine) {
  const std::vector<SheetCase> cases = {
      {"empty", "", "disc.cue: no FILE command, expected a cue sheet\n"},
      {"white space", " \r\n\t\r\n", "disc.cue: no FILE command, expected a cue sheet\n"},
      {"no track", kFile, "disc.cue: no TRACK command, expected at least one track\n"},
      {"no index", kTrack, "disc.cue:2: TRACK 01 without INDEX, expected INDEX 01\n"},
      {"time beyond any", kTrack + "    INDEX 01 99:99:99\n",
       "disc.cue:3: time '99:99:99', expected seconds up to 59\n"},
      {"frames beyond any", kTrack + "    INDEX 01 00:00:75\n",
       "disc.cue:3: time '00:00:75', expected frames up to 74\n"},
      {"overlong minutes", kTrack + "    INDEX 01 99999999999999999999:00:00\n",
       "disc.cue:3: time '99999999999999999999:00:00', expected minutes up to 99\n"},
      {"overlong frames", kTrack + "    INDEX 01 00:00:18446744073709551616\n",
       "disc.cue:3: time '00:00:18446744073709551616', expected frames up to 74\n"},
      {"overlong track number", kFile + "  TRACK 4294967297 AUDIO\n",
       "disc.cue:2: track number '4294967297', expected 01 to 99\n"},
      {"overlong index number", kTrack + "    INDEX 18446744073709551617 00:00:00\n",
       "disc.cue:3: index number '18446744073709551617', expected 00 to 99\n"},
      {"index out of order", kTrack + "    INDEX 01 00:00:10\n    INDEX 02 00:00:05\n",
       "disc.cue:4: INDEX 02 at 00:00:05 lies before INDEX 01 at 00:00:10, expected rising "
       "times\n"},
      {"index numbers out of order", kTrack + "    INDEX 01 00:00:00\n    INDEX 00 00:00:05\n",
       "disc.cue:4: INDEX 00 after INDEX 01, expected rising numbers\n"},
      {"track out of order",
       kTrack + "    INDEX 01 00:00:10\n  TRACK 02 AUDIO\n    INDEX 01 00:00:05\n",
       "disc.cue:5: TRACK 02 INDEX 01 at 00:00:05 lies before TRACK 01 INDEX 01 at 00:00:10, "
       "expected rising times\n"},
      {"data in an MP3", "FILE \"disc.bin\" MP3\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n",
       "disc.cue:2: track 1 is MODE1/2352 in a MP3 file, expected data in a BINARY file\n"},
      {"an MP3", "FILE \"disc.bin\" MP3\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n",
       "disc.bin: Format not recognised, expected a sound file\n"},
  };
  const TempFolder folder;
  write_disc(folder);
  for (const SheetCase& c : cases) {
    SCOPED_TRACE(c.name);
    folder.write("disc.cue", c.text);
    expect_error(folder, "pregap: " + std::string(c.error));
  }
}

TEST(BadSheet, ABinaryIsNoSheet) {
  const TempFolder folder;
  const std::string binary = "pregap: disc.cue: binary data, expected a cue sheet\n";
  folder.write("disc.cue", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  expect_error(folder, binary +
                           "hint: the content looks like raw sectors; give the file a .bin "
                           "ending\n");
  std::mt19937 random(1);
  Bytes noise(5000);
  std::ranges::generate(noise, [&] { return static_cast<std::uint8_t>(random()); });
  folder.write("disc.cue", noise);
  expect_error(folder, binary);
}

TEST(BadSheet, OneBeyondAnySizeIsNotRead) {
  const TempFolder folder;
  folder.write("disc.cue", std::string("x"));
  fs::resize_file(folder / "disc.cue", std::uintmax_t{1} << 36);
  expect_error(folder,
               "pregap: disc.cue: 68719476736 bytes, expected a cue sheet of at most 4 MiB\n");
}

struct NameCase {
  const char* name;
  const char* error;
};

TEST(BadSheet, NamesFilesOnlyInsideItsFolder) {
  constexpr NameCase cases[] = {
      {"../../etc/passwd",
       "\"../../etc/passwd\" leads out of the sheet's folder, expected a file in it\n"
       "hint: --allow-outside permits it\n"},
      {"a/../../x.bin",
       "\"a/../../x.bin\" leads out of the sheet's folder, expected a file in it\n"
       "hint: --allow-outside permits it\n"},
      {"..\\..\\x.bin",
       "\"..\\..\\x.bin\" leads out of the sheet's folder, expected a file in it\n"
       "hint: --allow-outside permits it\n"},
      {"/etc/passwd", "no file \"/etc/passwd\" in ., expected the image that the sheet names\n"},
      {"C:\\..\\..\\x",
       "no file \"C:\\..\\..\\x\" in ., expected the image that the sheet names\n"},
      {"nowhere.bin", "no file \"nowhere.bin\" in ., expected the image that the sheet names\n"},
  };
  const TempFolder folder;
  write_disc(folder);
  for (const NameCase& c : cases) {
    SCOPED_TRACE(c.name);
    folder.write("disc.cue", sheet(c.name, "MODE1/2352"));
    expect_error(folder, "pregap: disc.cue:1: " + std::string(c.error));
  }
}

TEST(BadSheet, AForeignPathFallsBackToItsLastPart) {
  const TempFolder folder;
  write_disc(folder);
  for (const char* name : {"/etc/disc.bin", "C:\\rips\\DISC.BIN", "\\\\server\\share\\disc.bin"}) {
    SCOPED_TRACE(name);
    folder.write("disc.cue", sheet(name, "MODE1/2352"));
    const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(r.out, "good        disc.cue: 20 mode 1 sectors\n");
  }
}

TEST(BadSheet, AllowOutsidePermitsWhatLeadsOutside) {
  const TempFolder folder;
  write_disc(folder);
  folder.write("inner/disc.cue", sheet("../disc.bin", "MODE1/2352"));
  const RunOptions here{.folder = folder.path()};
  EXPECT_EQ(run_pregap({"verify", "inner/disc.cue"}, here).status, 2);
  EXPECT_EQ(run_pregap({"verify", "--allow-outside", "inner/disc.cue"}, here).status, 0);
}

TEST(BadSheet, ALinkThatLeadsOutOfItsFolderIsRefused) {
  const TempFolder folder;
  write_disc(folder);
  folder.write("inner/disc.cue", sheet("link.bin", "MODE1/2352"));
  fs::create_symlink("../disc.bin", folder / "inner/link.bin");
  const RunOptions here = {.folder = folder.path()};
  const RunResult r = run_pregap({"verify", "inner/disc.cue"}, here);
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: inner/disc.cue:1: \"link.bin\" leads out of the sheet's folder, expected a "
            "file in it\nhint: --allow-outside permits it\n");
  EXPECT_EQ(run_pregap({"verify", "--allow-outside", "inner/disc.cue"}, here).status, 0);
}

TEST(BadSheet, AFolderInAFilesPlaceGetsNoHintAboutSearchingIt) {
  const TempFolder folder;
  fs::create_directory(folder / "disc.bin");
  folder.write("disc.cue", kDisc);
  const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: disc.bin: a folder, expected an image file\n");
}

TEST(BadSheet, AnIndexPastTheFilesEndIsAReportAndNoError) {
  const TempFolder folder;
  write_disc(folder);
  folder.write("disc.cue", kDisc + "  TRACK 02 AUDIO\n    INDEX 01 00:01:00\n");
  const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.err, "");
  const std::string head =
      "damaged     disc.cue: 20 mode 1 sectors\n"
      "  fault: disc.bin: the file ends after 47040 bytes, track 1 is short of 55 sectors\n";
  EXPECT_TRUE(r.out.starts_with(head)) << r.out;
  EXPECT_NE(r.out.find("track 2", head.size()), std::string::npos)
      << "nothing of track 2 is there, and the report doesn't say so:\n"
      << r.out;
  const RunResult converted =
      run_pregap({"convert", "disc.cue", "out.iso"}, {.folder = folder.path()});
  EXPECT_EQ(converted.status, 1);
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));
}

TEST(BadSheet, AnIndexPastTheEndOfTheOnlyTrackIsAReportToo) {
  const TempFolder folder;
  write_disc(folder);
  folder.write("disc.cue", kTrack + "    INDEX 01 00:01:00\n");
  const RunResult r = run_pregap({"verify", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out,
            "damaged     disc.cue: 20 mode 1 sectors\n"
            "  fault: disc.bin: the file ends after 47040 bytes, track 1 is short of at least 55 "
            "sectors\n");
}

}  // namespace
}  // namespace pregap::test
