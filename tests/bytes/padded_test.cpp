#include "bytes/padded.h"

#include <gtest/gtest.h>

#include <vector>

namespace pregap {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Padded, IsAPartWithZerosBehind) {
  const std::shared_ptr<const ByteSource> whole = memory_source({0, 1, 2, 3, 4, 5}, "m");
  const auto source = padded_source(whole, 2, 3, 5);
  EXPECT_EQ(source->size(), 5u);
  EXPECT_EQ(source->name(), "m");
  const Bytes all{2, 3, 4, 0, 0};
  for (std::size_t offset = 0; offset < 7; ++offset) {
    for (std::size_t size = 0; size < 8; ++size) {
      Bytes out(size, 0xEE);
      const std::size_t n = source->read(offset, out);
      ASSERT_EQ(n, offset < 5 ? std::min(size, 5 - offset) : 0);
      for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(out[i], all[offset + i]);
    }
  }
}

}  // namespace
}  // namespace pregap
