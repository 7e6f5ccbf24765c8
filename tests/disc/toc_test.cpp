#include "disc/toc.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pregap/error.h"

namespace pregap {
namespace {

using Lines = std::vector<std::string>;

Track track_of(int number, int session, TrackType type, int start, int sectors, int pregap = 0) {
  Track track;
  track.number = number;
  track.session = session;
  track.type = track.declared = type;
  if (pregap > 0) track.indexes.push_back({.number = 0, .lba = Lba(start - pregap)});
  track.indexes.push_back({.number = 1, .lba = Lba(start)});
  track.extents.push_back({.first = Lba(start - pregap), .sectors = sectors + pregap});
  return track;
}

Disc disc_of(std::vector<Track> tracks) {
  Disc disc;
  disc.path = "X";
  disc.tracks = std::move(tracks);
  return disc;
}

// "1 14 A0: 00:00:00 0 01:00:00": session, ADR and Control, point, MSF, zero, PMSF.
Lines lines_of(const std::vector<TocEntry>& toc) {
  Lines lines;
  for (const TocEntry& e : toc) {
    lines.push_back(fmt::format("{} {:X}{:X} {:02X}: {:02}:{:02}:{:02} {} {:02}:{:02}:{:02}",
                                e.session, e.adr, e.control, e.point, e.min, e.sec, e.frame, e.zero,
                                e.pmin, e.psec, e.pframe));
  }
  return lines;
}

TEST(FullToc, OfOneTrack) {
  const Disc disc = disc_of({track_of(1, 1, TrackType::mode1, 0, 316)});
  EXPECT_EQ(lines_of(make_full_toc(disc)), (Lines{
                                               "1 14 A0: 00:00:00 0 01:00:00",
                                               "1 14 A1: 00:00:00 0 01:00:00",
                                               "1 14 A2: 00:00:00 0 00:06:16",
                                               "1 14 01: 00:00:00 0 00:02:00",
                                           }));
}

TEST(FullToc, HasTheControlOfItsFirstAndLastTracks) {
  Disc disc = disc_of({track_of(1, 1, TrackType::mode2, 0, 1000),
                       track_of(2, 1, TrackType::audio, 1150, 1000, 150),
                       track_of(3, 1, TrackType::audio, 2150, 1000)});
  disc.tracks[1].flags = {.copy_permitted = true, .pre_emphasis = true};
  disc.tracks[2].flags = {.four_channel = true, .serial_copy_system = true};
  disc.sessions = {{.number = 1, .type = DiscType::cd_xa, .lead_out = Lba(3200)}};
  EXPECT_EQ(lines_of(make_full_toc(disc)), (Lines{
                                               "1 14 A0: 00:00:00 0 01:32:00",
                                               "1 18 A1: 00:00:00 0 03:00:00",
                                               "1 18 A2: 00:00:00 0 00:44:50",
                                               "1 14 01: 00:00:00 0 00:02:00",
                                               "1 13 02: 00:00:00 0 00:17:25",
                                               "1 18 03: 00:00:00 0 00:30:50",
                                           }));
}

TEST(FullToc, LinksSessionsByB0AndTheFirstByC0) {
  const Disc disc = disc_of({track_of(1, 1, TrackType::audio, 0, 1000),
                             track_of(2, 2, TrackType::mode1, 12400, 500),
                             track_of(3, 3, TrackType::mode1, 19800, 500, 300)});
  EXPECT_EQ(lines_of(make_full_toc(disc)), (Lines{
                                               "1 10 A0: 00:00:00 0 01:00:00",
                                               "1 10 A1: 00:00:00 0 01:00:00",
                                               "1 10 A2: 00:00:00 0 00:15:25",
                                               "1 10 01: 00:00:00 0 00:02:00",
                                               "1 50 B0: 02:45:25 2 79:59:74",
                                               "1 50 C0: 128:00:00 0 97:25:00",
                                               "2 14 A0: 00:00:00 0 02:00:00",
                                               "2 14 A1: 00:00:00 0 02:00:00",
                                               "2 14 A2: 00:00:00 0 02:54:00",
                                               "2 14 02: 00:00:00 0 02:47:25",
                                               "2 54 B0: 04:22:00 1 79:59:74",
                                               "3 14 A0: 00:00:00 0 03:00:00",
                                               "3 14 A1: 00:00:00 0 03:00:00",
                                               "3 14 A2: 00:00:00 0 04:32:50",
                                               "3 14 03: 00:00:00 0 04:26:00",
                                           }));
}

TEST(FullToc, IsRefusedForAddressesThatItCannotHold) {
  const auto fault = [](const Disc& disc) {
    try {
      make_full_toc(disc);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(fault(disc_of({track_of(1, 1, TrackType::audio, 0, 449849)})), "");
  EXPECT_EQ(fault(disc_of({track_of(1, 1, TrackType::audio, 0, 449851)})),
            "X: session 1 has its lead-out at LBA 449851, expected -150 to 449849");
  EXPECT_EQ(fault(disc_of({track_of(1, 1, TrackType::audio, -151, 300)})),
            "X: track 1 begins at LBA -151, expected -150 to 449849");
}

TEST(TocAddress, OfMinutesFromNinetyOnLiesBeforeTheDisc) {
  // As CloneCD writes them: PLBA and ALBA of C0, C1 and B0 entries of real discs.
  EXPECT_EQ(toc_lba(97, 26, 66).value, -11634);
  EXPECT_EQ(toc_lba(160, 0, 48).value, 269898);
  EXPECT_EQ(toc_lba(4, 152, 96).value, 29346);
  EXPECT_EQ(toc_lba(255, 255, 255).value, 716730);
  EXPECT_EQ(toc_lba(79, 59, 73).value, 359848);
  EXPECT_EQ(toc_lba(0, 0, 0).value, -150);
}

TEST(SortToc, PutsPointsOfASessionTogether) {
  std::vector<TocEntry> toc;
  for (const auto& [session, point] : std::vector<std::pair<int, int>>{
           {2, 3}, {1, 0xC0}, {1, 0xB0}, {1, 2}, {1, 0xA2}, {2, 0xA0}, {1, 1}, {1, 0xA0}}) {
    toc.push_back(
        {.session = static_cast<std::uint8_t>(session), .point = static_cast<std::uint8_t>(point)});
  }
  sort_toc(toc);
  Lines order;
  for (const TocEntry& e : toc) order.push_back(fmt::format("{}.{:X}", e.session, e.point));
  EXPECT_EQ(order, (Lines{"1.A0", "1.A2", "1.1", "1.2", "1.B0", "1.C0", "2.A0", "2.3"}));
}

Lines differences(const Disc& disc, const std::vector<TocEntry>& toc) {
  Lines lines;
  for (const TocDifference& d : compare_toc(disc, toc)) {
    lines.push_back((d.of_layout ? "layout: " : "") + d.message);
  }
  return lines;
}

TEST(CompareToc, FindsWhatTheLayoutDoesNotSay) {
  const Disc disc = disc_of({track_of(1, 1, TrackType::mode1, 0, 1000),
                             track_of(2, 1, TrackType::audio, 1000, 1000),
                             track_of(3, 2, TrackType::mode1, 13400, 500)});
  const std::vector<TocEntry> toc = make_full_toc(disc);
  EXPECT_EQ(differences(disc, toc), Lines{});

  std::vector<TocEntry> odd = toc;
  odd[3].control = 5;  // incremental: data all the same
  odd[5].min = 99;     // B0 is not looked at
  odd.push_back(odd[4]);
  odd[4].pmin = 50;  // the second entry of track 2 counts
  EXPECT_EQ(differences(disc, odd), Lines{});

  odd = toc;
  odd[0].psec = 0x20;
  odd[1].pmin = 7;
  odd[2].pframe += 1;
  odd[3].control = 0;
  odd[4].psec += 1;
  odd[9].point = 4;
  EXPECT_EQ(differences(disc, odd),
            (Lines{"track 1 has Control 0h in the TOC, 4h in the layout",
                   "layout: track 2 is at LBA 1075 in the TOC, at LBA 1000 in the layout",
                   "session 1 has disc type 20h in the TOC, 00h in the layout",
                   "layout: session 1's last track is 7 in the TOC, 2 in the layout",
                   "layout: session 1's lead-out is at LBA 2001 in the TOC, at LBA 2000 in the "
                   "layout",
                   "layout: the TOC has no entry for session 2's lead-out",
                   "layout: the TOC has track 4 in session 2, the layout has not"}));
}

}  // namespace
}  // namespace pregap
