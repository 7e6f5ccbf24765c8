// Which bytes of a sector may be a failed read's filling.
#include "disc/doubts.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/image_builder.h"

namespace pregap {
namespace {

struct Run {
  std::size_t at, size;
  int value;
};

// Each set as "at+size at+size".
std::vector<std::string> fills(const std::vector<Run>& runs) {
  std::array<std::uint8_t, kSectorSize> sector{};
  for (std::size_t i = 0; i < kSectorSize; ++i) sector[i] = static_cast<std::uint8_t>(i % 251);
  for (const Run& run : runs) {
    std::fill_n(sector.begin() + static_cast<std::ptrdiff_t>(run.at), run.size,
                static_cast<std::uint8_t>(run.value));
  }
  std::vector<std::string> result;
  for (const NamedBytes& set : possible_fills(sector)) {
    std::string text;
    for (std::size_t at = 0; at < kSectorSize; ++at) {
      if (!set[at] || (at > 0 && set[at - 1])) continue;
      std::size_t end = at;
      while (end < kSectorSize && set[end]) ++end;
      text += (text.empty() ? "" : " ") + std::to_string(at) + '+' + std::to_string(end - at);
    }
    result.push_back(text);
  }
  return result;
}

TEST(Doubts, RunsOfOneValueMayBeFills) {
  using Sets = std::vector<std::string>;
  EXPECT_EQ(fills({}), Sets{});
  EXPECT_EQ(fills({{100, 7, 255}}), Sets{}) << "too short";
  EXPECT_EQ(fills({{100, 8, 255}}), Sets{"100+8"});
  EXPECT_EQ(fills({{100, 244, 255}}), Sets{"100+244"});
  EXPECT_EQ(fills({{100, 245, 255}}), Sets{}) << "beyond parity";
  EXPECT_EQ(fills({{100, 20, 255}, {400, 30, 254}}), (Sets{"400+30", "100+20"})) << "longest first";
  EXPECT_EQ(fills({{100, 20, 255}, {400, 30, 255}}), (Sets{"400+30", "100+20", "100+20 400+30"}))
      << "of one value also together";
  EXPECT_EQ(fills({{100, 120, 255}, {400, 130, 255}}), (Sets{"400+130", "100+120"}))
      << "together beyond parity";
  EXPECT_EQ(fills({{100, 9, 255}, {200, 10, 254}, {300, 11, 253}, {400, 12, 252}}),
            (Sets{"400+12", "300+11", "200+10"}))
      << "three at most";
}

}  // namespace
}  // namespace pregap
