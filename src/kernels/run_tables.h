// What the plain and the vectorised run kernels share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/runs.h"

namespace pregap::kernels {

// ECMA-130 14.1.
inline constexpr std::array<std::uint8_t, 12> kSyncPattern = {0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                              0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};

inline constexpr std::size_t kForm2From = 16, kForm2Size = 2332, kForm2EdcAt = 2348;

// Whether the sector at `i` goes on from the run's first. Addresses from 90:00:00 on are negative
// (MMC-6), so that no run goes over that border.
constexpr bool continues(const SoundRun& run, std::size_t i, std::uint32_t frames) {
  constexpr std::uint32_t kNegativeFrom = 90 * 60 * 75;
  if (frames != run.frames + i) return false;
  return i == 0 || frames != kNegativeFrom;
}

}  // namespace pregap::kernels
