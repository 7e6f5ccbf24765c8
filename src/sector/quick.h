// The check that nearly every sector of nearly every image passes, and nothing else.
#pragma once

#include <optional>

#include "pregap/sector.h"

namespace pregap {

struct QuickIdentity {
  SectorKind kind;
  Msf address;
};

// The kind and address of a sector that is sound in every respect: sync, BCD address, plain mode
// byte, sub-header copies, intermediate zeros, a good EDC that is not absent, and every parity
// word. Nothing for all others, which identify_sector() and check_sector() look into.
std::optional<QuickIdentity> quick_identity(RawSector sector) noexcept;

}  // namespace pregap
