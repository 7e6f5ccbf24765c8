// Files of other kinds beside the data, in other places, or named more than once.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

Bytes wounded(Sectors sectors, const std::vector<std::size_t>& places) {
  for (const std::size_t at : places) sectors[at][1234] ^= 0x21;
  return bytes_of(sectors);
}

RunResult pregap_in(const TempFolder& folder, Names arguments) {
  return run_pregap(std::move(arguments), {.folder = folder.path()});
}

// 44 bytes before the samples, and a chunk behind them that has nothing to do with sound.
Bytes wave_of(const Bytes& samples) {
  const auto le32 = [](Bytes& to, std::size_t n) {
    for (int i = 0; i < 4; ++i) to.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
  };
  const auto text = [](Bytes& to, std::string_view s) { to.insert(to.end(), s.begin(), s.end()); };
  Bytes wave;
  text(wave, "RIFF");
  le32(wave, 36 + samples.size() + 12);
  text(wave, "WAVEfmt ");
  le32(wave, 16);
  append(wave, Bytes{1, 0, 2, 0, 0x44, 0xAC, 0, 0, 0x10, 0xB1, 2, 0, 4, 0, 16, 0});
  text(wave, "data");
  le32(wave, samples.size());
  append(wave, samples);
  text(wave, "LIST");
  le32(wave, 4);
  text(wave, "mine");
  return wave;
}

TEST(RepairFiles, WaveFilesBesideTheDataAreCopiedWhole) {
  const TempFolder folder;
  const Sectors data = sound_sectors(SectorKind::mode1, 40);
  const Bytes wave = wave_of(bytes_of(sound_sectors(SectorKind::audio, 40)));
  folder.write("a.bin", wounded(data, {7}));
  folder.write("a 02.wav", wave);
  folder.write("a.cue",
               std::string("FILE \"a.bin\" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n"
                           "FILE \"a 02.wav\" WAVE\n  TRACK 02 AUDIO\n    INDEX 01 00:00:00\n"));
  const RunResult r = pregap_in(folder, {"repair", "a.cue", "b.cue"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(folder.read("b.bin"), bytes_of(data));
  EXPECT_EQ(folder.read("b 02.wav"), wave);
}

TEST(RepairFiles, FoldersBelowTheSheetStay) {
  const TempFolder folder;
  const Sectors data = sound_sectors(SectorKind::mode1, 40);
  folder.write("in/tracks/one.bin", wounded(data, {7}));
  folder.write("in/a.cue", sheet("tracks/one.bin", "MODE1/2352"));
  fs::create_directory(folder / "out");
  const RunResult r = pregap_in(folder, {"repair", "in/a.cue", "out/b.cue"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(folder.read("out/tracks/one.bin"), bytes_of(data));
  EXPECT_EQ(folder.read_text("out/b.cue"), folder.read_text("in/a.cue"));
  EXPECT_EQ(pregap_in(folder, {"repair", "--in-place", "in/a.cue"}).status, 0);
  EXPECT_EQ(folder.read("in/tracks/one.bin"), bytes_of(data));
  EXPECT_EQ(pregap_in(folder, {"repair", "--undo", "in/a.cue"}).status, 0);
  EXPECT_EQ(folder.read("in/tracks/one.bin"), wounded(data, {7}));
}

TEST(RepairFiles, ALackOfRoomForOneFileLeavesNone) {
  const TempFolder folder;
  folder.write("a.bin", wounded(sound_sectors(SectorKind::mode1, 40), {7}));
  folder.write("a.cue", sheet("a.bin", "MODE1/2352"));
  const std::string path = fs::path(program_under_test(PREGAP_PROGRAM)).string();
  // The sheet fits under the limit of 16 blocks, the image does not.
  const RunResult r =
      run({"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 16; exec '" + path + "' repair a.cue b.cue"},
          {.folder = folder.path()});
  EXPECT_EQ(r.status, 2) << r.out;
  EXPECT_NE(r.err.find("File too large, expected room for the output"), std::string::npos) << r.err;
  EXPECT_EQ(folder.list(), (Names{"a.bin", "a.cue"}));
}

TEST(RepairFiles, BytesThatAreTwoSectorsChangeOnlyOnce) {
  const TempFolder folder;
  const Sectors data = sound_sectors(SectorKind::mode2_form1, 40);
  Bytes bytes = wounded(data, {7});
  folder.write("a.bin", bytes);
  folder.write("a.toc", std::string("CD_ROM_XA\nTRACK MODE2_RAW\nDATAFILE \"a.bin\"\n"
                                    "TRACK MODE2_RAW\nDATAFILE \"a.bin\"\n"));
  const RunResult r = pregap_in(folder, {"repair", "a.toc", "b.toc", "--json"});
  const auto report = json_lines(r.out).at(0);
  EXPECT_EQ(report.at("deeds").at("corrected"), 1) << r.out;
  EXPECT_EQ(report.at("reasons").at("stored_twice"), 1) << r.out;
  EXPECT_EQ(folder.read("b.bin"), bytes_of(data));
}

TEST(RepairFiles, AnIncompleteImageIsMendedAsFarAsItGoes) {
  const TempFolder folder;
  const Sectors data = sound_sectors(SectorKind::mode1, 40);
  Bytes cut = wounded(data, {7}), sound = bytes_of(data);
  cut.resize(cut.size() - 1000);
  sound.resize(cut.size());
  folder.write("a.bin", cut);
  folder.write("a.cue", sheet("a.bin", "MODE1/2352"));
  const RunResult r = pregap_in(folder, {"repair", "a.cue", "b.cue"});
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_EQ(folder.read("b.bin"), sound);
}

TEST(RepairFiles, AnIsoHasNothingToRepair) {
  const TempFolder folder;
  fs::copy_file(fs::path(PREGAP_SAMPLES) / "cooked/data.iso", folder / "data.iso");
  const RunResult r = pregap_in(folder, {"repair", "data.iso", "out.iso"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder.list(), Names{"data.iso"});
}

}  // namespace
}  // namespace pregap::test
