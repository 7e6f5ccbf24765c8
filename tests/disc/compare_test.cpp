#include "disc/compare.h"

#include <gtest/gtest.h>

#include "support/disc_builder.h"

namespace pregap {
namespace {

TEST(Differences, AreNamedByPlaceAndCutToALine) {
  Disc a = test::disc_of(TrackType::audio, test::Sectors{});
  a.sessions = {{.number = 1}};
  Disc b = a;
  EXPECT_EQ(differences(a, b).size(), 0U);
  a.tracks[0].text = {{"TITLE", std::string(4'000'000, 'x') + "\n"}};
  b.sessions[0].area = Area::high_density;
  b.sessions[0].type = DiscType::cd_i;
  const std::vector<Difference> found = differences(a, b);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].message, "session 1, type: CD-DA or CD-ROM here, CD-i there");
  EXPECT_EQ(found[1].message, "session 1, area: none here, high density there");
  EXPECT_EQ(found[2].what, "cd_text");
  EXPECT_EQ(found[2].place, "track 1, CD-Text");
  EXPECT_LT(found[2].message.size(), 300U);
}

}  // namespace
}  // namespace pregap
