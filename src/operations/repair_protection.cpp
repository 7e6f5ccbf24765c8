#include "operations/repair_protection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kEarly = 12'000;    // sectors from a track's start: where SafeDisc's lie
constexpr std::int64_t kFewestLost = 100;  // of them
constexpr std::uint8_t kModeMask = 0x1F, kHighestMode = 2;

bool only(FaultSet faults, Fault fault) { return faults == FaultSet{fault}; }

// The address of another sector of the track.
bool names_another(const SectorVerdict& v, RawSector stored) {
  const std::optional<Msf> msf = msf_from_bcd(stored.data() + kHeaderOffset);
  if (!msf) return false;
  const Lba lba = to_lba(*msf);
  return lba != v.lba && lba >= v.track->first_lba() && lba < v.track->end_lba();
}

}  // namespace

Suspicion suspicion_of(const SectorVerdict& v, RawSector stored) {
  Suspicion s;
  if (only(v.faults, Fault::address) && v.data_proven && names_another(v, stored)) {
    s.reason = Reason::duplicate_addresses;
  } else if (v.repairable && only(v.faults, Fault::mode) &&
             (stored[kModeOffset] & kModeMask) <= kHighestMode) {
    s.reason = Reason::mode_flip;
  } else if (v.repairable && v.faults.has(Fault::sync) && !v.faults.has(Fault::p_parity) &&
             !v.faults.has(Fault::q_parity)) {
    s.reason = Reason::common_sync;
    std::copy_n(stored.begin(), kSyncSize, s.sync.begin());
  }
  return s;
}

void ProtectionNotes::take_lost(const SectorVerdict& v) {
  if (v.lba - v.track->start_lba() >= kEarly || only(v.faults, Fault::address)) return;
  if (early_lost_++ == 0) first_ = v.lba;
  last_ = v.lba;
}

void ProtectionNotes::finish(std::vector<Problem>& problems) const {
  const std::string place = disc_.path.string();
  if (early_lost_ >= kFewestLost) {
    problems.push_back(
        {.severity = Severity::note,
         .code = "protection.unreadable",
         .message = fmt::format("{}: {} lost between LBA {} and {}, as on discs whose copy "
                                "protection lies there; nothing leads to other bytes",
                                place, counted(early_lost_, "sector"), first_.value, last_.value)});
  }
  if (!disc_.q_patches.empty()) {
    problems.push_back({.severity = Severity::note,
                        .code = "protection.subchannel",
                        .message = fmt::format(
                            "{}: {} of copy protection beside the image, left as they are", place,
                            counted(static_cast<long long>(disc_.q_patches.size()), "Q frame"))});
  }
}

}  // namespace pregap::operations
