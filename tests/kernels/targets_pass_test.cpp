// The whole pass on every target and number of threads: the same reports, byte for byte.
#include <fmt/format.h>

#include <algorithm>

#include "disc/pass.h"
#include "pregap/verify.h"
#include "support/disc_builder.h"
#include "targets_fixture.h"

namespace pregap::kernels {
namespace {

using test::Sectors;
using test::sound_sectors;

// Wounds of every sort, one sector in three; the rest is sound.
void hurt(Sectors& sectors, unsigned seed) {
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < sectors.size(); i += 3) {
    reference::Sector& s = sectors[i];
    switch (i / 3 % 12) {
      case 0:
      case 1:
      case 2:
        test::wound(s, random, 1 << (1 + i / 3 % 12 * 2));
        break;
      case 3:
        test::wound(s, random, 400);  // beyond repair
        break;
      case 4:
        s.fill(static_cast<std::uint8_t>(i));
        break;
      case 5:
        s.fill(0);
        break;
      case 6:
        change(s[random() % 12], random);  // sync
        break;
      case 7:
        change(s[12 + random() % 3], random);  // address
        break;
      case 8:
        s[15] = static_cast<std::uint8_t>(random() % 4);
        break;
      case 9:
        s = test::scrambled(s);
        break;
      case 10:
        change(s[16 + random() % 8], random);  // the sub-header, where there is one
        break;
      default:
        change(s[2064 + random() % 12], random);  // EDC, intermediate
        break;
    }
  }
}

Sectors hurt_sectors(SectorKind kind, int count, int first) {
  Sectors sectors = sound_sectors(kind, count, first);
  hurt(sectors, static_cast<unsigned>(first));
  return sectors;
}

Disc hurt_disc() {
  Sectors mixed;
  for (int lba = 280; lba < 480; ++lba) {
    const SectorKind kind = lba % 7 < 4 ? SectorKind::mode2_form1 : SectorKind::mode2_form2;
    mixed.push_back(test::sound_sector(kind, lba));
  }
  hurt(mixed, 3);
  Sectors audio = sound_sectors(SectorKind::audio, 60, 550);
  for (std::size_t i = 5; i < 60; i += 11) {
    audio[i] = test::sound_sector(SectorKind::mode1, 550 + static_cast<int>(i));
    if (i % 2 == 0) audio[i][900] ^= 1;
  }
  return test::disc_of(
      {{.sectors = hurt_sectors(SectorKind::mode1, 280, 0)},
       {.type = TrackType::mode2, .sectors = mixed},
       {.sectors = hurt_sectors(SectorKind::mode1, 70, 480), .storage = Storage::raw2448},
       {.type = TrackType::audio, .sectors = audio, .pregap = 10, .swapped = true},
       {.type = TrackType::mode2,
        .sectors = hurt_sectors(SectorKind::mode2_form1, 60, 610),
        .storage = Storage::xa2336},
       {.sectors = sound_sectors(SectorKind::mode1, 30, 670), .storage = Storage::user2048},
       {.type = TrackType::mode0, .sectors = hurt_sectors(SectorKind::mode0, 20, 700)}});
}

// What the pass says of each sector and what it makes of its bytes.
std::string pass_text(const Disc& disc, unsigned threads, bool mend) {
  std::string text;
  run_pass(disc, whole_disc(disc),
           {.work = {.threads = threads}, .mend = mend, .build_cooked = true},
           [&](const SectorVerdict& v) {
             std::uint64_t sum = 0;  // order matters
             for (const std::uint8_t byte : v.bytes) sum = sum * 0x100000001B3 + byte;
             text += fmt::format("{} {:016x}\n", test::describe(v), sum);
           });
  return text;
}

std::string report_text(const Disc& disc, unsigned threads) {
  VerifyOptions options;
  options.work.threads = threads;
  options.hashes = {"crc32", "md5", "sha1", "sha256"};
  const VerifyReport report = verify(disc, options);
  std::string text = fmt::format("{}\n", name_of(report.verdict));
  const auto add_hashes = [&](const Hashes& hashes) {
    for (const auto& [name, value] : hashes) text += fmt::format("  {} {}\n", name, value);
  };
  for (const TrackReport& track : report.tracks) {
    const Tally& t = track.tally;
    text += fmt::format("track {}: {} of {} repairable, {} filled\n", track.track->number,
                        t.repairable, t.bad(), t.filled);
    for (const std::int64_t n : t.faults) text += fmt::format(" {}", n);
    for (const std::int64_t n : t.notes) text += fmt::format(" {}", n);
    for (const BadRange& r : track.bad) {
      text += fmt::format("\n  {}+{}{}", r.first.value, r.count, r.repairable ? " repairable" : "");
    }
    text += '\n';
    add_hashes(track.hashes);
  }
  for (const FileHashes& file : report.files) add_hashes(file.hashes);
  return text;
}

class PassOnTarget : public OnTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, PassOnTarget, testing::ValuesIn(available_targets()),
                         target_name);

constexpr unsigned kThreads[] = {1, 2, 7};

TEST_P(PassOnTarget, SaysAndMendsTheSameWithAnyNumberOfThreads) {
  const Disc disc = hurt_disc();
  for (const bool mend : {false, true}) {
    use_target(available_targets().back());  // no vector code
    const std::string expected = pass_text(disc, 1, mend);
    EXPECT_GT(std::ranges::count(expected, '\n'), 700);
    use_target(GetParam());
    for (const unsigned threads : kThreads) {
      EXPECT_EQ(pass_text(disc, threads, mend), expected) << threads << " threads";
    }
  }
}

TEST_P(PassOnTarget, ReportsTheSameWithAnyNumberOfThreads) {
  const Disc disc = hurt_disc();
  use_target(available_targets().back());
  const std::string expected = report_text(disc, 1);
  EXPECT_TRUE(expected.starts_with("damaged\n")) << expected;
  use_target(GetParam());
  for (const unsigned threads : kThreads) {
    EXPECT_EQ(report_text(disc, threads), expected) << threads << " threads";
  }
}

// 1 to 70 sectors, and around the borders of chunks.
TEST_P(PassOnTarget, SeesTheLastSectorOfARunOfAnyLength) {
  std::vector<int> lengths(70);
  for (int n = 0; n < 70; ++n) lengths[static_cast<std::size_t>(n)] = n + 1;
  for (const int n : {111, 112, 113, 223, 224, 225}) lengths.push_back(n);
  const Sectors sound = sound_sectors(SectorKind::mode1, 225);
  for (const int n : lengths) {
    Sectors sectors(sound.begin(), sound.begin() + n);
    sectors.back()[2351] ^= 1;
    for (const Storage storage : {Storage::raw2352, Storage::raw2448}) {
      const Disc disc = test::disc_of({{.sectors = sectors, .storage = storage}});
      VerifyOptions options;
      options.work.threads = 2;
      const VerifyReport report = verify(disc, options);
      ASSERT_EQ(report.tally.sectors, n);
      ASSERT_EQ(report.tally.bad(), 1) << n;
      ASSERT_EQ(report.tally.repairable, 1) << n;
      ASSERT_EQ(report.tracks[0].bad.at(0).first.value, n - 1);
    }
  }
}

}  // namespace
}  // namespace pregap::kernels
