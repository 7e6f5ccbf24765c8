// P and Q syndromes by vectors, for one of Highway's targets: included once for each. They come
// without building parity and without moving bytes between lanes.
//
// P words are the columns of 26 rows of 86 bytes: Horner's rule goes down the rows, a vector of
// columns at a time.
//
// Q words become columns too if the same bytes are seen as rows of 88 bytes, 44 words of 16 bits.
// Word lane i of row t is symbol m = i + t of diagonal -i mod 26 as long as m <= 42 (set A), and
// symbol m = i + t - 43 of diagonal 18 - i mod 26 beyond (set B); row 25 has lanes 0-17 only. In
// both, a symbol's weight alpha^(44 - m) is alpha^(25 - t), which Horner's rule gives, times a
// constant of the lane. With j = 0-25 for diagonal n = -j mod 26, and A and B the sums of a lane:
//   S0[n] = A0[j] + A0[j+26] + B0[j+18]                                      + q0[n] + q1[n]
//   S1[n] = alpha^(19-j) (A1[j] + alpha^-26 A1[j+26] + alpha^25 B1[j+18]) + alpha q0[n] + q1[n]
// A mask that slides by one word a row tells the sets apart.
//
// Multiplying by alpha is x + x, and 0x1D where a bit fell off. pshufb gives 0x1D where the top bit
// is not set, for one instruction less; the constant 0x1D too much in every lane is gathered over
// the rows and taken off at the end.
//
// With GFNI (AVX3_DL) any constant is one instruction, a map of bits, and two rows are taken at
// once; Highway has no name for it.
#include <hwy/highway.h>

#include <cstring>

#include "kernels/parity.h"
#include "kernels/parity_tables.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<std::uint8_t, 32>;  // wider ones are no faster: rows have 86 or 88 bytes
using D16 = hn::Repartition<std::uint16_t, D>;
using V = hn::Vec<D>;
constexpr std::size_t N = HWY_MAX_BYTES < 32 ? 16 : 32;
constexpr std::size_t kRowP = 86, kRowQ = 88;
constexpr std::size_t kDiagonals = 26;

constexpr bool kTwoRows = HWY_TARGET == HWY_AVX3_DL;
#if HWY_TARGET == HWY_AVX3_DL
HWY_INLINE V Mapped(V x, std::uint64_t matrix) {
  return V{
      _mm256_gf2p8affine_epi64_epi8(x.raw, _mm256_set1_epi64x(static_cast<long long>(matrix)), 0)};
}
constexpr std::uint8_t kSurplus = 0;
HWY_INLINE V TimesAlphaPlusSurplus(V x) { return Mapped(x, kAlphaMatrix); }
#elif HWY_ARCH_X86
constexpr std::uint8_t kSurplus = 0x1D;
HWY_INLINE V TimesAlphaPlusSurplus(V x) {
  return hn::Xor(hn::Add(x, x), hn::TableLookupBytesOr0(hn::Set(D(), 0x1D), x));
}
#else
constexpr std::uint8_t kSurplus = 0;
HWY_INLINE V TimesAlphaPlusSurplus(V x) {
  const hn::RebindToSigned<D> di;
  const V fell_off = hn::BitCast(D(), hn::BroadcastSignBit(hn::BitCast(di, x)));
  return hn::Xor(hn::Add(x, x), hn::And(fell_off, hn::Set(D(), 0x1D)));
}
#endif

// What `steps` times Horner's rule gathers in surplus.
constexpr std::uint8_t Gathered(int steps) {
  std::uint8_t c = 0;
  for (int i = 0; i < steps; ++i) {
    c = static_cast<std::uint8_t>(gf256::times_alpha(c) ^ kSurplus);
  }
  return c;
}
template <int kSteps>
HWY_INLINE V WithoutSurplus(V x) {
  constexpr std::uint8_t surplus = Gathered(kSteps);
  return hn::Xor(x, hn::Set(D(), surplus));
}

HWY_INLINE V FirstBytes(std::size_t n) {
  return hn::LoadU(D(), kSlidingMask.bytes.data() + 64 - n);
}

// The two sums of a vector of lanes over the rows.
struct Sums {
  V s0, s1;
  HWY_INLINE void Start(V v) { s0 = s1 = v; }
  HWY_INLINE void Add(V v) {
    s0 = hn::Xor(s0, v);
    s1 = hn::Xor(TimesAlphaPlusSurplus(s1), v);
  }
  HWY_INLINE void AddTwo(V v, V w) {  // v first
#if HWY_TARGET == HWY_AVX3_DL
    s0 = hn::Xor3(s0, v, w);
    s1 = hn::Xor3(Mapped(s1, kAlpha2Matrix), Mapped(v, kAlphaMatrix), w);
#else
    Add(v);
    Add(w);
#endif
  }
  HWY_INLINE void AddZero() { s1 = TimesAlphaPlusSurplus(s1); }
};

HWY_INLINE V TimesConstant(V x, const NibbleProducts& t) {
#if HWY_TARGET == HWY_AVX3_DL
  return Mapped(x, t.matrix);
#else
  const D d;
  const V nibble = hn::Set(d, 0x0F);
  const V high = hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(D16(), x)));
  return hn::Xor(hn::TableLookupBytes(hn::LoadDup128(d, t.low.data()), hn::And(x, nibble)),
                 hn::TableLookupBytes(hn::LoadDup128(d, t.high.data()), hn::And(high, nibble)));
#endif
}

// Every lane times its own constant; `at` is the first lane's byte in the tables.
HWY_INLINE V TimesLanes(V x, const LaneProducts& t, std::size_t at) {
  const D d;
#if HWY_TARGET == HWY_AVX3_DL
  const V constants = Mapped(hn::LoadU(d, t.bit[0].data() + at), kTo11b);
  const V product{_mm256_gf2p8mul_epi8(Mapped(x, kTo11b).raw, constants.raw)};
  return Mapped(product, kFrom11b);
#else
  V product = hn::Zero(d);
  for (std::size_t k = 0; k < 8; ++k) {
    const V bit = hn::Set(d, static_cast<std::uint8_t>(1U << k));
    const V has_bit = hn::VecFromMask(d, hn::TestBit(x, bit));
    product = hn::Xor(product, hn::And(has_bit, hn::LoadU(d, t.bit[k].data() + at)));
  }
  return product;
#endif
}

// ---- P ----

// kColumns vectors of P columns, at `offset` each, over the first kRows rows.
template <int kColumns, int kRows, typename Beside>
HWY_INLINE void SumColumns(const std::uint8_t* row, const std::size_t (&offset)[kColumns],
                           V keep_header, Sums (&sums)[kColumns], Beside beside) {
  const D d;
  for (int c = 0; c < kColumns; ++c) {
    const V v = hn::LoadU(d, row + offset[c]);
    sums[c].Start(offset[c] == 0 ? hn::And(v, keep_header) : v);
  }
  int r = 1;
  if constexpr (kTwoRows) {
    for (; r + 1 < kRows; r += 2) {
      row += kRowP;
      for (int c = 0; c < kColumns; ++c) {
        sums[c].AddTwo(hn::LoadU(d, row + offset[c]), hn::LoadU(d, row + kRowP + offset[c]));
      }
      row += kRowP;
      beside();
      beside();
    }
  }
  for (; r < kRows; ++r) {
    row += kRowP;
    for (int c = 0; c < kColumns; ++c) sums[c].Add(hn::LoadU(d, row + offset[c]));
    beside();
  }
  for (int c = 0; c < kColumns; ++c) sums[c].s1 = WithoutSurplus<kRows - 1>(sums[c].s1);
}

struct NothingBeside {
  HWY_INLINE void operator()() const {}
};

// Calls take(offset, sums) for vectors that cover the 86 columns; the last ones overlap. `beside`
// is called kPCalls times on the way.
constexpr std::size_t kPCalls = N == 32 ? 25 : 50;
template <int kRows, typename Take, typename Beside = NothingBeside>
HWY_INLINE void ForPColumns(const std::uint8_t* region, V keep_header, Take take,
                            Beside beside = {}) {
  if constexpr (N == 32) {
    constexpr std::size_t offset[3] = {0, 32, 54};
    Sums sums[3];
    SumColumns<3, kRows>(region, offset, keep_header, sums, beside);
    for (int c = 0; c < 3; ++c) take(offset[c], sums[c]);
  } else {
    constexpr std::size_t first[3] = {0, 16, 32}, second[3] = {48, 64, 70};
    Sums sums[3];
    SumColumns<3, kRows>(region, first, keep_header, sums, beside);
    for (int c = 0; c < 3; ++c) take(first[c], sums[c]);
    SumColumns<3, kRows>(region, second, keep_header, sums, beside);
    for (int c = 0; c < 3; ++c) take(second[c], sums[c]);
  }
}

// ---- Q ----

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

HWY_INLINE V KeepHeader(HeaderBytes header) {
  const D d;
  const V zero_first = hn::Not(FirstBytes(4));
  return header == HeaderBytes::as_zero ? zero_first : hn::Not(hn::Zero(d));
}

template <typename Beside = NothingBeside>
HWY_INLINE bool ParityIsGood(const std::uint8_t* region, HeaderBytes header, Beside beside = {}) {
  const D d;
  const V keep_header = KeepHeader(header);
  V bad = hn::Zero(d);
  ForPColumns<26>(
      region, keep_header,
      [&](std::size_t, const Sums& s) HWY_ATTR { bad = hn::Or3(bad, s.s0, s.s1); }, beside);
  QSums q;
  SumQ(region, keep_header, q);
  Diagonals sum0, sum1;
  StoredQ(region, sum0, sum1);
  ForDiagonals([&](std::size_t j) HWY_ATTR {
    const V want1 = TimesLanes(LoadReversed(sum1, j), kLanesToFold, 2 * j);
    bad = hn::Or3(bad, hn::Xor(FoldX(q, j), LoadReversed(sum0, j)), hn::Xor(FoldY(q, j), want1));
  });
  return hn::AllTrue(d, hn::Eq(bad, hn::Zero(d)));
}

static_assert(sizeof(Syndrome) == 2 && sizeof(Syndromes) == 2 * (kPCount + kQCount));

HWY_INLINE void ComputeSyndromes(ParityRegion region, HeaderBytes header, Syndromes& out) {
  const D d;
  const V keep_header = KeepHeader(header);
  std::uint8_t* p = reinterpret_cast<std::uint8_t*>(out.p.data());
  ForPColumns<26>(region.data(), keep_header, [&](std::size_t at, const Sums& s) HWY_ATTR {
    hn::StoreInterleaved2(s.s0, s.s1, d, p + 2 * at);
  });
  QSums q;
  SumQ(region.data(), keep_header, q);
  Diagonals sum0, sum1;
  StoredQ(region.data(), sum0, sum1);
  Diagonals s0, s1;
  ForDiagonals([&](std::size_t j) HWY_ATTR {
    StoreReversed(FoldX(q, j), s0, j);
    StoreReversed(TimesLanes(FoldY(q, j), kLanesToSyndrome, 2 * j), s1, j);
  });
  s0.Open();
  s1.Open();
  std::uint8_t* to = reinterpret_cast<std::uint8_t*>(out.q.data());
  ForDiagonals([&](std::size_t j) HWY_ATTR {
    const V e0 = hn::Xor(hn::LoadU(d, s0.bytes + 2 * j), hn::LoadU(d, sum0.bytes + 2 * j));
    const V e1 = hn::Xor(hn::LoadU(d, s1.bytes + 2 * j), hn::LoadU(d, sum1.bytes + 2 * j));
    hn::StoreInterleaved2(e0, e1, d, to + 4 * j);
  });
}

// With x of weight alpha and y of weight 1 still to be found: x + y = S0 and alpha x + y = S1, so
// x = alpha^-25 (S0 + S1), since alpha + 1 = alpha^25.
HWY_INLINE void GenerateParity(MutableParityRegion region, HeaderBytes header) {
  const D d;
  const V keep_header = KeepHeader(header);
  std::uint8_t* p = region.data() + kPParityAt;
  alignas(64) std::uint8_t p_parity[2 * kRowP];  // region's own bytes are still being read
  ForPColumns<24>(region.data(), keep_header, [&](std::size_t at, const Sums& s) HWY_ATTR {
    const V s1 = TimesConstant(s.s1, kTimesAlpha2);
    const V x = TimesConstant(hn::Xor(s.s0, s1), kTimesAlphaMinus25);
    hn::StoreU(x, d, p_parity + at);
    hn::StoreU(hn::Xor(x, s.s0), d, p_parity + kRowP + at);
  });
  std::memcpy(p, p_parity, sizeof(p_parity));
  QSums q;
  SumQ(region.data(), keep_header, q);
  Diagonals x_words, y_words;
  ForDiagonals([&](std::size_t j) HWY_ATTR {
    const V s0 = FoldX(q, j);
    const V s1 = TimesLanes(FoldY(q, j), kLanesToSyndrome, 2 * j);
    const V x = TimesConstant(hn::Xor(s0, s1), kTimesAlphaMinus25);
    StoreReversed(x, x_words, j);
    StoreReversed(hn::Xor(x, s0), y_words, j);
  });
  x_words.Open();
  y_words.Open();
  std::memcpy(region.data() + kQParityAt, x_words.bytes, 2 * kDiagonals);
  std::memcpy(region.data() + kQParityAt + 2 * kDiagonals, y_words.bytes, 2 * kDiagonals);
}

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
