// Faults that look deliberate. docs/repair.md has the rules and why they are what they are.
#pragma once

#include <array>
#include <vector>

#include "disc/judge.h"
#include "pregap/repair.h"

namespace pregap::operations {

// What is suspicious about one sector. duplicate_addresses and common_sync count only where a
// neighbour shows the same; mode_flip counts by itself.
struct Suspicion {
  Reason reason = Reason::none;
  std::array<std::uint8_t, kSyncSize> sync{};  // of common_sync

  bool needs_neighbour() const { return reason != Reason::none && reason != Reason::mode_flip; }
  bool operator==(const Suspicion&) const = default;
};

// `stored` is the sector as it lies in the image, descrambled.
Suspicion suspicion_of(const SectorVerdict& verdict, RawSector stored);

// What is said of an image whose lost sectors, or Q frames, are those of copy protection. Nothing
// of it can be changed by repair, so that it is only noted.
class ProtectionNotes {
 public:
  explicit ProtectionNotes(const Disc& disc) : disc_(disc) {}
  void take_lost(const SectorVerdict& verdict);
  void finish(std::vector<Problem>& problems) const;

 private:
  const Disc& disc_;
  std::int64_t early_lost_ = 0;
  Lba first_, last_;
};

}  // namespace pregap::operations
