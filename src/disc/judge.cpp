#include "disc/judge.h"

#include <algorithm>
#include <utility>

namespace pregap {
namespace {

MutableRawSector sector_at(std::span<std::uint8_t> bytes, std::size_t n) {
  return bytes.subspan(n * kSectorSize).first<kSectorSize>();
}

// What the header says once parity, where it covers the header, has had its say.
std::optional<Lba> usable_address(const Finding& f) {
  return f.has_header ? f.corrected_address : std::nullopt;
}

bool differs_from_track(const Track& track, SectorKind kind) {
  switch (track.type) {
    case TrackType::audio:
      return false;
    case TrackType::mode0:
      return kind != SectorKind::mode0;
    case TrackType::mode1:
      return kind != SectorKind::mode1;
    case TrackType::mode2:
      return kind == SectorKind::mode0 || kind == SectorKind::mode1;
  }
  return false;
}

// What is unusual in a sector whose codes fail is damage as likely as not; but these notes speak of
// more than the sector.
void drop_notes_of_damage(const FaultSet& faults, NoteSet& notes) {
  if (!faults.has(Fault::edc) && !faults.has(Fault::p_parity) && !faults.has(Fault::q_parity)) {
    return;
  }
  NoteSet kept;
  for (Note note : {Note::scrambled, Note::address_jump, Note::address_start}) {
    if (notes.has(note)) kept.add(note);
  }
  notes = kept;
}

// Sync and header alone say nothing of the data.
bool has_own_check(const SectorVerdict& v) {
  if (v.kind == SectorKind::mode0) return true;
  return layout_of(v.kind).edc.size != 0 && !v.notes.has(Note::form2_edc_absent);
}

}  // namespace

void Judge::take(const Track& track, Lba first, std::span<const Finding> findings,
                 std::span<std::uint8_t> bytes) {
  if (findings.empty()) return;
  const auto address = [&](std::size_t i) { return usable_address(findings[i]); };
  if (waiting_track_ != nullptr) {
    release({.address = waiting_lba_ + 1 == first ? address(0) : std::nullopt});
  }
  const std::size_t last = findings.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    judge(track, first + static_cast<std::int32_t>(i), findings[i], sector_at(bytes, i),
          {.address = address(i + 1)});
  }
  waiting_track_ = &track;
  waiting_lba_ = first + static_cast<std::int32_t>(last);
  waiting_ = findings[last];
  std::ranges::copy(sector_at(bytes, last), waiting_bytes_.begin());
}

void Judge::finish() {
  if (waiting_track_ != nullptr) release({});
}

void Judge::release(Neighbour next) {
  const Track* track = std::exchange(waiting_track_, nullptr);
  judge(*track, waiting_lba_, waiting_, waiting_bytes_, next);
}

void Judge::judge(const Track& track, Lba lba, const Finding& finding, MutableRawSector bytes,
                  Neighbour next) {
  SectorVerdict v;
  v.track = &track;
  v.lba = lba;
  v.data_proven = finding.data_proven;
  v.bytes = bytes;
  settle_kind(v, finding);
  if (v.kind == SectorKind::audio) {
    sink_(v);
    return;
  }
  v.checked = finding.checked && has_own_check(v);
  if (finding.has_header) judge_address(v, finding, next);
  if (lba >= track.start_lba() && differs_from_track(track, v.kind)) v.notes.add(Note::mode_flip);
  drop_notes_of_damage(v.faults, v.notes);
  v.repairable = v.bad() && is_repairable(v, finding);
  if (v.bad() && !v.repairable) v.fill = finding.fill;
  if (v.repairable && headers_ == Headers::mend) mend_header(v, bytes);
  sink_(v);
}

// A header under parity came right with the rest; any other is known from the neighbours.
void Judge::mend_header(const SectorVerdict& v, MutableRawSector bytes) const {
  const bool faulty =
      v.faults.has(Fault::sync) || v.faults.has(Fault::address) || v.faults.has(Fault::mode);
  if (faulty && !layout_of(v.kind).header_in_parity) {
    write_sync_and_header(v.kind, v.lba + offset_, bytes);
  }
}

void Judge::settle_kind(SectorVerdict& v, const Finding& finding) {
  if (kind_track_ != v.track) {
    kind_track_ = v.track;
    last_kind_ = v.track->sampled_kind;
  }
  v.kind = finding.certain ? finding.kind : last_kind_;
  const Reading& reading =
      finding.certain ? finding.reading : finding.readings[static_cast<std::size_t>(v.kind)];
  v.faults = reading.faults;
  v.notes = reading.notes;
  if (finding.certain) last_kind_ = finding.kind;
}

void Judge::judge_address(SectorVerdict& v, const Finding& finding, Neighbour next) {
  if (finding.address != finding.corrected_address) v.faults.add(Fault::address);
  if (!finding.corrected_address) {  // not BCD: a fault already
    if (!offset_confirmed_ && next.address) offset_ = *next.address - (v.lba + 1);
    return;
  }
  const std::int32_t offset = *finding.corrected_address - v.lba;
  if (offset == offset_) {
    offset_confirmed_ = true;
    return;
  }
  // At the start, a successor that says nothing contradicts nothing.
  const bool goes_on = next.address && *next.address - (v.lba + 1) == offset;
  if (!goes_on && (offset_confirmed_ || next.address)) {
    v.faults.add(Fault::address);
    return;
  }
  v.notes.add(offset_confirmed_ ? Note::address_jump : Note::address_start);
  v.address_jump = offset - offset_;
  offset_ = offset;
  offset_confirmed_ = true;
}

// A header that parity covers can't be changed without breaking what proves the sector: it is
// repairable only if parity itself leads to the address that the neighbours ask for.
bool Judge::is_repairable(const SectorVerdict& v, const Finding& finding) const {
  const Reading& reading =
      finding.certain ? finding.reading : finding.readings[static_cast<std::size_t>(v.kind)];
  if (!reading.content_repairable) return false;
  if (!v.faults.has(Fault::address) || !layout_of(v.kind).header_in_parity) return true;
  return finding.corrected_address && *finding.corrected_address - v.lba == offset_;
}

}  // namespace pregap
