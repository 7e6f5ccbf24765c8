// One sector, field by field.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "pregap/check.h"
#include "pregap/disc.h"
#include "sector/subchannel.h"

namespace pregap::operations {

// The sector's Q frame.
struct QView {
  QFrame stored{};
  QContent content;
  QFrame regular{};     // the position that the layout asks for
  bool agrees = false;  // with the layout, as verify takes it; only of a good CRC
};

struct SectorView {
  const Track* track = nullptr;
  const Extent* extent = nullptr;
  std::uint64_t file_offset = 0;  // of its first stored byte
  Lba lba;
  SectorKind kind = SectorKind::audio;
  bool scrambled = false;
  FaultSet faults;  // with its neighbours known, as verify counts them
  NoteSet notes;
  bool repairable = false;
  std::optional<std::uint8_t> fill;
  SectorCheck check;                              // as `kind`
  std::array<std::uint8_t, kSectorSize> bytes{};  // descrambled, else as read
  std::vector<ByteChange> changes;                // what repair would change
  std::optional<QView> q;                         // where there is sub-channel
};

// Throws Error(usage) when `lba` is not stored, naming the ranges that are. `disc` must outlive the
// view.
SectorView view_sector(const Disc& disc, Lba lba);

}  // namespace pregap::operations
