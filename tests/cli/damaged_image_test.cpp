// On images with random wounds the faulty sectors, and the names of their faults, are those that
// the tests' reference finds, one by one; and what is called repairable is given back as it was.
#include <gtest/gtest.h>

#include <map>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;
using reference::Sector;

struct Disc {
  const char* name;
  const char* mode;
  std::vector<SectorKind> kinds;
  std::size_t step = 1;  // every so many sectors may be wounded
};

std::vector<SectorKind> two_forms() {
  std::vector<SectorKind> kinds = times(150, SectorKind::mode2_form1);
  append(kinds, times(150, SectorKind::mode2_form2));
  return kinds;
}

std::vector<SectorKind> interleaved_forms() {  // as a video CD or a game has them
  std::vector<SectorKind> kinds;
  for (int i = 0; i < 300; ++i) {
    kinds.push_back(i % 8 == 7 ? SectorKind::mode2_form2 : SectorKind::mode2_form1);
  }
  return kinds;
}

Sectors sound(const std::vector<SectorKind>& kinds) {
  Sectors sectors;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    sectors.push_back(sound_sector(kinds[i], static_cast<int>(i)));
  }
  return sectors;
}

Sectors wounded(const Sectors& sectors, std::size_t step, std::mt19937& random) {
  Sectors result = sectors;
  for (std::size_t i = step - 1; i < result.size(); i += step) {
    if (random() % 3 != 0) wound(result[i], random, random() % 4 == 0 ? 1200 : 30);
  }
  return result;
}

using FaultNames = std::vector<std::string>;

// What verify must say of one sector: its own checks, and its address against the sequence.
FaultNames faults_by_reference(const Sector& sector, SectorKind kind, int lba) {
  const reference::Verdict verdict = reference::judge(sector, kind);
  FaultSet faults = verdict.faults;
  if (verdict.address && to_lba(*verdict.address) != Lba(lba)) faults.add(Fault::address);
  FaultNames names;
  for (int f = 0; f < kFaults; ++f) {
    if (faults.has(static_cast<Fault>(f))) names.emplace_back(name_of(static_cast<Fault>(f)));
  }
  return names;
}

struct Found {
  FaultNames faults;
  bool repairable = false;
};

std::map<int, Found> found_by_pregap(const json& report) {
  std::map<int, Found> found;
  for (const json& track : report.at("tracks")) {
    for (const json& row : track.at("bad")) {
      for (int i = 0; i < row.at("count"); ++i) {
        found[row.at("lba").get<int>() + i] = {row.at("faults"), row.at("repairable")};
      }
    }
  }
  return found;
}

json verify(const TempFolder& folder) {
  const RunResult r = run_pregap({"verify", "--json", "disc.cue"}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 1) << r.err;
  return json_lines(r.out).at(0);
}

void write_single(const TempFolder& folder, const Sectors& sectors, const char* mode) {
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", mode));
}

void write_split(const TempFolder& folder, const Sectors& sectors, const std::string& mode) {
  const std::size_t half = sectors.size() / 2;
  folder.write("a.bin", bytes_of(sectors, 0, half));
  folder.write("b.bin", bytes_of(sectors, half, sectors.size() - half));
  folder.write("disc.cue", sheet("a.bin", mode) + "FILE \"b.bin\" BINARY\n  TRACK 02 " + mode +
                               "\n    INDEX 00 00:00:00\n    INDEX 01 00:00:40\n");
}

void expect_reference_faults(const json& report, const Sectors& sectors, const Disc& disc) {
  std::map<int, Found> found = found_by_pregap(report);
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    const int lba = static_cast<int>(i);
    EXPECT_EQ(found[lba].faults, faults_by_reference(sectors[i], disc.kinds[i], lba))
        << disc.name << " LBA " << lba << " " << name_of(disc.kinds[i]);
  }
  for (const SectorKind kind :
       {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    EXPECT_EQ(report.at("sectors").at(std::string(name_of(kind))),
              std::ranges::count(disc.kinds, kind))
        << disc.name << " " << name_of(kind);
  }
}

// What --keep-damaged makes of it: corrected sectors, and the others as they were found.
void expect_corrected(const TempFolder& folder, const json& report, const Sectors& before,
                      const Sectors& after, const Disc& disc) {
  const RunResult r =
      run_pregap({"convert", "disc.cue", "out.iso", "--keep-damaged", "--form2", "cut"},
                 {.folder = folder.path()});
  EXPECT_EQ(r.status, report.at("verdict") == "repairable" ? 0 : 1) << r.err;
  const std::map<int, Found> found = found_by_pregap(report);
  const Bytes iso = folder.read("out.iso");
  const Bytes sound_iso = iso_of(before, disc.kinds), damaged_iso = iso_of(after, disc.kinds);
  ASSERT_EQ(iso.size(), sound_iso.size());
  const auto same = [&](const Bytes& other, std::size_t i) {
    const auto at = static_cast<std::ptrdiff_t>(i * 2048);
    return std::equal(iso.begin() + at, iso.begin() + at + 2048, other.begin() + at);
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto at = found.find(static_cast<int>(i));
    const bool lost = at != found.end() && !at->second.repairable;
    EXPECT_TRUE(same(lost ? damaged_iso : sound_iso, i)) << disc.name << " LBA " << i;
  }
}

TEST(DamagedImages, FaultsAreThoseOfTheReferenceSectorBySector) {
  const Disc discs[] = {
      {"mode 1", "MODE1/2352", times(300, SectorKind::mode1)},
      {"form 1", "MODE2/2352", times(300, SectorKind::mode2_form1)},
      {"form 2", "MODE2/2352", times(300, SectorKind::mode2_form2)},
      {"form 1, then form 2", "MODE2/2352", two_forms(), 2},
  };
  for (const Disc& disc : discs) {
    for (const std::uint32_t seed : {1U, 2U, 3U, 34U, 36U}) {  // 34, 36: mode bytes become 1 and 0
      SCOPED_TRACE(std::string(disc.name) + ", seed " + std::to_string(seed));
      std::mt19937 random(seed);
      const Sectors before = sound(disc.kinds), after = wounded(before, disc.step, random);
      const TempFolder folder;
      write_single(folder, after, disc.mode);
      const json report = verify(folder);
      expect_reference_faults(report, after, disc);
      expect_corrected(folder, report, before, after, disc);
      write_split(folder, after, disc.mode);
      expect_reference_faults(verify(folder), after, disc);
    }
  }
}

TEST(DamagedImages, InterleavedFormsAreToldApartBySubHeaders) {
  const Disc disc{"interleaved forms", "MODE2/2352", interleaved_forms()};
  std::mt19937 random(5);
  const Sectors before = sound(disc.kinds);
  Sectors after = before;
  for (std::size_t i = 1; i < after.size(); i += 3) {  // behind the sub-headers
    after[i][24 + random() % 2320] ^= 0x80;
  }
  const TempFolder folder;
  write_single(folder, after, disc.mode);
  expect_reference_faults(verify(folder), after, disc);
}

TEST(DamagedImages, ASingleWrongByteIsAlwaysRepairableUnderParity) {
  for (const SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1}) {
    SCOPED_TRACE(std::string(name_of(kind)));
    const Disc disc{"", kind == SectorKind::mode1 ? "MODE1/2352" : "MODE2/2352", times(1200, kind)};
    const Sectors before = sound(disc.kinds);
    Sectors after = before;
    for (std::size_t i = 1; i < after.size(); i += 2) after[i][(i * 2) % 2352] ^= 0x21;
    const TempFolder folder;
    write_single(folder, after, disc.mode);
    const json report = verify(folder);
    EXPECT_EQ(report.at("verdict"), "repairable");
    EXPECT_EQ(report.at("bad").at("repairable"), 600);
    expect_corrected(folder, report, before, after, disc);
  }
}

}  // namespace
}  // namespace pregap::test
