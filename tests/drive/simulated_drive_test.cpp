// The simulated drive answers as MMC drives do: bytes, sense data, and its faults.
#include "drive/simulated_drive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "disc/complete.h"
#include "drive/mmc.h"
#include "support/disc_builder.h"

namespace pregap::drive {
namespace {

Disc mixed_disc() {
  using test::sound_sectors;
  Disc disc =
      test::disc_of({{.type = TrackType::mode1, .sectors = sound_sectors(SectorKind::mode1, 100)},
                     {.type = TrackType::audio,
                      .sectors = sound_sectors(SectorKind::audio, 100, 100),
                      .pregap = 20}});
  disc.mcn = "1234567890128";
  disc.tracks[1].isrc = "USRC17607839";
  complete_disc(disc);
  return disc;
}

struct Rig {
  explicit Rig(const std::string& query, Disc disc = mixed_disc())
      : source(disc),
        drive("sim", parse_simulated("simulated:x?" + query), std::move(disc)),
        mmc(drive) {}
  std::string read(Expected expected, int first, int count, const BlockForm& form = {}) {
    bytes.resize(static_cast<std::size_t>(count) * form.size());
    const Reply r = mmc.read_cd(expected, Lba(first), count, form, bytes);
    return r.outcome == Outcome::good        ? "good"
           : r.outcome == Outcome::timed_out ? "timed out"
           : r.outcome == Outcome::gone      ? "gone"
                                             : to_string(r.sense);
  }
  std::string read10(int first, int count) {
    bytes.resize(static_cast<std::size_t>(count) * kUserDataSize);
    const Reply r = mmc.read10(Lba(first), count, Cache::allowed, bytes);
    return r.good() ? "good" : to_string(r.sense);
  }
  bool holds(int lba) {
    std::array<std::uint8_t, kSectorSize> sector;
    source.read_sectors(Lba(lba), 1, sector);
    return std::equal(sector.begin(), sector.end(), bytes.begin());
  }
  Disc source;
  SimulatedDrive drive;
  Mmc mmc;
  std::vector<std::uint8_t> bytes;
};

TEST(SimulatedDrive, ReadsBySectorType) {
  struct Row {
    Expected expected;
    int lba;
    const char* outcome;
  };
  for (const Row& row : {Row{Expected::any, 5, "good"}, Row{Expected::mode1, 5, "good"},
                         Row{Expected::cd_da, 5, "05/64/00 (illegal mode for this track)"},
                         Row{Expected::mode2, 5, "05/64/00 (illegal mode for this track)"},
                         Row{Expected::form1, 5, "05/64/00 (illegal mode for this track)"},
                         Row{Expected::cd_da, 150, "good"}, Row{Expected::any, 150, "good"},
                         Row{Expected::mode1, 150, "05/64/00 (illegal mode for this track)"},
                         Row{Expected::any, 200, "05/21/00 (address out of range)"},
                         Row{Expected::cd_da, -1, "05/21/00 (address out of range)"}}) {
    Rig rig("");
    EXPECT_EQ(rig.read(row.expected, row.lba, 1), row.outcome) << row.lba;
    if (std::string_view(row.outcome) == "good") {
      EXPECT_TRUE(rig.holds(row.lba));
    }
  }
}

TEST(SimulatedDrive, GivesC2AndSubchannelInTheOrderOfTheDrive) {
  for (const char* order : {"c2-sub", "sub-c2"}) {
    Rig rig(fmt::format("scratch=150&wrong_bytes=3&order={}", order));
    const BlockForm form{.c2 = C2::pointers,
                         .sub = Sub::raw,
                         .order = std::string_view(order) == "c2-sub" ? BlockOrder::data_c2_sub
                                                                      : BlockOrder::data_sub_c2};
    EXPECT_EQ(form.size(), 2352U + 294 + 96);
    ASSERT_EQ(rig.read(Expected::any, 150, 1, form), "good");
    std::array<std::uint8_t, kSectorSize> right;
    rig.source.read_sectors(Lba(150), 1, right);
    int wrong = 0;
    for (std::size_t i = 0; i < kSectorSize; ++i) {
      const bool flagged = (rig.bytes[form.c2_offset() + i / 8] & 0x80U >> i % 8) != 0;
      EXPECT_EQ(flagged, rig.bytes[i] != right[i]) << i;
      wrong += flagged;
    }
    EXPECT_EQ(wrong, 3);
    std::array<std::uint8_t, kSubchannelSize> linear;
    deinterleave(SubchannelBytes(&rig.bytes[form.sub_offset()], kSubchannelSize), linear);
    const QContent q = parse_q(q_of_linear(linear));
    ASSERT_TRUE(q.crc_good && q.position);
    EXPECT_EQ(q.position->track, 2);
    EXPECT_EQ(to_lba(q.position->absolute), Lba(150));
  }
}

TEST(SimulatedDrive, AnswersWhatItIsAndWhatTheDiscIs) {
  Rig rig("vendor=PLEXTOR&model=DVDR PX-716A&cache=100");
  EXPECT_EQ(rig.mmc.identify().name(), "PLEXTOR DVDR PX-716A");
  const auto c = rig.mmc.capabilities();
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->c2_pointers && c->raw_subchannel && c->accurate_stream && c->cd_da);
  EXPECT_EQ(c->buffer, 100 * 2352 / 1024 + 1);
  EXPECT_TRUE(rig.mmc.cd_read_feature()->c2_pointers);
  EXPECT_EQ(rig.mmc.toc()->back().start, Lba(200));
  EXPECT_EQ(rig.mmc.toc()->at(1), (TocTrack{.number = 2, .control = 0, .start = Lba(120)}));
  EXPECT_EQ(rig.mmc.full_toc()->size(), 5U);
  EXPECT_EQ(rig.mmc.sessions()->last, 1);
  EXPECT_EQ(rig.mmc.mcn(), "1234567890128");
  EXPECT_EQ(rig.mmc.isrc(2), "USRC17607839");
  EXPECT_EQ(rig.mmc.isrc(1), "");
  EXPECT_EQ(rig.mmc.capacity()->last, Lba(199));
  EXPECT_FALSE(rig.mmc.atip());
  EXPECT_TRUE(rig.mmc.set_speed(706));
  EXPECT_EQ(rig.mmc.capabilities()->current_speed, 706);
}

TEST(SimulatedDrive, LacksWhatItIsToldTo) {
  Rig rig("lacks=c2,sub,full-toc");
  EXPECT_FALSE(rig.mmc.full_toc());
  EXPECT_TRUE(rig.mmc.toc());
  const std::string refused = "05/24/00 (field in the command not supported)";
  EXPECT_EQ(rig.read(Expected::any, 5, 1, {.c2 = C2::pointers}), refused);
  EXPECT_EQ(rig.read(Expected::any, 5, 1, {.sub = Sub::raw}), refused);
  EXPECT_EQ(rig.read(Expected::any, 5, 1), "good");
  Rig no_read_cd("lacks=read-cd");
  EXPECT_EQ(no_read_cd.read(Expected::any, 5, 1), "05/20/00 (command not known to the drive)");
  EXPECT_EQ(no_read_cd.read10(5, 2), "good");
  EXPECT_EQ(no_read_cd.read10(99, 2), "05/64/00 (illegal mode for this track)");
}

TEST(SimulatedDrive, WithoutADiscIsNotReady) {
  Rig rig("lacks=medium");
  EXPECT_EQ(test::error_of([&] { rig.mmc.require_ready(); }),
            "not_found: sim: 02/3A/00 (no disc in the drive), expected a disc");
}

TEST(SimulatedDrive, FailsHangsAndGoesAwayAsTold) {
  Rig rig("unreadable=10-12&hang=20&gone_after=6");
  EXPECT_EQ(rig.read(Expected::any, 9, 1), "good");
  EXPECT_EQ(rig.read(Expected::any, 9, 2), "03/11/05 (uncorrectable read error)");
  EXPECT_EQ(rig.read(Expected::any, 12, 1), "03/11/05 (uncorrectable read error)");
  const auto before = rig.drive.clock().now();
  EXPECT_EQ(rig.read(Expected::any, 20, 1), "timed out");
  EXPECT_GE(rig.drive.clock().now() - before, std::chrono::seconds(60));
  EXPECT_EQ(rig.read(Expected::any, 13, 1), "good");
  EXPECT_EQ(rig.read(Expected::any, 13, 1), "good");
  EXPECT_EQ(rig.read(Expected::any, 13, 1), "gone");
}

TEST(SimulatedDrive, ReadsAFlakySectorOnceInSoManyTries) {
  for (int seed = 0; seed < 20; ++seed) {
    Rig rig(fmt::format("flaky=30&flaky_period=5&seed={}", seed));
    int good = 0;
    for (int i = 0; i < 20; ++i) good += rig.read(Expected::any, 30, 1) == "good";
    EXPECT_EQ(good, 4) << seed;
  }
}

TEST(SimulatedDrive, ItsCacheGivesTheSameWrongBytesAgain) {
  Rig rig("c2=150&cache=10");
  ASSERT_EQ(rig.read(Expected::any, 150, 1), "good");
  const auto first = rig.bytes;
  ASSERT_EQ(rig.read(Expected::any, 150, 1), "good");
  EXPECT_EQ(rig.bytes, first);
  rig.read(Expected::any, 160, 10);
  ASSERT_EQ(rig.read(Expected::any, 150, 1), "good");
  EXPECT_NE(rig.bytes, first);
}

TEST(SimulatedDrive, ReadsAudioSoManySamplesEarly) {
  for (const int offset : {-700, -6, 6, 667}) {
    Rig rig(fmt::format("offset={}", offset));
    std::vector<std::uint8_t> stream(100 * kSectorSize);
    rig.source.read_sectors(Lba(100), 100, stream);
    ASSERT_EQ(rig.read(Expected::cd_da, 150, 1), "good");
    const auto* expected = &stream[static_cast<std::size_t>(50 * 588 - offset) * 4];
    EXPECT_TRUE(std::equal(rig.bytes.begin(), rig.bytes.end(), expected)) << offset;
    ASSERT_EQ(rig.read(Expected::any, 50, 1), "good");
    EXPECT_TRUE(rig.holds(50));  // data come where they are asked for
  }
}

TEST(SimulatedName, IsExplainedInOneLineWhereItIsWrong) {
  const auto error = [](const std::string& name) {
    return test::error_of([&] { parse_simulated(name); });
  };
  const std::string hint = " | docs/drives.md lists the keys";
  EXPECT_EQ(error("simulated:"), "usage: simulated:: no image, expected simulated:IMAGE" + hint);
  EXPECT_EQ(
      error("simulated:a?sed=7"),
      "usage: simulated:a?sed=7: key \"sed\", expected one that a simulated drive knows" + hint);
  EXPECT_EQ(error("simulated:a?seed=x"),
            "usage: simulated:a?seed=x: seed=\"x\", expected a number from 0 to "
            "9223372036854775807" +
                hint);
  EXPECT_EQ(error("simulated:a?unreadable=9-3"),
            "usage: simulated:a?unreadable=9-3: unreadable=9-3, expected FIRST-LAST, the lower one "
            "first" +
                hint);
  EXPECT_EQ(
      error("simulated:a?unreadable"),
      "usage: simulated:a?unreadable: unreadable without a value, expected FIRST-LAST,..." + hint);
  EXPECT_EQ(error("simulated:a?order=up"),
            "usage: simulated:a?order=up: order=up, expected c2-sub or sub-c2" + hint);
  EXPECT_EQ(error("simulated:a?lacks=c3"),
            "usage: simulated:a?lacks=c3: lacks=c3, expected c2, sub, raw-sub, full-toc, cd-text, "
            "read-cd or medium" +
                hint);
  const SimulatedOptions good = parse_simulated("simulated:a b.cue?seed=3&unreadable=-5--2,7");
  EXPECT_EQ(good.image, "a b.cue");
  EXPECT_EQ(good.seed, 3U);
  EXPECT_TRUE(holds(good.unreadable, Lba(-3)) && holds(good.unreadable, Lba(7)));
  EXPECT_FALSE(holds(good.unreadable, Lba(-1)));
}

}  // namespace
}  // namespace pregap::drive
