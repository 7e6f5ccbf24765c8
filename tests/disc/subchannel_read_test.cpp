// Stored sub-channel read back in one order, and its order told by its content.
#include "disc/subchannel_read.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "disc/complete.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using test::Bytes;

// Each sector's P is its LBA, Q the place in track 1, R to W say the LBA too.
Bytes linear_subchannel(int lba) {
  const Msf absolute = *to_msf(Lba(lba));
  const QFrame q = build_q_position(
      kControlData,
      {.track = 1, .index = 1, .relative = *to_msf(Lba(lba - 150)), .absolute = absolute});
  Bytes bytes(kSubchannelSize, static_cast<std::uint8_t>(lba));
  std::ranges::copy(q, bytes.begin() + kQOffset);
  return bytes;
}

Bytes stored_subchannel(SubchannelOrder order, int lba) {
  const Bytes linear = linear_subchannel(lba);
  if (order == SubchannelOrder::linear) return linear;
  if (order == SubchannelOrder::q_only) {
    Bytes bytes(linear.begin() + kQOffset, linear.begin() + 2 * kQOffset);
    bytes.resize(16);
    return bytes;
  }
  Bytes bytes(kSubchannelSize);
  interleave(SubchannelBytes(linear.data(), kSubchannelSize),
             MutableSubchannelBytes(bytes.data(), kSubchannelSize));
  return bytes;
}

// What read_subchannel has to give.
Bytes expected_of(SubchannelOrder order, int first, int count) {
  Bytes all;
  for (int lba = first; lba < first + count; ++lba) {
    Bytes bytes = linear_subchannel(lba);
    if (order == SubchannelOrder::q_only) {
      std::fill_n(bytes.begin(), kQOffset, std::uint8_t{0});
      std::fill(bytes.begin() + 2 * kQOffset, bytes.end(), std::uint8_t{0});
    }
    test::append(all, bytes);
  }
  return all;
}

// One track whose sectors have their sub-channel behind them, in the given order; it is all zeros
// before sector `from`.
Disc disc_with(SubchannelOrder order, int sectors, int from = 0) {
  const Storage storage = order == SubchannelOrder::q_only ? Storage::raw2368 : Storage::raw2448;
  Bytes file;
  for (int lba = 0; lba < sectors; ++lba) {
    file.resize(file.size() + kSectorSize, 0x77);
    Bytes bytes = stored_subchannel(order, lba);
    if (lba < from) std::ranges::fill(bytes, std::uint8_t{0});
    test::append(file, bytes);
  }
  Disc disc;
  disc.files.push_back(test::memory_file(file, "disc.bin"));
  Track track{.type = TrackType::audio};
  track.indexes = {{1, Lba(0)}};
  track.extents = {{.file = 0, .storage = storage, .first = Lba(0), .sectors = sectors}};
  disc.tracks = {track};
  complete_disc(disc);
  return disc;
}

// The bytes that came; what lies behind them must stay.
Bytes read(const Disc& disc, int first, int count) {
  Bytes bytes(static_cast<std::size_t>(count) * kSubchannelSize, 0xEE);
  const std::int32_t n = disc.read_subchannel(Lba(first), count, bytes);
  const auto end = bytes.begin() + n * static_cast<std::ptrdiff_t>(kSubchannelSize);
  EXPECT_TRUE(std::all_of(end, bytes.end(), [](std::uint8_t b) { return b == 0xEE; }));
  return {bytes.begin(), end};
}

TEST(ReadSubchannel, GivesLinearBytesOfEveryOrder) {
  for (const SubchannelOrder order :
       {SubchannelOrder::linear, SubchannelOrder::interleaved, SubchannelOrder::q_only}) {
    const Disc disc = disc_with(order, 200);
    ASSERT_EQ(disc.subchannel.size(), 1U);
    EXPECT_EQ(disc.subchannel[0].order, order);
    const std::pair<int, int> ranges[] = {{0, 1}, {0, 200}, {63, 2}, {5, 130}, {199, 1}};
    for (const auto& [first, count] : ranges) {
      EXPECT_TRUE(read(disc, first, count) == expected_of(order, first, count))
          << static_cast<int>(order) << ": " << first << "+" << count;
    }
    EXPECT_TRUE(read(disc, 190, 50) == expected_of(order, 190, 10));
    EXPECT_TRUE(read(disc, -1, 2).empty());
    EXPECT_TRUE(read(disc, 200, 2).empty());
  }
}

TEST(ReadSubchannel, GoesOverBordersOfRunsAndStopsAtPacks) {
  Disc disc;
  Bytes sub(7, 0x11);
  for (int lba = 10; lba < 20; ++lba) {
    test::append(sub, stored_subchannel(SubchannelOrder::linear, lba));
  }
  Bytes other;
  for (int lba = 20; lba < 25; ++lba) {
    test::append(other, stored_subchannel(SubchannelOrder::interleaved, lba));
  }
  disc.files = {test::memory_file(sub, "a.sub"), test::memory_file(other, "b.sub")};
  disc.subchannel = {
      {.file = 0, .offset = 7, .first = Lba(10), .sectors = 10},
      {.file = 1, .order = SubchannelOrder::interleaved, .first = Lba(20), .sectors = 5},
      {.file = 1, .order = SubchannelOrder::rw_packs, .first = Lba(25), .sectors = 5}};
  EXPECT_TRUE(read(disc, 12, 30) == expected_of(SubchannelOrder::linear, 12, 13));
  EXPECT_TRUE(read(disc, 25, 1).empty());
}

TEST(ReadSubchannel, SaysWhereAFileEndsBeforeItsRun) {
  Disc disc;
  disc.files = {test::memory_file(Bytes(500), "a.sub")};
  disc.subchannel = {{.file = 0, .first = Lba(0), .sectors = 10}};
  Bytes bytes(10 * kSubchannelSize);
  EXPECT_TRUE(test::error_of([&] {
                disc.read_subchannel(Lba(0), 10, bytes);
              }).starts_with("unreadable: a.sub:byte 500: the file ends here"));
}

TEST(SubchannelOrder, IsToldByAFewGoodFrames) {
  for (const SubchannelOrder order : {SubchannelOrder::linear, SubchannelOrder::interleaved}) {
    EXPECT_EQ(disc_with(order, 1).subchannel[0].order, order);
    EXPECT_EQ(disc_with(order, 1000, 900).subchannel[0].order, order);
  }
}

TEST(SubchannelOrder, IsInterleavedWhereNoFrameIsGood) {
  EXPECT_EQ(disc_with(SubchannelOrder::linear, 300, 300).subchannel[0].order,
            SubchannelOrder::interleaved);
}

// Counts what is read of it.
class CountedSource final : public ByteSource {
 public:
  explicit CountedSource(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}
  std::uint64_t size() const noexcept override { return source_->size(); }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    ++reads;
    return source_->read(offset, out);
  }
  const std::string& name() const noexcept override { return source_->name(); }
  mutable int reads = 0;

 private:
  std::shared_ptr<const ByteSource> source_;
};

// Four tracks in one file, one in another that says nothing itself.
TEST(SubchannelOrder, OfAFileIsOneAndGoesForFilesThatSayNothing) {
  Disc disc = disc_with(SubchannelOrder::linear, 1000);
  const auto counted = std::make_shared<CountedSource>(disc.files[0].bytes);
  disc.files[0].bytes = counted;
  disc.files.push_back(test::memory_file(Bytes(10 * 2448), "silent.bin"));
  disc.subchannel.clear();
  const Track whole = disc.tracks[0];
  disc.tracks.clear();
  for (int n = 0; n < 4; ++n) {
    Track track = whole;
    track.extents[0].offset = static_cast<std::uint64_t>(n) * 250 * 2448;
    track.extents[0].first = Lba(n * 250);
    track.extents[0].sectors = 250;
    disc.tracks.push_back(track);
  }
  Track last = whole;
  last.extents = {{.file = 1, .storage = Storage::raw2448, .first = Lba(1000), .sectors = 10}};
  disc.tracks.push_back(last);
  complete_disc(disc);
  ASSERT_EQ(disc.subchannel.size(), 5U);
  for (const SubchannelRun& run : disc.subchannel) {
    EXPECT_EQ(run.order, SubchannelOrder::linear) << run.first.value;
  }
  EXPECT_LE(counted->reads, 64);
}

TEST(SubchannelOrder, OfADescriptorStays) {
  Disc disc = disc_with(SubchannelOrder::linear, 10);
  disc.subchannel[0].order = SubchannelOrder::rw_packs;
  complete_disc(disc);
  ASSERT_EQ(disc.subchannel.size(), 1U);
  EXPECT_EQ(disc.subchannel[0].order, SubchannelOrder::rw_packs);
}

}  // namespace
}  // namespace pregap
