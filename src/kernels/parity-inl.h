// P and Q syndromes by vectors, for one of Highway's targets: included once for each. They come
// without building parity and without moving bytes between lanes.
#include <hwy/highway.h>

#include <cstring>

#include "kernels/field-inl.h"
#include "kernels/parity.h"
#include "kernels/parity_p-inl.h"
#include "kernels/parity_q-inl.h"
#include "kernels/parity_tables.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

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
