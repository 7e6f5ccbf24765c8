#include "sector/decoder.h"

namespace pregap {
namespace {

// Which solution of either plane makes a candidate: one plane's first beside the other's others.
constexpr std::array<std::array<std::size_t, kPlanes>, 6> kPairs = {
    {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, 2}}};

}  // namespace

SectorDecoder::SectorDecoder(kernels::ParityRegion region, kernels::HeaderBytes header, int& looks)
    : SectorDecoder(kernels::parity_syndromes(region, header), header, looks) {}

SectorDecoder::SectorDecoder(const kernels::Syndromes& s, kernels::HeaderBytes header, int& looks)
    : planes_{PlaneSearch(s, 0, header, looks), PlaneSearch(s, 1, header, looks)} {}

bool SectorDecoder::has(std::size_t plane, std::size_t solution) {
  while (planes_[plane].found().size() <= solution) {
    if (!planes_[plane].find_another()) return false;
  }
  return true;
}

bool SectorDecoder::next() {
  for (; pair_ < kPairs.size(); ++pair_) {
    if (!has(0, 0) || !has(1, 0)) return false;
    chosen_ = kPairs[pair_];
    if (!has(0, chosen_[0]) || !has(1, chosen_[1])) continue;
    ++pair_;
    return true;
  }
  return false;
}

Decoded SectorDecoder::decoded() const {
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    if (!planes_[plane].found()[chosen_[plane]].q_agrees) return Decoded::p_agrees;
  }
  return Decoded::agrees;
}

void SectorDecoder::apply(kernels::MutableParityRegion region) const {
  for (int plane = 0; plane < kPlanes; ++plane) {
    const auto n = static_cast<std::size_t>(plane);
    for (const CellError& e : planes_[n].found()[chosen_[n]].errors.all()) {
      region[region_offset(plane, e.cell)] ^= e.error;
    }
  }
}

}  // namespace pregap
