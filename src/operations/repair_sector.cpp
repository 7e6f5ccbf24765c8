#include "operations/repair_sector.h"

#include <algorithm>

#include "operations/regenerate.h"

namespace pregap::operations {
namespace {

Lba first_data_sector(const Disc& disc) {
  for (const Track& track : disc.tracks) {
    if (track.is_data() && !track.extents.empty()) return track.first_lba();
  }
  return Lba(0);
}

bool has_stored_header(const SectorVerdict& v) {
  const Extent* extent = v.track->extent_at(v.lba);
  return v.kind != SectorKind::audio && extent != nullptr && has_whole_sectors(extent->storage);
}

FaultSet header_faults(FaultSet faults) {
  FaultSet found;
  for (Fault fault : {Fault::sync, Fault::address, Fault::mode}) {
    if (faults.has(fault)) found.add(fault);
  }
  return found;
}

BasisSet basis_of(const SectorVerdict& v) {
  const Correction& c = v.correction;
  BasisSet basis;
  if (c.from_parity) basis.add(Basis::parity);
  if (v.doubt == Doubt::pointers) basis.add(Basis::c2);
  if (v.doubt == Doubt::fill) basis.add(Basis::fill);
  if (c.parity_rebuilt) basis.add(Basis::edc);
  if (c.header_rebuilt || (c.sync_rebuilt && !c.from_parity && !c.parity_rebuilt)) {
    basis.add(v.data_proven && !c.header_rebuilt ? Basis::edc : Basis::neighbours);
  }
  return basis;
}

Basis basis_of(MergeBasis basis) {
  switch (basis) {
    case MergeBasis::dump:
      return Basis::dump;
    case MergeBasis::dump_parity:
      return Basis::dump_parity;
    case MergeBasis::pieces:
      return Basis::pieces;
    case MergeBasis::differences:
      return Basis::differences;
    case MergeBasis::only_dump:
      return Basis::only_dump;
    case MergeBasis::none:
    case MergeBasis::vote:
      break;
  }
  return Basis::vote;
}

bool form_is_stated(RawSector sector, SectorKind kind) {
  if (kind != SectorKind::mode2_form1 && kind != SectorKind::mode2_form2) return true;
  const bool says_form2 = (subheader_of(sector, 0).submode & kSubmodeForm2) != 0;
  return says_form2 == (kind == SectorKind::mode2_form2);
}

}  // namespace

SectorStep::SectorStep(const Disc& disc, const RepairOptions& options, const Merger* merger)
    : options_(options), merger_(merger) {
  if (options.first_address) address_offset_ = *options.first_address - first_data_sector(disc);
}

Lba SectorStep::wanted_address(Lba lba) const { return lba + address_offset_; }

bool SectorStep::concerns(const SectorVerdict& v) const {
  if (v.bad() || (merger_ != nullptr && !v.checked)) return true;
  if (options_.regenerate.form2_edc && v.notes.has(Note::form2_edc_absent)) return true;
  if (!options_.addresses || !has_stored_header(v)) return false;
  return true;
}

SectorOutcome SectorStep::decide(const SectorVerdict& v, RawSector stored) const {
  SectorOutcome outcome;
  std::ranges::copy(stored, outcome.bytes.begin());
  outcome.sound_after = !v.bad();
  if (options_.regenerate.any()) {
    regenerate(v, outcome);
  } else {
    if (v.bad()) correct(v, outcome);
    if (merger_ != nullptr && (v.bad() ? !outcome.sound_after : !v.checked)) merge(v, outcome);
  }
  if (options_.addresses && has_stored_header(v)) renumber(v, outcome);
  outcome.changed = !std::ranges::equal(outcome.bytes, stored);
  return outcome;
}

void SectorStep::correct(const SectorVerdict& v, SectorOutcome& outcome) const {
  if (!v.repairable) return;
  std::ranges::copy(v.bytes, outcome.bytes.begin());
  outcome.deed = Deed::corrected;
  outcome.basis = basis_of(v);
  outcome.sound_after = true;
}

// From other dumps.
void SectorStep::merge(const SectorVerdict& v, SectorOutcome& outcome) const {
  const Merged merged = v.bad() ? merger_->merge_faulty(*v.track, v.lba, v.kind,
                                                        v.lba + v.address_offset, outcome.bytes)
                                : merger_->merge_unchecked(*v.track, v.lba, outcome.bytes);
  outcome.doubts = merged.doubts;
  if (merged.basis != MergeBasis::none) {
    outcome.deed = v.bad() ? Deed::corrected : Deed::merged;
    outcome.basis.add(basis_of(merged.basis));
    const bool alone = merged.basis == MergeBasis::dump ||
                       merged.basis == MergeBasis::dump_parity ||
                       merged.basis == MergeBasis::only_dump;
    outcome.dump = alone ? static_cast<int>(merged.dump) : -1;
    outcome.sound_after = true;
  }
  if (merged.doubts.empty()) return;
  if (outcome.deed != Deed::merged) outcome.deed = Deed::left;
  outcome.reason = Reason::dumps_differ;
  outcome.sound_after = false;
}

void SectorStep::regenerate(const SectorVerdict& v, SectorOutcome& outcome) const {
  FaultSet header = header_faults(v.faults);
  if (options_.addresses) header.remove(Fault::address);
  const auto leave = [&](Reason reason) {
    outcome.deed = Deed::left;
    outcome.reason = reason;
  };
  if (v.fill) return leave(Reason::filled);
  if (!header.empty() || !form_is_stated(outcome.bytes, v.kind)) return leave(Reason::header);
  const SectorBytes before = outcome.bytes;
  const EccHeader ecc =
      v.kind == SectorKind::mode2_form1 ? ecc_header_of(outcome.bytes) : EccHeader::as_zeros;
  regenerate_codes(v.kind, options_.regenerate, ecc, outcome.bytes);
  if (outcome.bytes == before) return;
  outcome.deed = Deed::regenerated;
  outcome.basis.add(Basis::request);
  outcome.sound_after =
      check_sector(outcome.bytes, v.kind).content_sound() && !v.faults.has(Fault::address);
}

// Damage must not come to look sound: only a sector whose codes agree gets another address.
void SectorStep::renumber(const SectorVerdict& v, SectorOutcome& outcome) const {
  const Lba wanted = wanted_address(v.lba);
  const std::optional<Msf> msf = to_msf(wanted);
  const SectorCheck check = check_sector(outcome.bytes, v.kind);
  if (check.address && to_lba(*check.address) == wanted) return;
  if (!msf || !check.content_sound() || !check.sync_good || !check.mode_good) {
    if (v.bad() && outcome.deed == Deed::lost) return;
    outcome.deed = Deed::left;
    outcome.reason = Reason::header;
    return;
  }
  std::ranges::copy(to_bcd(*msf), outcome.bytes.begin() + kHeaderOffset);
  constexpr Regenerate kBoth{.edc = true, .ecc = true};
  if (v.kind == SectorKind::mode1) {
    regenerate_codes(v.kind, kBoth, EccHeader::as_zeros, outcome.bytes);
  } else if (check.parity_over_header) {
    regenerate_codes(v.kind, kBoth, EccHeader::as_stored, outcome.bytes);
  }
  outcome.deed = Deed::renumbered;
  outcome.basis.add(Basis::request);
  outcome.sound_after = true;
}

}  // namespace pregap::operations
