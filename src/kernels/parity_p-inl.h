// The sums of P words by vectors, for one of Highway's targets: included once for each, behind
// field-inl.h. P words are the columns of 26 rows of 86 bytes: Horner's rule goes down the rows, a
// vector of columns at a time.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace pregap::kernels::HWY_NAMESPACE {

constexpr std::size_t kRowP = 86;

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

}  // namespace pregap::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
