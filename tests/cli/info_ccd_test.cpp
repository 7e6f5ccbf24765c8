// What `pregap info` says of a CloneCD image: two sessions, CD-Text in two languages.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "disc/cd_text.h"
#include "disc/complete.h"
#include "formats/ccd_write.h"
#include "support/image_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

Track track_of(int number, int session, TrackType type, int start, int sectors,
               std::uint64_t sector) {
  Track track;
  track.number = number;
  track.session = session;
  track.type = track.declared = type;
  track.indexes = {{.number = 1, .lba = Lba(start)}};
  track.extents = {{.offset = sector * 2352, .first = Lba(start), .sectors = sectors}};
  return track;
}

class InfoOfCcd : public testing::Test {
 protected:
  void SetUp() override {
    Disc disc;
    disc.files.push_back({.path = "a.img", .bytes = nullptr});
    disc.tracks = {track_of(1, 1, TrackType::audio, 0, 300, 0),
                   track_of(2, 2, TrackType::mode1, 11700, 20, 300)};
    CdTextBlock english, german{.number = 1, .language = 0x08};
    english.disc = {{"TITLE", "Night Cats"}};
    english.tracks = {{1, {{"TITLE", "The Hunt"}}}};
    german.disc = {{"TITLE", "Nachtkatzen"}};
    disc.cd_text = {english, german};
    complete_disc(disc);
    folder_.write("a.ccd", formats::write_ccd(disc));
    test::Bytes image = test::bytes_of(test::sound_sectors(SectorKind::audio, 300));
    test::append(image, test::bytes_of(test::sound_sectors(SectorKind::mode1, 20, 11700)));
    folder_.write("a.img", image);
    folder_.write("a.sub", test::Bytes(320 * 96));
  }
  test::RunResult info(const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"info"};
    test::append(arguments, options);
    arguments.push_back("a.ccd");
    return test::run_pregap(arguments, {.folder = folder_.path()});
  }
  test::TempFolder folder_;
};

TEST_F(InfoOfCcd, NamesItsLanguagesAndItsToc) {
  const test::RunResult result = info({});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "a.ccd: ccd (version 3), 2 sessions, 2 tracks, 320 sectors in 2 files\n"
            "  track  type     bytes    start  MSF        length  time\n"
            "      1  audio     2352        0  00:02:00      300  00:04:00\n"
            "      2  mode1     2352    11700  02:38:00       20  00:00:20\n"
            "  track 1: TITLE The Hunt\n"
            "  track 1: a.img at byte 0\n"
            "  track 2: a.img at byte 705600\n"
            "  session 1: CD-DA or CD-ROM, lead-out at LBA 300\n"
            "  session 2: CD-DA or CD-ROM, lead-out at LBA 11720\n"
            "  TITLE Night Cats\n"
            "  sub-channel: P to W, linear, in a.sub\n"
            "  CD-Text in English: 2 texts, ISO 8859-1\n"
            "  CD-Text in German: 1 text, ISO 8859-1\n"
            "  TOC of 10 entries, with B0 C0\n");
}

TEST_F(InfoOfCcd, ListsThemWhenVerbose) {
  const std::string text = info({"--verbose"}).out;
  EXPECT_NE(text.find("  CD-Text in English: 2 texts, ISO 8859-1\n"
                      "    disc TITLE Night Cats\n"
                      "    track 1 TITLE The Hunt\n"
                      "  CD-Text in German: 1 text, ISO 8859-1\n"
                      "    disc TITLE Nachtkatzen\n"
                      "  TOC of 10 entries, with B0 C0\n"
                      "    session 1 point A0 ADR 1 Control 0 00:00:00   0 01:00:00\n"
                      "    session 1 point A1 ADR 1 Control 0 00:00:00   0 01:00:00\n"
                      "    session 1 point A2 ADR 1 Control 0 00:00:00   0 00:06:00\n"
                      "    session 1 point 01 ADR 1 Control 0 00:00:00   0 00:02:00\n"
                      "    session 1 point B0 ADR 5 Control 0 02:36:00   2 79:59:74\n"
                      "    session 1 point C0 ADR 5 Control 0 128:00:00   0 97:25:00\n"
                      "    session 2 point A0 ADR 1 Control 4 00:00:00   0 02:00:00\n"),
            std::string::npos)
      << text;
}

TEST_F(InfoOfCcd, SaysThemInJson) {
  const nlohmann::json json = test::json_lines(info({"--json"}).out).at(0);
  ASSERT_EQ(json["toc"].size(), 10U);
  EXPECT_EQ(json["toc"][4].dump(),
            R"({"adr":5,"control":0,"msf":[2,36,0],"pmsf":[79,59,74],"point":176,"session":1,)"
            R"("tno":0,"zero":2})");
  EXPECT_EQ(json["toc_differences"].dump(), "[]");
  ASSERT_EQ(json["cd_text_blocks"].size(), 2U);
  EXPECT_EQ(json["cd_text_blocks"][0].dump(),
            R"({"character_code":0,"characters":"ISO 8859-1","copyright":0,"disc":)"
            R"({"TITLE":"Night Cats"},"language":"English","language_code":9,"number":0,)"
            R"("tracks":{"1":{"TITLE":"The Hunt"}}})");
  EXPECT_EQ(json["cd_text_blocks"][1]["language"], "German");
}

TEST_F(InfoOfCcd, SaysHowTheTocIsNotTheLayout) {
  std::string text = folder_.read_text("a.ccd");
  const std::string control = "Point=0x02\r\nADR=0x01\r\nControl=0x04";
  text.replace(text.find(control), control.size(), "Point=0x02\r\nADR=0x01\r\nControl=0x00");
  folder_.write("a.ccd", text);
  EXPECT_NE(info({}).out.find("  TOC: track 2 has Control 0h in the TOC, 4h in the layout\n"),
            std::string::npos);
}

}  // namespace
}  // namespace pregap
