#include "operations/disc_ids.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "support/shared_data.h"

namespace pregap {
namespace {

using operations::disc_ids;
using operations::DiscIds;
using operations::IdToc;

// From offsets as MusicBrainz has them, which count the 150 sectors before LBA 0.
IdToc toc_of(const std::vector<int>& offsets, int lead_out) {
  IdToc toc{.lead_out = Lba(lead_out - 150)};
  int number = 1;
  for (const int offset : offsets)
    toc.tracks.push_back({.number = number++, .start = Lba(offset - 150)});
  return toc;
}

TEST(DiscIds, AreThoseOfMusicBrainzsOwnExample) {
  const DiscIds ids = disc_ids(toc_of({150, 15363, 32314, 46592, 63414, 80489}, 95462));
  EXPECT_EQ(ids.musicbrainz, "49HHV7Eb8UKF3aQiNmu1GR8vKTY-");
  EXPECT_EQ(ids.musicbrainz_toc, "1+6+95462+150+15363+32314+46592+63414+80489");
}

TEST(DiscIds, LeaveOutADataTrackInASessionOfItsOwn) {
  IdToc audio = toc_of({150, 15363, 32314, 46592, 63414, 80489}, 95462);
  const std::string alone = disc_ids(audio).musicbrainz;
  audio.tracks.push_back(
      {.number = 7, .session = 2, .is_data = true, .start = audio.lead_out + 11400});
  audio.lead_out = audio.lead_out + 50000;
  EXPECT_EQ(disc_ids(audio).musicbrainz, alone);
  // In the same session it counts.
  audio.tracks.back().session = 1;
  EXPECT_NE(disc_ids(audio).musicbrainz, alone);
}

TEST(DiscIds, OfAudioAloneFeedAccurateRip) {
  const IdToc toc{.tracks = {{.number = 1, .start = Lba(0)}, {.number = 2, .start = Lba(1000)}},
                  .lead_out = Lba(3000)};
  const DiscIds ids = disc_ids(toc);
  EXPECT_EQ(ids.accuraterip1, 4000U);                          // 0 + 1000 + 3000
  EXPECT_EQ(ids.accuraterip2, 1U + 2 * 1000 + 3 * 3000);       // an offset of 0 counts as 1
  EXPECT_EQ(ids.freedb, ((2U + 1 + 5) << 24 | 40U << 8 | 2));  // 2 s, 15 s; 42 - 2 s
  EXPECT_EQ(ids.accuraterip_file, "dBAR-002-00000fa0-00002af9-08002802.bin");
}

TEST(DiscIds, OfNoTracksAreEmpty) { EXPECT_EQ(disc_ids({}).musicbrainz, ""); }

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What XLD and whipper wrote of the same disc.
TEST(DiscIds, AreThoseOfOtherRippersLogs) {
  const auto shared = test::shared_data();
  if (!shared) GTEST_SKIP() << test::why_no_shared_data();
  const std::filesystem::path folder = *shared / "picard-toc";
  const std::string xld = text_of(folder / "xld.log"), whipper = text_of(folder / "whipper.log");
  IdToc toc;
  const std::regex row(R"((\d+)\s+\|\s+[\d:]+\s+\|\s+[\d:]+\s+\|\s+(\d+)\s+\|\s+(\d+))");
  for (std::sregex_iterator at(xld.begin(), xld.end(), row), end; at != end; ++at) {
    toc.tracks.push_back({.number = std::stoi((*at)[1]), .start = Lba(std::stoi((*at)[2]))});
    toc.lead_out = Lba(std::stoi((*at)[3]) + 1);
  }
  ASSERT_EQ(toc.tracks.size(), 8U);
  const DiscIds ids = disc_ids(toc);
  EXPECT_NE(whipper.find("MusicBrainz Disc ID: " + ids.musicbrainz + "\n"), std::string::npos);
  EXPECT_NE(whipper.find("toc=" + ids.musicbrainz_toc + "&"), std::string::npos);
  const std::string known = ids.accuraterip_file.substr(9, 26);
  EXPECT_NE(xld.find("(DiscID: " + known + ")"), std::string::npos) << known;
}

}  // namespace
}  // namespace pregap
