// The EDC by carry-less multiplication, for one of Highway's targets: included once for each.
#include <hwy/highway.h>

#include <cstring>

#include "kernels/edc.h"
#include "kernels/edc_table.h"

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D1 = hn::FixedTag<std::uint64_t, 2>;  // one block
#if HWY_TARGET == HWY_AVX3_DL
using DWide = hn::FixedTag<std::uint64_t, 8>;  // four blocks a multiplication
#else
using DWide = D1;
#endif
constexpr std::size_t kWide = sizeof(std::uint64_t) * hn::MaxLanes(DWide()) / kEdcBlock;  // blocks

// A block times its constants: 16 bytes of what is left of it 16, 32, ... bytes further on.
template <typename D, typename V = hn::Vec<D>>
HWY_INLINE V Fold(D d, V acc, const std::uint8_t* block, const std::uint64_t* constants) {
  const V v = hn::BitCast(d, hn::LoadU(hn::Repartition<std::uint8_t, D>(), block));
  const V k = hn::LoadU(d, constants);
  return hn::Xor3(acc, hn::CLMulLower(v, k), hn::CLMulUpper(v, k));
}

// The sum over a message's blocks, taken a few blocks at a time so that it can go along with other
// work. Several sums run side by side, since a multiplication's result comes late.
class EdcSum {
 public:
  // `size` is below kEdcBlocks * kEdcBlock.
  HWY_INLINE EdcSum(const std::uint8_t* data, std::size_t size)
      : blocks_(size / kEdcBlock),
        k_(kEdcFold.pairs.data() + 2 * (kEdcBlocks - blocks_)),
        first_(hn::Zero(D1())) {
    const std::size_t head = size % kEdcBlock;
    data_ = data + head;
    for (auto& sum : sums_) sum = hn::Zero(DWide());
    if (head == 0) return;
    alignas(16) std::uint8_t block[kEdcBlock] = {};  // zeros in front change nothing
    std::memcpy(block + kEdcBlock - head, data, head);
    first_ = Fold(D1(), first_, block, k_ - 2);
  }

  // Takes kVectors * kWide blocks, which must be there.
  template <std::size_t kVectors>
  HWY_INLINE void Take() {
    for (std::size_t i = 0; i < kVectors; ++i) {
      sums_[i % kSums] =
          Fold(DWide(), sums_[i % kSums], data_ + kEdcBlock * kWide * i, k_ + 2 * kWide * i);
    }
    data_ += kEdcBlock * kWide * kVectors;
    k_ += 2 * kWide * kVectors;
    blocks_ -= kWide * kVectors;
  }

  HWY_INLINE std::uint32_t Finish() {
    while (blocks_ >= kSums * kWide) Take<kSums>();
    while (blocks_ >= kWide) Take<1>();
    auto sum =
        hn::Xor(first_, Narrow(hn::Xor(hn::Xor(sums_[0], sums_[1]), hn::Xor(sums_[2], sums_[3]))));
    for (; blocks_ > 0; --blocks_) {
      sum = Fold(D1(), sum, data_, k_);
      data_ += kEdcBlock;
      k_ += 2;
    }
    alignas(16) std::uint8_t rest[kEdcBlock];
    hn::Store(sum, D1(), reinterpret_cast<std::uint64_t*>(rest));
    return scalar::edc(rest);
  }

 private:
  static constexpr std::size_t kSums = 4;

  static HWY_INLINE hn::Vec<D1> Narrow(hn::Vec<DWide> v) {
#if HWY_TARGET == HWY_AVX3_DL
    const hn::Half<DWide> d2;
    const auto half = hn::Xor(hn::LowerHalf(d2, v), hn::UpperHalf(d2, v));
    return hn::Xor(hn::LowerHalf(D1(), half), hn::UpperHalf(D1(), half));
#else
    return v;
#endif
  }

  std::size_t blocks_;
  const std::uint64_t* k_;
  const std::uint8_t* data_;
  hn::Vec<D1> first_;
  hn::Vec<DWide> sums_[kSums];
};

HWY_INLINE std::uint32_t EdcOf(const std::uint8_t* data, std::size_t size) {
  if (size >= kEdcBlocks * kEdcBlock) return scalar::edc({data, size});
  return EdcSum(data, size).Finish();
}

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
