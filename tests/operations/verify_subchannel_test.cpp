// Q frames in verify: damage is counted, disagreement reported, and what discs are known to do
// passed over.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "disc/complete.h"
#include "subchannel_disc.h"

namespace pregap {
namespace {

using test::add_sub;
using test::blank_disc;
using test::Bytes;
using test::Frames;
using test::frames_of;
using test::Lines;
using test::move_by;
using test::reseal;
using test::said_after;
using test::said_of;

TEST(VerifySubchannel, FindsNothingInWhatTheLayoutAsksFor) {
  EXPECT_EQ(said_after([](Frames&) {}), Lines{"3000 0 0; 0 0 of 0"});
}

TEST(VerifySubchannel, IsNotPartOfTheReportWithoutSubchannel) {
  EXPECT_FALSE(verify(blank_disc()).subchannel);
}

// A disc whose sectors have behind them what `stored` makes of their sub-channel.
Disc disc_with_stored(Storage storage,
                      const std::function<Bytes(const std::array<std::uint8_t, 96>&)>& stored) {
  const test::Sectors sectors = test::sound_sectors(SectorKind::mode1, 300);
  Disc disc = test::disc_of({{.sectors = sectors, .storage = storage}});
  const SubchannelMaker maker(disc);
  Bytes bytes = test::stored_as(sectors, storage);
  for (int lba = 0; lba < 300; ++lba) {
    std::ranges::copy(stored(maker.make(Lba(lba))),
                      bytes.begin() + lba * static_cast<std::ptrdiff_t>(stride_of(storage)) + 2352);
  }
  disc.files[0] = test::memory_file(bytes, "disc.bin");
  complete_disc(disc);
  return disc;
}

TEST(VerifySubchannel, ReadsEveryOrderBehindTheSectors) {
  using Linear = std::array<std::uint8_t, 96>;
  const auto linear = [](const Linear& made) { return Bytes(made.begin(), made.end()); };
  const auto interleaved = [](const Linear& made) {
    Linear bytes;
    interleave(made, bytes);
    return Bytes(bytes.begin(), bytes.end());
  };
  const auto q_only = [](const Linear& made) {
    return Bytes(made.begin() + 12, made.begin() + 24);
  };
  const auto q_without_crc = [](const Linear& made) {  // as some drives give it
    return Bytes(made.begin() + 12, made.begin() + 22);
  };
  const Lines good{"300 0 0; 0 of 0"};
  EXPECT_EQ(said_of(disc_with_stored(Storage::raw2448, linear)), good);
  EXPECT_EQ(said_of(disc_with_stored(Storage::raw2448, interleaved)), good);
  EXPECT_EQ(said_of(disc_with_stored(Storage::raw2368, q_only)), good);
  // The two bytes that stay are no CRC; zeros are none at all.
  EXPECT_EQ(said_of(disc_with_stored(Storage::raw2368, q_without_crc)),
            Lines{"300 300 0; 300 of 300"});
  EXPECT_EQ(said_of(disc_with_stored(Storage::raw2368,
                                     [&](const Linear& made) {
                                       Bytes bytes = q_without_crc(made);
                                       bytes.resize(16);
                                       return bytes;
                                     })),
            good);
}

TEST(VerifySubchannel, CountsFramesOfBadCrcAndLeavesTheVerdict) {
  Disc disc = blank_disc();
  Frames frames = frames_of(disc);
  for (std::size_t lba = 100; lba < 1100; lba += 50) frames[lba][5] ^= 0x12;
  frames[2999] = {};
  add_sub(disc, frames);
  EXPECT_EQ(said_of(disc), Lines{"3000 21 0; 18 3 of 21"});
  EXPECT_EQ(verify(disc).verdict, Verdict::unchecked);
}

TEST(VerifySubchannel, SaysWhenNoneWasRead) {
  EXPECT_EQ(
      said_after([](Frames& f) { std::ranges::fill(f, QFrame{}); }),
      (Lines{"3000 3000 0; 1000 2000 of 3000",
             "note subchannel.empty: disc.ccd: every Q frame is zero: the sub-channel was not "
             "read"}));
}

TEST(VerifySubchannel, PassesOverWhatDiscsAreKnownToDo) {
  const auto position = [](Frames& f, int lba, int track, int index, int relative) {
    const std::uint8_t control = track == 1 ? kControlData : 0;
    f[static_cast<std::size_t>(lba)] =
        build_q_position(control, {.track = track,
                                   .index = index,
                                   .relative = *to_msf(Lba(relative - 150)),
                                   .absolute = *to_msf(Lba(lba))});
  };
  // The pause counts to zero.
  EXPECT_EQ(said_after([&](Frames& f) {
              for (int lba = 1000; lba < 1150; ++lba) position(f, lba, 2, 0, 1149 - lba);
            }),
            Lines{"3000 0 0; 0 0 of 0"});
  // Track and index change two sectors late, or early.
  EXPECT_EQ(said_after([&](Frames& f) {
              position(f, 1000, 1, 1, 1000);
              position(f, 1001, 1, 1, 1001);
              position(f, 1150, 2, 0, 0);
              position(f, 1151, 2, 0, 0);
              position(f, 1998, 2, 2, 848);
              position(f, 1999, 2, 2, 849);
            }),
            Lines{"3000 0 0; 0 0 of 0"});
  // The pause begins as data, as the track before it.
  EXPECT_EQ(said_after([&](Frames& f) {
              for (std::size_t lba = 1000; lba < 1075; ++lba) {
                f[lba][0] = 0x41;
                reseal(f[lba]);
              }
            }),
            Lines{"3000 0 0; 0 0 of 0"});
  // The track begins one sector late by Q, and all its times are one off.
  EXPECT_EQ(said_after([&](Frames& f) {
              position(f, 1150, 2, 0, 1);
              for (int lba = 1151; lba < 2000; ++lba) position(f, lba, 2, 1, lba - 1151);
            }),
            Lines{"3000 0 0; 0 0 of 0"});
}

TEST(VerifySubchannel, ReportsAddressesThatAreElsewhereInJoinedRanges) {
  EXPECT_EQ(said_after([](Frames& f) {
              for (int lba = 100; lba < 250; ++lba) {
                move_by(f[static_cast<std::size_t>(lba)], Lba(lba + 3));
              }
              move_by(f[500], Lba(499));
            }),
            (Lines{"3000 0 151; 0 0 of 0",
                   "warning subchannel.place: disc.ccd:LBA 100 to 249: Q gives addresses +3 off "
                   "(150 frames)",
                   "warning subchannel.place: disc.ccd:LBA 500: Q gives addresses -1 off (1 "
                   "frame)"}));
}

TEST(VerifySubchannel, SaysWhetherTheHeadersGoWithQ) {
  const auto said = [](int header_first, int q_off) {
    const test::Sectors sectors = test::sound_sectors(SectorKind::mode1, 300, header_first);
    Disc disc = test::disc_of(TrackType::mode1, sectors);
    Frames frames = frames_of(disc);
    for (int lba = 0; lba < 300; ++lba) {
      move_by(frames[static_cast<std::size_t>(lba)], Lba(lba + q_off));
    }
    add_sub(disc, frames);
    return said_of(disc).back();
  };
  const std::string begins = "warning subchannel.place: disc.cue:LBA 0 to 299: Q gives addresses ";
  EXPECT_EQ(said(150, 150), begins + "+150 off, and so do the headers (300 frames)");
  EXPECT_EQ(said(0, 150), begins + "+150 off, the headers don't (300 frames)");
  EXPECT_EQ(said(75, 150), begins + "+150 off, the headers other ones again (300 frames)");
}

TEST(VerifySubchannel, ReportsTracksAndIndexesThatTheDescriptorLacks) {
  Disc disc = blank_disc();
  const Frames frames = frames_of(disc);
  disc.tracks[0].extents[0].sectors = 1150;
  disc.tracks[1].extents[0].first = Lba(1150);
  disc.tracks[1].extents[0].sectors = 1850;
  disc.tracks[1].indexes = {{1, Lba(1150)}};
  EXPECT_EQ(said_after([&](Frames& f) { f = frames; }, disc),
            (Lines{"3000 0 1150; 0 0 of 0",
                   "warning subchannel.place: disc.ccd:LBA 1000 to 1149: Q says track 2 INDEX 00, "
                   "expected track 1 INDEX 01 (150 frames)",
                   "warning subchannel.place: disc.ccd:LBA 2000 to 2999: Q says track 2 INDEX 02, "
                   "expected track 2 INDEX 01 (1,000 frames)"}));
}

TEST(VerifySubchannel, ReportsTimesControlAndFormThatDiffer) {
  EXPECT_EQ(
      said_after([](Frames& f) {
        for (int lba = 300; lba < 310; ++lba) {
          f[static_cast<std::size_t>(lba)] =
              build_q_position(kControlData, {.track = 1,
                                              .index = 1,
                                              .relative = *to_msf(Lba(lba - 150 - 3)),
                                              .absolute = *to_msf(Lba(lba))});
        }
        for (std::size_t lba = 1200; lba < 1300; ++lba) {
          f[lba][0] = 0x21;
          reseal(f[lba]);
        }
        f[1400] = {0x07, 1, 2, 3};
        reseal(f[1400]);
        f[1401] = {0x41, 0, 0xA0, 0, 0, 0, 0, 1, 0, 0};  // of a lead-in
        reseal(f[1401]);
        f[1500] = build_q_position(
            0,
            {.track = kLeadOutTrack, .index = 1, .relative = {}, .absolute = *to_msf(Lba(1500))});
      }),
      (Lines{"3000 0 113; 0 0 of 0",
             "warning subchannel.place: disc.ccd:LBA 300 to 309: Q gives times in the track -3 "
             "sectors off (10 frames)",
             "warning subchannel.control: disc.ccd:LBA 1200 to 1299: Q says audio DCP, expected "
             "audio (100 frames)",
             "warning subchannel.place: disc.ccd:LBA 1400: Q of good CRC and ADR 7 is nothing that "
             "belongs into a track (1 frame)",
             "warning subchannel.place: disc.ccd:LBA 1401: Q of good CRC and ADR 1 is nothing that "
             "belongs into a track (1 frame)",
             "warning subchannel.place: disc.ccd:LBA 1500: Q says the lead-out, expected track 2 "
             "INDEX 01 (1 frame)"}));
}

TEST(VerifySubchannel, ListsNoMoreRangesThanAPersonReads) {
  const Lines said = said_after([](Frames& f) {
    for (int lba = 0; lba < 3000; lba += 10) {
      move_by(f[static_cast<std::size_t>(lba)], Lba(lba + 1 + lba % 7));
    }
  });
  ASSERT_EQ(said.size(), 18U);
  EXPECT_EQ(said[0], "3000 0 300; 0 0 of 0");
  EXPECT_EQ(said[17],
            "warning subchannel.place: disc.ccd: Q disagrees with the layout over 284 more ranges");
}

TEST(VerifySubchannel, TakesMcnAndIsrcsFromQ) {
  Disc disc = blank_disc();
  disc.mcn = "0123456789012";
  disc.tracks[1].isrc = "USRC17607839";
  Frames frames = frames_of(disc);
  const Lines same{"3000 0 0; 0 0 of 0 mcn 0123456789012 2: USRC17607839"};
  const auto take = [&](Frames& f) { f = frames; };
  EXPECT_EQ(said_after(take, disc), same);
  EXPECT_EQ(said_after(take), same);  // the descriptor is silent
  Disc other = blank_disc();
  other.mcn = "9999999999999";
  other.tracks[1].isrc = "GBAYE0000351";
  EXPECT_EQ(
      said_after(take, other),
      (Lines{same[0],
             "warning subchannel.mcn: disc.ccd: Q has the MCN 0123456789012, the descriptor "
             "9999999999999",
             "warning subchannel.isrc: disc.ccd: Q has the ISRC USRC17607839 for track 2, the "
             "descriptor GBAYE0000351"}));
  // One frame that says something else changes nothing, and a number of zeros is none.
  frames[500] = *build_q_mcn(kControlData, "5555555555555", *to_msf(Lba(500)));
  EXPECT_EQ(said_after(take), same);
  EXPECT_EQ(said_after([](Frames& f) {
              f[500] = *build_q_mcn(kControlData, "0000000000000", *to_msf(Lba(500)));
              f[1500] = *build_q_isrc(0, "000000000000", *to_msf(Lba(1500)));
            }),
            Lines{"3000 0 0; 0 0 of 0"});
}

}  // namespace
}  // namespace pregap
