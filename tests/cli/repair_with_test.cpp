// Other dumps beside the image: what comes back, what is said of it, and what stays in doubt.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <set>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kData = 200, kAudio = 120;
constexpr const char* kSheet =
    "FILE \"disc.bin\" BINARY\n"
    "  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n"
    "  TRACK 02 AUDIO\n    INDEX 01 00:02:50\n";

Sectors original() {
  Sectors all = sound_sectors(SectorKind::mode1, kData);
  append(all, sound_sectors(SectorKind::audio, kAudio, kData));
  return all;
}

// Every sector of the range is lost at these odds; those that are go to `lost`.
Sectors destroyed(Sectors sectors, int first, int last, double odds, std::mt19937& random,
                  std::set<int>& lost) {
  for (int lba = first; lba <= last; ++lba) {
    if (std::uniform_real_distribution<>()(random) >= odds) continue;
    lost.insert(lba);
    for (std::uint8_t& byte : sectors[static_cast<std::size_t>(lba)]) {
      byte = static_cast<std::uint8_t>(random());
    }
  }
  return sectors;
}

Bytes shifted(Bytes bytes, int samples) {
  const std::size_t size = bytes.size();
  bytes.insert(bytes.begin(), static_cast<std::size_t>(samples) * 4, 0);
  bytes.resize(size);
  return bytes;
}

class RepairWith : public testing::Test {
 protected:
  void SetUp() override {
    write("a/disc.cue", std::string(kSheet));
    write("b/disc.cue", std::string(kSheet));
    write("c/disc.cue", std::string(kSheet));
  }

  void write(const fs::path& name, const Bytes& bytes) {
    fs::create_directories((folder_ / name).parent_path());
    folder_.write(name, bytes);
  }
  void write(const fs::path& name, const std::string& text) {
    write(name, Bytes(text.begin(), text.end()));
  }
  RunResult pregap(const std::vector<std::string>& arguments) {
    return run_pregap(arguments, {.folder = folder_.path()});
  }
  Bytes read(const fs::path& name) { return folder_.read(name); }
  bool exists(const fs::path& name) { return fs::exists(folder_.path() / name); }

  // Which sectors of a file are not the original's.
  std::set<int> different(const fs::path& name) {
    const Bytes bytes = read(name), expected = bytes_of(original());
    std::set<int> sectors;
    if (bytes.size() != expected.size()) sectors.insert(-1);
    for (std::size_t i = 0; i < std::min(bytes.size(), expected.size()); ++i) {
      if (bytes[i] != expected[i]) sectors.insert(static_cast<int>(i / 2352));
    }
    return sectors;
  }

  TempFolder folder_;
};

// Two dumps with a twentieth of their sectors destroyed, whatever the second one's form.
TEST_F(RepairWith, ASecondDumpOfAnyFormGivesAllBackThatOneOfThemHas) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    std::mt19937 random(seed);
    std::set<int> lost_a, lost_b, both;
    write("a/disc.bin", bytes_of(destroyed(original(), 0, kData - 1, 0.15, random, lost_a)));
    write("b/disc.bin", bytes_of(destroyed(original(), 0, kData - 1, 0.15, random, lost_b)));
    write("c/disc.bin", shifted(read("b/disc.bin"), 667));
    std::ranges::set_intersection(lost_a, lost_b, std::inserter(both, both.end()));
    ASSERT_EQ(pregap({"convert", "b/disc.cue", "disc.ccd", "--force"}).status, 1);
    ASSERT_EQ(pregap({"convert", "b/disc.cue", "t.cue", "--split", "tracks", "--force"}).status, 1);
    for (const char* other : {"b/disc.cue", "c/disc.cue", "disc.ccd", "t.cue", "b/disc.bin"}) {
      const RunResult r =
          pregap({"repair", "a/disc.cue", "out.cue", "--with", other, "--json", "--force"});
      ASSERT_EQ(r.status, both.empty() ? 0 : 1) << other << " seed " << seed << '\n' << r.err;
      EXPECT_EQ(different("out.bin"), both) << other << " seed " << seed;
      const json report = json_lines(r.out).at(0);
      std::set<int> named;
      for (const json& range : report.at("ranges")) {
        const int lba = range.at("lba");
        for (int i = 0; i < range.at("count"); ++i) {
          if (range.at("deed") == "lost") named.insert(lba + i);
        }
      }
      EXPECT_EQ(named, both) << other;
      EXPECT_EQ(report.at("sectors").at("changed"), lost_a.size() - both.size());
    }
  }
}

// But for the last sector, which the shifted dump does not have whole.
TEST_F(RepairWith, ThreeNoisyDumpsOfAudioGiveTheOriginal) {
  std::mt19937 random(4);
  std::set<std::size_t> noisy;  // sectors of the first dump
  for (const auto& [name, which] :
       std::map<std::string, std::size_t>{{"a", 0}, {"b", 1}, {"c", 2}}) {
    Sectors sectors = original();
    for (std::size_t lba = kData; lba + 1 < sectors.size(); ++lba) {
      for (std::size_t s = 0; s < 588; ++s) {  // no sample is wrong in two of them
        if (s % 3 != which || random() % 40 != 0) continue;
        sectors[lba][4 * s + random() % 4] ^= 0x40;
        if (which == 0) noisy.insert(lba);
      }
    }
    write(name + "/disc.bin", shifted(bytes_of(sectors), name == "b" ? 30 : 0));
  }
  const RunResult r = pregap({"repair", "a/disc.cue", "out.cue", "--with", "b/disc.cue", "--with",
                              "c/disc.cue", "--json"});
  EXPECT_EQ(different("out.bin"), std::set<int>()) << r.out.substr(0, 2000);
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(json_lines(r.out).at(0).at("deeds").at("merged"), noisy.size());
}

TEST_F(RepairWith, TwoDumpsOfAudioThatDifferLeaveADoubtAndTheReportNamesIt) {
  Sectors sectors = original();
  for (std::size_t i = 101; i < 108; ++i) sectors[250][i] ^= 0x80;
  write("a/disc.bin", bytes_of(original()));
  write("b/disc.bin", bytes_of(sectors));
  const RunResult r = pregap({"repair", "a/disc.cue", "out.cue", "--with", "b/disc.cue"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out,
            "a/disc.cue: 320 sectors, 1 left alone\n"
            "  dump 1: b/disc.cue, 2 tracks found\n"
            "  LBA 250: sound - left alone (the dumps differ)\n"
            "  LBA 250: bytes 100-107 in doubt\n"
            "  nothing in it could be changed: the output is a copy\n"
            "out.cue: written, 752,745 bytes in all\n"
            "out.bin: beside it\n");
  EXPECT_EQ(different("out.bin"), std::set<int>());
}

TEST_F(RepairWith, SectorsThatWereFilledComeFromTheDumpThatHasThem) {
  Sectors one = original(), two = original();
  for (const int lba : {20, 21, 240, 241}) one[static_cast<std::size_t>(lba)].fill(0);
  for (const int lba : {21, 100, 300}) two[static_cast<std::size_t>(lba)].fill(0x55);
  write("a/disc.bin", bytes_of(one));
  write("b/disc.bin", bytes_of(two));
  const RunResult r =
      pregap({"repair", "a/disc.cue", "out.cue", "--with", "b/disc.cue", "--map", "map"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(different("out.bin"), std::set<int>({21}));
  const Bytes map = read("map");
  EXPECT_EQ(std::string(map.begin(), map.end()),
            "# pregap provenance map 1\n"
            "# dump 0: a/disc.cue\n"
            "# dump 1: b/disc.cue, offset 0 samples\n"
            "# first LBA, last LBA, dump (* several), what it rests on\n"
            "0 19 0 image\n"
            "20 20 1 dump\n"
            "21 239 0 image\n"
            "240 241 1 only_dump\n"
            "242 319 0 image\n");
}

TEST_F(RepairWith, InPlaceCanBeUndone) {
  std::mt19937 random(5);
  std::set<int> lost, none;
  const Bytes before = bytes_of(destroyed(original(), 0, kData - 1, 0.1, random, lost));
  write("a/disc.bin", before);
  write("b/disc.bin", shifted(bytes_of(original()), 667));
  EXPECT_EQ(pregap({"repair", "--in-place", "a/disc.cue", "--with", "b/disc.cue"}).status, 0);
  EXPECT_EQ(different("a/disc.bin"), none);
  EXPECT_EQ(pregap({"repair", "--undo", "a/disc.cue"}).status, 0);
  EXPECT_EQ(read("a/disc.bin"), before);
}

TEST_F(RepairWith, QFramesComeFromTheDumpThatHasThemGood) {
  write("a/disc.bin", bytes_of(original()));
  write("b/disc.bin", bytes_of(original()));
  ASSERT_EQ(pregap({"convert", "a/disc.cue", "one.ccd", "--make-subchannel"}).status, 0);
  ASSERT_EQ(pregap({"convert", "b/disc.cue", "two.ccd", "--make-subchannel"}).status, 0);
  const Bytes good = read("one.sub");
  Bytes one = good, two = good;
  for (const std::size_t lba : {3U, 77U, 210U}) one[lba * 96 + 12 + lba % 10] ^= 0x10;
  two[77 * 96 + 15] ^= 1;
  write("one.sub", one);
  write("two.sub", two);
  const RunResult r = pregap({"repair", "one.ccd", "out.ccd", "--with", "two.ccd"});
  EXPECT_NE(r.out.find("  2 Q frames of the sub-channel from other dumps\n"), std::string::npos)
      << r.out << r.err;
  Bytes expected = good;
  expected[77 * 96 + 12 + 7] ^= 0x10;
  EXPECT_EQ(read("out.sub"), expected);
  // They are no sectors, and yet there is something to write.
  const RunResult dry = pregap({"repair", "one.ccd", "--dry-run", "--with", "two.ccd", "--json"});
  const json report = json_lines(dry.out).at(0);
  EXPECT_EQ(report.at("q_frames"), 2);
  EXPECT_EQ(report.at("sectors").at("changed"), 0);
  EXPECT_EQ(report.at("was_sound"), false);
}

TEST_F(RepairWith, ADryRunKnowsASoundImageWithoutAnOutputToo) {
  write("a/disc.bin", bytes_of(original()));
  const RunResult r = pregap({"repair", "a/disc.cue", "--dry-run"});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, "a/disc.cue: sound, nothing to repair\n");
}

TEST_F(RepairWith, ASoundImageStaysUnwritten) {
  write("a/disc.bin", bytes_of(original()));
  write("b/disc.bin", shifted(bytes_of(original()), 12));
  const RunResult r = pregap({"repair", "a/disc.cue", "out.cue", "--with", "b/disc.cue"});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out,
            "a/disc.cue: sound, nothing to repair; no output written\n"
            "  dump 1: b/disc.cue, 2 tracks found, 12 samples later\n");
  EXPECT_FALSE(exists("out.cue"));
}

TEST_F(RepairWith, WhatCantBeServedIsRefusedInOneLine) {
  write("a/disc.bin", bytes_of(original()));
  Sectors other = sound_sectors(SectorKind::mode1, kData, 3000);
  append(other, sound_sectors(SectorKind::audio, kAudio, 5000));
  write("b/disc.bin", bytes_of(other));
  struct Case {
    std::vector<std::string> arguments;
    std::string error;
  };
  const std::vector<Case> cases = {
      {{"--with", "b/disc.cue"},
       "pregap: b/disc.cue: nothing in it agrees with a/disc.cue, expected a dump of the same "
       "disc\n"},
      {{"--with", "nothing.cue"}, "pregap: nothing.cue: no such file, expected an image\n"},
      {{"--map", "map"}, "pregap: command line: --map without --with, expected other dumps\n"},
      {{"--with", "a/disc.cue", "--regenerate", "edc"},
       "pregap: command line: --with and --regenerate, expected one of them\n"
       "hint: codes built anew would make what another dump has look like damage\n"},
  };
  for (const Case& c : cases) {
    std::vector<std::string> command = {"repair", "a/disc.cue", "out.cue"};
    append(command, c.arguments);
    const RunResult r = pregap(command);
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, c.error);
    EXPECT_FALSE(exists("out.cue"));
  }
}

}  // namespace
}  // namespace pregap::test
