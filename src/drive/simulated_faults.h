// The faults of a simulated drive. Each is drawn from the seed, the sector and how often it was
// read, so that a run can be repeated exactly.
#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "drive/simulated_options.h"
#include "pregap/sector.h"

namespace pregap::drive {

// What came of one sector.
struct SimulatedSector {
  std::array<std::uint8_t, kSectorSize> data{};
  std::array<std::uint8_t, 294> c2{};                      // bit 7 of byte 0 is the sector's byte 0
  std::array<std::uint8_t, kSubchannelSize> subchannel{};  // linear
};

class SimulatedFaults {
 public:
  explicit SimulatedFaults(const SimulatedOptions& options) : options_(options) {}

  // Counts a try at a sector; false: it could not be read this time.
  bool reads(Lba lba);
  bool hangs(Lba lba) const { return holds(options_.hang, lba); }

  // By how many samples an audio read begins off.
  std::int64_t jitter();

  // Puts what is wrong in this read into a right sector.
  void spoil(Lba lba, SimulatedSector& sector);

  // The drive's cache: what it gives without looking at the disc again.
  const SimulatedSector* cached(Lba lba) const;
  void keep(Lba lba, const SimulatedSector& sector);

 private:
  std::uint64_t draw(std::uint64_t what, std::uint64_t a, std::uint64_t b = 0) const;
  void spoil_bytes(Lba lba, std::uint64_t what, std::uint64_t read, std::uint64_t places,
                   bool flagged, SimulatedSector& sector) const;

  const SimulatedOptions& options_;
  std::unordered_map<std::int32_t, std::uint64_t> tries_;
  std::unordered_map<std::int32_t, SimulatedSector> cache_;
  std::deque<std::int32_t> cache_order_;
  std::uint64_t audio_reads_ = 0;
};

}  // namespace pregap::drive
