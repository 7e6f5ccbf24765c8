// The joint between a sector and the parity kernels: which bytes, and how the header counts.
#pragma once

#include "kernels/parity.h"
#include "pregap/sector.h"

namespace pregap {

inline kernels::ParityRegion parity_region(RawSector sector) noexcept {
  return sector.subspan<kHeaderOffset, kernels::kParityRegion>();
}
inline kernels::MutableParityRegion parity_region(MutableRawSector sector) noexcept {
  return sector.subspan<kHeaderOffset, kernels::kParityRegion>();
}
inline kernels::HeaderBytes header_bytes_of(SectorKind kind) noexcept {
  return layout_of(kind).header_in_parity ? kernels::HeaderBytes::as_stored
                                          : kernels::HeaderBytes::as_zero;
}

}  // namespace pregap
