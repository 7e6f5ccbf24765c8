// Decoding the P and Q product code of one sector, errors at unknown places.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/parity.h"
#include "sector/search.h"

namespace pregap {

// What a candidate leaves; the EDC is the caller's to ask.
enum class Decoded : std::uint8_t {
  p_agrees,  // every P word, and so all that P covers; some Q words fail
  agrees,    // every word of both codes
};

// Proposes what the region may have been, the likeliest first. The two planes are searched apart,
// further only as far as the caller goes on asking.
class SectorDecoder {
 public:
  // Spends no more than `looks` at words, roughly, on searching; what it spends is taken off.
  SectorDecoder(kernels::ParityRegion region, kernels::HeaderBytes header, int& looks);

  // Goes to the next candidate; false if there is none.
  bool next();
  Decoded decoded() const;
  // Makes the candidate of the region as it came.
  void apply(kernels::MutableParityRegion region) const;

 private:
  SectorDecoder(const kernels::Syndromes& s, kernels::HeaderBytes header, int& looks);
  bool has(std::size_t plane, std::size_t solution);

  std::array<PlaneSearch, kPlanes> planes_;
  std::size_t pair_ = 0;
  std::array<std::size_t, kPlanes> chosen_{};
};

}  // namespace pregap
