#include "sector/decoder.h"

#include <array>
#include <cstdint>

#include "kernels/gf256.h"

namespace pregap {
namespace {

using kernels::kPCount;
using kernels::kPLength;
using kernels::kQCount;
using kernels::kQLength;
using kernels::Syndrome;
namespace gf = kernels::gf256;

constexpr std::size_t kCrossed = kernels::kQParityAt;  // bytes below it are in a P and a Q word
constexpr int kMaxRounds = 64;

struct Place {
  std::uint8_t word = 0, position = 0;
};

// Which Q word holds a byte of the region, and where in it.
constexpr auto make_q_places() {
  std::array<Place, kernels::kParityRegion> places{};
  for (int word = 0; word < kQCount; ++word) {
    for (int position = 0; position < kQLength; ++position) {
      places[kernels::q_offset(word, position)] = {static_cast<std::uint8_t>(word),
                                                   static_cast<std::uint8_t>(position)};
    }
  }
  return places;
}
constexpr auto kQPlaces = make_q_places();

constexpr Place p_place(std::size_t offset) {
  return {static_cast<std::uint8_t>(offset % kPCount), static_cast<std::uint8_t>(offset / kPCount)};
}

class Decoder {
 public:
  Decoder(kernels::MutableParityRegion region, kernels::HeaderBytes header)
      : region_(region),
        zero_below_(header == kernels::HeaderBytes::as_zero ? 4 : 0),
        s_(kernels::parity_syndromes(region, header)) {
    for (const Syndrome& s : s_.p) bad_p_ += !s.is_zero();
    for (const Syndrome& s : s_.q) bad_q_ += !s.is_zero();
  }

  Decoded run(FirstCode first) {
    for (int round = 0; round < kMaxRounds; ++round) {
      bool changed = first == FirstCode::p ? p_round() : q_round();
      changed |= first == FirstCode::p ? q_round() : p_round();
      if (bad_p_ == 0 && bad_q_ == 0) return Decoded::agrees;
      if (!changed && !p_erasures() && !q_erasures()) break;
    }
    return bad_p_ == 0 ? Decoded::p_agrees : Decoded::failed;
  }

 private:
  bool p_dirty(std::size_t offset) const { return !s_.p[p_place(offset).word].is_zero(); }
  bool q_dirty(std::size_t offset) const { return !s_.q[kQPlaces[offset].word].is_zero(); }

  // Adds `error` to the byte and to the syndromes of the words that hold it.
  void fix(std::size_t offset, std::uint8_t error) {
    region_[offset] ^= error;
    if (offset < kCrossed) {
      const Place p = p_place(offset);
      add(s_.p[p.word], bad_p_, kPLength - 1 - p.position, error);
    }
    const Place q = kQPlaces[offset];
    add(s_.q[q.word], bad_q_, kQLength - 1 - q.position, error);
  }
  static void add(Syndrome& s, int& bad_words, int exponent, std::uint8_t error) {
    bad_words -= !s.is_zero();
    s.s0 ^= error;
    s.s1 ^= gf::multiply(gf::power(exponent), error);
    bad_words += !s.is_zero();
  }

  bool p_round() {
    bool changed = false;
    for (int n = 0; n < kPCount; ++n) {
      changed |= fix_single(
          s_.p[static_cast<std::size_t>(n)], kPLength,
          [n](int position) { return kernels::p_offset(n, position); },
          [this](std::size_t offset) { return q_dirty(offset); });
    }
    return changed;
  }
  bool q_round() {
    bool changed = false;
    for (int n = 0; n < kQCount; ++n) {
      changed |= fix_single(
          s_.q[static_cast<std::size_t>(n)], kQLength,
          [n](int position) { return kernels::q_offset(n, position); },
          [this](std::size_t offset) { return offset < kCrossed ? p_dirty(offset) : bad_p_ == 0; });
    }
    return changed;
  }

  // One error e at exponent k gives s0 = e and s1 = alpha^k e.
  template <typename Offset, typename Crossing>
  bool fix_single(const Syndrome& s, int length, Offset offset_of, Crossing crossing_fails) {
    if (s.s0 == 0 || s.s1 == 0) return false;
    const int exponent = gf::log(gf::divide(s.s1, s.s0));
    if (exponent >= length) return false;
    const std::size_t offset = offset_of(length - 1 - exponent);
    if (offset < zero_below_ || !crossing_fails(offset)) return false;
    fix(offset, s.s0);
    return true;
  }

  bool p_erasures() {
    bool changed = false;
    for (int n = 0; n < kPCount; ++n) {
      changed |= fix_erasures(
          s_.p[static_cast<std::size_t>(n)], kPLength,
          [n](int position) { return kernels::p_offset(n, position); },
          [this](std::size_t offset) { return q_dirty(offset); });
    }
    return changed;
  }
  // The parity bytes of Q stand in no P word, so that nothing points at them.
  bool q_erasures() {
    bool changed = false;
    for (int n = 0; n < kQCount; ++n) {
      changed |= fix_erasures(
          s_.q[static_cast<std::size_t>(n)], kQLength,
          [n](int position) { return kernels::q_offset(n, position); },
          [this](std::size_t offset) { return offset < kCrossed && p_dirty(offset); });
    }
    return changed;
  }

  // Two errors e, f at known exponents a, b: e + f = s0, alpha^a e + alpha^b f = s1.
  template <typename Offset, typename Crossing>
  bool fix_erasures(const Syndrome& s, int length, Offset offset_of, Crossing crossing_fails) {
    if (s.is_zero()) return false;
    std::array<int, 2> suspects{};
    std::size_t count = 0;
    for (int position = 0; position < length; ++position) {
      const std::size_t offset = offset_of(position);
      if (offset < zero_below_ || !crossing_fails(offset)) continue;
      if (count == suspects.size()) return false;
      suspects[count++] = position;
    }
    if (count != suspects.size()) return false;  // one suspect alone was fix_single's to take
    const std::uint8_t a = gf::power(length - 1 - suspects[0]);
    const std::uint8_t b = gf::power(length - 1 - suspects[1]);
    const std::uint8_t f = gf::divide(static_cast<std::uint8_t>(s.s1 ^ gf::multiply(a, s.s0)),
                                      static_cast<std::uint8_t>(a ^ b));
    const std::uint8_t e = static_cast<std::uint8_t>(s.s0 ^ f);
    if (e != 0) fix(offset_of(suspects[0]), e);
    if (f != 0) fix(offset_of(suspects[1]), f);
    return true;
  }

  kernels::MutableParityRegion region_;
  std::size_t zero_below_;
  kernels::Syndromes s_;
  int bad_p_ = 0, bad_q_ = 0;  // words whose syndrome is not zero
};

}  // namespace

Decoded decode_parity(kernels::MutableParityRegion region, kernels::HeaderBytes header,
                      FirstCode first) noexcept {
  return Decoder(region, header).run(first);
}

}  // namespace pregap
