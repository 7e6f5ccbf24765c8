// The judge gives the same verdicts however its sectors are cut into pieces, and mends headers.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "disc/judge.h"
#include "disc/pass.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using reference::Sector;
using test::Sectors;
using test::sound_sectors;

struct Seen {
  std::string text;
  std::vector<std::uint8_t> bytes;
  bool operator==(const Seen&) const = default;
};

// Every sector of the disc's one track, examined and mended, judged in pieces of `piece`.
std::vector<Seen> judged_in_pieces(const Disc& disc, std::size_t piece) {
  const Track& track = disc.tracks[0];
  const std::size_t n = static_cast<std::size_t>(track.stored_sectors());
  std::vector<std::uint8_t> bytes(n * kSectorSize);
  disc.read_sectors(Lba(0), track.stored_sectors(), bytes);
  std::vector<Piece> findings(n);
  Sector mended;
  for (std::size_t i = 0; i < n; ++i) {
    const auto sector = std::span(bytes).subspan(i * kSectorSize).first<kSectorSize>();
    const Examination e = examine_sector(sector, track, Storage::raw2352, mended);
    findings[i] = {.first = static_cast<std::int32_t>(i % piece), .finding = e.finding};
    if (e.mended) std::ranges::copy(mended, sector.begin());
  }
  std::vector<Seen> seen;
  Judge judge(
      [&](const SectorVerdict& v) {
        seen.push_back({test::describe(v), {v.bytes.begin(), v.bytes.end()}});
      },
      Judge::Headers::mend);
  for (std::size_t at = 0; at < n; at += piece) {
    const std::size_t count = std::min(piece, n - at);
    judge.take(track, Lba(static_cast<std::int32_t>(at)), std::span(findings).subspan(at, count),
               {.bytes = std::span(bytes).subspan(at * kSectorSize, count * kSectorSize)});
    judge.take(track, Lba(static_cast<std::int32_t>(at + count)), {}, {});  // nothing: no effect
  }
  judge.finish();
  return seen;
}

// Sectors of both forms with headers, addresses and whole sectors damaged at random.
Sectors damaged(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  Sectors sectors;
  int offset = 0;
  for (int i = 0; i < 60; ++i) {
    if (below(15) == 0) offset += static_cast<int>(below(50));
    const SectorKind kind = below(4) == 0 ? SectorKind::mode2_form2 : SectorKind::mode2_form1;
    Sector s = test::sound_sector(kind, i);
    reference::write_header(s, i + offset, 2);
    switch (below(8)) {
      case 0:
        reference::write_header(s, static_cast<int>(below(100000)), 2);
        break;
      case 1:
        s.fill(static_cast<std::uint8_t>(below(2) * 0x55));
        break;
      case 2:
        test::wound(s, random, 20);
        break;
      case 3:
        std::fill_n(s.begin(), 16, std::uint8_t{0xFF});
        break;
      default:
        break;
    }
    sectors.push_back(s);
  }
  return sectors;
}

TEST(JudgeInPieces, GivesTheSameVerdictsAndBytes) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    const Disc disc = test::disc_of(TrackType::mode2, damaged(seed));
    const std::vector<Seen> whole = judged_in_pieces(disc, 60);
    ASSERT_EQ(whole.size(), 60U);
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 59U}) {
      const std::vector<Seen> pieces = judged_in_pieces(disc, piece);
      ASSERT_EQ(pieces.size(), whole.size());
      for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(pieces[i].text, whole[i].text) << "seed " << seed << ", pieces of " << piece;
        EXPECT_TRUE(pieces[i] == whole[i]) << whole[i].text << ": other bytes";
      }
    }
  }
}

// What a pass that mends hands on for the sector at `at`.
std::vector<std::uint8_t> mended(TrackType type, const Sectors& sectors, std::size_t at) {
  const Disc disc = test::disc_of(type, sectors);
  std::vector<std::uint8_t> bytes;
  run_pass(disc, whole_disc(disc), {.mend = true}, [&](const SectorVerdict& v) {
    if (v.lba != Lba(static_cast<std::int32_t>(at))) return;
    EXPECT_TRUE(v.repairable) << test::describe(v);
    bytes.assign(v.bytes.begin(), v.bytes.end());
  });
  return bytes;
}

std::vector<std::uint8_t> bytes_of(const Sector& s) { return {s.begin(), s.end()}; }

TEST(MendedHeader, IsTheOneThatTheNeighboursAskFor) {
  for (const SectorKind kind : {SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    for (const int offset : {0, 1000, -100}) {
      const Sectors sound = sound_sectors(kind, 8, offset);
      for (const std::size_t at : {std::size_t{1}, std::size_t{4}, std::size_t{7}}) {
        for (const std::size_t from : {std::size_t{0}, std::size_t{12}}) {
          Sectors sectors = sound;
          for (std::size_t i = from; i < 16; ++i) sectors[at][i] = 0xFF;
          EXPECT_TRUE(mended(TrackType::mode2, sectors, at) == bytes_of(sound[at]))
              << name_of(kind) << ", offset " << offset << ", sector " << at;
        }
      }
    }
  }
}

// Only the sectors behind can tell.
TEST(MendedHeader, OfTheFirstSectorFollowsTheSectorsBehindIt) {
  for (const int offset : {0, 1000}) {
    const Sectors sound = sound_sectors(SectorKind::mode2_form1, 8, offset);
    Sectors sectors = sound;
    for (std::size_t i = 12; i < 16; ++i) sectors[0][i] = 0xFF;
    EXPECT_TRUE(mended(TrackType::mode2, sectors, 0) == bytes_of(sound[0])) << offset;
  }
}

TEST(MendedHeader, UnderParityComesFromParity) {
  const Sectors sound = sound_sectors(SectorKind::mode1, 8);
  Sectors sectors = sound;
  for (std::size_t i = 0; i < 16; ++i) sectors[4][i] = 0xFF;
  EXPECT_TRUE(mended(TrackType::mode1, sectors, 4) == bytes_of(sound[4]));
}

TEST(MendedHeader, IsLeftAloneWhereOnlyTheDataWasDamaged) {
  Sectors sound = sound_sectors(SectorKind::mode2_form1, 8);
  sound[4][15] = 0xE2;  // a block indicator is a note
  Sectors sectors = sound;
  sectors[4][900] ^= 0x21;
  EXPECT_TRUE(mended(TrackType::mode2, sectors, 4) == bytes_of(sound[4]));
}

}  // namespace
}  // namespace pregap
