// Every check that an image allows, sector by sector.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pregap/check.h"
#include "pregap/disc.h"
#include "pregap/work.h"

namespace pregap {

enum class Verdict : std::uint8_t {
  good,        // everything that carries a check agrees
  repairable,  // faults, and every one of them can be mended from the image itself
  damaged,     // something is lost, or missing from its file
  unchecked,   // nothing in it carries a check
};
std::string_view name_of(Verdict verdict) noexcept;

// Neighbouring sectors with the same faults and the same fate.
struct BadRange {
  Lba first;
  std::int32_t count = 0;
  FaultSet faults;
  bool repairable = false;
};

struct Tally {
  std::array<std::int64_t, kSectorKinds> kinds{};  // by SectorKind; pregaps included
  std::array<std::int64_t, kFaults> faults{};      // sectors with that fault
  std::array<std::int64_t, kNotes> notes{};
  std::int64_t sectors = 0, repairable = 0, unrepairable = 0;
  std::int64_t filled = 0;                     // part of unrepairable
  std::map<std::uint8_t, std::int64_t> fills;  // filled ones by byte value
  std::int64_t checked = 0;                    // sectors with something to check

  std::int64_t bad() const { return repairable + unrepairable; }
  Tally& operator+=(const Tally& other);
};

struct TrackReport {
  const Track* track = nullptr;
  Tally tally;
  std::vector<BadRange> bad;
};

struct VerifyReport {
  Verdict verdict = Verdict::unchecked;
  Tally tally;
  std::vector<TrackReport> tracks;
  std::vector<Problem> problems;  // the disc's own, and what only the whole pass could show
};

// Reads every stored sector once. `disc` must outlive the report. Throws Error(unreadable) when a
// file can't be read to its end, Error(stopped) when asked to stop.
VerifyReport verify(const Disc& disc, const WorkOptions& options = {});

}  // namespace pregap
