// The one step of repair that looks at a single sector: its bytes and verdict in, the bytes that it
// should have, what was done and what that rests on out. What lies around it (the choice of
// sectors, copy protection, files) is the business of repair_pass.
#pragma once

#include <array>

#include "disc/judge.h"
#include "operations/merge.h"
#include "pregap/repair.h"

namespace pregap::operations {

using SectorBytes = std::array<std::uint8_t, kSectorSize>;

struct SectorOutcome {
  Deed deed = Deed::lost;
  Reason reason = Reason::none;
  BasisSet basis;
  bool sound_after = false;
  bool changed = false;  // `bytes` are others than the stored ones
  int dump = 0;          // which dump gave it; -1: several
  std::vector<DumpDoubt> doubts{};
  SectorBytes bytes{};  // plain: scrambled sectors are scrambled again when they are stored
};

class SectorStep {
 public:
  // `merger` may be null: there are no other dumps.
  SectorStep(const Disc& disc, const RepairOptions& options, const Merger* merger);

  // Whether a sector is looked at by itself. All others are sound and stay as they are.
  bool concerns(const SectorVerdict& verdict) const;

  // Whether verdicts should come with the corrected bytes: not where the stored ones are to get new
  // codes.
  bool wants_corrected() const { return !options_.regenerate.any(); }

  // `stored` is the sector as it lies in the image, descrambled; the verdict speaks of one sector.
  SectorOutcome decide(const SectorVerdict& verdict, RawSector stored) const;

 private:
  Lba wanted_address(Lba lba) const;
  void correct(const SectorVerdict& verdict, SectorOutcome& outcome) const;
  void merge(const SectorVerdict& verdict, SectorOutcome& outcome) const;
  void regenerate(const SectorVerdict& verdict, SectorOutcome& outcome) const;
  void renumber(const SectorVerdict& verdict, SectorOutcome& outcome) const;

  const RepairOptions& options_;
  const Merger* merger_;
  std::int32_t address_offset_ = 0;
};

}  // namespace pregap::operations
