#include "disc/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::Sectors;
using test::sound_sectors;
using test::TrackPlan;

constexpr int kLength = 40;

struct Sampled {
  TrackType type, declared;
  SectorKind kind;
  std::vector<std::string> problems;
};

Sampled sample(TrackPlan plan) {
  Disc disc = test::disc_of({std::move(plan)});
  sample_tracks(disc);
  const Track& track = disc.tracks[0];
  return {track.type, track.declared, track.sampled_kind, test::problems_of(disc.problems)};
}

Sampled sample(TrackType declared, const std::string& word, const Sectors& sectors) {
  return sample({.type = declared, .sectors = sectors, .declared_as = word});
}

std::vector<std::string> disagreement(const std::string& word, const std::string& type) {
  return {"track.mode: disc.cue: track 1 is declared " + word + ", its sectors are " + type};
}
const std::vector<std::string> kNone;

// A mode 2 sector without form: bytes that are no sub-header twice, no EDC.
Sectors formless(int count) {
  Sectors sectors;
  for (int i = 0; i < count; ++i) {
    sectors.push_back(
        reference::build(SectorKind::mode2, i, test::user_data(SectorKind::mode2, i)));
  }
  return sectors;
}

template <typename Change>
Sectors changed(Sectors sectors, Change change) {
  for (auto& sector : sectors) change(sector);
  return sectors;
}

TEST(Sample, FindsWhatTheSheetSays) {
  const struct {
    TrackType type;
    SectorKind kind;
  } rows[] = {{TrackType::mode1, SectorKind::mode1},
              {TrackType::mode2, SectorKind::mode2_form1},
              {TrackType::mode2, SectorKind::mode2_form2},
              {TrackType::audio, SectorKind::audio}};
  for (const auto& row : rows) {
    const Sampled s = sample(row.type, "X", sound_sectors(row.kind, kLength));
    EXPECT_EQ(s.type, row.type) << name_of(row.kind);
    EXPECT_EQ(s.kind, row.kind);
    EXPECT_EQ(s.problems, kNone);
  }
}

TEST(Sample, BelievesTheSectorsAboutTheMode) {
  Sampled s = sample(TrackType::mode1, "MODE1/2352", sound_sectors(SectorKind::mode2_form1, 40));
  EXPECT_EQ(s.type, TrackType::mode2);
  EXPECT_EQ(s.declared, TrackType::mode1);
  EXPECT_EQ(s.kind, SectorKind::mode2_form1);
  EXPECT_EQ(s.problems, disagreement("MODE1/2352", "mode2"));

  s = sample(TrackType::mode2, "MODE2/2352", sound_sectors(SectorKind::mode1, 40));
  EXPECT_EQ(s.type, TrackType::mode1);
  EXPECT_EQ(s.kind, SectorKind::mode1);
  EXPECT_EQ(s.problems, disagreement("MODE2/2352", "mode1"));
}

TEST(Sample, TakesAudioWithSyncsForTheDataThatItIs) {
  for (const int count : {1, 3, kLength}) {
    const Sampled s = sample(TrackType::audio, "AUDIO", sound_sectors(SectorKind::mode1, count));
    EXPECT_EQ(s.type, TrackType::mode1) << count;
    EXPECT_EQ(s.problems, disagreement("AUDIO", "mode1"));
  }
  const Sampled s = sample(TrackType::audio, "AUDIO", sound_sectors(SectorKind::mode2_form2, 9));
  EXPECT_EQ(s.type, TrackType::mode2);
  EXPECT_EQ(s.kind, SectorKind::mode2_form2);
}

TEST(Sample, LeavesAudioWithFewSyncsAudio) {
  Sectors sectors = sound_sectors(SectorKind::audio, kLength);
  std::copy_n(sound_sectors(SectorKind::mode1, 12).begin(), 12, sectors.begin());
  const Sampled s = sample(TrackType::audio, "AUDIO", sectors);
  EXPECT_EQ(s.type, TrackType::audio);
  EXPECT_EQ(s.kind, SectorKind::audio);
  EXPECT_EQ(s.problems, kNone);
}

TEST(Sample, KnowsMode2WithoutForm) {
  const Sampled s = sample(TrackType::mode2, "MODE2/2352", formless(kLength));
  EXPECT_EQ(s.type, TrackType::mode2);
  EXPECT_EQ(s.kind, SectorKind::mode2);
  EXPECT_EQ(s.problems, kNone);
}

TEST(Sample, TakesTheFirstFormOfTwo) {
  Sectors sectors = sound_sectors(SectorKind::mode2_form2, 20);
  test::append(sectors, sound_sectors(SectorKind::mode2_form1, 20, 20));
  EXPECT_EQ(sample(TrackType::mode2, "MODE2/2352", sectors).kind, SectorKind::mode2_form2);
}

TEST(Sample, KeepsDataWhoseSyncsAreAllDestroyed) {
  for (const TrackType type : {TrackType::mode1, TrackType::mode2}) {
    const SectorKind kind = type == TrackType::mode1 ? SectorKind::mode1 : SectorKind::mode2_form1;
    const Sampled s = sample(type, "X", changed(sound_sectors(kind, kLength), [](auto& sector) {
                               std::fill_n(sector.begin(), 12, std::uint8_t{0x11});
                             }));
    EXPECT_EQ(s.type, type);
    EXPECT_EQ(s.kind, kind);
    EXPECT_EQ(s.problems, kNone);
  }
}

TEST(Sample, KeepsDataThatIsDamagedThroughout) {
  const Sampled s = sample(TrackType::mode1, "MODE1/2352",
                           changed(sound_sectors(SectorKind::mode1, kLength),
                                   [](auto& sector) { std::fill_n(&sector[16], 900, 0x22); }));
  EXPECT_EQ(s.type, TrackType::mode1);
  EXPECT_EQ(s.problems, kNone);
}

TEST(Sample, SeesThroughTheScrambler) {
  Sectors sectors = sound_sectors(SectorKind::mode2_form1, kLength);
  for (auto& sector : sectors) sector = test::scrambled(sector);
  const Sampled s = sample(TrackType::mode1, "MODE1/2352", sectors);
  EXPECT_EQ(s.type, TrackType::mode2);
  EXPECT_EQ(s.kind, SectorKind::mode2_form1);
}

TEST(Sample, LooksFromIndex01On) {
  Sectors sectors = sound_sectors(SectorKind::mode1, 150);
  test::append(sectors, sound_sectors(SectorKind::mode2_form1, 10, 150));
  const Sampled s = sample(
      {.type = TrackType::mode2, .sectors = sectors, .pregap = 150, .declared_as = "MODE2/2352"});
  EXPECT_EQ(s.type, TrackType::mode2);
  EXPECT_EQ(s.problems, kNone);
}

TEST(Sample, LetsMode0DecideOnlyWhereNothingElseIs) {
  const Sectors gap = sound_sectors(SectorKind::mode0, 30);
  EXPECT_EQ(sample(TrackType::mode1, "MODE1/2352", gap).type, TrackType::mode1);
  EXPECT_EQ(sample(TrackType::audio, "AUDIO", gap).type, TrackType::mode0);
  Sectors sectors = gap;
  test::append(sectors, sound_sectors(SectorKind::mode2_form1, 10, 30));
  EXPECT_EQ(sample(TrackType::mode1, "MODE1/2352", sectors).type, TrackType::mode2);
}

TEST(Sample, GivesABareImageItsTypeWithoutAProblem) {
  const Sampled s = sample(TrackType::mode1, "", sound_sectors(SectorKind::mode2_form1, 9));
  EXPECT_EQ(s.type, TrackType::mode2);
  EXPECT_EQ(s.declared, TrackType::mode2);
  EXPECT_EQ(s.problems, kNone);
}

TEST(Sample, AsksNothingOf2048BytesAndOfEmptyTracks) {
  Sampled s = sample({.type = TrackType::mode2,
                      .sectors = sound_sectors(SectorKind::mode1, 9),
                      .storage = Storage::user2048,
                      .declared_as = "MODE2/2048"});
  EXPECT_EQ(s.type, TrackType::mode2);
  Disc disc = test::disc_of({{.type = TrackType::mode2, .declared_as = "MODE2/2352"}});
  disc.tracks[0].extents.clear();
  sample_tracks(disc);
  EXPECT_EQ(disc.tracks[0].type, TrackType::mode2);
  EXPECT_EQ(disc.problems.size(), 0U);
}

}  // namespace
}  // namespace pregap
