// What an image is: `pregap info`. The samples' reports are held in samples_damage_test.cpp.
#include <gtest/gtest.h>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {
namespace {

using nlohmann::json;

RunResult info(const TempFolder& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "info");
  return run_pregap(arguments, {.folder = folder.path()});
}

TEST(Info, TellsGapsIndexesAndWhatTheSheetSays) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 20);
  append(sectors, sound_sectors(SectorKind::audio, 30, 20));
  append(sectors, sound_sectors(SectorKind::mode2_form1, 10, 200));
  folder.write("disc.bin", bytes_of(sectors));
  folder.write("disc.cue",
               std::string("CATALOG 2000000000008\nTITLE \"The disc\"\n") +
                   sheet("disc.bin", "MODE1/2352") +
                   "  TRACK 02 AUDIO\n    FLAGS DCP 4CH PRE SCMS\n    ISRC DEPRG2000001\n"
                   "    PERFORMER \"Somebody\"\n    INDEX 00 00:00:20\n    INDEX 01 00:00:30\n"
                   "    INDEX 02 00:00:35\n"
                   "  TRACK 03 MODE2/2352\n    PREGAP 00:02:00\n    INDEX 01 00:00:50\n"
                   "    POSTGAP 00:00:32\n");
  const RunResult r = info(folder, {"disc.cue"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "disc.cue: cue (CDRWIN), 1 session, 3 tracks, 60 sectors in 1 file\n"
            "  track  type     bytes    start  MSF        length  time\n"
            "      1  mode1     2352        0  00:02:00       20  00:00:20\n"
            "      2  audio     2352       30  00:02:30       20  00:00:20 DCP 4CH PRE SCMS\n"
            "      3  mode2     2352      200  00:04:50       10  00:00:10\n"
            "  track 2: pregap of 10 sectors, stored\n"
            "  track 2: INDEX 02 at LBA 35\n"
            "  track 2: ISRC DEPRG2000001\n"
            "  track 2: PERFORMER Somebody\n"
            "  track 2: disc.bin at byte 47040\n"
            "  track 3: pregap of 150 sectors, not stored\n"
            "  track 3: postgap of 32 sectors, not stored\n"
            "  track 3: disc.bin at byte 117600\n"
            "  MCN 2000000000008\n"
            "  TITLE The disc\n");
}

TEST(Info, ABareImageIsKnownByItsContent) {
  const TempFolder folder;
  Sectors sectors = sound_sectors(SectorKind::mode1, 310);
  append(sectors, sound_sectors(SectorKind::audio, 310, 310));
  folder.write("disc.img", bytes_of(sectors));
  const RunResult r = info(folder, {"disc.img"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "disc.img: raw, 1 session, 2 tracks, 620 sectors in 1 file\n"
            "  track  type     bytes    start  MSF        length  time\n"
            "      1  mode1     2352        0  00:02:00      310  00:04:10\n"
            "      2  audio     2352      310  00:06:10      310  00:04:10\n"
            "  track 2: disc.img at byte 729120\n");
}

TEST(Info, OneThatFailsStandsInItsPlace) {
  const TempFolder folder;
  folder.write("a.bin", bytes_of(sound_sectors(SectorKind::mode1, 20)));
  const RunResult r = info(folder, {"--json", "a.bin", "nowhere", "a.bin"});
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.err, "pregap: nowhere: no such file, expected an image\n");
  const std::vector<json> lines = json_lines(r.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("schema"), "pregap.info/1");
  EXPECT_EQ(lines[1].at("schema"), "pregap.error/1");
  EXPECT_EQ(lines[2].at("schema"), "pregap.info/1");
}

TEST(Info, AnIncompleteImageIsAFault) {
  const TempFolder folder;
  Bytes bytes = bytes_of(sound_sectors(SectorKind::mode1, 20));
  bytes.resize(bytes.size() - 1);
  folder.write("a.bin", bytes);
  const RunResult r = info(folder, {"--json", "a.bin"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(json_lines(r.out).at(0).at("problems"),
            json::array({{{"severity", "fault"},
                          {"code", "file.size"},
                          {"message",
                           "a.bin: 2351 bytes are left over behind the last whole "
                           "sector, 1 is missing to one of 2352 bytes"}}}));
}

}  // namespace
}  // namespace pregap::test
