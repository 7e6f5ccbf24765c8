// Bytes of the parity codes' field, a vector at a time, for one of Highway's targets: included once
// for each.
//
// Multiplying by alpha is x + x, and 0x1D where a bit fell off. pshufb gives 0x1D where the top bit
// is not set, for one instruction less; the constant 0x1D too much in every lane is gathered over
// the rows and taken off at the end.
//
// With GFNI (AVX3_DL) any constant is one instruction, a map of bits, and two rows are taken at
// once; Highway has no name for it.
#include <hwy/highway.h>

#include "kernels/parity_tables.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<std::uint8_t, 32>;  // wider ones are no faster: rows have 86 or 88 bytes
using D16 = hn::Repartition<std::uint16_t, D>;
using V = hn::Vec<D>;
constexpr std::size_t N = HWY_MAX_BYTES < 32 ? 16 : 32;

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

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
