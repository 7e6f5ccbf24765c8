#include "disc/examine.h"

#include <algorithm>

#include "kernels/runs.h"
#include "sector/correct.h"
#include "sector/quick.h"

namespace pregap {
namespace {

constexpr std::uint8_t kModeMask = 0x1F;

std::optional<Lba> header_address(RawSector sector) {
  const std::optional<Msf> msf = msf_from_bcd(sector.data() + kHeaderOffset);
  if (!msf) return std::nullopt;
  return to_lba(*msf);
}

bool is_one_byte_value(RawSector sector) { return kernels::is_one_value(sector); }

void descramble(RawSector sector, MutableRawSector out) {
  std::ranges::copy(sector, out.begin());
  scramble(out);
}

Reading reading_of(const SectorCheck& check) {
  return {.faults = check.faults(),
          .notes = check.notes(),
          .content_repairable = check.content_sound()};
}

bool is_zero_behind_header(RawSector sector) {
  return sector[kSubheaderOffset] == 0 && kernels::is_one_value(sector.subspan(kSubheaderOffset));
}

Finding certain_finding(const SectorCheck& check) {
  Finding f;
  f.kind = check.kind;
  f.data_proven = check.edc == EdcState::good;
  f.reading = reading_of(check);
  return f;
}

// Nothing in the sector says for certain what it is: every kind's reading is kept for the one that
// the neighbours will turn out to be.
Finding undecided_finding(RawSector sector, const Track& track) {
  Finding f;
  f.kind = track.sampled_kind;
  f.certain = false;
  std::array<std::uint8_t, kSectorSize> copy;
  for (SectorKind kind : {SectorKind::mode0, SectorKind::mode1, SectorKind::mode2,
                          SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    Reading& reading = f.readings[static_cast<std::size_t>(kind)];
    reading = reading_of(check_sector(sector, kind));
    std::ranges::copy(sector, copy.begin());
    reading.content_repairable = reading.content_repairable && correct_content(kind, copy).sound;
    if (is_one_byte_value(sector) && (sector[kModeOffset] & kModeMask) != mode_byte_of(kind)) {
      reading.faults.add(Fault::mode);  // zeros pass for a sound sector of another mode
      reading.notes.remove(Note::mode_flip);
    }
  }
  return f;
}

// Sync and a valid mode byte say the kind even where no check agrees: but in mode 2 only if the
// sub-header says the same twice, mode 0 only of a sector of zeros, and a mode that is not the
// track's is damage sooner than the truth.
bool kind_is_stated(RawSector sector, const SectorIdentity& id, const Track& track) {
  if (!id.check.sync_good || !id.check.mode_good || id.kind == SectorKind::mode2) return false;
  if (id.kind == SectorKind::mode0) return id.check.body_zero;
  if (mode_byte_of(id.kind) != mode_byte_of(track.sampled_kind)) return false;
  // Fills state nothing: 0xFF and 0xAA have the bit of form 2.
  const bool filled = kernels::is_one_value(sector.subspan(kSubheaderOffset));
  if (filled && id.check.mode_byte == 2) return false;
  return id.check.subheader_copies_equal || id.check.edc == EdcState::absent;
}

// The kinds whose EDC may prove them, the likeliest first.
std::array<SectorKind, 3> provable_kinds(const SectorIdentity& id, const Track& track) {
  std::array<SectorKind, 3> kinds = {SectorKind::mode1, SectorKind::mode2_form1,
                                     SectorKind::mode2_form2};
  const bool says_kind = id.check.sync_good && id.check.mode_good && id.kind != SectorKind::mode2;
  const SectorKind likely = says_kind ? id.kind : track.sampled_kind;
  std::stable_partition(kinds.begin(), kinds.end(), [&](SectorKind k) { return k == likely; });
  return kinds;
}

// Zeros agree with every code. They speak for a kind only together with its own mode byte.
bool proves_nothing(RawSector sector, const SectorCheck& check) {
  return !check.mode_good && is_zero_behind_header(sector);
}

// The kind as which the content agrees with its EDC, as it stands or after correction.
std::optional<Examination> examine_by_proof(RawSector sector, const SectorIdentity& id,
                                            const Track& track, MutableRawSector mended) {
  for (SectorKind kind : provable_kinds(id, track)) {
    std::ranges::copy(sector, mended.begin());
    const Correction correction = correct_content(kind, mended);
    if (!correction.sound) continue;
    const SectorCheck mended_check = check_sector(mended, kind);
    if (mended_check.edc != EdcState::good || proves_nothing(mended, mended_check)) continue;
    Examination e{.finding = certain_finding(check_sector(sector, kind)), .mended = true};
    e.finding.reading.content_repairable = true;
    e.finding.data_proven = true;
    e.finding.correction = correction;
    e.finding.corrected_address = header_address(mended);
    return e;
  }
  return std::nullopt;
}

// What is known beside the sector, or seen in it.
struct Help {
  const Aid& aid;
  Lba lba;
};

Examination finish_named(RawSector sector, SectorKind kind, const Correction& correction,
                         Doubt doubt, RawSector mended) {
  Examination e{.finding = certain_finding(check_sector(sector, kind)), .mended = true};
  e.finding.reading.content_repairable = e.finding.data_proven = true;
  e.finding.correction = correction;
  e.finding.doubt = doubt;
  e.finding.corrected_address = header_address(mended);
  return e;
}

// The one kind with parity that the sector may be: each guess more is a chance more to be wrong.
SectorKind protected_kind(const SectorIdentity& id, const Track& track) {
  const bool says_mode = id.check.sync_good && id.check.mode_good;
  const bool mode1 = says_mode ? id.check.mode_byte % 32 == 1 : track.type == TrackType::mode1;
  return mode1 ? SectorKind::mode1 : SectorKind::mode2_form1;
}

// Whether the sector comes right if the bytes that may be wrong are taken for unknown.
std::optional<Examination> examine_by_doubts(RawSector sector, const SectorIdentity& id,
                                             const Track& track, const Help& help,
                                             MutableRawSector mended) {
  const SectorKind kind = protected_kind(id, track);
  const auto try_set = [&](const NamedBytes& named, Doubt doubt) -> std::optional<Examination> {
    std::ranges::copy(sector, mended.begin());
    const Correction correction = correct_named(kind, named, mended);
    if (correction.sound) return finish_named(sector, kind, correction, doubt, mended);
    return std::nullopt;
  };
  if (help.aid.pointers != nullptr) {
    const NamedBytes named = help.aid.pointers->at(help.lba);
    if (named.any()) {
      if (auto found = try_set(named, Doubt::pointers)) return found;
    }
  }
  if (!help.aid.fills) return std::nullopt;
  for (const NamedBytes& named : possible_fills(sector)) {
    if (auto found = try_set(named, Doubt::fill)) return found;
  }
  return std::nullopt;
}

Examination examine_data(RawSector sector, const Track& track, const Help& help,
                         MutableRawSector mended) {
  const SectorIdentity id = identify_sector(sector);
  if (id.proven) return {certain_finding(id.check)};
  if (is_one_byte_value(sector)) return {undecided_finding(sector, track)};
  const bool says_mode2 = id.check.sync_good && (sector[kModeOffset] & kModeMask) == 2;
  if (says_mode2 && track.sampled_kind == SectorKind::mode2) {
    return {certain_finding(check_sector(sector, SectorKind::mode2))};
  }
  if (auto proven = examine_by_proof(sector, id, track, mended)) return *proven;
  if (auto named = examine_by_doubts(sector, id, track, help, mended)) return *named;
  if (kind_is_stated(sector, id, track)) return {certain_finding(id.check)};
  return {undecided_finding(sector, track)};
}

bool has_plain_header(RawSector sector) {
  return header_address(sector).has_value() && (sector[kModeOffset] & kModeMask) <= 2;
}

Examination examine_descrambled(RawSector plain, const Track& track, const Help& help,
                                MutableRawSector mended) {
  Examination e = examine_data(plain, track, help, mended);
  if (!e.mended) std::ranges::copy(plain, mended.begin());
  e.mended = true;
  e.finding.reading.notes.add(Note::scrambled);
  for (Reading& reading : e.finding.readings) reading.notes.add(Note::scrambled);
  e.finding.address = header_address(plain);
  return e;
}

// A sector whose header makes sense only when descrambled is taken to be stored scrambled. But a
// wound in the header can look so, or hide it: where the one reading doesn't prove the data, the
// other may.
Examination examine_data_track(RawSector stored, const Track& track, const Help& help,
                               MutableRawSector mended) {
  if (has_plain_header(stored)) return examine_data(stored, track, help, mended);
  std::array<std::uint8_t, kSectorSize> plain, other{};
  descramble(stored, plain);
  const bool plain_header = has_plain_header(plain), sync = has_sync(stored);
  if (!plain_header && !sync) return examine_data(stored, track, help, mended);
  const bool likely = plain_header && sync;
  const auto read = [&](bool scrambled, MutableRawSector out) {
    return scrambled ? examine_descrambled(plain, track, help, out)
                     : examine_data(stored, track, help, out);
  };
  const Examination first = read(likely, mended);
  if (first.finding.data_proven) return first;
  const Examination second = read(!likely, other);
  if (!second.finding.data_proven) return first;
  std::ranges::copy(other, mended.begin());
  return second;
}

// Data that proves itself counts as what it is, wherever it lies; all else in an audio track is
// samples.
Examination examine_audio_track(RawSector stored, MutableRawSector mended) {
  Examination audio;
  if (!has_sync(stored)) return audio;
  if (const SectorIdentity id = identify_sector(stored); id.proven) {
    return {certain_finding(id.check)};
  }
  descramble(stored, mended);
  if (const SectorIdentity id = identify_sector(mended); id.proven) {
    Examination e{.finding = certain_finding(id.check), .mended = true};
    e.finding.reading.notes.add(Note::scrambled);
    e.finding.address = header_address(mended);
    return e;
  }
  audio.finding.reading.notes.add(Note::data_in_audio);
  return audio;
}

// Sectors stored without sync and header got theirs on reading: there is nothing to judge in them.
void forget_header(Finding& f) {
  const auto drop = [](Reading& reading) {
    for (Fault fault : {Fault::sync, Fault::address, Fault::mode}) reading.faults.remove(fault);
  };
  drop(f.reading);
  for (Reading& reading : f.readings) drop(reading);
}

// The finding of a sector in which nothing is unusual.
Finding sound_finding(SectorKind kind, Lba address, bool has_header) {
  Finding f;
  f.kind = kind;
  f.has_header = has_header;
  f.data_proven = true;
  f.reading.content_repairable = true;
  f.address = f.corrected_address = address;
  return f;
}

Examination examine_closely(RawSector stored, const Track& track, bool has_header, const Help& help,
                            MutableRawSector mended) {
  Examination e = track.is_data() ? examine_data_track(stored, track, help, mended)
                                  : examine_audio_track(stored, mended);
  Finding& f = e.finding;
  if (f.certain && f.kind == SectorKind::audio) return e;
  if (f.certain && f.kind == SectorKind::mode2_form1 && is_zero_behind_header(stored)) {
    f.reading.notes.add(Note::all_zero);
  }
  f.has_header = has_header;
  if (!f.has_header) forget_header(f);
  if (!f.address) f.address = header_address(stored);
  if (!f.corrected_address) f.corrected_address = f.address;
  if (!f.certain || !f.reading.content_repairable) f.fill = fill_byte(stored, f.kind);
  return e;
}

bool is_plain_audio(const Finding& f) {
  return f.certain && f.kind == SectorKind::audio && f.reading.notes == NoteSet();
}

// Joined with those before it.
void add_plain_audio(std::int32_t at, std::vector<Piece>& pieces) {
  if (!pieces.empty() && is_plain_audio(pieces.back().finding)) {
    ++pieces.back().count;
  } else {
    pieces.push_back({.first = at});
  }
}

// Takes the sound sectors at `at` as one piece, and returns how many there are.
std::int32_t add_sound_run(std::span<const std::uint8_t> sectors, std::int32_t at, bool has_header,
                           std::vector<Piece>& pieces) {
  const QuickRun run = quick_run(sectors);
  if (run.count > 0) {
    pieces.push_back({.first = at,
                      .count = run.count,
                      .finding = sound_finding(run.kind, run.address, has_header)});
  }
  return run.count;
}

}  // namespace

Examination examine_sector(RawSector stored, const Track& track, Storage storage,
                           MutableRawSector mended) {
  const bool has_header = has_whole_sectors(storage);
  if (const auto quick = quick_identity(stored)) {
    return {.finding = sound_finding(quick->kind, quick->address, has_header)};
  }
  return examine_closely(stored, track, has_header, {.aid = {}, .lba = {}}, mended);
}

bool add_plain_sectors(std::span<const std::uint8_t> sectors, std::int32_t first,
                       const Track& track, std::vector<Piece>& pieces) {
  const std::int32_t n = static_cast<std::int32_t>(sectors.size() / kSectorSize);
  for (std::int32_t i = 0; i < n;) {
    const auto rest = sectors.subspan(static_cast<std::size_t>(i) * kSectorSize);
    if (const std::int32_t run = add_sound_run(rest, first + i, true, pieces); run > 0) {
      i += run;
    } else if (!track.is_data() && !has_sync(rest.first<kSectorSize>())) {
      add_plain_audio(first + i, pieces);
      ++i;
    } else {
      return false;
    }
  }
  return true;
}

void examine_sectors(std::span<std::uint8_t> sectors, const Track& track, Storage storage,
                     bool mend, std::vector<Piece>& pieces, const Aid& aid, Lba first) {
  const bool has_header = has_whole_sectors(storage);
  const std::int32_t n = static_cast<std::int32_t>(sectors.size() / kSectorSize);
  std::array<std::uint8_t, kSectorSize> mended;
  pieces.clear();
  for (std::int32_t i = 0; i < n;) {
    const auto rest = sectors.subspan(static_cast<std::size_t>(i) * kSectorSize);
    if (const std::int32_t run = add_sound_run(rest, i, has_header, pieces); run > 0) {
      i += run;
      continue;
    }
    const MutableRawSector sector = rest.first<kSectorSize>();
    const Examination e =
        examine_closely(sector, track, has_header, {.aid = aid, .lba = first + i}, mended);
    if (e.mended && mend) std::ranges::copy(mended, sector.begin());
    if (is_plain_audio(e.finding)) {
      add_plain_audio(i, pieces);
    } else {
      pieces.push_back({.first = i, .finding = e.finding});
    }
    ++i;
  }
}

}  // namespace pregap
