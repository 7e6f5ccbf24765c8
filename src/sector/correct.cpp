#include "sector/correct.h"

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "kernels/edc.h"
#include "sector/decoder.h"
#include "sector/region.h"

namespace pregap {
namespace {

using Buffer = std::array<std::uint8_t, kSectorSize>;

// How many candidates may ask the EDC, beside the sector as it is: docs/repair.md.
constexpr int kQuestions = 3;

bool is_one_byte_value(RawSector sector) {
  return std::ranges::all_of(sector, [&](std::uint8_t b) { return b == sector[0]; });
}

bool edc_agrees(SectorKind kind, RawSector sector) {
  const SectorLayout& layout = layout_of(kind);
  return load_le32(sector, layout.edc.offset) == kernels::edc(field(sector, layout.edc_covers));
}

std::span<const std::uint8_t> header_of(RawSector sector) {
  return sector.subspan(kHeaderOffset, 4);
}

// The header after decoding must be one: the all-zero word, for one, is a codeword that agrees with
// everything but mode 1's sync. A mode byte that decoding did not touch may be a flipped one. In
// form 1 the header is no business of the decoder, whichever reading its parity has.
bool header_holds(SectorKind kind, RawSector before, RawSector after) {
  if (std::ranges::equal(header_of(before), header_of(after))) {
    return !layout_of(kind).header_in_parity || msf_from_bcd(after.data() + kHeaderOffset);
  }
  return layout_of(kind).header_in_parity && msf_from_bcd(after.data() + kHeaderOffset) &&
         ((after[kModeOffset] & 0x1F) == mode_byte_of(kind) ||
          after[kModeOffset] == before[kModeOffset]);
}

// The EDC does not cover the intermediate field. Where Q does not confirm it either, a byte of it
// that is not the zero of the standard must stand in a P word that was good from the start.
bool intermediate_holds(SectorKind kind, kernels::HeaderBytes header, const Buffer& start,
                        const Buffer& work) {
  const FieldRange range = layout_of(kind).intermediate;
  if (range.size == 0) return true;
  const kernels::Syndromes s = kernels::parity_syndromes(parity_region(RawSector(start)), header);
  for (std::size_t at = range.offset; at < range.offset + std::size_t{range.size}; ++at) {
    const std::size_t p_word = (at - kHeaderOffset) % kPWords;
    if (work[at] != 0 && !s.p[p_word].is_zero()) return false;
  }
  return true;
}

// A sector under repair: what it was, and how its parity reads the header.
struct Patient {
  SectorKind kind;
  kernels::HeaderBytes header;
  const Buffer& start;
};

// The EDC vouches for the data in `work`, so that parity over it is mere arithmetic.
bool complete_parity(const Patient& patient, Buffer& work) {
  if (!edc_agrees(patient.kind, work) || !header_holds(patient.kind, patient.start, work) ||
      !intermediate_holds(patient.kind, patient.header, patient.start, work)) {
    return false;
  }
  kernels::generate_parity(parity_region(MutableRawSector(work)), patient.header);
  return true;
}

// What the stored EDC vouches for must stay as it is; and the word of all zeros, which agrees with
// every code, is where the decoder leads any sector with little in it, so that it proves nothing.
bool may_become(SectorKind kind, const Buffer& start, const Buffer& work) {
  const std::size_t end = layout_of(kind).edc.offset + std::size_t{layout_of(kind).edc.size};
  if (edc_agrees(kind, start) && !std::equal(start.begin(), start.begin() + end, work.begin())) {
    return false;
  }
  const auto is_zero = [](std::uint8_t b) { return b == 0; };
  return start == work || !std::all_of(work.begin() + kSubheaderOffset, work.end(), is_zero);
}

// Decodes the sector; the result is in `work`. Each candidate asks the EDC anew, which one in 2^32 of
// the wrong ones passes: so `questions` are few.
bool decode(const Patient& patient, Buffer& work, Correction& c, int& questions) {
  SectorDecoder decoder(parity_region(RawSector(patient.start)), patient.header);
  while (questions > 0 && decoder.next()) {
    work = patient.start;
    decoder.apply(parity_region(MutableRawSector(work)));
    if (!may_become(patient.kind, patient.start, work)) continue;
    --questions;
    const bool agrees = decoder.decoded() == Decoded::agrees && edc_agrees(patient.kind, work) &&
                        header_holds(patient.kind, patient.start, work);
    c.from_parity = agrees || decoder.decoded() == Decoded::p_agrees;
    c.parity_rebuilt =
        !agrees && decoder.decoded() == Decoded::p_agrees && complete_parity(patient, work);
    if (agrees || c.parity_rebuilt) return true;
  }
  c = {};
  return false;
}

// Whether stored P parity was computed over the real header: whole words must say so, since single
// bytes agree by chance.
bool parity_was_over_header(const Buffer& start, const Buffer& zero, const Buffer& real) {
  constexpr std::size_t kFirst = 2076, kSecond = kFirst + 86;  // the two parity bytes of P word 0
  const auto agreeing_words = [&](const Buffer& built) {
    int n = 0;
    for (std::size_t w = 0; w < 4; ++w) {  // the words that hold the header
      n += start[kFirst + w] == built[kFirst + w] && start[kSecond + w] == built[kSecond + w];
    }
    return n;
  };
  return agreeing_words(real) > agreeing_words(zero);
}

bool rebuild_from_data(SectorKind kind, const Buffer& start, Buffer& work) {
  work = start;
  if (!complete_parity({kind, header_bytes_of(kind), start}, work)) return false;
  if (kind != SectorKind::mode2_form1) return true;
  Buffer real = start;
  kernels::generate_parity(parity_region(MutableRawSector(real)), kernels::HeaderBytes::as_stored);
  if (parity_was_over_header(start, work, real)) work = real;
  return true;
}

// EDC and parity of mode 1 and form 1. The sync must be right already: mode 1's EDC covers it.
bool correct_protected(SectorKind kind, Buffer& sector, Correction& c) {
  const Buffer start = sector;
  int questions = kQuestions;
  if (decode({kind, header_bytes_of(kind), start}, sector, c, questions)) return true;
  if (kind == SectorKind::mode2_form1 &&
      decode({kind, kernels::HeaderBytes::as_stored, start}, sector, c, questions)) {
    return true;
  }
  c.parity_rebuilt = rebuild_from_data(kind, start, sector);
  return c.parity_rebuilt;
}

// Where no EDC speaks for the content, sync or header must: else it could be anything.
bool something_vouches(const SectorCheck& stored) {
  return stored.edc == EdcState::good || stored.sync_good || (stored.address && stored.mode_good);
}

bool restore_header(SectorKind kind, std::optional<Lba> address, MutableRawSector sector,
                    Correction& c) {
  const SectorCheck check = check_sector(sector, kind);
  const bool as_expected = !address || (check.address && to_lba(*check.address) == *address);
  if (check.address && check.mode_good && as_expected) return true;
  if (layout_of(kind).header_in_parity) return check.address.has_value();
  if (!address) return check.address && !check.faults().has(Fault::mode);
  c.header_rebuilt = write_sync_and_header(kind, *address, sector);
  if (check.mode_good) sector[kModeOffset] = check.mode_byte;  // block indicators stay
  return c.header_rebuilt;
}

}  // namespace

Correction correct_content(SectorKind kind, MutableRawSector sector) noexcept {
  Correction c;
  if (kind == SectorKind::audio || is_one_byte_value(sector)) return c;
  const SectorCheck stored = check_sector(sector, kind);
  Buffer work;
  std::ranges::copy(sector, work.begin());
  const bool sync_good = has_sync(work);
  if (!sync_good) std::ranges::copy(kSync, work.begin());
  const SectorCheck check = sync_good ? stored : check_sector(work, kind);
  if (!check.content_sound()) {
    if (layout_of(kind).p_parity.size == 0 || !correct_protected(kind, work, c)) return {};
  } else if (check.edc != EdcState::good && !something_vouches(stored)) {
    return {};
  }
  c.sync_rebuilt = !sync_good;
  c.sound = true;
  std::ranges::copy(work, sector.begin());
  return c;
}

Correction correct_sector(SectorKind kind, std::optional<Lba> address,
                          MutableRawSector sector) noexcept {
  Buffer work;
  std::ranges::copy(sector, work.begin());
  Correction c = correct_content(kind, work);
  if (!c.sound || !restore_header(kind, address, work, c)) return {};
  std::ranges::copy(work, sector.begin());
  return c;
}

}  // namespace pregap
