#include "kernels/parity.h"

#include <algorithm>

#include "kernels/gf256.h"

namespace pregap::kernels {
namespace {

template <int Length, std::size_t (*offset)(int, int) noexcept, int Count>
constexpr auto make_offsets() {
  std::array<std::array<std::uint16_t, Length>, Count> table{};
  for (int word = 0; word < Count; ++word) {
    for (int position = 0; position < Length; ++position) {
      table[static_cast<std::size_t>(word)][static_cast<std::size_t>(position)] =
          static_cast<std::uint16_t>(offset(word, position));
    }
  }
  return table;
}
constexpr auto kPOffsets = make_offsets<kPLength, p_offset, kPCount>();
constexpr auto kQOffsets = make_offsets<kQLength, q_offset, kQCount>();

// Horner's rule over the symbols, first to last: s1 = alpha * s1 + symbol.
template <typename Symbol>
Syndrome syndrome_of(int length, Symbol symbol) noexcept {
  Syndrome s;
  for (int i = 0; i < length; ++i) {
    const std::uint8_t v = symbol(i);
    s.s0 ^= v;
    s.s1 = static_cast<std::uint8_t>(gf256::times_alpha(s.s1) ^ v);
  }
  return s;
}

template <std::size_t Length>
Syndrome word_syndrome(ParityRegion region, const std::array<std::uint16_t, Length>& offsets,
                       HeaderBytes header) noexcept {
  const std::size_t zero_below = header == HeaderBytes::as_zero ? 4 : 0;
  return syndrome_of(static_cast<int>(Length), [&](int i) -> std::uint8_t {
    const std::size_t at = offsets[static_cast<std::size_t>(i)];
    return at < zero_below ? 0 : region[at];
  });
}

// With the two parity symbols x (weight alpha) and y (weight 1) still to be found and the sums s0
// and s1 over the data: x + y = s0, alpha x + y = s1, so x = (s0 + s1) / (alpha + 1).
template <std::size_t Length>
void generate_word(MutableParityRegion region, const std::array<std::uint16_t, Length>& offsets,
                   HeaderBytes header) noexcept {
  constexpr std::uint8_t alpha_plus_one = 3;
  region[offsets[Length - 2]] = region[offsets[Length - 1]] = 0;
  const Syndrome s = word_syndrome(region, offsets, header);
  const std::uint8_t x = gf256::divide(static_cast<std::uint8_t>(s.s0 ^ s.s1), alpha_plus_one);
  region[offsets[Length - 2]] = x;
  region[offsets[Length - 1]] = static_cast<std::uint8_t>(s.s0 ^ x);
}

}  // namespace

Syndromes scalar::parity_syndromes(ParityRegion region, HeaderBytes header) noexcept {
  Syndromes s;
  for (std::size_t n = 0; n < kPCount; ++n) s.p[n] = word_syndrome(region, kPOffsets[n], header);
  for (std::size_t n = 0; n < kQCount; ++n) s.q[n] = word_syndrome(region, kQOffsets[n], header);
  return s;
}

bool scalar::parity_is_good(ParityRegion region, HeaderBytes header) noexcept {
  const auto is_good = [&](const auto& offsets) {
    return word_syndrome(region, offsets, header).is_zero();
  };
  return std::ranges::all_of(kPOffsets, is_good) && std::ranges::all_of(kQOffsets, is_good);
}

void scalar::generate_parity(MutableParityRegion region, HeaderBytes header) noexcept {
  for (const auto& offsets : kPOffsets) generate_word(region, offsets, header);
  for (const auto& offsets : kQOffsets) generate_word(region, offsets, header);
}

}  // namespace pregap::kernels
