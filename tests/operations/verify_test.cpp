#include "pregap/verify.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using reference::Sector;
using test::Sectors;
using test::sound_sectors;
using Lines = std::vector<std::string>;

constexpr SectorKind kMode1 = SectorKind::mode1, kForm1 = SectorKind::mode2_form1,
                     kForm2 = SectorKind::mode2_form2, kAudio = SectorKind::audio;

// "10+3 edc p_parity repairable"
Lines ranges_of(const std::vector<BadRange>& ranges) {
  Lines lines;
  for (const BadRange& range : ranges) {
    std::string text = fmt::format("{}+{}", range.first.value, range.count);
    for (int i = 0; i < kFaults; ++i) {
      const Fault fault = static_cast<Fault>(i);
      if (range.faults.has(fault)) text += fmt::format(" {}", name_of(fault));
    }
    lines.push_back(text + (range.repairable ? " repairable" : ""));
  }
  return lines;
}

std::int64_t of(const Tally& tally, SectorKind kind) {
  return tally.kinds[static_cast<std::size_t>(kind)];
}
std::int64_t of(const Tally& tally, Fault fault) {
  return tally.faults[static_cast<std::size_t>(fault)];
}
std::int64_t of(const Tally& tally, Note note) {
  return tally.notes[static_cast<std::size_t>(note)];
}

void damage_data(Sector& s) { s[900] ^= 0x10; }
void destroy(Sector& s) {
  for (std::size_t i = 16; i < 2064; ++i) s[i] = static_cast<std::uint8_t>(i * i / 5);
}

TEST(Verify, CountsEveryStoredSectorPregapsToo) {
  const Disc disc = test::disc_of(
      {{.sectors = sound_sectors(kMode1, 200)},
       {.type = TrackType::audio, .sectors = sound_sectors(kAudio, 160, 200), .pregap = 150},
       {.type = TrackType::mode2, .sectors = sound_sectors(kForm2, 7, 360)}});
  const VerifyReport report = verify(disc);
  EXPECT_EQ(report.verdict, Verdict::good);
  EXPECT_EQ(report.tally.sectors, 367);
  EXPECT_EQ(of(report.tally, kMode1), 200);
  EXPECT_EQ(of(report.tally, kAudio), 160);
  EXPECT_EQ(of(report.tally, kForm2), 7);
  EXPECT_EQ(report.tally.checked, 207);
  EXPECT_EQ(report.tally.bad(), 0);
  ASSERT_EQ(report.tracks.size(), 3U);
  EXPECT_EQ(report.tracks[1].track, &disc.tracks[1]);
  EXPECT_EQ(report.tracks[1].tally.sectors, 160);
}

TEST(Verify, CountsFaultsNotesAndFills) {
  Sectors sectors = sound_sectors(kMode1, 20);
  damage_data(sectors[2]);
  destroy(sectors[4]);
  sectors[6].fill(0x55);
  sectors[7].fill(0x55);
  sectors[8].fill(0x00);
  sectors[10] = test::scrambled(sectors[10]);
  const VerifyReport report = verify(test::disc_of(TrackType::mode1, sectors));
  EXPECT_EQ(report.verdict, Verdict::damaged);
  EXPECT_EQ(report.tally.bad(), 5);
  EXPECT_EQ(report.tally.repairable, 1);
  EXPECT_EQ(report.tally.unrepairable, 4);
  EXPECT_EQ(report.tally.filled, 3);
  EXPECT_EQ(report.tally.fills, (std::map<std::uint8_t, std::int64_t>{{0x55, 2}, {0x00, 1}}));
  EXPECT_EQ(of(report.tally, Fault::sync), 3);
  EXPECT_EQ(of(report.tally, Fault::edc), 4) << "the EDC of zeros is zero";
  EXPECT_EQ(of(report.tally, Note::scrambled), 1);
  EXPECT_EQ(of(report.tally, kMode1), 20);
}

TEST(Verify, JoinsNeighboursOfTheSameFaultsAndFate) {
  Sectors sectors = sound_sectors(kMode1, 40);
  for (const std::size_t i : {2U, 3U, 4U, 6U}) damage_data(sectors[i]);  // repairable
  for (const std::size_t i : {7U, 8U}) destroy(sectors[i]);              // not
  sectors[9][2100] ^= 1;                                                 // other faults
  damage_data(sectors[39]);
  const VerifyReport report = verify(test::disc_of(TrackType::mode1, sectors));
  EXPECT_EQ(ranges_of(report.tracks[0].bad),
            (Lines{"2+3 edc p_parity q_parity repairable", "6+1 edc p_parity q_parity repairable",
                   "7+2 edc p_parity q_parity", "9+1 p_parity q_parity repairable",
                   "39+1 edc p_parity q_parity repairable"}));
}

TEST(Verify, JoinsNoNeighboursOverTrackBordersAndHoles) {
  Sectors first = sound_sectors(kMode1, 5), second = sound_sectors(kMode1, 5, 5);
  damage_data(first[4]);
  damage_data(second[0]);
  const VerifyReport report = verify(test::disc_of({{.sectors = first}, {.sectors = second}}));
  EXPECT_EQ(ranges_of(report.tracks[0].bad), Lines{"4+1 edc p_parity q_parity repairable"});
  EXPECT_EQ(ranges_of(report.tracks[1].bad), Lines{"5+1 edc p_parity q_parity repairable"});
}

TEST(Verify, JoinsNeighboursOverChunks) {
  Sectors sectors = sound_sectors(kForm2, 130);
  for (std::size_t i = 100; i < 125; ++i) damage_data(sectors[i]);
  const VerifyReport report = verify(test::disc_of(TrackType::mode2, sectors));
  EXPECT_EQ(ranges_of(report.tracks[0].bad), Lines{"100+25 edc"});
}

TEST(Verdict, FollowsFromTheWorst) {
  const auto verdict = [](TrackType type, const Sectors& sectors) {
    return name_of(verify(test::disc_of(type, sectors)).verdict);
  };
  Sectors sectors = sound_sectors(kMode1, 5);
  EXPECT_EQ(verdict(TrackType::mode1, sectors), "good");
  damage_data(sectors[1]);
  EXPECT_EQ(verdict(TrackType::mode1, sectors), "repairable");
  destroy(sectors[2]);
  EXPECT_EQ(verdict(TrackType::mode1, sectors), "damaged");
  EXPECT_EQ(verdict(TrackType::audio, sound_sectors(kAudio, 5)), "unchecked");
}

TEST(Verdict, IsGoodWithNotesAlone) {
  Sectors sectors = sound_sectors(kMode1, 5);
  sectors[1] = test::scrambled(sectors[1]);
  EXPECT_EQ(verify(test::disc_of(TrackType::mode1, sectors)).verdict, Verdict::good);
}

TEST(Verdict, Of2048BytesIsUncheckedAndOf2336IsNot) {
  EXPECT_EQ(
      verify(test::disc_of({{.sectors = sound_sectors(kMode1, 5), .storage = Storage::user2048}}))
          .verdict,
      Verdict::unchecked);
  EXPECT_EQ(verify(test::disc_of({{.type = TrackType::mode2,
                                   .sectors = sound_sectors(kForm1, 5),
                                   .storage = Storage::xa2336}}))
                .verdict,
            Verdict::good);
}

TEST(Verdict, IsDamagedByAFaultOfTheImageAndNotByAWarning) {
  Disc disc = test::disc_of(TrackType::mode1, sound_sectors(kMode1, 5));
  disc.problems.push_back({.severity = Severity::warning, .code = "x", .message = "y"});
  EXPECT_EQ(verify(disc).verdict, Verdict::good);
  EXPECT_EQ(test::problems_of(verify(disc).problems), Lines{"x: y"});
  disc.problems.push_back({.severity = Severity::fault, .code = "file.size", .message = "z"});
  EXPECT_EQ(verify(disc).verdict, Verdict::damaged);
}

TEST(Verdict, OfADiscWithoutSectorsIsUnchecked) {
  Disc disc = test::disc_of(TrackType::mode1, sound_sectors(kMode1, 1));
  disc.tracks[0].extents.clear();
  const VerifyReport report = verify(disc);
  EXPECT_EQ(report.verdict, Verdict::unchecked);
  EXPECT_EQ(report.tracks.size(), 1U);
  EXPECT_EQ(report.tally.sectors, 0);
}

// 20 sectors with a primary descriptor that claims `blocks` of `block_size` bytes.
Sectors volume(std::uint32_t blocks, std::uint32_t block_size = 2048) {
  Sectors sectors = sound_sectors(kMode1, 20);
  test::Bytes data(2048);
  const std::string id = "\1CD001\1";
  std::copy(id.begin(), id.end(), data.begin());
  for (int i = 0; i < 4; ++i) {
    const std::size_t n = static_cast<std::size_t>(i);
    data[80 + n] = static_cast<std::uint8_t>(blocks >> (8 * i));
    if (i < 2) data[128 + n] = static_cast<std::uint8_t>(block_size >> (8 * i));
  }
  sectors[16] = reference::build(kMode1, 16, data);
  return sectors;
}

TEST(VolumeSize, IsHeldAgainstTheSectorsThatAreThere) {
  const auto problems = [](const Disc& disc) {
    Lines lines = test::problems_of(verify(disc).problems);
    std::erase_if(lines, [](const std::string& line) { return line.starts_with("iso."); });
    return lines;
  };
  const std::string said =
      "volume.size: disc.cue: the volume of track 1 claims 1,234 sectors, only 20 are there: the "
      "image may be cut short";
  EXPECT_EQ(problems(test::disc_of(TrackType::mode1, volume(20))), Lines());
  EXPECT_EQ(problems(test::disc_of(TrackType::mode1, volume(5))), Lines());
  EXPECT_EQ(problems(test::disc_of(TrackType::mode1, volume(1234))), Lines{said});
  EXPECT_EQ(problems(test::disc_of(TrackType::mode1, volume(4936, 512))), Lines{said});
  EXPECT_EQ(problems(test::disc_of(TrackType::mode1, volume(80, 512))), Lines());
  EXPECT_EQ(problems(test::disc_of(TrackType::mode1, volume(1234, 0))), Lines());
  EXPECT_EQ(problems(test::disc_of(
                {{.sectors = volume(25)},
                 {.type = TrackType::audio, .sectors = sound_sectors(kAudio, 10, 20)}})),
            Lines())
      << "some masters count the tracks behind";
  EXPECT_EQ(verify(test::disc_of(TrackType::mode1, volume(1234))).verdict, Verdict::good);
}

// The volume of these tests has its big-endian fields left out.
TEST(VolumeFields, ThatDisagreeAreWarningsAndNoDamage) {
  const VerifyReport report = verify(test::disc_of(TrackType::mode1, volume(20)));
  EXPECT_EQ(report.verdict, Verdict::good);
  ASSERT_FALSE(report.problems.empty());
  EXPECT_EQ(report.problems[0].code, "iso.descriptor");
  EXPECT_EQ(report.problems[0].severity, Severity::warning);
}

TEST(Verify, SaysThatItWasStopped) {
  std::stop_source stop;
  stop.request_stop();
  const Disc disc = test::disc_of(TrackType::mode1, sound_sectors(kMode1, 5));
  VerifyOptions options;
  options.work.stop = stop.get_token();
  EXPECT_TRUE(test::error_of([&] { verify(disc, options); }).starts_with("stopped: disc.cue: "));
}

}  // namespace
}  // namespace pregap
