#include "kernels/gf256.h"

#include <gtest/gtest.h>

#include <set>

#include "support/reference_sector.h"

namespace pregap::kernels::gf256 {
namespace {

std::uint8_t byte(int n) { return static_cast<std::uint8_t>(n); }

TEST(Gf256, MultipliesAsShiftAndReduceDo) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      ASSERT_EQ(multiply(byte(a), byte(b)), reference::multiply(byte(a), byte(b)))
          << a << " * " << b;
    }
  }
}

TEST(Gf256, DividesAsTheInverseOfMultiplying) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 1; b < 256; ++b) {
      ASSERT_EQ(divide(multiply(byte(a), byte(b)), byte(b)), a);
      ASSERT_EQ(multiply(divide(byte(a), byte(b)), byte(b)), a);
    }
  }
}

TEST(Gf256, IsAField) {
  for (int i = 0; i < 20000; ++i) {
    const std::uint8_t a = byte(i * 7), b = byte(i * 31 + 5), c = byte(i / 3 + 11);
    ASSERT_EQ(multiply(a, b), multiply(b, a));
    ASSERT_EQ(multiply(a, multiply(b, c)), multiply(multiply(a, b), c));
    ASSERT_EQ(multiply(a, b ^ c), multiply(a, b) ^ multiply(a, c));
    ASSERT_EQ(multiply(a, 1), a);
    ASSERT_EQ(multiply(a, 0), 0);
  }
}

TEST(Gf256, HasAlphaAsItsPrimitiveElement) {
  std::set<int> seen;
  std::uint8_t x = 1;
  for (int n = 0; n < kOrder; ++n) {
    EXPECT_EQ(power(n), x);
    EXPECT_EQ(power(n + kOrder), x) << "sums of two logarithms";
    EXPECT_EQ(log(x), n);
    EXPECT_TRUE(seen.insert(x).second) << "alpha^" << n << " came before";
    EXPECT_EQ(times_alpha(x), reference::multiply(x, 2));
    x = times_alpha(x);
  }
  EXPECT_EQ(x, 1);
  EXPECT_EQ(times_alpha(0), 0);
}

}  // namespace
}  // namespace pregap::kernels::gf256
