// Digests from the pass: of whole files, of tracks, and which bytes belong to which.
#include "operations/hashing.h"

#include <gtest/gtest.h>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/shared_data.h"

namespace pregap::operations {
namespace {

using test::Bytes;
using test::sound_sectors;

constexpr unsigned kThreads[] = {1, 2, 7};

VerifyReport hashed(const Disc& disc, unsigned threads, std::vector<std::string> names) {
  VerifyOptions options;
  options.work.threads = threads;
  options.hashes = std::move(names);
  return verify(disc, options);
}

Hashes sha256(const Bytes& bytes) { return {{"sha256", test::sha256_of(bytes)}}; }

Bytes slice(const Bytes& bytes, std::size_t from, std::size_t to) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
          bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

Bytes noise(std::size_t size) {
  Bytes bytes;
  for (int lba = 0; bytes.size() < size; ++lba) {
    test::append(bytes, test::user_data(SectorKind::audio, lba));
  }
  bytes.resize(size);
  return bytes;
}

Track track_at(int number, Lba first, std::vector<Extent> extents) {
  Track track;
  track.number = number;
  track.type = track.declared = TrackType::audio;
  track.sampled_kind = SectorKind::audio;
  track.indexes.push_back({.number = 1, .lba = first});
  track.extents = std::move(extents);
  return track;
}

// The digests of the disc's files and tracks, for every number of threads.
void expect_hashes(const Disc& disc, const std::vector<Bytes>& files,
                   const std::vector<Bytes>& tracks) {
  for (const unsigned threads : kThreads) {
    SCOPED_TRACE(std::to_string(threads) + " threads");
    const VerifyReport report = hashed(disc, threads, {"sha256"});
    ASSERT_EQ(report.files.size(), files.size());
    for (std::size_t f = 0; f < files.size(); ++f) {
      EXPECT_EQ(report.files[f].file, f);
      EXPECT_EQ(report.files[f].hashes, sha256(files[f])) << "file " << f;
    }
    ASSERT_EQ(report.tracks.size(), tracks.size());
    for (std::size_t t = 0; t < tracks.size(); ++t) {
      EXPECT_EQ(report.tracks[t].hashes, sha256(tracks[t])) << "track " << t + 1;
    }
  }
}

TEST(Hashing, OfATrackThatIsAWholeFileIsTheFiles) {
  const test::Sectors mode1 = sound_sectors(SectorKind::mode1, 300);
  const test::Sectors audio = sound_sectors(SectorKind::audio, 130, 300);
  const Disc disc =
      test::disc_of({{.sectors = mode1}, {.type = TrackType::audio, .sectors = audio}});
  const std::vector<Bytes> expected = {test::bytes_of(mode1), test::bytes_of(audio)};
  expect_hashes(disc, expected, expected);
}

TEST(Hashing, IsOfTheBytesAsTheyAreStored) {
  const test::Sectors form1 = sound_sectors(SectorKind::mode2_form1, 120);
  const test::Sectors mode1 = sound_sectors(SectorKind::mode1, 120, 120);
  const test::Sectors audio = sound_sectors(SectorKind::audio, 120, 240);
  test::Sectors scrambled = sound_sectors(SectorKind::mode1, 10, 360);
  for (auto& sector : scrambled) sector = test::scrambled(sector);
  scrambled[4][1000] ^= 4;  // repairable: the digest is of what is there
  const Disc disc = test::disc_of(
      {{.type = TrackType::mode2, .sectors = form1, .storage = Storage::xa2336},
       {.sectors = mode1, .storage = Storage::raw2448},
       {.type = TrackType::audio, .sectors = audio, .swapped = true},
       {.sectors = scrambled},
       {.sectors = sound_sectors(SectorKind::mode1, 120, 370), .storage = Storage::user2048}});
  Bytes swapped = test::bytes_of(audio);
  test::swap_pairs(swapped);
  const std::vector<Bytes> expected = {
      test::stored_as(form1, Storage::xa2336), test::stored_as(mode1, Storage::raw2448), swapped,
      test::bytes_of(scrambled),
      test::stored_as(sound_sectors(SectorKind::mode1, 120, 370), Storage::user2048)};
  expect_hashes(disc, expected, expected);
}

// A header, a gap between the tracks and a tail: the file's digest is of all of it.
TEST(Hashing, TakesBytesOutsideOfTracksIntoTheFilesAlone) {
  const Bytes file = noise(44 + 250 * 2352 + 1000 + 130 * 2352 + 777);
  const std::size_t second = 44 + 250 * 2352 + 1000;
  Disc disc;
  disc.path = "disc.cue";
  disc.files.push_back(test::memory_file(file, "disc.bin"));
  disc.tracks = {track_at(1, Lba(0), {{.offset = 44, .first = Lba(0), .sectors = 250}}),
                 track_at(2, Lba(250), {{.offset = second, .first = Lba(250), .sectors = 130}})};
  expect_hashes(disc, {file},
                {slice(file, 44, 44 + 250 * 2352), slice(file, second, second + 130 * 2352)});
}

TEST(Hashing, JoinsTheExtentsOfATrackOverFiles) {
  const Bytes a = noise(200 * 2352), b = noise(150 * 2352 + 5);
  Disc disc;
  disc.path = "disc.cue";
  disc.files = {test::memory_file(a, "a.bin"), test::memory_file(b, "b.bin")};
  disc.tracks = {track_at(1, Lba(0), {{.file = 0, .first = Lba(0), .sectors = 120}}),
                 track_at(2, Lba(120),
                          {{.file = 0, .offset = 120 * 2352, .first = Lba(120), .sectors = 80},
                           {.file = 1, .offset = 0, .first = Lba(200), .sectors = 150}})};
  Bytes second = slice(a, 120 * 2352, a.size());
  test::append(second, slice(b, 0, 150 * 2352));
  expect_hashes(disc, {a, b}, {slice(a, 0, 120 * 2352), second});
}

TEST(Hashing, ReadsAFileInWhichNoTrackLies) {
  const Bytes unused = noise(600000), used = noise(20 * 2352);
  Disc disc;
  disc.path = "disc.cue";
  disc.files = {test::memory_file(unused, "unused.bin"), test::memory_file(used, "used.bin")};
  disc.tracks = {track_at(1, Lba(0), {{.file = 1, .first = Lba(0), .sectors = 20}})};
  expect_hashes(disc, {unused, used}, {used});
}

TEST(Hashing, GivesATrackWithoutSectorsTheDigestOfNothing) {
  const Bytes used = noise(20 * 2352);
  Disc disc;
  disc.path = "disc.cue";
  disc.files = {test::memory_file(used, "used.bin")};
  disc.tracks = {track_at(1, Lba(0), {{.first = Lba(0), .sectors = 20}}), track_at(2, Lba(20), {})};
  expect_hashes(disc, {used}, {used, {}});
}

TEST(Hashing, ListsAlgorithmsInTheOrderAskedForAndEachOnce) {
  const Disc disc = test::disc_of(TrackType::mode1, sound_sectors(SectorKind::mode1, 5));
  const VerifyReport report = hashed(disc, 2, {"sha512", "md5", "MD5", "crc32", "sha512"});
  std::vector<std::string> names;
  for (const auto& [name, value] : report.files.at(0).hashes) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"sha512", "md5", "crc32"}));
  EXPECT_EQ(report.tracks.at(0).hashes, report.files.at(0).hashes);
}

TEST(Hashing, IsNotDoneUnasked) {
  const VerifyReport report =
      verify(test::disc_of(TrackType::mode1, sound_sectors(SectorKind::mode1, 5)));
  EXPECT_TRUE(report.files.empty());
  EXPECT_TRUE(report.tracks.at(0).hashes.empty());
}

TEST(Hashing, RefusesAnAlgorithmThatItDoesNotKnow) {
  const Disc disc = test::disc_of(TrackType::mode1, sound_sectors(SectorKind::mode1, 5));
  const std::string expected =
      "usage: --hash: \"sha3\", expected crc32, md5, sha1, sha256, sha384 or sha512";
  EXPECT_EQ(test::error_of([&] { hashed(disc, 1, {"md5", "sha3"}); }), expected);
  EXPECT_TRUE(test::error_of([&] { hashed(disc, 1, {""}); }).starts_with("usage: --hash: \"\""));
}

TEST(Hashing, EndsWithTheErrorOfAFileThatWasCut) {
  for (const unsigned threads : kThreads) {
    Disc disc = test::disc_of(TrackType::mode1, sound_sectors(SectorKind::mode1, 500));
    disc.files[0] = test::memory_file(Bytes(300 * 2352), "cut.bin");
    const std::string error = test::error_of([&] { hashed(disc, threads, {"md5", "sha1"}); });
    EXPECT_TRUE(error.starts_with("unreadable: cut.bin:byte 705600: ")) << error;
  }
}

}  // namespace
}  // namespace pregap::operations
