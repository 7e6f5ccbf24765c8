// What is said to be lost, and the small helpers of the conversions.
#include "operations/losses.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "disc/complete.h"
#include "operations/convert.h"
#include "support/disc_builder.h"

namespace pregap::operations {
namespace {

using Lines = std::vector<std::string>;
using Kinds = std::array<std::int64_t, kSectorKinds>;

Lines texts(const std::vector<Loss>& losses) {
  Lines lines;
  for (const Loss& loss : losses) lines.push_back(loss.what + ": " + loss.message);
  return lines;
}

Kinds kinds(SectorKind kind, std::int64_t count) {
  Kinds result{};
  result[static_cast<std::size_t>(kind)] = count;
  return result;
}

Disc one_track(Storage storage = Storage::raw2352) {
  return test::disc_of(
      {{.sectors = test::sound_sectors(SectorKind::mode1, 3), .storage = storage}});
}

TEST(LossesToIso, TellWhatSurroundsTheUserDataByKind) {
  const struct {
    SectorKind kind;
    std::int64_t count;
    Form2 form2;
    const char* expected;
  } rows[] = {
      {SectorKind::mode1, 1234, Form2::refuse,
       "edc_ecc: sync, header, EDC and parity of 1,234 mode 1 sectors (can be built anew, byte for "
       "byte)"},
      {SectorKind::mode1, 1, Form2::refuse,
       "edc_ecc: sync, header, EDC and parity of 1 mode 1 sector (can be built anew, byte for "
       "byte)"},
      {SectorKind::mode0, 2, Form2::refuse, "mode0: 2 sectors of mode 0 become 2048 zeros each"},
      {SectorKind::mode2_form1, 2, Form2::refuse,
       "subheaders: sync, header, sub-header, EDC and parity of 2 form 1 sectors (built anew, "
       "sub-headers become 00 00 08 00)"},
      {SectorKind::mode2_form2, 2, Form2::cut,
       "form2: sync, header, sub-header, EDC and the last 276 bytes of 2 form 2 sectors"},
      {SectorKind::mode2_form2, 2, Form2::whole,
       "form2: sync, header, sub-header, EDC of 2 form 2 sectors"},
      {SectorKind::mode2, 2, Form2::cut,
       "mode2: sync, header and the last 288 bytes of 2 mode 2 sectors without form"},
      {SectorKind::mode2, 2, Form2::whole, "mode2: sync, header of 2 mode 2 sectors without form"},
  };
  const Disc disc = one_track();
  for (const auto& row : rows) {
    EXPECT_EQ(texts(losses_to_iso(disc, disc.tracks[0], kinds(row.kind, row.count), row.form2)),
              Lines{row.expected});
    EXPECT_EQ(texts(losses_to_iso(disc, disc.tracks[0], kinds(row.kind, row.count), Form2::raw)),
              Lines());
  }
}

TEST(LossesToIso, AreNoneFrom2048Bytes) {
  const Disc disc = one_track(Storage::user2048);
  EXPECT_EQ(texts(losses_to_iso(disc, disc.tracks[0], kinds(SectorKind::mode1, 3), Form2::refuse)),
            Lines());
}

TEST(LossesToIso, TellOfOtherTracksAndOfAllThatASheetSays) {
  Disc disc = one_track(Storage::user2048);
  disc.tracks[0].indexes = {{0, Lba(0)}, {1, Lba(1)}, {2, Lba(2)}};
  disc.tracks[0].unstored_postgap = 150;
  for (const int number : {2, 3, 4, 7}) {
    disc.tracks.push_back({.number = number, .type = TrackType::audio});
  }
  disc.tracks.push_back({.number = 8, .type = TrackType::mode2});
  disc.tracks[1].flags.pre_emphasis = true;
  disc.tracks[1].isrc = "ABCDE1234567";
  disc.mcn = "1234567890123";
  disc.text = {{"TITLE", "x"}};
  disc.remarks = {"REM x"};
  disc.tracks[2].extents = {{.storage = Storage::raw2448, .sectors = 1}};
  disc.subchannel = {{.sectors = 1}};
  EXPECT_EQ(texts(losses_to_iso(disc, disc.tracks[0], kinds(SectorKind::mode1, 2), Form2::refuse)),
            (Lines{"audio_tracks: audio tracks 2-4, 7", "data_tracks: data track 8",
                   "pregap: the stored pregap of track 1, 1 sector",
                   "gaps: the lengths of gaps that are not stored", "indexes: indexes beyond 01",
                   "flags: track flags", "mcn: the catalogue number (MCN)", "isrc: ISRCs",
                   "cd_text: CD-Text", "remarks: remarks and unknown lines of the sheet",
                   "subchannel: sub-channel data"}));
}

std::vector<std::string> to_image(const Disc& disc, const char* format) {
  return texts(losses_to_image(disc, plan_layout(disc, format, std::string("o.") + format, {})));
}

TEST(LossesToImage, OfAPlainDiscAreNone) {
  for (const char* format : {"cue", "ccd", "toc", "gdi", "bin"}) {
    EXPECT_EQ(to_image(one_track(), format), Lines()) << format;
  }
}

TEST(LossesToImage, OfSubchannelDependOnTheFormat) {
  Disc disc = one_track(Storage::raw2448);
  complete_disc(disc);
  EXPECT_EQ(to_image(disc, "cue"), Lines{"subchannel: sub-channel data"});
  EXPECT_EQ(to_image(disc, "gdi"), Lines{"subchannel: sub-channel data"});
  EXPECT_EQ(to_image(disc, "ccd"), Lines());
  EXPECT_EQ(to_image(disc, "gdi"), Lines{"subchannel: sub-channel data"});
  EXPECT_EQ(to_image(disc, "ccd"), Lines());
  EXPECT_EQ(to_image(disc, "toc"), Lines());
}

Disc rich_disc() {
  Disc disc =
      test::disc_of({{.sectors = test::sound_sectors(SectorKind::mode1, 20)},
                     {.type = TrackType::audio,
                      .sectors = test::sound_sectors(SectorKind::audio, 20),
                      .pregap = 5},
                     {.sectors = test::sound_sectors(SectorKind::mode1, 20), .hole = 11400}});
  disc.mcn = "1234567890123";
  disc.text = {{"TITLE", "a \"quoted\" one"}};
  disc.remarks = {"REM x"};
  disc.tracks[1].isrc = "ABCDE1234567";
  disc.tracks[1].flags = {.pre_emphasis = true, .serial_copy_system = true};
  disc.tracks[1].unstored_postgap = 7;
  disc.tracks[2].session = 2;
  disc.cd_text = {{.number = 0, .disc = disc.text}, {.number = 1}};
  disc.q_patches = {{.lba = Lba(5)}};
  complete_disc(disc);
  return disc;
}

TEST(LossesToImage, AreWhatEachFormatCanNotSay) {
  const Disc disc = rich_disc();
  EXPECT_EQ(to_image(disc, "cue"),
            (Lines{"cd_text: quotes and line breaks in CD-Text become apostrophes and blanks"}));
  EXPECT_EQ(
      to_image(disc, "ccd"),
      (Lines{"gaps: that gaps are not stored: they become zeros, or are left out",
             "flags: the flag SCMS", "remarks: remarks and unknown lines of the descriptor"}));
  EXPECT_EQ(to_image(disc, "toc"), (Lines{"sessions: 2 sessions become one", "flags: the flag SCMS",
                                          "remarks: remarks and unknown lines of the descriptor"}));
  EXPECT_EQ(to_image(disc, "gdi"),
            (Lines{"pregap: the stored pregap of track 2, 5 sectors",
                   "gaps: that gaps are not stored: they become zeros, or are left out",
                   "indexes: all indexes but each track's 01", "flags: track flags",
                   "mcn: the catalogue number (MCN)", "isrc: ISRCs", "cd_text: CD-Text",
                   "remarks: remarks and unknown lines of the descriptor",
                   "q_patches: Q frames of copy protection"}));
}

TEST(NoLoss, RefusesWhatCanNotBeBuiltAnew) {
  const ConvertOptions strict{.no_loss = true};
  const std::vector<Loss> rebuilt = {{.what = "edc_ecc", .message = "EDC", .rebuilds = true}};
  EXPECT_EQ(test::error_of([&] { refuse_loss(strict, "o.cue", rebuilt); }), "nothing");
  const std::vector<Loss> lost = {rebuilt[0], {.what = "flags", .message = "track flags"}};
  EXPECT_EQ(test::error_of([&] { refuse_loss({}, "o.cue", lost); }), "nothing");
  EXPECT_EQ(test::error_of([&] { refuse_loss(strict, "o.cue", lost); }),
            "refused: o.cue: it would lose track flags, expected no loss");
}

TEST(ListOf, JoinsNumbersThatFollow) {
  const std::vector<std::pair<std::vector<int>, std::string>> rows = {
      {{}, ""},
      {{5}, "5"},
      {{1, 2}, "1-2"},
      {{1, 2, 3, 5}, "1-3, 5"},
      {{1, 3, 5}, "1, 3, 5"},
      {{1, 3, 4, 5, 9, 98, 99}, "1, 3-5, 9, 98-99"},
  };
  for (const auto& [numbers, text] : rows) EXPECT_EQ(list_of(numbers), text);
}

TEST(AddBad, JoinsOnlyNeighboursOfTheSameFaultsAndFate) {
  std::vector<BadRange> ranges;
  const FaultSet edc = {Fault::edc}, sync = {Fault::sync};
  add_bad(ranges, Lba(-1), edc, true);
  add_bad(ranges, Lba(0), edc, true);
  add_bad(ranges, Lba(1), edc, false);  // another fate
  add_bad(ranges, Lba(2), sync, false);
  add_bad(ranges, Lba(4), sync, false);  // not the next
  add_bad(ranges, Lba(5), sync, false);
  ASSERT_EQ(ranges.size(), 4U);
  const int expected[4][2] = {{-1, 2}, {1, 1}, {2, 1}, {4, 2}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(ranges[i].first, Lba(expected[i][0]));
    EXPECT_EQ(ranges[i].count, expected[i][1]);
  }
}

}  // namespace
}  // namespace pregap::operations
