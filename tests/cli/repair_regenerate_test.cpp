// Codes and addresses built anew, held against the reference's.
#include <gtest/gtest.h>

#include <functional>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;
using reference::ParityHeader;
using reference::Sector;
using Names = std::vector<std::string>;

constexpr int kSectors = 20;
constexpr std::size_t kAt = 9;

// A translator's work: much of the user data is other than it was, which no parity takes back.
void translate(Sector& s) {
  for (std::size_t i = 100; i < 1900; i += 3) s[i] = static_cast<std::uint8_t>(s[i] * 7 + i);
}

struct Case {
  const char* title;
  SectorKind kind;
  Names options;
  std::function<void(Sector&)> change;  // sector 9 of a sound track
  std::function<void(Sector&)> then;    // what repair makes of it
  int status = 0;                       // 1: faults remain
  const char* deed = "regenerated";     // empty: nothing to do
};

const Names kBoth = {"--regenerate", "edc,ecc"};

const Case kCases[] = {
    {"mode 1", SectorKind::mode1, kBoth, translate,
     [](Sector& s) { reference::write_codes(s, SectorKind::mode1); }},
    {"form 1", SectorKind::mode2_form1, kBoth, translate,
     [](Sector& s) { reference::write_codes(s, SectorKind::mode2_form1); }},
    {"form 1 with parity over the real header", SectorKind::mode2_form1, kBoth,
     [](Sector& s) {
       reference::write_parity(s, ParityHeader::real);
       for (std::size_t i = 710; i < 770; ++i) s[i] ^= 0x5A;  // leaves words with the header whole
     },
     [](Sector& s) {
       reference::write_edc(s, SectorKind::mode2_form1);
       reference::write_parity(s, ParityHeader::real);
     }},
    {"form 2", SectorKind::mode2_form2, kBoth, translate,
     [](Sector& s) { reference::write_edc(s, SectorKind::mode2_form2); }},
    {"form 2 without EDC stays without", SectorKind::mode2_form2, kBoth,
     [](Sector& s) { std::fill(s.end() - 4, s.end(), std::uint8_t{0}); }, [](Sector&) {}, 0, ""},
    {"form 2 gets an EDC if asked for",
     SectorKind::mode2_form2,
     {"--regenerate", "edc,ecc,form2-edc"},
     [](Sector& s) { std::fill(s.end() - 4, s.end(), std::uint8_t{0}); },
     [](Sector& s) { reference::write_edc(s, SectorKind::mode2_form2); }},
    {"EDC alone leaves parity stale",
     SectorKind::mode1,
     {"--regenerate", "edc"},
     translate,
     [](Sector& s) { reference::write_edc(s, SectorKind::mode1); },
     1},
    {"ECC alone covers the EDC as it stands",
     SectorKind::mode1,
     {"--regenerate", "ecc"},
     translate,
     [](Sector& s) { reference::write_parity(s, ParityHeader::real); },
     1},
    {"one changed byte is built over, not corrected back", SectorKind::mode1, kBoth,
     [](Sector& s) { s[1000] ^= 1; },
     [](Sector& s) { reference::write_codes(s, SectorKind::mode1); }},
    {"a wrong sync is not touched", SectorKind::mode1, kBoth,
     [](Sector& s) {
       translate(s);
       s[3] = 0;
     },
     [](Sector&) {}, 1, "left"},
    {"a filled sector is not made to look sound", SectorKind::mode1, kBoth,
     [](Sector& s) { std::fill(s.begin() + 16, s.end(), std::uint8_t{0x55}); }, [](Sector&) {}, 1,
     "left"},
};

TEST(RepairRegenerate, CodesAreThoseOfTheReference) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.title);
    Sectors sectors = sound_sectors(c.kind, kSectors);
    c.change(sectors[kAt]);
    TempFolder folder;
    folder.write("a.cue",
                 sheet("a.bin", c.kind == SectorKind::mode1 ? "MODE1/2352" : "MODE2/2352"));
    folder.write("a.bin", bytes_of(sectors));
    Names arguments = {"repair", "a.cue", "b.cue", "--json"};
    arguments.insert(arguments.end(), c.options.begin(), c.options.end());
    const RunResult r = run_pregap(arguments, {.folder = folder.path()});
    EXPECT_EQ(r.status, c.status) << r.out << r.err;
    const json report = json_lines(r.out).at(0);
    if (*c.deed == '\0') {
      EXPECT_EQ(report.at("was_sound"), true);
      continue;
    }
    ASSERT_EQ(report.at("ranges").size(), 1U) << r.out;
    EXPECT_EQ(report.at("ranges").at(0).at("lba"), kAt);
    EXPECT_EQ(report.at("ranges").at(0).at("deed"), c.deed);
    c.then(sectors[kAt]);
    EXPECT_EQ(folder.read("b.bin"), bytes_of(sectors));
  }
}

Bytes renumbered(SectorKind kind, const Names& options, Sectors sectors, int status) {
  TempFolder folder;
  folder.write("a.cue", sheet("a.bin", kind == SectorKind::mode1 ? "MODE1/2352" : "MODE2/2352"));
  folder.write("a.bin", bytes_of(sectors));
  Names arguments = {"repair", "a.cue", "b.cue"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const RunResult r = run_pregap(arguments, {.folder = folder.path()});
  EXPECT_EQ(r.status, status) << r.out << r.err;
  return folder.read("b.bin");
}

TEST(RepairRegenerate, AddressesGoOnFromTheStart) {
  for (const SectorKind kind :
       {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    SCOPED_TRACE(name_of(kind));
    const auto at = [&](int first) {
      Sectors sectors = sound_sectors(kind, kSectors);
      for (std::size_t i = 0; i < sectors.size(); ++i) {
        reference::write_header(sectors[i], first + static_cast<int>(i),
                                kind == SectorKind::mode1 ? 1 : 2);
        reference::write_codes(sectors[i], kind);
      }
      return sectors;
    };
    EXPECT_EQ(renumbered(kind, {"--addresses"}, at(500), 0), bytes_of(at(0)));
    EXPECT_EQ(renumbered(kind, {"--addresses=45000"}, at(0), 0), bytes_of(at(45000)));
    EXPECT_EQ(renumbered(kind, {"--addresses=00:02:10"}, at(0), 0), bytes_of(at(10)));
  }
}

TEST(RepairRegenerate, OnlyTheSectorsWhoseAddressesChangeGetNewCodes) {
  Sectors sectors = sound_sectors(SectorKind::mode1, kSectors);
  sectors[5].fill(0x55);    // lost, and stays so
  sectors[7][800] ^= 0x10;  // corrected, as ever
  reference::write_header(sectors[12], 4000, 1);
  reference::write_codes(sectors[12], SectorKind::mode1);
  Sectors expected = sound_sectors(SectorKind::mode1, kSectors);
  expected[5].fill(0x55);
  EXPECT_EQ(renumbered(SectorKind::mode1, {"--addresses"}, sectors, 1), bytes_of(expected));
}

}  // namespace
}  // namespace pregap::test
