#include "disc/judge.h"

#include <algorithm>
#include <utility>

namespace pregap {
namespace {

Judge::Content content_of(const Judge::Content& all, std::int32_t first, std::int32_t count) {
  const std::size_t from = static_cast<std::size_t>(first), n = static_cast<std::size_t>(count);
  Judge::Content part{.bytes = all.bytes.subspan(from * kSectorSize, n * kSectorSize)};
  if (!all.user_data.empty()) {
    part.user_data = all.user_data.subspan(from * kUserDataSize, n * kUserDataSize);
  }
  return part;
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

void Judge::take(const Track& track, Lba first, std::span<const Piece> pieces,
                 const Content& content) {
  if (pieces.empty()) return;
  if (waiting_track_ != nullptr) {
    const bool follows = waiting_lba_ + 1 == first;
    release({.address = follows ? usable_address(pieces[0].finding) : std::nullopt});
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    const Lba lba = first + piece.first;
    const Content inner = content_of(content, piece.first, piece.count);
    if (is_ordinary(track, lba, piece)) {
      pass_on(track, lba, piece, inner);
    } else {
      take_singly(track, lba, piece, inner, i + 1 < pieces.size() ? &pieces[i + 1] : nullptr);
    }
  }
}

void Judge::finish() {
  if (waiting_track_ != nullptr) release({});
}

void Judge::release(Neighbour next) {
  const Track* track = std::exchange(waiting_track_, nullptr);
  const std::span<std::uint8_t> user_data = waiting_user_data_;
  judge(*track, waiting_lba_, waiting_,
        {.bytes = waiting_bytes_,
         .user_data = user_data.first(waiting_has_user_data_ ? kUserDataSize : 0)},
        next);
}

// Whether no successor can change what is said of the piece: nothing in it is wrong or unusual, and
// it continues the sequence.
bool Judge::is_ordinary(const Track& track, Lba lba, const Piece& piece) const {
  const Finding& f = piece.finding;
  if (!f.certain || !f.reading.faults.empty() || !(f.reading.notes == NoteSet())) return false;
  if (f.kind == SectorKind::audio) return true;
  if (f.address != f.corrected_address) return false;
  if (f.has_header && (!f.address || *f.address - lba != offset_)) return false;
  return lba + piece.count <= track.start_lba() || !differs_from_track(track, f.kind);
}

void Judge::pass_on(const Track& track, Lba lba, const Piece& piece, const Content& content) {
  const Finding& f = piece.finding;
  SectorVerdict v;
  v.track = &track;
  v.kind = f.kind;
  v.data_proven = f.data_proven;
  v.checked = f.kind != SectorKind::audio && f.checked && has_own_check(v);
  offset_confirmed_ = offset_confirmed_ || f.has_header;
  kind_track_ = &track;
  last_kind_ = f.kind;
  v.count = joining_ == Joining::yes ? piece.count : 1;
  for (std::int32_t i = 0; i < piece.count; i += v.count) {
    const Content inner = content_of(content, i, v.count);
    v.lba = lba + i;
    v.bytes = inner.bytes;
    v.user_data = inner.user_data;
    sink_(v);
  }
}

void Judge::take_singly(const Track& track, Lba lba, const Piece& piece, const Content& content,
                        const Piece* next) {
  Finding finding = piece.finding;
  for (std::int32_t i = 0; i < piece.count; ++i) {
    if (i > 0) {  // a jump that is over
      const Piece rest{.first = i, .count = piece.count - i, .finding = finding};
      if (is_ordinary(track, lba + i, rest)) {
        return pass_on(track, lba + i, rest, content_of(content, i, rest.count));
      }
    }
    const Content inner = content_of(content, i, 1);
    if (i + 1 < piece.count) {
      std::optional<Lba> address = usable_address(finding);
      if (address) ++*address;
      judge(track, lba + i, finding, inner, {.address = address});
    } else if (next != nullptr) {
      judge(track, lba + i, finding, inner, {.address = usable_address(next->finding)});
    } else {
      keep_waiting(track, lba + i, finding, inner);
    }
    if (finding.address) ++*finding.address;
    if (finding.corrected_address) ++*finding.corrected_address;
  }
}

void Judge::keep_waiting(const Track& track, Lba lba, const Finding& finding,
                         const Content& content) {
  waiting_track_ = &track;
  waiting_lba_ = lba;
  waiting_ = finding;
  std::ranges::copy(content.bytes, waiting_bytes_.begin());
  std::ranges::copy(content.user_data, waiting_user_data_.begin());
  waiting_has_user_data_ = !content.user_data.empty();
}

void Judge::judge(const Track& track, Lba lba, const Finding& finding, const Content& content,
                  Neighbour next) {
  const MutableRawSector bytes = content.bytes.first<kSectorSize>();
  SectorVerdict v;
  v.track = &track;
  v.lba = lba;
  v.data_proven = finding.data_proven;
  v.correction = finding.correction;
  v.doubt = finding.doubt;
  v.bytes = bytes;
  if (finding.certain) v.user_data = content.user_data;  // else its place isn't known yet
  settle_kind(v, finding);
  if (v.kind == SectorKind::audio) {
    sink_(v);
    return;
  }
  v.checked = finding.checked && has_own_check(v);
  if (finding.has_header) judge_address(v, finding, next);
  v.address_offset = offset_;
  if (lba >= track.start_lba() && differs_from_track(track, v.kind)) v.notes.add(Note::mode_flip);
  drop_notes_of_damage(v.faults, v.notes);
  v.repairable = v.bad() && is_repairable(v, finding);
  if (v.bad() && !v.repairable) v.fill = finding.fill;
  if (v.repairable && headers_ == Headers::mend) mend_header(v, bytes);
  sink_(v);
}

// A header under parity came right with the rest; any other is known from the neighbours.
// Block indicators stay.
void Judge::mend_header(SectorVerdict& v, MutableRawSector bytes) const {
  if (layout_of(v.kind).header_in_parity) return;
  const bool header = v.faults.has(Fault::address) || v.faults.has(Fault::mode);
  if (!header && !v.faults.has(Fault::sync)) return;
  const std::uint8_t mode_byte = bytes[kModeOffset];
  if (!write_sync_and_header(v.kind, v.lba + offset_, bytes)) return;
  if (!v.faults.has(Fault::mode)) bytes[kModeOffset] = mode_byte;
  v.correction.sync_rebuilt = v.faults.has(Fault::sync);
  v.correction.header_rebuilt = header;
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
