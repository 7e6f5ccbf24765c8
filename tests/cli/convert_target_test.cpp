// Where the output goes: nothing that is there is ever touched unasked, and a conversion that fails
// leaves the folder as it was.
#include <gtest/gtest.h>

#include <map>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kForce = "hint: --force replaces it\n";
const std::string kOld = "what was there before";

// disc.bin, disc.cue, data.iso: the same sound disc.
class ConvertTarget : public ::testing::Test {
 protected:
  ConvertTarget() {
    const Sectors sectors = sound_sectors(SectorKind::mode1, 40);
    folder_.write("disc.bin", bytes_of(sectors));
    folder_.write("disc.cue", sheet("disc.bin", "MODE1/2352"));
    folder_.write("data.iso", iso_of(sectors, times(40, SectorKind::mode1)));
  }

  RunResult convert(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "convert");
    return run_pregap(arguments, {.folder = folder_.path()});
  }

  // The run must fail with this error and leave every name and every byte as it was.
  void expect_refused(const std::vector<std::string>& arguments, const std::string& error) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    const std::map<std::string, Bytes> before = contents();
    const RunResult r = convert(arguments);
    EXPECT_EQ(r.status, 2);
    EXPECT_EQ(r.err, error);
    EXPECT_EQ(r.out, "");
    EXPECT_TRUE(contents() == before) << ::testing::PrintToString(folder_.list());
  }

  std::map<std::string, Bytes> contents() const {
    std::map<std::string, Bytes> result;
    for (const std::string& name : folder_.list()) {
      result[name] = fs::is_regular_file(folder_ / name) ? folder_.read(name) : Bytes();
    }
    return result;
  }

  TempFolder folder_;
};

TEST_F(ConvertTarget, ExistingOutputIsRefusedWithoutForce) {
  folder_.write("out.iso", kOld);
  folder_.write("a.cue", kOld);
  folder_.write("b.bin", kOld);
  const std::string exists = ": exists already, expected a new name\n";
  expect_refused({"disc.cue", "out.iso"}, "pregap: out.iso" + exists + kForce);
  expect_refused({"data.iso", "a.cue"}, "pregap: a.cue" + exists + kForce);
  expect_refused({"data.iso", "b.cue"}, "pregap: b.bin" + exists + kForce);
}

TEST_F(ConvertTarget, WithJsonTheErrorStandsInTheReportsPlace) {
  folder_.write("out.iso", kOld);
  const RunResult r = convert({"--json", "disc.cue", "out.iso"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(json_lines(r.out), std::vector<nlohmann::json>{nlohmann::json(
                                   {{"schema", "pregap.error/1"},
                                    {"image", "disc.cue"},
                                    {"code", "exists"},
                                    {"place", "out.iso"},
                                    {"message", "exists already, expected a new name"},
                                    {"hint", "--force replaces it"}})});
}

TEST_F(ConvertTarget, ForceReplacesWhatIsThere) {
  folder_.write("out.iso", kOld);
  folder_.write("a.cue", kOld);
  folder_.write("a.bin", kOld);
  EXPECT_EQ(convert({"--force", "disc.cue", "out.iso"}).status, 0);
  EXPECT_EQ(convert({"-f", "data.iso", "a.cue"}).status, 0);
  EXPECT_EQ(folder_.read("out.iso"), folder_.read("data.iso"));
  EXPECT_EQ(folder_.read("a.bin"), folder_.read("disc.bin"));
  EXPECT_EQ(folder_.list().size(), 6U);
}

TEST_F(ConvertTarget, ForceKeepsWhatIsThereWhenTheConversionFails) {
  Sectors sectors = sound_sectors(SectorKind::mode1, 40);
  sectors[20].fill(0x55);
  folder_.write("lost.bin", bytes_of(sectors));
  folder_.write("out.iso", kOld);
  const std::vector<std::string> before = folder_.list();
  EXPECT_EQ(convert({"--force", "lost.bin", "out.iso"}).status, 1);
  EXPECT_EQ(folder_.read_text("out.iso"), kOld);
  EXPECT_EQ(folder_.list(), before);
}

TEST_F(ConvertTarget, TheSourceIsNeverTheOutput) {
  const std::string itself = ": the image itself, expected another file to write to\n";
  fs::create_hard_link(folder_ / "data.iso", folder_ / "linked.iso");
  fs::create_symlink("disc.bin", folder_ / "alias.iso");
  for (const char* force : {"--sync", "--force"}) {
    expect_refused({force, "data.iso", "data.iso"}, "pregap: data.iso" + itself);
    expect_refused({force, "data.iso", "./data.iso"}, "pregap: ./data.iso" + itself);
    expect_refused({force, "data.iso", "linked.iso"}, "pregap: linked.iso" + itself);
    expect_refused({force, "disc.cue", "alias.iso"}, "pregap: alias.iso" + itself);
    expect_refused({force, "disc.cue", "disc.cue"}, "pregap: disc.cue" + itself);
    expect_refused({force, "disc.bin", "disc.cue"}, "pregap: disc.bin" + itself);
    expect_refused({force, "--to", "iso", "disc.cue", "disc.bin"}, "pregap: disc.bin" + itself);
  }
}

TEST_F(ConvertTarget, TheNameMustSayAKnownFormat) {
  expect_refused({"disc.cue", "out"},
                 "pregap: out: a name without an ending, expected iso, cue, ccd, toc, gdi, bin, "
                 "wav or flac\n");
  expect_refused({"disc.cue", "out.docx"},
                 "pregap: out.docx: output format \"docx\", expected iso, cue, ccd, toc, gdi, bin, "
                 "wav or flac\n");
  expect_refused({"disc.cue", "out.iso", "--to", "zzz"},
                 "pregap: out.iso: output format \"zzz\", expected iso, cue, ccd, toc, gdi, bin, "
                 "wav or flac\n");
}

TEST_F(ConvertTarget, ToOverridesTheEnding) {
  EXPECT_EQ(convert({"disc.cue", "out.img", "--to", "iso"}).status, 0);
  EXPECT_EQ(folder_.read("out.img"), folder_.read("data.iso"));
  EXPECT_EQ(convert({"disc.cue", "OUT.ISO"}).status, 0) << "endings have no case";
}

TEST_F(ConvertTarget, AFolderIsNoOutput) {
  fs::create_directory(folder_ / "folder.iso");
  expect_refused({"disc.cue", "folder.iso"},
                 "pregap: folder.iso: exists already, expected a new name\n" + std::string(kForce));
  expect_refused({"--force", "disc.cue", "folder.iso"},
                 "pregap: folder.iso: not a regular file, expected one that can be replaced\n");
  expect_refused({"disc.cue", "nowhere/out.iso"},
                 "pregap: nowhere: No such file or directory, expected a folder for the output\n");
  expect_refused({"disc.cue", "disc.bin/out.iso"},
                 "pregap: disc.bin: Not a directory, expected a folder for the output\n");
}

TEST_F(ConvertTarget, AFailureInTheMiddleLeavesNothing) {
  Sectors sectors = sound_sectors(SectorKind::mode2_form1, 2000);
  sectors.push_back(sound_sector(SectorKind::mode2_form2, 2000));
  folder_.write("late.bin", bytes_of(sectors));
  expect_refused(
      {"late.bin", "out.iso"},
      "pregap: late.bin:LBA 2000: a form 2 sector with 2324 bytes of user data, expected "
      "2048\n"
      "hint: --form2 cut takes the first 2048 bytes, 2324 the user data whole, raw all "
      "2352 bytes of every sector\n");
}

TEST_F(ConvertTarget, ASheetCanNotNameABinWithAQuote) {
  expect_refused({"data.iso", "a\"b.cue"},
                 "pregap: a\"b.bin: a file name with a quote, a control character or bytes that "
                 "are no UTF-8, expected one that a cue sheet can hold\n");
}

}  // namespace
}  // namespace pregap::test
