// The kernels of one instruction set; one such table is in use at a time.
#pragma once

#include "kernels/edc.h"
#include "kernels/parity.h"
#include "kernels/runs.h"

namespace pregap::kernels {

struct KernelTable {
  const char* name;
  std::uint32_t (*edc)(const std::uint8_t* data, std::size_t size);
  bool (*parity_is_good)(ParityRegion region, HeaderBytes header);
  void (*parity_syndromes)(ParityRegion region, HeaderBytes header, Syndromes& out);
  void (*generate_parity)(MutableParityRegion region, HeaderBytes header);
  bool (*codes_are_good)(const std::uint8_t* sector, Protection protection);
  SectorClass (*classify)(const std::uint8_t* sector);
  bool (*is_one_value)(const std::uint8_t* data, std::size_t size);
  SoundRun (*sound_run)(const SectorRun& run);
  std::size_t (*count_good_codes)(const SectorRun& run, Protection protection);
  void (*generate_codes)(const MutableSectorRun& run, Protection protection);
  void (*scramble_region)(std::uint8_t* region);
  void (*scramble)(const MutableSectorRun& run);
};

}  // namespace pregap::kernels
