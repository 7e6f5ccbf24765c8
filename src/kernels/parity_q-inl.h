// The sums of Q words by vectors, for one of Highway's targets: included once for each, behind
// field-inl.h.
//
// Q words become columns too if the same bytes are seen as rows of 88 bytes, 44 words of 16 bits.
// Word lane i of row t is symbol m = i + t of diagonal -i mod 26 as long as m <= 42 (set A), and
// symbol m = i + t - 43 of diagonal 18 - i mod 26 beyond (set B); row 25 has lanes 0-17 only. In
// both, a symbol's weight alpha^(44 - m) is alpha^(25 - t), which Horner's rule gives, times a
// constant of the lane. With j = 0-25 for diagonal n = -j mod 26, and A and B the sums of a lane:
//   S0[n] = A0[j] + A0[j+26] + B0[j+18]                                      + q0[n] + q1[n]
//   S1[n] = alpha^(19-j) (A1[j] + alpha^-26 A1[j+26] + alpha^25 B1[j+18]) + alpha q0[n] + q1[n]
// A mask that slides by one word a row tells the sets apart.
#include <hwy/highway.h>

#include <cstring>

#include "kernels/parity.h"
#include "kernels/parity_tables.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

constexpr std::size_t kRowQ = 88;
constexpr std::size_t kDiagonals = 26;

// The sums of sets A and B by byte lane; where a set has no lanes that are asked for, nothing is
// ever written.
struct QSums {
  alignas(64) std::uint8_t a0[112], a1[112], b0[112], b1[112];
};

// One vector of lanes, from byte kAt of the rows of 88 on. In row t the first 86 - 2 t bytes are in
// set A: rows below kMixed are all A here, those from kAllB on all B.
template <std::size_t kAt>
struct QLanes {
  static constexpr int kMixed = kAt + N > 86 ? 0 : static_cast<int>((86 - kAt - N) / 2) + 1;
  static constexpr int kAllB = kAt < 36 ? 25 : static_cast<int>((86 - kAt + 1) / 2);
  static constexpr bool kHasB = kMixed < 25;
  static constexpr bool kInLastRow = kAt < 36;  // row 25 has 36 bytes, all in set A
  Sums a, b;

  HWY_INLINE void First(const std::uint8_t* region, V keep_header) {
    const V v = hn::LoadU(D(), region + kAt);
    if constexpr (kMixed > 0) {
      a.Start(kAt == 0 ? hn::And(v, keep_header) : v);
      b.Start(hn::Zero(D()));
    } else {
      const V in_a = FirstBytes(86 - kAt);
      a.Start(hn::And(v, in_a));
      b.Start(hn::AndNot(in_a, v));
    }
  }

  // Rows t and t + 1 of a run of rows, from kFrom to before kTo, in which this vector stays in one
  // state; Row takes row t alone.
  template <int kFrom, int kTo>
  HWY_INLINE void TwoRows(const std::uint8_t* row, int t) {
    const V v = hn::LoadU(D(), row + kAt), w = hn::LoadU(D(), row + kRowQ + kAt);
    if constexpr (kTo <= kMixed) {
      a.AddTwo(v, w);
    } else if constexpr (kFrom >= kAllB) {
      b.AddTwo(v, w);
    } else {
      static_assert(kFrom >= kMixed && kTo <= kAllB);
      const std::size_t in_first = 86 - 2 * static_cast<std::size_t>(t) - kAt;
      const V v_in_a = FirstBytes(in_first), w_in_a = FirstBytes(in_first - 2);
      a.AddTwo(hn::And(v, v_in_a), hn::And(w, w_in_a));
      b.AddTwo(hn::AndNot(v_in_a, v), hn::AndNot(w_in_a, w));
    }
  }
  template <int kFrom, int kTo>
  HWY_INLINE void Row(const std::uint8_t* row, int t) {
    const V v = hn::LoadU(D(), row + kAt);
    if constexpr (kTo <= kMixed) {
      a.Add(v);
    } else if constexpr (kFrom >= kAllB) {
      b.Add(v);
    } else {
      static_assert(kFrom >= kMixed && kTo <= kAllB);
      const V in_a = FirstBytes(86 - 2 * static_cast<std::size_t>(t) - kAt);
      a.Add(hn::And(v, in_a));
      b.Add(hn::AndNot(in_a, v));
    }
  }

  HWY_INLINE void Last(const std::uint8_t* region, QSums& out) {
    const D d;
    if constexpr (kInLastRow) {
      const V v = hn::LoadU(d, region + 25 * kRowQ + kAt);
      a.Add(kAt + N > 36 ? hn::And(v, FirstBytes(36 - kAt)) : v);
      hn::StoreU(WithoutSurplus<25>(a.s1), d, out.a1 + kAt);
    } else {  // the rows in which the set had no lane here, at once
      static constexpr NibbleProducts rows = nibble_products(26 - kAllB);
      hn::StoreU(TimesConstant(WithoutSurplus<kAllB - 1>(a.s1), rows), d, out.a1 + kAt);
    }
    hn::StoreU(a.s0, d, out.a0 + kAt);
    if constexpr (kHasB) {
      b.AddZero();
      hn::StoreU(b.s0, d, out.b0 + kAt);
      hn::StoreU(WithoutSurplus < kMixed == 0 ? 25 : 26 - kMixed > (b.s1), d, out.b1 + kAt);
    }
  }
};

template <typename... Lanes>
HWY_INLINE void QFirst(const std::uint8_t* region, V keep_header, Lanes&... lanes) {
  (lanes.First(region, keep_header), ...);
}
template <typename... Lanes>
HWY_INLINE void QLast(const std::uint8_t* region, QSums& out, Lanes&... lanes) {
  (lanes.Last(region, out), ...);
}
template <int kFrom, int kTo, typename... Lanes>
HWY_INLINE void QRows(const std::uint8_t* region, Lanes&... lanes) {
  int t = kFrom;
  if constexpr (kTwoRows) {
    for (; t + 1 < kTo; t += 2) {
      const std::uint8_t* row = region + kRowQ * static_cast<std::size_t>(t);
      (lanes.template TwoRows<kFrom, kTo>(row, t), ...);
    }
  }
  for (; t < kTo; ++t) {
    const std::uint8_t* row = region + kRowQ * static_cast<std::size_t>(t);
    (lanes.template Row<kFrom, kTo>(row, t), ...);
  }
}

HWY_INLINE void SumQ(const std::uint8_t* region, V keep_header, QSums& out) {
  if constexpr (N == 32) {
    QLanes<0> x;
    QLanes<32> y;
    QLanes<56> z;
    QFirst(region, keep_header, x, y, z);
    QRows<1, 12>(region, x, y, z);
    QRows<12, 15>(region, x, y, z);
    QRows<15, 25>(region, x, y, z);
    QLast(region, out, x, y, z);
  } else {
    {
      QLanes<0> x;
      QLanes<16> y;
      QLanes<32> z;
      QFirst(region, keep_header, x, y, z);
      QRows<1, 20>(region, x, y, z);
      QRows<20, 25>(region, x, y, z);
      QLast(region, out, x, y, z);
    }
    QLanes<48> x;
    QLanes<64> y;
    QLanes<72> z;
    QFirst(region, keep_header, x, y, z);
    QRows<1, 4>(region, x, y, z);
    QRows<4, 7>(region, x, y, z);
    QRows<7, 11>(region, x, y, z);
    QRows<11, 12>(region, x, y, z);
    QRows<12, 19>(region, x, y, z);
    QRows<19, 25>(region, x, y, z);
    QLast(region, out, x, y, z);
  }
  // Behind the 44 lanes of a row, the 8 that the sums of 26 lanes further on ask for.
  std::memset(out.a0 + kRowQ, 0, 16);
  std::memset(out.a1 + kRowQ, 0, 16);
}

// X and Y of word lanes j on: S0, and S1 but for the factor alpha^(19-j), without Q's parity.
HWY_INLINE V FoldX(const QSums& q, std::size_t j) {
  const D d;
  return hn::Xor3(hn::LoadU(d, q.a0 + 2 * j), hn::LoadU(d, q.a0 + 2 * (j + 26)),
                  hn::LoadU(d, q.b0 + 2 * (j + 18)));
}
HWY_INLINE V FoldY(const QSums& q, std::size_t j) {
  const D d;
  return hn::Xor3(hn::LoadU(d, q.a1 + 2 * j),
                  TimesConstant(hn::LoadU(d, q.a1 + 2 * (j + 26)), kTimesAlphaMinus26),
                  TimesConstant(hn::LoadU(d, q.b1 + 2 * (j + 18)), kTimesAlpha25));
}

// 26 words in the order of diagonals, with the first repeated behind the last.
struct Diagonals {
  alignas(64) std::uint8_t bytes[2 * kDiagonals + 2 + 64];
  HWY_INLINE void Close() { std::memcpy(bytes + 2 * kDiagonals, bytes, 2); }
  HWY_INLINE void Open() { std::memcpy(bytes, bytes + 2 * kDiagonals, 2); }
};
// Word lanes j, j+1, ... are diagonals 26-j, 25-j, ...: a load or store backwards.
HWY_INLINE V LoadReversed(const Diagonals& from, std::size_t j) {
  const V v = hn::LoadU(D(), from.bytes + 2 * (kDiagonals + 1 - j) - N);
  return hn::BitCast(D(), hn::Reverse(D16(), hn::BitCast(D16(), v)));
}
HWY_INLINE void StoreReversed(V v, Diagonals& to, std::size_t j) {
  const V reversed = hn::BitCast(D(), hn::Reverse(D16(), hn::BitCast(D16(), v)));
  hn::StoreU(reversed, D(), to.bytes + 2 * (kDiagonals + 1 - j) - N);
}

// Calls take(j) for vectors of word lanes that cover 26 of them; the last two overlap.
template <typename Take>
HWY_INLINE void ForDiagonals(Take take) {
  constexpr std::size_t words = N / 2, last = kDiagonals - words;
  for (std::size_t j = 0; j < last; j += words) take(j);
  take(last);
}

// q0 + q1 and alpha q0 + q1 of the stored Q parity.
HWY_INLINE void StoredQ(const std::uint8_t* region, Diagonals& sum0, Diagonals& sum1) {
  const D d;
  const std::uint8_t* q0 = region + kQParityAt;
  const std::uint8_t* q1 = q0 + 2 * kDiagonals;
  ForDiagonals([&](std::size_t j) HWY_ATTR {
    const V v0 = hn::LoadU(d, q0 + 2 * j), v1 = hn::LoadU(d, q1 + 2 * j);
    hn::StoreU(hn::Xor(v0, v1), d, sum0.bytes + 2 * j);
    hn::StoreU(hn::Xor(WithoutSurplus<1>(TimesAlphaPlusSurplus(v0)), v1), d, sum1.bytes + 2 * j);
  });
  sum0.Close();
  sum1.Close();
}

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
