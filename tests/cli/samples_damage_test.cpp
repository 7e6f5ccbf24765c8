// The samples' damaged discs: what verify says of each sector is what the tests' reference says of
// its bytes, and no sector is faulty that the list of wounds doesn't name.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/golden/golden.h"
#include "support/image_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::test {
namespace {

using nlohmann::json;
using reference::Sector;

Sectors sectors_of(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  Sectors sectors(bytes.size() / 2352);
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * 2352), 2352, sectors[i].begin());
  }
  return sectors;
}

// From the undamaged image, whose sectors say it themselves.
SectorKind kind_of(const Sector& sound) {
  if (sound[1] != 0xFF || sound[10] != 0xFF) return SectorKind::audio;
  if (sound[15] == 1) return SectorKind::mode1;
  return (sound[18] & 0x20) != 0 ? SectorKind::mode2_form2 : SectorKind::mode2_form1;
}

using FaultNames = std::vector<std::string>;

FaultNames faults_by_reference(const Sector& sector, SectorKind kind, int lba) {
  FaultNames names;
  if (kind == SectorKind::audio) return names;
  const reference::Verdict verdict = reference::judge(sector, kind);
  FaultSet faults = verdict.faults;
  if (verdict.address && to_lba(*verdict.address) != Lba(lba)) faults.add(Fault::address);
  // Zeros agree with every code: what a filled sector says of its mode is nothing mastered.
  const bool zeros = std::ranges::all_of(sector, [](std::uint8_t b) { return b == 0; });
  if (zeros && kind != SectorKind::mode0) faults.add(Fault::mode);
  for (int f = 0; f < kFaults; ++f) {
    if (faults.has(static_cast<Fault>(f))) names.emplace_back(name_of(static_cast<Fault>(f)));
  }
  return names;
}

std::map<int, FaultNames> faults_by_pregap(const std::string& image) {
  const RunResult r = run_pregap({"verify", "--json", image}, {.folder = samples()});
  EXPECT_EQ(r.status, 1) << r.err;
  std::map<int, FaultNames> faults;
  for (const json& line : json_lines(r.out)) {
    for (const json& track : line.at("tracks")) {
      for (const json& row : track.at("bad")) {
        for (int i = 0; i < row.at("count"); ++i) {
          faults[row.at("lba").get<int>() + i] = row.at("faults");
        }
      }
    }
  }
  return faults;
}

struct WoundedImage {
  const char* folder;
  const char* name;
  const char* sound;
};

TEST(Samples, FaultsAreThoseOfTheReferenceSectorBySector) {
  constexpr WoundedImage images[] = {{"damaged", "mixed", "mixed/mixed.bin"},
                                     {"damaged", "xa", "xa/xa.bin"},
                                     {"scratched", "mixed", "mixed/mixed.bin"}};
  for (const WoundedImage& image : images) {
    const std::string stem = std::string(image.folder) + '/' + image.name;
    const json list = json::parse(read_file(samples() / image.folder / "wounds.json"));
    std::map<int, json> wounds;
    for (const json& wound : list.at("wounds")) {
      if (wound.at("image") == std::string(image.name) + ".cue") wounds[wound.at("lba")] = wound;
    }
    const Sectors sound = sectors_of(samples() / image.sound);
    const Sectors found = sectors_of(samples() / (stem + ".bin"));
    ASSERT_EQ(sound.size(), found.size());
    std::map<int, FaultNames> faults = faults_by_pregap(stem + ".cue");
    for (std::size_t i = 0; i < found.size(); ++i) {
      const int lba = static_cast<int>(i);
      const bool was_scrambled = wounds[lba].is_object() && wounds[lba].at("done") == "scramble";
      const Sector sector = was_scrambled ? scrambled(found[i]) : found[i];
      EXPECT_EQ(faults[lba], faults_by_reference(sector, kind_of(sound[i]), lba))
          << stem << " LBA " << lba << ": " << wounds[lba];
      if (found[i] == sound[i]) {
        EXPECT_EQ(faults[lba], FaultNames()) << stem << " LBA " << lba;
      } else {
        EXPECT_TRUE(wounds[lba].is_object()) << stem << " LBA " << lba << " is not on the list";
      }
    }
  }
}

TEST(Samples, ScratchesAreCorrectedOnTheWayToTheSameFileSystem) {
  const TempFolder folder;
  const RunResult r =
      run_pregap({"convert", "--json", "scratched/mixed.cue", (folder / "out.iso").string()},
                 {.folder = samples()});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(json_lines(r.out).at(0).at("corrected"), 5);
  EXPECT_EQ(folder.read("out.iso"), read_file(samples() / "cooked/data.iso"));
}

struct ReportCase {
  const char* golden;
  std::vector<std::string> arguments;
  int status;
};

TEST(Samples, ReportsReadAsTheyDid) {
  const ReportCase cases[] = {
      {"info-mixed.txt", {"info", "mixed/mixed.cue"}, 0},
      {"info-mixed-tracks.txt", {"info", "mixed-tracks/mixed.cue"}, 0},
      {"info-xa.txt", {"info", "xa/xa.cue"}, 0},
      {"info-iso.txt", {"info", "cooked/data.iso"}, 0},
      {"info-truncated.txt", {"info", "truncated/mixed.cue"}, 1},
      {"info-bare.txt", {"info", "mixed/mixed.bin"}, 0},
      {"info-mixed.json", {"info", "--json", "mixed/mixed.cue"}, 0},
      {"info-iso.json", {"info", "--json", "cooked/data.iso"}, 0},
      {"verify-all.txt",
       {"verify", "mixed/mixed.cue", "mixed-tracks/mixed.cue", "xa/xa.cue", "cooked/data.iso",
        "truncated/mixed.cue", "scratched/mixed.cue", "damaged/xa.cue"},
       1},
      {"verify-damaged.txt", {"verify", "--verbose", "damaged/mixed.cue"}, 1},
      {"convert-damaged.txt", {"convert", "damaged/mixed.cue", "never.iso"}, 1},
  };
  for (const ReportCase& c : cases) {
    SCOPED_TRACE(c.golden);
    const RunResult r = run_pregap(c.arguments, {.folder = samples()});
    EXPECT_EQ(r.status, c.status);
    EXPECT_EQ(r.err, "");
    expect_golden(c.golden, r.out);
  }
}

}  // namespace
}  // namespace pregap::test
