#include "pregap/disc.h"

#include <gtest/gtest.h>

#include <string>

#include "support/disc_builder.h"

namespace pregap {
namespace {

// A track of 150 sectors of pregap and 300 behind, in two files, then a hole, then one more.
Disc two_tracks() {
  Disc disc;
  Track first{.number = 1, .session = 1};
  first.indexes = {{0, Lba(1000)}, {1, Lba(1150)}, {2, Lba(1200)}};
  first.extents = {
      {.file = 0, .offset = 0, .storage = Storage::raw2352, .first = Lba(1000), .sectors = 150},
      {.file = 1, .offset = 0, .storage = Storage::raw2352, .first = Lba(1150), .sectors = 300}};
  Track second{.number = 5, .session = 2, .type = TrackType::audio};
  second.indexes = {{1, Lba(2000)}};
  second.extents = {
      {.file = 1, .offset = 9, .storage = Storage::raw2448, .first = Lba(2000), .sectors = 10}};
  disc.tracks = {first, second};
  return disc;
}

TEST(Track, CountsFromItsIndexesAndExtents) {
  const Disc disc = two_tracks();
  const Track& track = disc.tracks[0];
  EXPECT_EQ(track.first_lba(), Lba(1000));
  EXPECT_EQ(track.start_lba(), Lba(1150));
  EXPECT_EQ(track.end_lba(), Lba(1450));
  EXPECT_EQ(track.sectors(), 300);
  EXPECT_EQ(track.stored_sectors(), 450);
  EXPECT_TRUE(track.is_data());
  EXPECT_FALSE(disc.tracks[1].is_data());
}

TEST(Track, WithoutAnythingStoredBeginsAndEndsAtIndex01) {
  Track track;
  track.indexes = {{1, Lba(77)}};
  EXPECT_EQ(track.first_lba(), Lba(77));
  EXPECT_EQ(track.start_lba(), Lba(77));
  EXPECT_EQ(track.end_lba(), Lba(77));
  EXPECT_EQ(track.sectors(), 0);
  EXPECT_EQ(track.stored_sectors(), 0);
  EXPECT_EQ(track.extent_at(Lba(77)), nullptr);
}

TEST(Track, CutWithinItsPregapHasNoSectors) {
  Track track;
  track.indexes = {{0, Lba(0)}, {1, Lba(150)}};
  track.extents = {{.first = Lba(0), .sectors = 100}};
  EXPECT_EQ(track.start_lba(), Lba(150));
  EXPECT_EQ(track.end_lba(), Lba(100));
  EXPECT_EQ(track.sectors(), 0);
}

TEST(Track, FindsTheExtentOfAnAddress) {
  const Disc disc = two_tracks();
  const Track& track = disc.tracks[0];
  EXPECT_EQ(track.extent_at(Lba(999)), nullptr);
  EXPECT_EQ(track.extent_at(Lba(1000)), &track.extents[0]);
  EXPECT_EQ(track.extent_at(Lba(1149)), &track.extents[0]);
  EXPECT_EQ(track.extent_at(Lba(1150)), &track.extents[1]);
  EXPECT_EQ(track.extent_at(Lba(1449)), &track.extents[1]);
  EXPECT_EQ(track.extent_at(Lba(1450)), nullptr);
}

TEST(Disc, CountsAllTracks) {
  const Disc disc = two_tracks();
  EXPECT_EQ(disc.session_count(), 2);
  EXPECT_EQ(disc.stored_sectors(), 460);
  EXPECT_EQ(disc.stored_bytes(), 450U * 2352 + 10 * 2448);
  EXPECT_EQ(Disc().session_count(), 0);
  EXPECT_EQ(Disc().stored_sectors(), 0);
}

TEST(Disc, FindsTracksByNumberAndAddress) {
  const Disc disc = two_tracks();
  EXPECT_EQ(disc.find_track(5), &disc.tracks[1]);
  EXPECT_EQ(disc.find_track(2), nullptr);
  EXPECT_EQ(disc.track_at(Lba(1449)), &disc.tracks[0]);
  EXPECT_EQ(disc.track_at(Lba(1450)), nullptr) << "the hole between them";
  EXPECT_EQ(disc.track_at(Lba(2009)), &disc.tracks[1]);
  EXPECT_EQ(disc.track_at(Lba(2010)), nullptr);
}

TEST(Storage, HasItsStride) {
  EXPECT_EQ(stride_of(Storage::raw2352), 2352U);
  EXPECT_EQ(stride_of(Storage::raw2448), 2448U);
  EXPECT_EQ(stride_of(Storage::xa2336), 2336U);
  EXPECT_EQ(stride_of(Storage::user2048), 2048U);
}

TEST(Names, AreThoseOfJson) {
  EXPECT_EQ(name_of(TrackType::audio), "audio");
  EXPECT_EQ(name_of(TrackType::mode0), "mode0");
  EXPECT_EQ(name_of(TrackType::mode1), "mode1");
  EXPECT_EQ(name_of(TrackType::mode2), "mode2");
  EXPECT_EQ(name_of(Severity::note), "note");
  EXPECT_EQ(name_of(Severity::warning), "warning");
  EXPECT_EQ(name_of(Severity::fault), "fault");
}

}  // namespace
}  // namespace pregap
