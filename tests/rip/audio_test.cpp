// Audio: read offsets, sums that others compute too, ids of discs.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "operations/rip_offsets.h"
#include "pregap/error.h"
#include "rip/rip_fixture.h"
#include "support/shared_data.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;
using operations::AccurateRipSum;
using operations::DiscToc;
using operations::RipOptions;
using test::rip_disc;
using test::Ripped;
using test::TempFolder;

Disc short_audio() {
  Disc disc = test::disc_of(
      {{.type = TrackType::audio, .sectors = test::sound_sectors(SectorKind::audio, 40)}});
  disc.sessions = {{.number = 1, .lead_out = Lba(40)}};
  return disc;
}

std::vector<int> offsets() {
  std::vector<int> all = {-1200, -1177, -1176, -1175, -589, -588, -587, -1,  0,
                          1,     587,   588,   589,   1175, 1176, 1177, 1200};
  for (int n = -1199; n < 1200; n += 113) all.push_back(n);
  return all;
}

TEST(ReadOffset, IsTakenOutExactly) {
  const Disc source = short_audio();
  for (const int offset : offsets()) {
    SCOPED_TRACE(offset);
    const TempFolder folder;
    const auto corrected = [&](RipOptions& options) { options.offset = offset; };
    const Ripped rip =
        rip_disc(source, folder,
                 {.query = fmt::format("offset={}&overread=both", offset), .options = corrected});
    EXPECT_TRUE(rip.report.sound());
    EXPECT_EQ(test::differing(source, rip.disc), "");
    EXPECT_EQ(rip.report.missing_samples, 0);
  }
}

// What lies beyond the drive's reach stands as zeros; how many samples, is told.
TEST(ReadOffset, WithoutOverreadCostsTheEdge) {
  const Disc source = short_audio();
  std::vector<std::uint8_t> right(40 * kSectorSize), got(40 * kSectorSize);
  source.read_sectors(Lba(0), 40, right);
  for (const int offset : {-1200, -30, 6, 667}) {
    SCOPED_TRACE(offset);
    const TempFolder folder;
    const auto corrected = [&](RipOptions& options) { options.offset = offset; };
    const Ripped rip =
        rip_disc(source, folder, {.query = fmt::format("offset={}", offset), .options = corrected});
    EXPECT_EQ(rip.report.missing_samples, std::abs(offset));
    rip.disc.read_sectors(Lba(0), 40, got);
    std::vector<std::uint8_t> expected = right;
    const std::ptrdiff_t bytes = std::ptrdiff_t{std::abs(offset)} * 4;
    if (offset < 0) std::fill_n(expected.begin(), bytes, std::uint8_t{0});
    if (offset > 0) std::fill_n(expected.end() - bytes, bytes, std::uint8_t{0});
    EXPECT_EQ(got, expected);
  }
}

TEST(ReadOffset, OfFaultyDrivesIsTakenOutToo) {
  const Disc source = test::source_disc("mixed");
  for (const char* fault : {"c2=200-220", "silent=200-230", "flaky=180-200&flaky_period=2"}) {
    SCOPED_TRACE(fault);
    const TempFolder folder;
    const auto corrected = [](RipOptions& options) { options.offset = 667; };
    const Ripped rip =
        rip_disc(source, folder,
                 {.query = std::string(fault) + "&offset=667&overread=both", .options = corrected});
    EXPECT_TRUE(rip.report.sound());
    EXPECT_EQ(test::differing(source, rip.disc), "");
  }
}

TEST(ReadOffset, ComesFromTheDrivesName) {
  const Disc source = short_audio();
  const TempFolder folder;
  const Ripped known = rip_disc(
      source, folder, {.query = "vendor=PLEXTOR&model=DVDR   PX-716A&offset=30&overread=both"});
  EXPECT_EQ(known.report.offset, 30);
  EXPECT_EQ(known.report.offset_source, operations::OffsetSource::built_in);
  EXPECT_EQ(test::differing(source, known.disc), "");

  folder.write("offsets.txt", std::string("CD Drive\tCorrection Offset\n"
                                          "ACME - SPINNER 3000\t-12\t5\t100%\n"));
  const auto table = [&](RipOptions& options) { options.offset_table = folder / "offsets.txt"; };
  const Ripped listed =
      rip_disc(source, folder,
               {.query = "vendor=ACME&model=Spinner 3000&offset=-12&overread=both",
                .out = "listed.cue",
                .options = table});
  EXPECT_EQ(listed.report.offset, -12);
  EXPECT_EQ(listed.report.offset_source, operations::OffsetSource::table);
  EXPECT_EQ(test::differing(source, listed.disc), "");
}

TEST(OffsetTable, ReadsLinesWithNumbersAndRefusesTextWithout) {
  const auto table = operations::parse_offset_table(
      "name,offset\nA - B C,+102,9\n\"x\"\nD - E\t-1164\r\nF - G\t[Purged]\n", "t");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(operations::find_offset(table, "A B C"), 102);
  EXPECT_EQ(operations::find_offset(table, "d-e"), -1164);
  EXPECT_FALSE(operations::find_offset(table, "F G"));
  EXPECT_EQ(test::error_of([] { operations::parse_offset_table("nothing\n", "t"); }),
            "malformed: t: no drive with a number of samples, expected \"VENDOR - MODEL\", a tab "
            "or comma, and the correction in each line");
}

// The definition, sample by sample.
struct Expected {
  std::uint32_t v1 = 0, v2 = 0, frame450 = 0;
};
Expected by_definition(const std::vector<std::uint8_t>& bytes, bool first, bool last) {
  Expected e;
  const std::size_t samples = bytes.size() / 4;
  for (std::size_t n = 1; n <= samples; ++n) {
    const std::uint8_t* s = &bytes[(n - 1) * 4];
    const std::uint64_t value = s[0] + (std::uint64_t{s[1]} << 8) + (std::uint64_t{s[2]} << 16) +
                                (std::uint64_t{s[3]} << 24);
    if (n > 450 * 588 && n <= 451 * 588) {
      e.frame450 += static_cast<std::uint32_t>(value * (n - 450 * 588));
    }
    if ((first && n < 5 * 588) || (last && n > samples - 5 * 588)) continue;
    e.v1 += static_cast<std::uint32_t>(value * n);
    e.v2 += static_cast<std::uint32_t>((value * n) & 0xFFFFFFFFU) +
            static_cast<std::uint32_t>((value * n) >> 32);
  }
  return e;
}

TEST(AccurateRipSums, FollowTheirDefinition) {
  using Place = AccurateRipSum::Place;
  std::mt19937 random(3);
  for (const int sectors : {6, 20, 452}) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(sectors) * kSectorSize);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    for (const Place place : {Place::middle, Place::first, Place::last, Place::only}) {
      AccurateRipSum sum(place, sectors);
      for (std::size_t at = 0; at < bytes.size(); at += kSectorSize) {
        sum.update(std::span(bytes).subspan(at, kSectorSize));
      }
      const Expected e = by_definition(bytes, place == Place::first || place == Place::only,
                                       place == Place::last || place == Place::only);
      EXPECT_EQ(sum.v1(), e.v1);
      EXPECT_EQ(sum.v2(), e.v2);
      EXPECT_EQ(sum.frame450(), e.frame450);
    }
  }
}

void append_le32(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// The database's answer with two pressings; the second one's tracks have these sums.
std::vector<std::uint8_t> answer(const std::vector<std::uint32_t>& crcs) {
  std::vector<std::uint8_t> bytes;
  for (const bool right : {false, true}) {
    bytes.push_back(static_cast<std::uint8_t>(crcs.size()));
    for (const std::uint32_t id : {1U, 2U, 3U}) append_le32(bytes, id);
    for (const std::uint32_t crc : crcs) {
      bytes.push_back(right ? 17 : 3);
      append_le32(bytes, right ? crc : ~crc);
      append_le32(bytes, 0);
    }
  }
  return bytes;
}

TEST(AccurateRip, AnswersAreHeldAgainstTheTracks) {
  const Disc source = test::source_disc("audio");
  const TempFolder folder;
  const Ripped plain = rip_disc(source, folder);
  const auto& t = plain.report.tracks;
  const auto asked = [&](RipOptions& options) {
    options.accuraterip = folder / "answer.bin";
    options.force = true;
  };
  folder.write("answer.bin",
               answer({t[0].accuraterip_v1, t[1].accuraterip_v2, t[2].accuraterip_v2}));
  const Ripped same = rip_disc(source, folder, {.options = asked});
  EXPECT_TRUE(same.report.sound());
  EXPECT_EQ(same.report.tracks[0].accuraterip.v1_confidence, 17);
  EXPECT_EQ(same.report.tracks[1].accuraterip.v2_confidence, 17);
  EXPECT_EQ(same.report.tracks[1].accuraterip.v1_confidence, 0);

  folder.write("answer.bin", answer({t[0].accuraterip_v1, 5, t[2].accuraterip_v2}));
  const Ripped other = rip_disc(source, folder, {.options = asked});
  EXPECT_FALSE(other.report.sound());
  EXPECT_TRUE(other.report.tracks[1].accuraterip.known);
  EXPECT_FALSE(other.report.tracks[1].accuraterip.matched());

  folder.write("answer.bin", std::vector<std::uint8_t>{3, 0, 0});
  EXPECT_EQ(test::error_of([&] { rip_disc(source, folder, {.options = asked}); }),
            "malformed: " + (folder / "answer.bin").string() +
                ":byte 0: an entry of 3 tracks and 3 bytes to the end, expected 1 to 99 tracks and "
                "40 bytes for them");
}

TEST(TestAndCopy, ComparesTheTracksOfTwoReadings) {
  const Disc source = test::source_disc("mixed");
  const TempFolder folder;
  const auto twice = [](RipOptions& options) {
    options.twice = true;
    options.force = true;
  };
  const Ripped same = rip_disc(source, folder, {.options = twice});
  EXPECT_TRUE(same.report.sound());
  for (const operations::RipTrack& t : same.report.tracks) {
    EXPECT_EQ(t.test_crc32, t.hashes.front().second);
  }
  const Ripped other = rip_disc(source, folder, {.query = "c2=300", .options = twice});
  EXPECT_FALSE(other.report.sound());
  EXPECT_EQ(test::differing(source, other.disc), "");  // but the second reading was not as good
  EXPECT_NE(other.report.tracks[2].test_crc32, other.report.tracks[2].hashes.front().second);
}

// Logs of another program name discs by their TOCs.
TEST(DiscIds, AreThoseOfOtherProgramsLogs) {
  const std::optional<fs::path> shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  for (const char* log : {"picard-toc/whipper.log", "whipper/test_result_logger.log"}) {
    SCOPED_TRACE(log);
    const std::vector<std::uint8_t> bytes = test::read_file(*shared / log);
    const std::string text(bytes.begin(), bytes.end());
    std::smatch found, freedb;
    ASSERT_TRUE(std::regex_search(text, found,
                                  std::regex("toc=1\\+\\d+\\+(\\d+)((\\+\\d+)+)&.*id=(\\S+)")));
    ASSERT_TRUE(std::regex_search(text, freedb, std::regex("CDDB Disc ID: (\\S+)")));
    DiscToc toc;
    toc.sessions = {{.number = 1, .lead_out = Lba(std::stoi(found[1]) - 150)}};
    const std::string starts = found[2];
    for (std::size_t at = 0; at != std::string::npos; at = starts.find('+', at + 1)) {
      toc.tracks.push_back({.number = static_cast<int>(toc.tracks.size()) + 1,
                            .start = Lba(std::stoi(starts.substr(at + 1)) - 150)});
    }
    const operations::DiscIds ids = operations::disc_ids(toc);
    EXPECT_EQ(ids.musicbrainz, found[4]);
    EXPECT_EQ(ids.freedb, freedb[1]);
    EXPECT_NE(ids.accuraterip_file.find(ids.freedb), std::string::npos);
    if (std::string_view(log) != "picard-toc/whipper.log") continue;
    // XLD ripped the same disc.
    const std::vector<std::uint8_t> xld = test::read_file(*shared / "picard-toc/xld.log");
    const std::string known = fmt::format("(DiscID: {})", ids.accuraterip_file.substr(9, 26));
    EXPECT_NE(std::string(xld.begin(), xld.end()).find(known), std::string::npos) << known;
  }
}

// The example of MusicBrainz' own description of a disc with a data session behind the audio leaves
// that session out; AccurateRip counts the end of the disc.
TEST(DiscIds, LeaveADataSessionOut) {
  DiscToc with, without;
  without.tracks = {{.number = 1, .start = Lba(0)}, {.number = 2, .start = Lba(20000)}};
  without.sessions = {{.number = 1, .lead_out = Lba(50000)}};
  with = without;
  with.tracks.push_back({.number = 3, .session = 2, .control = 4, .start = Lba(61400)});
  with.sessions.push_back({.number = 2, .lead_out = Lba(90000)});
  EXPECT_EQ(operations::disc_ids(with).musicbrainz, operations::disc_ids(without).musicbrainz);
  EXPECT_NE(operations::disc_ids(with).freedb, operations::disc_ids(without).freedb);
  EXPECT_EQ(operations::disc_ids(with).accuraterip1, fmt::format("{:08x}", 20000 + 90000));
  EXPECT_EQ(operations::disc_ids(with).accuraterip2,
            fmt::format("{:08x}", 1 + 2 * 20000 + 3 * 90000));
}

}  // namespace
}  // namespace pregap
