#include "sector/proof.h"

#include <algorithm>

#include "base/endian.h"
#include "kernels/edc.h"
#include "sector/region.h"

namespace pregap {
namespace {

std::span<const std::uint8_t> header_of(const SectorBuffer& sector) {
  return std::span(sector).subspan(kHeaderOffset, 4);
}

bool intermediate_holds(const Patient& patient, const SectorBuffer& work) {
  const FieldRange range = layout_of(patient.kind).intermediate;
  if (range.size == 0) return true;
  const kernels::Syndromes s =
      kernels::parity_syndromes(parity_region(RawSector(patient.start)), patient.header);
  for (std::size_t at = range.offset; at < range.offset + std::size_t{range.size}; ++at) {
    const std::size_t p_word = (at - kHeaderOffset) % kPWords;
    if (work[at] != 0 && !s.p[p_word].is_zero()) return false;
  }
  return true;
}

int differences(const SectorBuffer& a, const SectorBuffer& b) {
  int n = 0;
  for (std::size_t i = 0; i < a.size(); ++i) n += a[i] != b[i];
  return n;
}

// Whether far fewer bytes change than if the data were right and parity built anew.
bool is_far_lighter(const Patient& patient, const SectorBuffer& work) {
  constexpr int kFew = 8;
  const int changes = differences(patient.start, work);
  if (changes > kFew) return false;
  SectorBuffer rebuilt = patient.start;
  kernels::generate_parity(parity_region(MutableRawSector(rebuilt)), patient.header);
  return 2 * changes <= differences(patient.start, rebuilt);
}

}  // namespace

std::uint32_t edc_remainder(SectorKind kind, RawSector sector) {
  const SectorLayout& layout = layout_of(kind);
  return load_le32(sector, layout.edc.offset) ^ kernels::edc(field(sector, layout.edc_covers));
}

bool header_holds(const Patient& patient, const SectorBuffer& work) {
  const bool covered = layout_of(patient.kind).header_in_parity;
  const bool is_address = msf_from_bcd(work.data() + kHeaderOffset).has_value();
  if (std::ranges::equal(header_of(patient.start), header_of(work))) return !covered || is_address;
  return covered && is_address &&
         ((work[kModeOffset] & 0x1F) == mode_byte_of(patient.kind) ||
          work[kModeOffset] == patient.start[kModeOffset]);
}

bool may_become(const Patient& patient, const SectorBuffer& work) {
  const FieldRange edc = layout_of(patient.kind).edc;
  const auto end = patient.start.begin() + edc.offset + edc.size;
  if (edc_agrees(patient.kind, patient.start) &&
      !std::equal(patient.start.begin(), end, work.begin()) && !is_far_lighter(patient, work)) {
    return false;
  }
  const auto is_zero = [](std::uint8_t b) { return b == 0; };
  return patient.start == work ||
         !std::all_of(work.begin() + kSubheaderOffset, work.end(), is_zero);
}

bool complete_parity(const Patient& patient, SectorBuffer& work) {
  if (!edc_agrees(patient.kind, work) || !header_holds(patient, work) ||
      !intermediate_holds(patient, work)) {
    return false;
  }
  kernels::generate_parity(parity_region(MutableRawSector(work)), patient.header);
  return true;
}

}  // namespace pregap
