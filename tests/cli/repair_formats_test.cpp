// Repair to another file, in every format and layout: what comes out is the disc as it was, and the
// descriptor differs in nothing but the names that must change.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <random>

#include "cli/repair_wounds.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr unsigned kSeed = 4711;

RunResult pregap_in(const TempFolder& folder, std::vector<std::string> arguments) {
  return run_pregap(std::move(arguments), {.folder = folder.path()});
}

void copy_sample(const TempFolder& folder, const std::string& sample) {
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(PREGAP_SAMPLES) / sample)) {
    fs::copy_file(entry.path(), folder / entry.path().filename());
  }
}

void wound(const TempFolder& folder, const std::string& name, std::size_t stride = 2352) {
  std::mt19937 random(kSeed);
  Bytes bytes = folder.read(name);
  EXPECT_GT(wound_sectors(bytes, stride, random), 5) << name << ", seed " << kSeed;
  folder.write(name, bytes);
}

struct Case {
  const char* title;
  Names make;  // arguments of convert from the sample mixed/mixed.cue; none: the sample itself
  const char* sample;
  const char* image;
  Names wounded;                                           // files
  std::vector<std::pair<const char*, const char*>> pairs;  // each file and what it becomes
};

const Case kCases[] = {
    {"one bin", {}, "mixed", "mixed.cue", {"mixed.bin"}, {{"mixed.bin", "out.bin"}}},
    {"form 1 and form 2", {}, "xa", "xa.cue", {"xa.bin"}, {{"xa.bin", "out.bin"}}},
    {"a bin a track",
     {},
     "mixed-tracks",
     "mixed.cue",
     {"mixed (Track 1).bin"},
     {{"mixed (Track 1).bin", "out (Track 1).bin"},
      {"mixed (Track 2).bin", "out (Track 2).bin"},
      {"mixed (Track 3).bin", "out (Track 3).bin"}}},
    {"CloneCD with sub-channel",
     {"m.ccd", "--make-subchannel"},
     "mixed",
     "m.ccd",
     {"m.img"},
     {{"m.ccd", "out.ccd"}, {"m.img", "out.img"}, {"m.sub", "out.sub"}}},
    {"TOC", {"m.toc"}, "mixed", "m.toc", {"m.bin"}, {{"m.bin", "out.bin"}}},
    {"raw without a sheet", {"m.bin"}, "mixed", "m.bin", {"m.bin"}, {{"m.bin", "out.bin"}}},
};

TEST(RepairFormats, EveryLayoutOfFilesStaysAsItIs) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.title);
    const TempFolder folder;
    copy_sample(folder, c.sample);
    if (!c.make.empty()) {
      Names arguments = {"convert", "mixed.cue"};
      arguments.insert(arguments.end(), c.make.begin(), c.make.end());
      ASSERT_EQ(pregap_in(folder, arguments).status, 0);
    }
    std::map<std::string, Bytes> sound;
    for (const auto& [from, to] : c.pairs) sound[from] = folder.read(from);
    for (const std::string& name : c.wounded) wound(folder, name);
    Names expected = folder.list();

    const std::string out = "out" + fs::path(c.image).extension().string();
    const RunResult r = pregap_in(folder, {"repair", c.image, out});
    ASSERT_EQ(r.status, 0) << r.out << r.err;
    for (const auto& [from, to] : c.pairs) EXPECT_EQ(folder.read(to), sound[from]) << to;
    for (const auto& [from, to] : c.pairs) {
      if (out != to) expected.push_back(to);
    }
    expected.push_back(out);
    std::ranges::sort(expected);
    EXPECT_EQ(folder.list(), expected);
    EXPECT_EQ(pregap_in(folder, {"verify", out}).status, 0);
  }
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(RepairFormats, DescriptorsDifferInNamesAlone) {
  for (const char* image : {"m.cue", "m.toc", "m.gdi"}) {
    SCOPED_TRACE(image);
    const TempFolder folder;
    copy_sample(folder, "mixed");
    const bool gdi = std::string(image) == "m.gdi";
    if (gdi) {
      folder.write("m.gdi",
                   std::string("2\r\n1 0 4 2352 m01.bin 0\r\n  2 600 0  2352 \"a b.raw\" 0"));
      const Bytes bytes = folder.read("mixed.bin");
      folder.write("m01.bin", std::span(bytes).first(342 * 2352));
      folder.write("a b.raw", std::span(bytes).last(100 * 2352));
      wound(folder, "m01.bin");
    } else {
      ASSERT_EQ(pregap_in(folder, {"convert", "mixed.cue", image}).status, 0);
      wound(folder, "m.bin");
    }
    const std::string out = "other" + fs::path(image).extension().string();
    const RunResult r = pregap_in(folder, {"repair", image, out});
    ASSERT_EQ(r.status, 0) << r.out << r.err;
    const std::string text = folder.read_text(image);
    const std::string expected =
        gdi ? replaced(replaced(text, "m01.bin", "\"other - m01.bin\""), "a b", "other - a b")
            : replaced(text, "m.bin", "other.bin");
    EXPECT_EQ(folder.read_text(out), expected);
  }
}

TEST(RepairFormats, InAnotherFolderUnderTheSameNameNothingOfTheSheetChanges) {
  const TempFolder folder;
  copy_sample(folder, "mixed");
  fs::rename(folder / "mixed.bin", folder / "data.bin");
  folder.write("mixed.cue",
               "\xEF\xBB\xBF" + replaced(folder.read_text("mixed.cue"), "mixed.bin", "DATA.BIN"));
  const Bytes sound = folder.read("data.bin");
  wound(folder, "data.bin");
  fs::create_directory(folder / "new");
  const RunResult r = pregap_in(folder, {"repair", "mixed.cue", "new/mixed.cue"});
  ASSERT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(folder.read_text("new/mixed.cue"), folder.read_text("mixed.cue"));
  EXPECT_EQ(folder.read("new/data.bin"), sound);
}

TEST(RepairFormats, SidecarsComeAlong) {
  const TempFolder folder;
  copy_sample(folder, "mixed");
  const std::string sbi("SBI\0\x00\x02\x05\x01\x41\x01\x01\x00\x00\x05\x00\x00\x02\x85", 18);
  folder.write("mixed.sbi", sbi);
  folder.write("mixed.cdt", std::string("packs"));
  wound(folder, "mixed.bin");
  ASSERT_EQ(pregap_in(folder, {"repair", "mixed.cue", "out.cue"}).status, 0);
  EXPECT_EQ(folder.read_text("out.sbi"), sbi);
  EXPECT_EQ(folder.read_text("out.cdt"), "packs");
}

struct StorageCase {
  const char* title;
  Storage storage;
  SectorKind kind;
  const char* mode;
  bool scrambled = false;
};

TEST(RepairFormats, SectorsStayStoredAsTheyAre) {
  constexpr StorageCase cases[] = {
      {"sub-channel behind each sector", Storage::raw2448, SectorKind::mode1, "MODE1/2448"},
      {"16 bytes behind each sector", Storage::raw2368, SectorKind::mode1, ""},  // in no cue sheet
      {"without header", Storage::xa2336, SectorKind::mode2_form1, "MODE2/2336"},
      {"scrambled", Storage::raw2352, SectorKind::mode1, "MODE1/2352", true},
      {"form 1 scrambled", Storage::raw2352, SectorKind::mode2_form1, "MODE2/2352", true},
  };
  for (const StorageCase& c : cases) {
    SCOPED_TRACE(std::string(c.title) + ", seed " + std::to_string(kSeed));
    std::mt19937 random(kSeed);
    Sectors sectors = sound_sectors(c.kind, 60);
    Sectors wounded = sectors;
    for (std::size_t i = 5; i < 55; i += 3) {
      if (c.storage == Storage::xa2336) {
        wounded[i][16 + random() % 2336] ^= 0x40;
      } else {
        test::wound(wounded[i], random, 8);
      }
    }
    const auto stored = [&](Sectors from) {
      if (c.scrambled) std::ranges::transform(from, from.begin(), test::scrambled);
      return stored_as(from, c.storage);
    };
    const TempFolder folder;
    const std::string ending = *c.mode == '\0' ? ".bin" : ".cue";
    if (ending == ".cue") folder.write("a.cue", sheet("a.bin", c.mode));
    folder.write("a.bin", stored(wounded));
    const RunResult r = pregap_in(folder, {"repair", "a" + ending, "b" + ending});
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    EXPECT_EQ(folder.read("b.bin"), stored(sectors));
  }
}

TEST(RepairFormats, RefusalsLeaveNothing) {
  const TempFolder folder;
  copy_sample(folder, "mixed");
  wound(folder, "mixed.bin");
  folder.write("there.cue", std::string("mine"));
  const Names before = folder.list();
  const struct {
    Names arguments;
    const char* error;
  } cases[] = {
      {{"mixed.cue", "out.toc"},
       "pregap: out.toc: the ending of another format, expected .cue like the image's\n"
       "hint: convert writes other formats\n"},
      {{"mixed.cue", "mixed.cue"},
       "pregap: mixed.bin: a file of the image itself, expected another file to write to\n"
       "hint: --in-place mends the image where it lies\n"},
      {{"mixed.cue", "there.cue"},
       "pregap: there.cue: exists already, expected a new name\nhint: --force replaces it\n"},
      {{"mixed.cue"},
       "pregap: command line: no output, expected IMAGE OUT\n"
       "hint: --in-place mends the image itself\n"},
      {{"mixed.cue", "a\"b.cue"},
       "pregap: mixed.cue:5: the file name 'a\"b.bin', expected one without quotes\n"},
      {{"mixed.cue", "none/out.cue"},
       "pregap: none: No such file or directory, expected a folder for the output\n"},
      {{"--in-place", "mixed.cue", "out.cue"},
       "pregap: command line: --in-place and an output, expected one of them\n"},
      {{"--only", "9-1", "mixed.cue", "out.cue"},
       "pregap: command line: --only 9-1, expected an LBA or a range of them, such as 10-20 or "
       "-150--1\n"},
      {{"--regenerate", "crc", "mixed.cue", "out.cue"},
       "pregap: command line: --regenerate crc, expected edc, ecc, form2-edc, or several with "
       "commas\n"},
      {{"--undo", "mixed.cue"},
       "pregap: mixed.cue.pregap-undo: no such file, expected the journal of a repair in place\n"},
  };
  for (const auto& c : cases) {
    Names arguments = {"repair"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const RunResult r = pregap_in(folder, arguments);
    EXPECT_EQ(r.status, 2) << c.error;
    EXPECT_EQ(r.err, c.error);
    EXPECT_EQ(folder.list(), before);
  }
}

}  // namespace
}  // namespace pregap::test
