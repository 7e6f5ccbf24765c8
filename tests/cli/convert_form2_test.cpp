// What a form 2 sector becomes in an ISO image, byte for byte.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

constexpr SectorKind kForm1Kind = SectorKind::mode2_form1;
constexpr SectorKind kForm2Kind = SectorKind::mode2_form2;

// 10 of form 1, then 10 of form 2.
Sectors both_forms() {
  Sectors sectors = sound_sectors(kForm1Kind, 10);
  append(sectors, sound_sectors(kForm2Kind, 10, 10));
  return sectors;
}

void write_disc(const TempFolder& folder, const Sectors& sectors) {
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", "MODE2/2352"));
}

RunResult convert(const TempFolder& folder, std::vector<std::string> more) {
  std::vector<std::string> arguments = {"convert", "disc.cue", "out.iso"};
  append(arguments, more);
  return run_pregap(arguments, {.folder = folder.path()});
}

Bytes expected_bytes(const Sectors& sectors, const std::string& choice) {
  if (choice == "raw") return bytes_of(sectors);
  Bytes result;
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    const std::ptrdiff_t size = choice == "2324" && i >= 10 ? 2324 : 2048;
    result.insert(result.end(), sectors[i].begin() + 24, sectors[i].begin() + 24 + size);
  }
  return result;
}

TEST(ConvertForm2, WithoutAChoiceItIsAnErrorThatNamesThem) {
  const TempFolder folder;
  write_disc(folder, both_forms());
  const RunResult r = convert(folder, {});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err,
            "pregap: disc.cue:LBA 10: a form 2 sector with 2324 bytes of user data, expected 2048\n"
            "hint: --form2 cut takes the first 2048 bytes, 2324 the user data whole, raw all 2352 "
            "bytes of every sector\n");
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));
}

TEST(ConvertForm2, EachChoiceIsDefinedByteForByte) {
  for (const std::string choice : {"cut", "2324", "raw"}) {
    SCOPED_TRACE(choice);
    const TempFolder folder;
    write_disc(folder, both_forms());
    const RunResult r = convert(folder, {"--form2", choice});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(folder.read("out.iso"), expected_bytes(both_forms(), choice));
  }
}

TEST(ConvertForm2, TheReportTellsWhatEachChoiceLoses) {
  const TempFolder folder;
  write_disc(folder, both_forms());
  const std::string form1 =
      "  lost: sync, header, sub-header, EDC and parity of 10 form 1 sectors (built anew, "
      "sub-headers become 00 00 08 00)\n";
  EXPECT_EQ(convert(folder, {"--form2", "cut"}).out,
            "out.iso: 20 sectors, 40,960 bytes\n" + form1 +
                "  lost: sync, header, sub-header, EDC and the last 276 bytes of 10 form 2 "
                "sectors\n");
  EXPECT_EQ(convert(folder, {"--form2", "2324", "--force"}).out,
            "out.iso: 20 sectors, 43,720 bytes\n" + form1 +
                "  lost: sync, header, sub-header, EDC of 10 form 2 sectors\n");
  EXPECT_EQ(convert(folder, {"--form2", "raw", "--force"}).out,
            "out.iso: 20 sectors, 47,040 bytes\n  lost: nothing\n");
}

TEST(ConvertForm2, RawSectorsAreCorrectedToo) {
  const TempFolder folder;
  Sectors sectors = both_forms();
  sectors[3][900] ^= 0x10;                                // parity leads back
  sectors[4][13] = 0x77;                                  // known from the neighbours
  std::fill_n(sectors[14].begin(), 12, std::uint8_t{0});  // the sync of a form 2 sector
  write_disc(folder, sectors);
  const RunResult r = convert(folder, {"--form2", "raw"});
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(folder.read("out.iso"), bytes_of(both_forms()));
}

TEST(ConvertForm2, ADamagedOneCanNotBeCorrected) {
  const TempFolder folder;
  Sectors sectors = both_forms();
  sectors[14][900] ^= 0x10;
  write_disc(folder, sectors);
  EXPECT_EQ(convert(folder, {"--form2", "cut"}).status, 1);
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"disc.bin", "disc.cue"}));

  EXPECT_EQ(convert(folder, {"--form2", "2324", "--keep-damaged"}).status, 1);
  EXPECT_EQ(folder.read("out.iso"), expected_bytes(sectors, "2324"));

  Sectors filled = both_forms();
  std::fill_n(filled[14].begin() + 24, 2324, std::uint8_t{7});
  EXPECT_EQ(convert(folder, {"--form2", "2324", "--fill", "7", "--force"}).status, 1);
  EXPECT_EQ(folder.read("out.iso"), expected_bytes(filled, "2324"));
}

}  // namespace
}  // namespace pregap::test
