// Images without a sheet: raw sectors and ISO files, opened by path as a user does.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "pregap/open.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

using test::Bytes;
using test::Sectors;
using test::sound_sectors;
using Lines = std::vector<std::string>;

class BareImage : public testing::Test {
 protected:
  Disc open(const std::string& name, const Bytes& bytes) {
    folder_.write(name, bytes);
    return open_disc(folder_ / name);
  }
  Disc open(const Sectors& sectors) { return open("a.bin", test::bytes_of(sectors)); }
  std::string error(const std::string& name, const Bytes& bytes) {
    return test::error_of([&] { open(name, bytes); });
  }
  std::string place(const std::string& name) { return (folder_ / name).string(); }
  test::TempFolder folder_;
};

Sectors joined(std::initializer_list<Sectors> parts) {
  Sectors all;
  for (const Sectors& part : parts) test::append(all, part);
  return all;
}
Sectors audio(int count) { return sound_sectors(SectorKind::audio, count); }
Sectors mode1(int count, int first = 0) { return sound_sectors(SectorKind::mode1, count, first); }
Sectors filled(int count, int value) {
  reference::Sector sector;
  sector.fill(static_cast<std::uint8_t>(value));
  return Sectors(static_cast<std::size_t>(count), sector);
}

TEST_F(BareImage, OfOneKindIsOneTrack) {
  const Disc disc = open(mode1(20));
  EXPECT_EQ(disc.format, "raw");
  EXPECT_EQ(disc.path, folder_ / "a.bin");
  EXPECT_EQ(test::layout_of(disc), Lines{"1 mode1 session 1 index 01=0 stored 0+20"});
  EXPECT_EQ(test::problems_of(disc.problems), Lines());
  EXPECT_EQ(test::layout_of(open(sound_sectors(SectorKind::mode2_form1, 20))),
            Lines{"1 mode2 session 1 index 01=0 stored 0+20"});
}

TEST_F(BareImage, IsKnownByItsContentWhateverItsName) {
  for (const char* name : {"a.bin", "a.img", "a.raw", "a.iso", "a", "a.xyz"}) {
    EXPECT_EQ(open(name, test::bytes_of(mode1(3))).format, "raw") << name;
  }
}

TEST_F(BareImage, MayCarrySubchannel) {
  const Disc disc = open("a.img", test::stored_as(mode1(20), Storage::raw2448));
  EXPECT_EQ(disc.tracks.at(0).extents.at(0).storage, Storage::raw2448);
  EXPECT_EQ(test::layout_of(disc), Lines{"1 mode1 session 1 index 01=0 stored 0+20"});
}

TEST_F(BareImage, MayHold2336Bytes) {
  const Disc disc =
      open("a.bin", test::stored_as(sound_sectors(SectorKind::mode2_form1, 20), Storage::xa2336));
  EXPECT_EQ(disc.tracks.at(0).extents.at(0).storage, Storage::xa2336);
  EXPECT_EQ(test::layout_of(disc), Lines{"1 mode2 session 1 index 01=0 stored 0+20"});
}

TEST_F(BareImage, SplitsOffAudioBehindAndBeforeTheData) {
  EXPECT_EQ(test::layout_of(open(joined({mode1(160), audio(310)}))),
            (Lines{"1 mode1 session 1 index 01=0 stored 0+160",
                   "2 audio session 1 index 01=160 stored 160+310"}));
  EXPECT_EQ(test::layout_of(open(joined({mode1(500), audio(300)}))),
            (Lines{"1 mode1 session 1 index 01=0 stored 0+500",
                   "2 audio session 1 index 01=500 stored 500+300"}));
}

TEST_F(BareImage, FindsDataBehindAudio) {
  EXPECT_EQ(test::layout_of(open(joined({audio(333), mode1(200, 333)}))),
            (Lines{"1 audio session 1 index 01=0 stored 0+333",
                   "2 mode1 session 1 index 01=333 stored 333+200"}));
  EXPECT_EQ(test::layout_of(open(joined({audio(301), mode1(200, 301), audio(302)}))),
            (Lines{"1 audio session 1 index 01=0 stored 0+301",
                   "2 mode1 session 1 index 01=301 stored 301+200",
                   "3 audio session 1 index 01=501 stored 501+302"}));
}

// Shorter than the distance between two looks, so that the two searches see it differently.
TEST_F(BareImage, FindsAShortRunOfDataAmidAudio) {
  EXPECT_EQ(test::layout_of(open(joined({audio(440), mode1(20, 440), audio(400)}))),
            (Lines{"1 audio session 1 index 01=0 stored 0+440",
                   "2 mode1 session 1 index 01=440 stored 440+20",
                   "3 audio session 1 index 01=460 stored 460+400"}));
}

TEST_F(BareImage, DoesNotSayThatNoSectorHasASyncWhereItFoundThem) {
  EXPECT_EQ(test::problems_of(open(joined({audio(333), mode1(20, 333)})).problems), Lines());
}

TEST_F(BareImage, TakesAShortOrConstantTailForDamage) {
  for (const Sectors& tail : {audio(299), filled(400, 0), filled(400, 0x55), audio(1)}) {
    const Disc disc = open(joined({mode1(160), tail}));
    ASSERT_EQ(disc.tracks.size(), 1U) << tail.size();
    EXPECT_EQ(disc.tracks[0].stored_sectors(), 160 + static_cast<int>(tail.size()));
  }
}

TEST_F(BareImage, TakesUnreadableSectorsWithinForDamage) {
  EXPECT_EQ(test::layout_of(open(joined({mode1(100), filled(400, 0x55), mode1(9, 500)}))),
            Lines{"1 mode1 session 1 index 01=0 stored 0+509"});
}

TEST_F(BareImage, WithoutAnySyncIsAudioWithAWarning) {
  const Disc disc = open(audio(10));
  EXPECT_EQ(test::layout_of(disc), Lines{"1 audio session 1 index 01=0 stored 0+10"});
  EXPECT_EQ(test::problems_of(disc.problems),
            Lines{"content.unknown: " + place("a.bin") +
                  ": no sector has a sync, taken as audio by its name and length"});
}

TEST_F(BareImage, TellsOfBytesThatAreLeftOver) {
  Bytes bytes = test::bytes_of(mode1(3));
  bytes.resize(bytes.size() - 1);
  const Disc disc = open("a.bin", bytes);
  EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 2);
  EXPECT_EQ(test::problems_of(disc.problems),
            Lines{"file.size: " + place("a.bin") +
                  ": 2351 bytes are left over behind the last whole sector, 1 is missing to one "
                  "of 2352 bytes"});
  EXPECT_EQ(disc.problems.at(0).file, std::size_t{0});
}

TEST_F(BareImage, ThatIsTooShortSaysSo) {
  Bytes bytes = test::bytes_of(mode1(1));
  bytes.resize(2351);
  EXPECT_EQ(error("a.bin", bytes),
            "malformed: " + place("a.bin") + ": 2351 bytes, expected at least one sector of 2352");
  EXPECT_EQ(error("e.bin", {}),
            "malformed: " + place("e.bin") + ": an empty file, expected an image");
}

TEST_F(BareImage, OfUnknownContentAndLengthIsRefused) {
  EXPECT_EQ(error("a.bin", Bytes(5000, 1)),
            "unrecognised: " + place("a.bin") +
                ": 5000 bytes of unknown content, expected a cue sheet, raw CD sectors or an ISO "
                "9660 image");
}

Bytes iso(int sectors) {
  Bytes bytes = test::stored_as(mode1(sectors), Storage::user2048);
  const std::string id = "\1CD001";
  std::copy(id.begin(), id.end(), bytes.begin() + 16 * 2048);
  return bytes;
}

TEST_F(BareImage, IsAnIsoWithAVolumeDescriptorWhateverItsName) {
  for (const char* name : {"a.iso", "a.bin", "a"}) {
    const Disc disc = open(name, iso(20));
    EXPECT_EQ(disc.format, "iso") << name;
    EXPECT_EQ(test::layout_of(disc), Lines{"1 mode1 session 1 index 01=0 stored 0+20"});
    EXPECT_EQ(disc.tracks.at(0).declared_as, "MODE1/2048");
    EXPECT_EQ(test::problems_of(disc.problems), Lines());
  }
}

TEST_F(BareImage, IsAnIsoByItsNameAndLengthWithAWarning) {
  const Disc disc = open("a.iso", Bytes(3 * 2048, 9));
  EXPECT_EQ(disc.format, "iso");
  EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 3);
  EXPECT_EQ(
      test::problems_of(disc.problems),
      Lines{"content.unknown: " + place("a.iso") +
            ": no volume descriptor at sector 16, taken as sectors of 2048 bytes by its name"});
  EXPECT_EQ(open("b.iso", Bytes(2048)).tracks.at(0).stored_sectors(), 1);
  EXPECT_TRUE(error("c.iso", Bytes(2049)).starts_with("unrecognised: "));
  EXPECT_TRUE(error("d.iso", Bytes(2047)).starts_with("unrecognised: "));
}

TEST_F(BareImage, IsoTellsOfBytesThatAreLeftOver) {
  Bytes bytes = iso(20);
  bytes.resize(bytes.size() - 48);
  const Disc disc = open("a.iso", bytes);
  EXPECT_EQ(disc.tracks.at(0).stored_sectors(), 19);
  EXPECT_EQ(test::problems_of(disc.problems),
            Lines{"file.size: " + place("a.iso") +
                  ": 2000 bytes are left over behind the last whole sector, 48 are missing to one "
                  "of 2048 bytes"});
}

}  // namespace
}  // namespace pregap
