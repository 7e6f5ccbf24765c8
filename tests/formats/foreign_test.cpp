// Formats that pregap knows by sight: told by content before all else, by name where nothing is
// known of the content.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "pregap/open.h"
#include "support/disc_builder.h"
#include "support/image_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap::formats {
namespace {

using namespace std::string_literals;

class Foreign : public testing::Test {
 protected:
  std::string error(const std::string& name, const std::string& content) {
    folder_.write(name, content);
    return error_of(folder_ / name);
  }
  static std::string error_of(const std::filesystem::path& path) {
    std::string text = test::error_of([&] { open_disc(path); });
    const std::string folder = path.parent_path().string() + "/";
    const auto at = text.find(folder);
    return at == text.npos ? text : text.erase(at, folder.size());
  }
  const test::TempFolder folder_;
};

constexpr const char* kMount =
    " | the program that wrote it, or one that mounts it, can save it as .bin and .cue or .iso";
constexpr const char* kSidecar = " | open the .ccd or .cue that it belongs to";

struct Row {
  std::string name;
  std::string content;
  std::string found;
  std::string hint = "";
};

TEST_F(Foreign, IsToldByItsContent) {
  const std::string filler(600, 'x');
  const std::string nero =
      " | nrg2iso converts those with one data track; Nero itself, or what mounts it, the others";
  const std::string dolphin = " | dolphin-tool convert -f iso converts it";
  const std::string unpack = " | unpack it first";
  for (const Row& row : std::vector<Row>{
           {"x.bin", "MComprHD" + filler, "a CHD, MAME's compressed image",
            " | chdman extractcd -i IMAGE -o OUT.cue converts CDs, chdman extractdvd DVDs"},
           {"x.nrg", filler + "NER5" + "12345678", "a Nero image", nero},
           {"x", filler + "NERO" + "1234", "a Nero image", nero},
           {"x.mdx", "MEDIA DESCRIPTOR\2" + filler, "an Alcohol 120% or Daemon Tools descriptor",
            kMount},
           {"x.cdi", filler + "\6\0\0\x80"s + "1234", "a DiscJuggler image", kMount},
           {"x.bin.ecm", "ECM\0"s + filler, "an ECM file", " | unecm gives back what is in it"},
           {"x.b6t", "BWT5 STREAM SIGN" + filler, "a BlindWrite 5 or 6 descriptor", kMount},
           {"x.cif", "RIFF1234imag" + filler, "an Easy CD Creator image", kMount},
           {"x.uif", filler + "bbis" + std::string(60, '.'), "a MagicISO image",
            " | uif2iso converts it"},
           {"x.isz", "IsZ!" + filler, "an UltraISO compressed image", " | isz-tool converts it"},
           {"x.daa", "DAA\0"s + filler, "a PowerISO image",
            " | poweriso convert, or daa2iso for older ones, converts it"},
           {"x.cso", "CISO" + filler, "a CISO compressed image",
            " | maxcso --decompress converts it"},
           {"x.gcz", "\x01\xC0\x0B\xB1" + filler,
            "a GCZ compressed image of a GameCube or Wii disc", dolphin},
           {"x.rvz", "RVZ\1" + filler, "an RVZ compressed image of a GameCube or Wii disc",
            dolphin},
           {"x.dmg", filler + "koly" + std::string(508, '.'), "an Apple disk image",
            " | dmg2img or qemu-img convert -O raw converts it"},
           {"x.aff", "AFF10\r\n\0"s + filler, "an AFF image", " | affconvert -r converts it"},
           {"x.iso.xz",
            "\xFD"
            "7zXZ\0"s +
                filler,
            "an xz file", unpack},
           {"x.wav", "RIFF1234WAVEfmt " + filler, "a WAVE file",
            " | a cue sheet or a TOC that names it makes it a track"},
       }) {
    EXPECT_EQ(error(row.name, row.content), "unsupported: " + row.name + ": " + row.found +
                                                ", expected a format that pregap reads" + row.hint);
  }
}

TEST_F(Foreign, IsToldByItsNameWhereTheContentSaysNothing) {
  const std::string raw = " | if it is raw sectors, give it a .bin ending";
  for (const Row& row : std::vector<Row>{
           {"x.mdf", "?", "an Alcohol 120% image", raw},
           {"x.b5t", "?", "a BlindWrite 5 or 6 descriptor", kMount},
           {"x.BWT", "?", "a BlindWrite descriptor", kMount},
           {"x.nrg", "?", "a Nero image",
            " | nrg2iso converts those with one data track; Nero itself, or what mounts it, the "
            "others"},
           {"x.sub", std::string(96, '\0'), "sub-channel data", kSidecar},
           {"x.lsd", "?", "a list of LibCrypt frames", kSidecar},
           {"x.aff4", "?", "an AFF4 image"},
           {"x.pdi", "?", "an Instant Copy image", kMount},
       }) {
    EXPECT_EQ(error(row.name, row.content), "unsupported: " + row.name + ": " + row.found +
                                                ", expected a format that pregap reads" + row.hint);
  }
}

// A short magic, or a name, never keeps sound sectors from being read.
TEST_F(Foreign, GivesWayToSectors) {
  test::Bytes sectors = test::bytes_of(test::sound_sectors(SectorKind::mode1, 20));
  for (const char* name : {"x.mdf", "x.b5i", "x.cdi", "x.bin"}) {
    folder_.write(name, sectors);
    EXPECT_EQ(open_disc(folder_ / name).format, "raw") << name;
  }
  const std::size_t version = sectors.size() - 8;
  sectors[version] = 6;
  sectors[version + 1] = sectors[version + 2] = 0;
  sectors[version + 3] = 0x80;
  folder_.write("x.bin", sectors);
  EXPECT_EQ(open_disc(folder_ / "x.bin").format, "raw");
  folder_.write("x.cdi", sectors);
  EXPECT_EQ(error_of(folder_ / "x.cdi"), std::string("unsupported: x.cdi: a DiscJuggler image, "
                                                     "expected a format that pregap reads") +
                                             kMount);
}

TEST_F(Foreign, IsToldOfRealFiles) {
  const auto root = test::shared_data();
  if (!root) GTEST_SKIP() << test::why_no_shared_data();
  const std::string chd = "a CHD, MAME's compressed image";
  const std::vector<std::pair<std::string, std::string>> files = {
      {"toolmade-chd/mixed-cdfl.chd", chd},
      {"toolmade-chd/mixed-none.chd", chd},
      {"toolmade-chd/p1.chd", chd},
      {"toolmade-chd/vcd2336.chd", chd},
      {"libcdio/p1.nrg", "a Nero image"},
      {"libcdio/videocd.nrg", "a Nero image"},
      {"toolmade-vcd/vcd20x.nrg", "a Nero image"},
      {"fluxfox/tests/images/sector_test/sector_test_360k.imd", "an ImageDisk floppy image"},
      {"fluxfox/tests/images/sector_test/sector_test_360k.td0", "a TeleDisk floppy image"},
      {"util-linux/ts/blkid/images-fs/iso.img.xz", "an xz file"},
      {"cue2ccd-onetrack-meta/basic_image.sub", "sub-channel data"},
  };
  for (const auto& [file, found] : files) {
    const std::string text = error_of(*root / file);
    const std::string name = std::filesystem::path(file).filename().string();
    EXPECT_EQ(text.substr(0, text.find(" | ")),
              "unsupported: " + name + ": " + found + ", expected a format that pregap reads");
  }
}

}  // namespace
}  // namespace pregap::formats
