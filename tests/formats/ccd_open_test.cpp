// CloneCD images opened by path, as a user does.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ccd_sheet.h"
#include "formats/ccd_write.h"
#include "pregap/error.h"
#include "pregap/open.h"
#include "sector/subchannel.h"
#include "support/disc_builder.h"
#include "support/program.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using test::Bytes;
using test::layout_of;
using test::problems_of;
using Lines = std::vector<std::string>;

std::string sheet_of(int sectors, int control, int mode) {
  return test::ccd_text(1,
                        {{.point = 0xA0, .control = control, .pmin = 1},
                         {.point = 0xA1, .control = control, .pmin = 1},
                         {.point = 0xA2, .control = control, .lba = sectors},
                         {.point = 1, .control = control}},
                        fmt::format("[TRACK 1]\r\nMODE={}\r\nINDEX 1=0\r\n", mode));
}

class CcdOpen : public testing::Test {
 protected:
  std::string place(const std::string& name) const { return (folder_ / name).string(); }
  void write_image(const std::string& name, SectorKind kind = SectorKind::mode1) const {
    folder_.write(name, test::bytes_of(test::sound_sectors(kind, 20)));
  }
  test::TempFolder folder_;
};

TEST_F(CcdOpen, FindsItsFilesWhateverTheirCase) {
  for (const auto& [ccd, img, sub] :
       std::vector<std::array<const char*, 3>>{{"a.ccd", "a.img", "a.sub"},
                                               {"b.CCD", "B.IMG", "B.Sub"},
                                               {"c.ccd", "c.bin", "c.SUB"},
                                               {"d.x.ccd", "d.x.img", "d.x.sub"}}) {
    SCOPED_TRACE(ccd);
    folder_.write(ccd, sheet_of(20, 4, 1));
    write_image(img);
    folder_.write(sub, Bytes(20 * 96));
    const Disc disc = open_disc(folder_ / ccd);
    EXPECT_EQ(disc.format, "ccd");
    EXPECT_EQ(layout_of(disc), Lines{"1 mode1 session 1 index 01=0 stored 0+20"});
    EXPECT_EQ(problems_of(disc.problems), Lines{});
    ASSERT_EQ(disc.files.size(), 2U);
    EXPECT_EQ(disc.files[0].path, folder_ / img);
    EXPECT_EQ(disc.files[1].path, folder_ / sub);
  }
}

TEST_F(CcdOpen, PrefersImgToBin) {
  folder_.write("a.ccd", sheet_of(20, 4, 1));
  folder_.write("a.bin", Bytes(2352));
  write_image("A.img");
  const Disc disc = open_disc(folder_ / "a.ccd");
  EXPECT_EQ(disc.files.at(0).path, folder_ / "A.img");
  EXPECT_EQ(problems_of(disc.problems),
            Lines{"subchannel.missing: " + place("a.ccd") +
                  ": no .sub file beside it, read without sub-channel"});
}

TEST_F(CcdOpen, SaysThatTheImageIsMissing) {
  folder_.write("a.ccd", sheet_of(20, 4, 1));
  EXPECT_EQ(
      test::error_of([&] { open_disc(folder_ / "a.ccd"); }),
      "not_found: " + place("a.ccd") + ": no a.img beside it, expected the image with its sectors");
}

TEST_F(CcdOpen, BelievesTheSectorsMoreThanMode) {
  write_image("a.img", SectorKind::mode2_form1);
  for (const auto& [control, mode] : {std::pair{4, 1}, std::pair{0, 0}}) {
    folder_.write("a.ccd", sheet_of(20, control, mode));
    const Disc disc = open_disc(folder_ / "a.ccd");
    EXPECT_EQ(disc.tracks.at(0).type, TrackType::mode2);
    EXPECT_EQ(disc.problems.at(1).message,
              fmt::format("{}: track 1 is declared MODE={}, its sectors are mode2", place("a.ccd"),
                          mode));
  }
}

TEST_F(CcdOpen, TakesTheModeFromTheSectorsWhereNothingSaysIt) {
  write_image("a.img", SectorKind::mode2_form1);
  const std::string text = sheet_of(20, 4, 1);
  folder_.write("a.ccd", text.substr(0, text.find("[TRACK")));
  const Disc disc = open_disc(folder_ / "a.ccd");
  EXPECT_EQ(disc.tracks.at(0).type, TrackType::mode2);
  EXPECT_EQ(disc.problems.size(), 1U);  // of the sub-channel
}

TEST_F(CcdOpen, IsToldByItsContent) {
  write_image("a.img");
  folder_.write("a.txt", sheet_of(20, 4, 1));
  EXPECT_EQ(open_disc(folder_ / "a.txt").format, "ccd");
  folder_.write("b.ccd", std::string("nothing of the kind"));
  EXPECT_EQ(
      test::error_of([&] { open_disc(folder_ / "b.ccd"); }),
      "malformed: " + place("b.ccd") + ": no [CloneCD] section, expected a CloneCD control file");
  EXPECT_EQ(open_disc(folder_ / "a.img").format, "raw");
}

TEST_F(CcdOpen, ReadsSubchannelInEitherOrder) {
  std::array<std::uint8_t, 96> linear{};
  Bytes file, interleaved;
  for (int i = 0; i < 20; ++i) {
    linear.fill(0);
    QFrame q{0x41, 1,
             1,    0,
             0,    static_cast<std::uint8_t>(i / 10 << 4 | i % 10),
             0,    0,
             2,    static_cast<std::uint8_t>(i / 10 << 4 | i % 10)};
    put_q_crc(q, q_crc(q));
    std::ranges::copy(q, linear.begin() + 12);
    file.insert(file.end(), linear.begin(), linear.end());
    std::array<std::uint8_t, 96> woven{};
    for (std::size_t bit = 0; bit < 96; ++bit) {
      for (std::size_t channel = 0; channel < 8; ++channel) {
        const unsigned value = linear[12 * channel + bit / 8] >> (7 - bit % 8) & 1U;
        woven[bit] = static_cast<std::uint8_t>(woven[bit] | value << (7 - channel));
      }
    }
    interleaved.insert(interleaved.end(), woven.begin(), woven.end());
  }
  write_image("a.img");
  folder_.write("a.ccd", sheet_of(20, 4, 1));
  for (const auto& [bytes, problems] :
       std::vector<std::pair<Bytes, Lines>>{{file, {}},
                                            {interleaved,
                                             {"subchannel.order: " + place("a.sub") +
                                              ": interleaved by its Q frames, expected linear"}}}) {
    folder_.write("a.sub", bytes);
    const Disc disc = open_disc(folder_ / "a.ccd");
    EXPECT_EQ(problems_of(disc.problems), problems);
    Bytes read(20 * 96);
    EXPECT_EQ(disc.read_subchannel(Lba(0), 20, read), 20);
    EXPECT_EQ(read, file);
  }
}

// The real control file and sub-channel of a one-track disc; its image can't be shared, so that
// sound sectors stand in.
class CcdShared : public CcdOpen {};

TEST_F(CcdShared, OneTrackDiscOfCue2Ccd) {
  const auto root = test::shared_data();
  if (!root) GTEST_SKIP() << test::why_no_shared_data();
  const std::filesystem::path folder = *root / "cue2ccd-onetrack-meta";
  const Bytes text = test::read_file(folder / "basic_image.ccd");
  folder_.write("a.ccd", text);
  folder_.write("a.sub", test::read_file(folder / "basic_image.sub"));
  folder_.write("a.img", test::bytes_of(test::sound_sectors(SectorKind::mode1, 316)));
  Disc disc = open_disc(folder_ / "a.ccd");
  EXPECT_EQ(problems_of(disc.problems), Lines{});
  EXPECT_EQ(layout_of(disc), Lines{"1 mode1 session 1 index 01=0 stored 0+316"});
  EXPECT_EQ(disc.dialect, "version 3");
  EXPECT_EQ(disc.sessions.at(0).lead_out, Lba(316));
  EXPECT_EQ(disc.sessions.at(0).pregap_mode, 1);
  EXPECT_EQ(disc.sessions.at(0).pregap_subchannel, 0);
  EXPECT_EQ(disc.toc.size(), 4U);
  ASSERT_EQ(disc.subchannel.size(), 1U);
  EXPECT_EQ(disc.subchannel[0].order, SubchannelOrder::linear);
  EXPECT_EQ(disc.subchannel[0].sectors, 316);

  disc.files.resize(1);
  std::string expected, lines(text.begin(), text.end());
  for (std::size_t at = 0; at < lines.size();) {  // but for line ends and blank lines
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    if (end > at) expected += lines.substr(at, end - at) + "\r\n";
    at = end + 1;
  }
  EXPECT_EQ(formats::write_ccd(disc), expected);
}

}  // namespace
}  // namespace pregap
