#include "sector/correct.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "kernels/parity.h"
#include "sector/correct_known.h"
#include "sector/decoder.h"
#include "sector/proof.h"
#include "sector/region.h"

namespace pregap {
namespace {

using Buffer = SectorBuffer;
using Erasures = std::bitset<kSectorSize>;

// What may be spent on one sector, in all readings of it.
struct Means {
  int questions = 3;  // candidates that ask the EDC, beside the sector as it is: docs/repair.md
  int looks = 30000;  // at words, in searching: about half a millisecond
};

bool is_one_byte_value(RawSector sector) {
  return std::ranges::all_of(sector, [&](std::uint8_t b) { return b == sector[0]; });
}

// Decodes the sector; the result is in `work`. Each candidate asks the EDC anew, which one in 2^32
// of the wrong ones passes: so `questions` are few.
bool decode(const Patient& patient, Buffer& work, Correction& c, Means& means) {
  SectorDecoder decoder(parity_region(RawSector(patient.start)), patient.header, means.looks);
  while (means.questions > 0 && decoder.next()) {
    work = patient.start;
    decoder.apply(parity_region(MutableRawSector(work)));
    if (!may_become(patient, work)) continue;
    --means.questions;
    const bool agrees = decoder.decoded() == Decoded::agrees && edc_agrees(patient.kind, work) &&
                        header_holds(patient, work);
    c.from_parity = agrees || decoder.decoded() == Decoded::p_agrees;
    c.parity_rebuilt =
        !agrees && decoder.decoded() == Decoded::p_agrees && complete_parity(patient, work);
    if (agrees || c.parity_rebuilt) return true;
  }
  c = {};
  return false;
}

// Whether stored P parity was computed over the real header: three whole words must say so, which
// parity that is destroyed does by chance at 4 * 2^-48.
bool parity_was_over_header(const Buffer& start, const Buffer& zero, const Buffer& real) {
  constexpr std::size_t kFirst = 2076, kSecond = kFirst + 86;  // the two parity bytes of P word 0
  const auto agreeing_words = [&](const Buffer& built) {
    int n = 0;
    for (std::size_t w = 0; w < 4; ++w) {  // the words that hold the header
      n += start[kFirst + w] == built[kFirst + w] && start[kSecond + w] == built[kSecond + w];
    }
    return n;
  };
  return agreeing_words(real) >= 3 && agreeing_words(zero) < 3;
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

RegionPlaces places_in_region(SectorKind kind, const Erasures& erasures) {
  RegionPlaces places;
  const std::size_t first = layout_of(kind).header_in_parity ? 0 : 4;
  for (std::size_t at = first; at < places.size(); ++at) places[at] = erasures[kHeaderOffset + at];
  return places;
}

// Where the copies of the sub-header differ, one of them may be whole.
bool decode_with_one_subheader(const Patient& patient, Buffer& work, Correction& c, Means& means) {
  if (patient.kind != SectorKind::mode2_form1 || edc_agrees(patient.kind, patient.start))
    return false;
  const auto first = patient.start.begin() + kSubheaderOffset, second = first + 4;
  if (std::equal(first, second, second)) return false;
  for (const bool keep_first : {true, false}) {
    Buffer start = patient.start;
    std::copy_n(keep_first ? first : second, 4,
                start.begin() + kSubheaderOffset + (keep_first ? 4 : 0));
    if (decode({patient.kind, patient.header, start}, work, c, means)) return true;
  }
  return false;
}

// Whether the places that are named are all that is tried.
enum class Search : bool { everywhere, named_only };

// EDC and parity of mode 1 and form 1. The sync must be right already: mode 1's EDC covers it.
bool correct_protected(SectorKind kind, const Erasures* erasures, Search search, Buffer& sector,
                       Correction& c) {
  const Buffer start = sector;
  Means means;
  const Patient patient{kind, header_bytes_of(kind), start};
  const Patient noncompliant{kind, kernels::HeaderBytes::as_stored, start};
  const bool two_readings = kind == SectorKind::mode2_form1;
  if (erasures != nullptr) {
    const RegionPlaces places = places_in_region(kind, *erasures);
    if (correct_known_places(patient, places, sector, c, means.questions)) return true;
    if (two_readings && correct_known_places(noncompliant, places, sector, c, means.questions)) {
      return true;
    }
  }
  if (search == Search::named_only) return false;
  if (decode(patient, sector, c, means)) return true;
  if (two_readings && decode(noncompliant, sector, c, means)) return true;
  if (decode_with_one_subheader(patient, sector, c, means)) return true;
  c.parity_rebuilt = rebuild_from_data(kind, start, sector);
  return c.parity_rebuilt;
}

// Where no EDC speaks for the content, sync or header must: else it could be anything.
bool something_vouches(const SectorCheck& stored) {
  return stored.edc == EdcState::good || stored.sync_good || (stored.address && stored.mode_good);
}

bool any_of_header(const Erasures& erasures) {
  return erasures[kHeaderOffset] || erasures[kHeaderOffset + 1] || erasures[kHeaderOffset + 2] ||
         erasures[kModeOffset];
}

bool restore_header(SectorKind kind, const CorrectionHints& hints, MutableRawSector sector,
                    Correction& c) {
  const SectorCheck check = check_sector(sector, kind);
  const bool covered = layout_of(kind).header_in_parity;
  const auto address = hints.address;
  const bool as_expected = !address || (check.address && to_lba(*check.address) == *address);
  const bool in_doubt = !covered && !address && any_of_header(hints.erasures);
  if (check.address && check.mode_good && as_expected) return !in_doubt;
  if (covered) return check.address.has_value();
  if (!address) return !in_doubt && check.address && !check.faults().has(Fault::mode);
  c.header_rebuilt = write_sync_and_header(kind, *address, sector);
  if (check.mode_good) sector[kModeOffset] = check.mode_byte;  // block indicators stay
  return c.header_rebuilt;
}

Correction correct(SectorKind kind, const Erasures* erasures, MutableRawSector sector,
                   Search search = Search::everywhere) {
  Correction c;
  if (kind == SectorKind::audio || is_one_byte_value(sector)) return c;
  const SectorCheck stored = check_sector(sector, kind);
  Buffer work;
  std::ranges::copy(sector, work.begin());
  const bool sync_good = has_sync(work);
  if (!sync_good) std::ranges::copy(kSync, work.begin());
  const SectorCheck check = sync_good ? stored : check_sector(work, kind);
  if (!check.content_sound()) {
    if (layout_of(kind).p_parity.size == 0 || !correct_protected(kind, erasures, search, work, c))
      return {};
  } else if (check.edc != EdcState::good && !something_vouches(stored)) {
    return {};
  }
  c.sync_rebuilt = !sync_good;
  c.sound = true;
  std::ranges::copy(work, sector.begin());
  return c;
}

}  // namespace

Correction correct_content(SectorKind kind, MutableRawSector sector) noexcept {
  return correct(kind, nullptr, sector);
}

Correction correct_named(SectorKind kind, const Erasures& erasures,
                         MutableRawSector sector) noexcept {
  return correct(kind, &erasures, sector, Search::named_only);
}

Correction correct_sector(SectorKind kind, const CorrectionHints& hints,
                          MutableRawSector sector) noexcept {
  Buffer work;
  std::ranges::copy(sector, work.begin());
  Correction c = correct(kind, hints.erasures.any() ? &hints.erasures : nullptr, work);
  if (!c.sound || !restore_header(kind, hints, work, c)) return {};
  std::ranges::copy(work, sector.begin());
  return c;
}

Correction correct_sector(SectorKind kind, std::optional<Lba> address,
                          MutableRawSector sector) noexcept {
  return correct_sector(kind, CorrectionHints{.address = address, .erasures = {}}, sector);
}

}  // namespace pregap
