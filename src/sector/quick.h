// The quick look: sectors in which nothing is unusual. Nearly all sectors of nearly all images are
// such, so that this look decides how fast an image is verified.
#pragma once

#include <optional>

#include "pregap/check.h"

namespace pregap {

// Sectors of one kind, one behind the other, with addresses that follow each other.
struct QuickRun {
  std::int32_t count = 0;
  SectorKind kind = SectorKind::mode1;
  Lba address;  // of the first, from its header
};

// Sectors of 2352 bytes each, from the first of `sectors` on, that agree in all: sync, BCD address,
// plain mode byte, sub-header copies, intermediate zeros, a good EDC that is not absent, and every
// parity word. The first of all others, which identify_sector() and check_sector() look into, ends
// the run.
QuickRun quick_run(std::span<const std::uint8_t> sectors) noexcept;

struct QuickIdentity {
  SectorKind kind = SectorKind::mode1;
  Lba address;
};
// The same of one sector.
std::optional<QuickIdentity> quick_identity(RawSector sector) noexcept;

}  // namespace pregap
