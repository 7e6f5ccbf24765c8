// To a cue sheet and its .bin: built sectors, copied sectors, and the sheet's every line.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

constexpr SectorKind kMode1 = SectorKind::mode1;
constexpr SectorKind kForm1Kind = SectorKind::mode2_form1;

Bytes mode1_iso(int sectors) {
  return iso_of(sound_sectors(kMode1, sectors), times(static_cast<std::size_t>(sectors), kMode1));
}

RunResult convert(const TempFolder& folder, const std::string& in, const std::string& out,
                  std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"convert", in, out};
  append(arguments, more);
  return run_pregap(arguments, {.folder = folder.path()});
}

std::string crlf(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return result;
}

TEST(ConvertToCue, AnIsoBecomesSoundMode1Sectors) {
  const TempFolder folder;
  folder.write("a.iso", mode1_iso(200));
  const RunResult r = convert(folder, "a.iso", "b.cue");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder.read("b.bin"), bytes_of(sound_sectors(kMode1, 200)));
  EXPECT_EQ(folder.read_text("b.cue"), crlf(sheet("b.bin", "MODE1/2352")));
  EXPECT_EQ(folder.list(), (std::vector<std::string>{"a.iso", "b.bin", "b.cue"}));
  const RunResult verified = run_pregap({"verify", "b.cue"}, {.folder = folder.path()});
  EXPECT_EQ(verified.out, "good        b.cue: 200 mode 1 sectors\n");
}

TEST(ConvertToCue, Mode2BuildsForm1WithADataSubHeader) {
  const TempFolder folder;
  folder.write("a.iso", mode1_iso(200));
  const RunResult r = convert(folder, "a.iso", "b.cue", {"--mode2"});
  EXPECT_EQ(r.status, 0) << r.err;
  Sectors expected;
  for (int lba = 0; lba < 200; ++lba) {
    expected.push_back(reference::build(kForm1Kind, lba, user_data(kMode1, lba), kForm1));
  }
  EXPECT_EQ((Bytes{expected[0].begin() + 16, expected[0].begin() + 24}),
            (Bytes{0, 0, 8, 0, 0, 0, 8, 0}));
  EXPECT_EQ(folder.read("b.bin"), bytes_of(expected));
  EXPECT_EQ(folder.read_text("b.cue"), crlf(sheet("b.bin", "MODE2/2352")));
}

TEST(ConvertToCue, ASoundMode1DiscComesBackByteForByte) {
  const TempFolder folder;
  folder.write("disc.bin", bytes_of(sound_sectors(kMode1, 200)));
  folder.write("disc.cue", crlf(sheet("disc.bin", "MODE1/2352")));
  ASSERT_EQ(convert(folder, "disc.cue", "disc.iso").status, 0);
  ASSERT_EQ(convert(folder, "disc.iso", "again/disc.cue").status, 2) << "no folder is made";
  std::filesystem::create_directory(folder / "again");
  ASSERT_EQ(convert(folder, "disc.iso", "again/disc.cue").status, 0);
  EXPECT_EQ(folder.read("again/disc.bin"), folder.read("disc.bin"));
  EXPECT_EQ(folder.read("again/disc.cue"), folder.read("disc.cue"));
  ASSERT_EQ(convert(folder, "again/disc.cue", "again/disc.iso").status, 0);
  EXPECT_EQ(folder.read("again/disc.iso"), folder.read("disc.iso"));
}

TEST(ConvertToCue, AnXaDiscComesBackWithPlainSubHeaders) {
  const TempFolder folder;
  Sectors sectors, plain;
  for (int lba = 0; lba < 100; ++lba) {
    const Subheader end{.file_number = 1, .submode = 0x89};
    const Bytes data = user_data(kForm1Kind, lba);
    sectors.push_back(reference::build(kForm1Kind, lba, data, lba % 10 == 9 ? end : kForm1));
    plain.push_back(reference::build(kForm1Kind, lba, data, kForm1));
  }
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue", sheet("disc.bin", "MODE2/2352"));
  const RunResult r = convert(folder, "disc.cue", "disc.iso");
  EXPECT_EQ(r.out,
            "disc.iso: 100 sectors, 204,800 bytes\n"
            "  lost: sync, header, sub-header, EDC and parity of 100 form 1 sectors (built anew, "
            "sub-headers become 00 00 08 00)\n");
  ASSERT_EQ(convert(folder, "disc.iso", "plain.cue", {"--mode2"}).status, 0);
  EXPECT_EQ(folder.read("plain.bin"), bytes_of(plain));
}

constexpr const char* kManyFiles =
    "REM GENRE Test\n"
    "CATALOG 2000000000008\n"
    "TITLE \"The disc\"\n"
    "FILE \"1.bin\" BINARY\n"
    "  TRACK 01 MODE1/2352\n"
    "    FLAGS DCP\n"
    "    INDEX 01 00:00:00\n"
    "FILE \"2.bin\" BINARY\n"
    "  TRACK 02 AUDIO\n"
    "    TITLE \"Low\"\n"
    "    FLAGS DCP PRE\n"
    "    ISRC DEPRG2000001\n"
    "    INDEX 00 00:00:00\n"
    "    INDEX 01 00:00:10\n"
    "    INDEX 02 00:00:15\n"
    "FILE \"3.bin\" BINARY\n"
    "  TRACK 03 MODE2/2352\n"
    "    PREGAP 00:02:00\n"
    "    INDEX 01 00:00:00\n"
    "    POSTGAP 00:00:32\n";

constexpr const char* kOneFile =
    "REM GENRE Test\n"
    "CATALOG 2000000000008\n"
    "TITLE \"The disc\"\n"
    "FILE \"one.bin\" BINARY\n"
    "  TRACK 01 MODE1/2352\n"
    "    FLAGS DCP\n"
    "    INDEX 01 00:00:00\n"
    "  TRACK 02 AUDIO\n"
    "    TITLE \"Low\"\n"
    "    FLAGS DCP PRE\n"
    "    ISRC DEPRG2000001\n"
    "    INDEX 00 00:00:20\n"
    "    INDEX 01 00:00:30\n"
    "    INDEX 02 00:00:35\n"
    "  TRACK 03 MODE2/2352\n"
    "    PREGAP 00:02:00\n"
    "    INDEX 01 00:00:50\n"
    "    POSTGAP 00:00:32\n";

// Where each track lies; its files and the sheet's dialect aside.
json layout_of(const TempFolder& folder, const std::string& image) {
  const RunResult r = run_pregap({"info", "--json", image}, {.folder = folder.path()});
  EXPECT_EQ(r.status, 0) << r.err;
  json layout = json_lines(r.out).at(0);
  for (const char* key : {"image", "files", "dialect"}) layout.erase(key);
  for (json& track : layout.at("tracks")) track.erase("extents");
  return layout;
}

TEST(ConvertToCue, ManyFilesBecomeOneWithEverySectorAndTheWholeLayout) {
  const TempFolder folder;
  Sectors all = sound_sectors(kMode1, 20);
  append(all, sound_sectors(SectorKind::audio, 30, 20));
  append(all, sound_sectors(kForm1Kind, 10, 200));
  folder.write("1.bin", bytes_of(all, 0, 20));
  folder.write("2.bin", bytes_of(all, 20, 30));
  folder.write("3.bin", bytes_of(all, 50, 10));
  folder.write("many.cue", std::string(kManyFiles));
  const RunResult r = convert(folder, "many.cue", "one.cue");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder.read_text("one.cue"), crlf(kOneFile));
  EXPECT_EQ(folder.read("one.bin"), bytes_of(all));
  EXPECT_EQ(r.out, "one.cue: 60 sectors, 141,496 bytes\none.bin: beside it\n  lost: nothing\n");
  EXPECT_EQ(layout_of(folder, "one.cue"), layout_of(folder, "many.cue"));
}

TEST(ConvertToCue, SectorsOf2336BytesGetSyncAndHeader) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(kForm1Kind, 40);
  append(sectors, sound_sectors(SectorKind::mode2_form2, 40, 40));
  Bytes stored;
  for (const reference::Sector& s : sectors) stored.insert(stored.end(), s.begin() + 16, s.end());
  folder.write("a.bin", stored);
  folder.write("a.cue", sheet("a.bin", "MODE2/2336"));
  const RunResult r = convert(folder, "a.cue", "b.cue");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder.read("b.bin"), bytes_of(sectors));
  EXPECT_EQ(folder.read_text("b.cue"), crlf(sheet("b.bin", "MODE2/2352")));
}

TEST(ConvertToCue, SubChannelsAreToldAsLost) {
  const TempFolder folder;
  const Sectors sectors = sound_sectors(kMode1, 40);
  Bytes stored;
  for (const reference::Sector& s : sectors) {
    append(stored, Bytes(s.begin(), s.end()));
    append(stored, Bytes(96, 0x40));
  }
  folder.write("a.img", stored);
  const RunResult r = convert(folder, "a.img", "b.cue");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(folder.read("b.bin"), bytes_of(sectors));
  EXPECT_EQ(r.out, "  lost: sub-channel data\nb.cue: 40 sectors, 94,147 bytes\nb.bin: beside it\n");
  const json losses = json_lines(convert(folder, "a.img", "c.cue", {"--json"}).out)[0].at("losses");
  EXPECT_EQ(losses,
            json::array(
                {{{"what", "subchannel"}, {"message", "sub-channel data"}, {"rebuilds", false}}}));
}

TEST(ConvertToCue, DamagedRawSectorsAreCopiedAndCountAsFaults) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(kMode1, 40);
  sectors[7][100] ^= 1;
  sectors[9].fill(0x55);
  folder.write("a.bin", bytes_of(sectors));
  const RunResult r = convert(folder, "a.bin", "b.cue", {"--json"});
  EXPECT_EQ(r.status, 1);
  const json report = json_lines(r.out).at(0);
  EXPECT_EQ(report.at("written"), true);
  EXPECT_EQ(report.at("kept_damaged"), 2);
  EXPECT_EQ(report.at("corrected"), 0);
  EXPECT_EQ(report.at("bad").size(), 2U);
  EXPECT_EQ(folder.read("b.bin"), bytes_of(sectors));
}

TEST(ConvertToCue, MoreSectorsThanHeadersCanCountAreRefused) {
  const TempFolder folder;
  folder.write("big.iso", Bytes());
  std::filesystem::resize_file(folder / "big.iso", std::uintmax_t{404851} * 2048);
  const RunResult r = convert(folder, "big.iso", "b.cue");
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err,
            "pregap: big.iso: 404851 sectors, expected at most 404850 (89:59:74), as many as "
            "headers can count\n");
  EXPECT_EQ(folder.list(), std::vector<std::string>{"big.iso"});
}

}  // namespace
}  // namespace pregap::test
