// Q frames that copy protection altered are notes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "subchannel_disc.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

using test::blank_disc;
using test::Bytes;
using test::Frames;
using test::frames_of;
using test::Lines;
using test::move_by;
using test::said_after;

// One bit of each time, and the CRC of the regular frame off by 8001.
void alter_as_libcrypt(QFrame& q, unsigned n) {
  const std::uint16_t crc = q_crc(q);
  q[3 + n % 3] ^= static_cast<std::uint8_t>(1U << n % 8);
  q[7 + n % 3] ^= static_cast<std::uint8_t>(1U << n % 8);
  put_q_crc(q, crc ^ 0x8001);
}

TEST(QProtection, NotesLibCrypt) {
  Disc disc = blank_disc();
  Frames frames = frames_of(disc);
  const Frames regular = frames;
  for (unsigned n = 0; n < 16; ++n) {
    alter_as_libcrypt(frames[100 + 50 * n], n);
    alter_as_libcrypt(frames[105 + 50 * n], n + 1);
  }
  const std::string note =
      "note subchannel.libcrypt: disc.ccd:LBA 100 to 855: 32 Q frames altered as LibCrypt does, 16 "
      "pairs five sectors apart";
  const Lines found{"3000 32 0; 32 0 of 32", note};
  EXPECT_EQ(said_after([&](Frames& f) { f = frames; }), found);
  // With the sidecar's patches too, which the sub-channel may have or lack.
  for (int lba = 0; lba < 3000; ++lba) {
    const auto at = static_cast<std::size_t>(lba);
    if (frames[at] != regular[at]) disc.q_patches.push_back({Lba(lba), frames[at]});
  }
  EXPECT_EQ(said_after([&](Frames& f) { f = frames; }, disc), found);
  frames[105] = regular[105];
  EXPECT_EQ(
      said_after([&](Frames& f) { f = frames; }, disc),
      (Lines{"3000 31 0; 31 0 of 31",
             "note subchannel.libcrypt: disc.ccd:LBA 100 to 855: 31 Q frames altered as "
             "LibCrypt does, 15 pairs five sectors apart",
             "warning subchannel.patches: disc.ccd: 1 of 32 altered Q frames from the .sbi or "
             ".lsd file not in the sub-channel"}));
  // Plain damage is none.
  EXPECT_EQ(said_after([](Frames& f) {
              for (unsigned n = 0; n < 16; ++n) f[100 + 5 * n][3] ^= 4;
            }),
            Lines{"3000 16 0; 16 0 of 16"});
}

TEST(QProtection, NotesSecuRomByItsCounts) {
  const auto altered = [](int count, std::uint16_t off) {
    return said_after([&](Frames& f) {
      for (int n = 0; n < count; ++n) {
        QFrame& q = f[static_cast<std::size_t>(10 * n)];
        const std::uint16_t regular = q_crc(q);
        q[3] ^= 0x13;
        q[4] ^= 0x11;
        put_q_crc(q, static_cast<std::uint16_t>((off == 0x8001 ? regular : q_crc(q)) ^ off));
      }
    });
  };
  const auto note = [](int count, int version) {
    return fmt::format(
        "note subchannel.securom: disc.ccd:LBA 0 to {}: {} Q frames altered as SecuROM {} does",
        10 * (count - 1), count, version);
  };
  EXPECT_EQ(altered(216, 0x0080), (Lines{"3000 216 0; 100 116 of 216", note(216, 1)}));
  EXPECT_EQ(altered(90, 0x0080), (Lines{"3000 90 0; 90 0 of 90", note(90, 2)}));
  EXPECT_EQ(altered(98, 0x8001), (Lines{"3000 98 0; 98 0 of 98", note(98, 3)}));
  EXPECT_EQ(altered(10, 0x8001), (Lines{"3000 10 0; 10 0 of 10", note(10, 4)}));
  EXPECT_EQ(altered(11, 0x8001), Lines{"3000 11 0; 11 0 of 11"});
  // Under a good CRC they are misplaced, and no disagreement to warn of.
  EXPECT_EQ(said_after([](Frames& f) {
              for (int n = 0; n < 10; ++n) {
                move_by(f[static_cast<std::size_t>(10 * n)], Lba(10 * n + 1));
              }
            }),
            (Lines{"3000 0 10; 0 0 of 0", note(10, 4)}));
}

// Every disc whose altered frames were published, with a sub-channel made for it.
TEST(QProtectionOfSharedData, RecognisesLibCryptOnEveryDisc) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  Disc disc;
  disc.path = "disc.ccd";
  Track track{.type = TrackType::mode2, .declared = TrackType::mode2};
  track.indexes = {{1, Lba(0)}};
  track.extents = {{.file = kNoFile, .storage = Storage::blank, .first = Lba(0), .sectors = 60000}};
  disc.tracks = {track};
  const Frames regular = frames_of(disc);
  int discs = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(*shared / "sbitools-lsd" / "LSD Patches")) {
    const Bytes lsd = test::read_file(entry.path());
    Frames frames = regular;
    for (std::size_t at = 0; at + 15 <= lsd.size(); at += 15) {
      const Lba lba = to_lba(msf_from_bcd(&lsd[at]).value());
      std::copy_n(&lsd[at + 3], 12, frames[static_cast<std::size_t>(lba.value)].begin());
    }
    const std::size_t records = lsd.size() / 15;
    const Lines said = said_after([&](Frames& f) { f = frames; }, disc);
    ASSERT_EQ(said.size(), 2U) << entry.path();
    EXPECT_EQ(said[0], fmt::format("60000 {0} 0; {0} of {0}", records)) << entry.path();
    EXPECT_TRUE(said[1].starts_with("note subchannel.libcrypt: ")) << said[1];
    EXPECT_NE(said[1].find(fmt::format("{} Q frames altered as LibCrypt does", records)),
              std::string::npos)
        << said[1];
    EXPECT_EQ(said[1].ends_with(", 16 pairs five sectors apart"), records == 32) << said[1];
    ++discs;
  }
  EXPECT_EQ(discs, 33);
}

}  // namespace
}  // namespace pregap
