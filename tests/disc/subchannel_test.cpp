// The sub-channel that a layout asks for, held against frames worked by hand and against the file
// that another program made of the same layout.
#include "disc/subchannel.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "disc/complete.h"
#include "support/disc_builder.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

Track track_of(int number, TrackType type, std::vector<Index> indexes, int first, int end) {
  Track track{.number = number, .type = type, .declared = type};
  track.indexes = std::move(indexes);
  track.extents = {
      {.file = 0, .storage = Storage::raw2352, .first = Lba(first), .sectors = end - first}};
  return track;
}

// "track index relative absolute control", P and which kind of frame.
std::string shown(const SubchannelMaker& maker, int lba) {
  const std::array<std::uint8_t, kSubchannelSize> bytes = maker.make(Lba(lba));
  EXPECT_TRUE(std::all_of(bytes.begin() + 24, bytes.end(), [](std::uint8_t b) { return b == 0; }));
  EXPECT_EQ(std::set<std::uint8_t>(bytes.begin(), bytes.begin() + 12).size(), 1U);
  const QContent c = parse_q(q_of_linear(bytes));
  EXPECT_TRUE(c.crc_good);
  std::string text = fmt::format("{}{}", bytes[0] == 0 ? "" : "P ", c.control);
  if (c.position) {
    text += fmt::format(" {} {:02} {} {}", c.position->track, c.position->index,
                        to_string(c.position->relative), to_string(c.position->absolute));
  }
  if (!c.mcn.empty()) text += fmt::format(" {} {}", c.mcn, *c.frame);
  if (!c.isrc.empty()) text += fmt::format(" {} {}", c.isrc, *c.frame);
  return text;
}

void expect_rows(const Disc& disc, const std::vector<std::pair<int, const char*>>& rows) {
  const SubchannelMaker maker(disc);
  for (const auto& [lba, expected] : rows) EXPECT_EQ(shown(maker, lba), expected) << "LBA " << lba;
}

TEST(SubchannelMaker, EqualsAnotherProgramsFileInEveryByte) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  const auto file = test::read_file(*shared / "cue2ccd-onetrack-meta" / "basic_image.sub");
  Disc disc;
  disc.tracks = {track_of(1, TrackType::mode1, {{1, Lba(0)}}, 0, 316)};
  const SubchannelMaker maker(disc);
  ASSERT_EQ(file.size(), 316U * 96);
  for (int lba = 0; lba < 316; ++lba) {
    const auto made = maker.make(Lba(lba));
    EXPECT_TRUE(std::equal(made.begin(), made.end(), file.begin() + lba * 96)) << lba;
  }
}

TEST(SubchannelMaker, CountsPausesDownAndTracksUp) {
  Disc disc;
  disc.tracks = {
      track_of(1, TrackType::mode1, {{1, Lba(0)}}, 0, 1000),
      track_of(2, TrackType::audio, {{0, Lba(1000)}, {1, Lba(1200)}, {2, Lba(4700)}}, 1000, 6000)};
  disc.tracks[1].flags = {.copy_permitted = true, .pre_emphasis = true};
  complete_disc(disc);
  expect_rows(disc, {{-151, "P 4 1 00 00:02:01 99:59:74"},
                     {-150, "P 4 1 00 00:02:00 00:00:00"},
                     {-1, "P 4 1 00 00:00:01 00:01:74"},
                     {0, "P 4 1 01 00:00:00 00:02:00"},
                     {1, "4 1 01 00:00:01 00:02:01"},
                     {999, "4 1 01 00:13:24 00:15:24"},
                     {1000, "3 2 00 00:02:50 00:15:25"},  // P comes a sector later
                     {1001, "P 3 2 00 00:02:49 00:15:26"},
                     {1199, "P 3 2 00 00:00:01 00:17:74"},
                     {1200, "P 3 2 01 00:00:00 00:18:00"},
                     {1201, "3 2 01 00:00:01 00:18:01"},
                     {4699, "3 2 01 00:46:49 01:04:49"},
                     {4700, "3 2 02 00:46:50 01:04:50"},
                     {5999, "3 2 02 01:03:74 01:21:74"},
                     {6000, "3 170 01 00:00:00 01:22:00"},
                     {6150, "3 170 01 00:02:00 01:24:00"},
                     {6151, "P 3 170 01 00:02:01 01:24:01"},
                     {6170, "3 170 01 00:02:20 01:24:20"},
                     {6189, "P 3 170 01 00:02:39 01:24:39"}});
}

TEST(SubchannelMaker, FlagsTwoSecondsBeforeATrackWithoutPause) {
  Disc disc;
  disc.tracks = {track_of(1, TrackType::audio, {{1, Lba(0)}}, 0, 1000),
                 track_of(2, TrackType::audio, {{1, Lba(1000)}}, 1000, 2000)};
  expect_rows(disc, {{850, "0 1 01 00:11:25 00:13:25"},
                     {851, "P 0 1 01 00:11:26 00:13:26"},
                     {999, "P 0 1 01 00:13:24 00:15:24"},
                     {1000, "P 0 2 01 00:00:00 00:15:25"},
                     {1001, "0 2 01 00:00:01 00:15:26"},
                     {1999, "0 2 01 00:13:24 00:28:49"}});
}

TEST(SubchannelMaker, TakesPausesThatAreInNoFile) {
  Disc disc;
  disc.tracks = {track_of(1, TrackType::audio, {{0, Lba(0)}, {1, Lba(40)}}, 0, 1000),
                 track_of(2, TrackType::audio, {{0, Lba(1075)}, {1, Lba(1150)}}, 1075, 2000)};
  disc.tracks[0].unstored_postgap = 25;
  disc.tracks[1].unstored_pregap = 50;
  disc.tracks[1].unstored_postgap = 10;
  expect_rows(disc, {{-150, "P 0 1 00 00:02:40 00:00:00"},
                     {39, "P 0 1 00 00:00:01 00:02:39"},
                     {40, "P 0 1 01 00:00:00 00:02:40"},
                     {1000, "0 1 01 00:12:60 00:15:25"},
                     {1024, "P 0 1 01 00:13:09 00:15:49"},
                     {1025, "P 0 2 00 00:01:50 00:15:50"},
                     {2009, "0 2 01 00:11:34 00:28:59"},
                     {2010, "0 170 01 00:00:00 00:28:60"}});
}

TEST(SubchannelMaker, GivesEverySessionItsPauseAndLeadOut) {
  Disc disc;
  disc.tracks = {track_of(1, TrackType::audio, {{1, Lba(0)}}, 0, 1000),
                 track_of(2, TrackType::mode1, {{1, Lba(12400)}}, 12400, 13000)};
  disc.tracks[1].session = 2;
  complete_disc(disc);
  expect_rows(disc, {{999, "0 1 01 00:13:24 00:15:24"},
                     {1000, "0 170 01 00:00:00 00:15:25"},
                     {12249, "0 170 01 02:29:74 02:45:24"},
                     {12250, "4 2 00 00:02:00 02:45:25"},
                     {12400, "P 4 2 01 00:00:00 02:47:25"},
                     {13000, "4 170 01 00:00:00 02:55:25"}});
}

TEST(SubchannelMaker, PutsTheMcnIntoEveryHundredSectorsAndIsrcsIntoTheirTracks) {
  Disc disc;
  disc.mcn = "0123456789012";
  disc.tracks = {
      track_of(1, TrackType::audio, {{1, Lba(0)}}, 0, 3000),
      track_of(2, TrackType::audio, {{0, Lba(3000)}, {1, Lba(3150)}, {2, Lba(3215)}}, 3000, 6000),
      track_of(3, TrackType::mode1, {{1, Lba(6000)}}, 6000, 9000)};
  disc.tracks[0].isrc = "USRC17607839";
  disc.tracks[1].isrc = "GBAYE0000351";
  const SubchannelMaker maker(disc);
  int since_mcn = 0, since_isrc = 0;
  for (int lba = -150; lba < 9000; ++lba) {
    const QContent c = parse_q(maker.q(Lba(lba)));
    ASSERT_TRUE(c.crc_good) << lba;
    const SubchannelMaker::Place place = maker.place_of(Lba(lba));
    ++since_mcn;
    ++since_isrc;
    if (!c.position) {
      EXPECT_GE(place.since_border, 2) << lba;
      EXPECT_GE(place.to_border, 3) << lba;
      EXPECT_EQ(c.frame, (lba + 150) % 75);
      EXPECT_EQ(c.control, place.control);
    }
    if (!c.mcn.empty()) {
      EXPECT_EQ(c.mcn, disc.mcn);
      since_mcn = 0;
    }
    if (!c.isrc.empty()) {
      EXPECT_EQ(c.isrc, lba < 3000 ? "USRC17607839" : "GBAYE0000351") << lba;
      EXPECT_TRUE(lba >= 0 && lba < 6000 && !(lba >= 3000 && lba < 3150)) << lba;
      since_isrc = 0;
    }
    EXPECT_LT(since_mcn, 100) << lba;
    const bool in_track = (lba >= 100 && lba < 3000) || (lba >= 3250 && lba < 6000);
    EXPECT_TRUE(!in_track || since_isrc < 100) << lba;
  }
}

TEST(SubchannelMaker, LeavesOutNumbersThatNoFrameHolds) {
  Disc disc;
  disc.mcn = "not a number";
  disc.tracks = {track_of(1, TrackType::audio, {{1, Lba(0)}}, 0, 300)};
  disc.tracks[0].isrc = "?";
  const SubchannelMaker maker(disc);
  for (int lba = 0; lba < 300; ++lba) ASSERT_EQ(maker.q(Lba(lba)), maker.position(Lba(lba)));
}

TEST(SubchannelMaker, PutsPatchesInPlace) {
  Disc disc;
  disc.mcn = "0123456789012";
  disc.tracks = {track_of(1, TrackType::mode2, {{1, Lba(0)}}, 0, 300)};
  const QFrame patch = {0x41, 1, 1, 7, 6, 5, 0, 0x23, 8, 5, 0x38, 0x39};
  disc.q_patches = {{Lba(40), patch}, {Lba(20), patch}};
  const SubchannelMaker maker(disc);
  EXPECT_EQ(maker.q(Lba(20)), patch);
  EXPECT_EQ(maker.q(Lba(40)), patch);  // where the MCN would be
  EXPECT_EQ(q_of_linear(maker.make(Lba(40))), patch);
  EXPECT_EQ(maker.q(Lba(21)), maker.position(Lba(21)));
}

TEST(SubchannelMaker, HoldsWhateverALayoutSays) {
  Disc disc;
  EXPECT_EQ(shown(SubchannelMaker(disc), 5), "0 1 01 00:00:05 00:02:05");
  disc.tracks = {track_of(1, TrackType::audio, {{1, Lba(0)}, {2, Lba(50)}, {3, Lba(50)}}, 0, 100),
                 track_of(2, TrackType::audio, {{1, Lba(100)}}, 100, 101),
                 track_of(3, TrackType::audio, {{0, Lba(90)}, {1, Lba(102)}}, 101, 2000000)};
  disc.tracks[1].unstored_pregap = 500;
  const SubchannelMaker maker(disc);
  for (const int lba : {-2000000, -45151, 49, 50, 99, 100, 101, 102, 500000, 2000000, 2147480000}) {
    EXPECT_TRUE(q_crc_is_good(maker.q(Lba(lba)))) << lba;
  }
  EXPECT_EQ(maker.place_of(Lba(50)).index, 3);
}

}  // namespace
}  // namespace pregap
