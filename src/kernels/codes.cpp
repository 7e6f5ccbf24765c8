#include "kernels/codes.h"

#include "kernels/edc.h"
#include "kernels/parity.h"

namespace pregap::kernels {

bool scalar::codes_are_good(std::span<const std::uint8_t, 2352> sector,
                            Protection protection) noexcept {
  const bool mode1 = protection == Protection::mode1;
  const auto covered = mode1 ? sector.subspan(0, 2064 + 4) : sector.subspan(16, 2056 + 4);
  const ParityRegion region = sector.subspan<12, kParityRegion>();
  return scalar::edc(covered) == 0 &&
         scalar::parity_is_good(region, mode1 ? HeaderBytes::as_stored : HeaderBytes::as_zero);
}

}  // namespace pregap::kernels
