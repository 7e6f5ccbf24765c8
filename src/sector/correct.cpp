#include "sector/correct.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/endian.h"
#include "kernels/edc.h"
#include "sector/decoder.h"
#include "sector/region.h"

namespace pregap {
namespace {

using Buffer = std::array<std::uint8_t, kSectorSize>;

bool is_one_byte_value(RawSector sector) {
  return std::ranges::all_of(sector, [&](std::uint8_t b) { return b == sector[0]; });
}

bool edc_agrees(SectorKind kind, RawSector sector) {
  const SectorLayout& layout = layout_of(kind);
  return load_le32(sector, layout.edc.offset) == kernels::edc(field(sector, layout.edc_covers));
}

// The decoded header of mode 1 must be one: the all-zero word, for one, is a codeword that agrees
// with everything but the sync. A mode byte that correction did not touch may be a flipped one.
bool header_holds(SectorKind kind, RawSector before, RawSector after) {
  if (!layout_of(kind).header_in_parity) return true;
  if (!msf_from_bcd(after.data() + kHeaderOffset)) return false;
  return (after[kModeOffset] & 0x1F) == mode_byte_of(kind) ||
         after[kModeOffset] == before[kModeOffset];
}

// Tries the decoder from `start`; on success the result is in `sector`.
bool decode(SectorKind kind, kernels::HeaderBytes header, const Buffer& start,
            MutableRawSector sector) {
  for (FirstCode first : {FirstCode::p, FirstCode::q}) {
    Buffer work = start;
    if (!decode_parity(parity_region(MutableRawSector(work)), header, first)) continue;
    if (!edc_agrees(kind, work) || !header_holds(kind, start, work)) continue;
    std::ranges::copy(work, sector.begin());
    return true;
  }
  return false;
}

std::size_t differing_bytes(RawSector a, RawSector b) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < kSectorSize; ++i) n += a[i] != b[i];
  return n;
}

// The EDC vouches for the data, so parity is a matter of arithmetic. Intermediate bytes, which the
// EDC does not cover, become the zeros that the standard asks for. In form 1 the reading of the
// header under which less changes is the one it was written with.
bool rebuild_from_data(SectorKind kind, const Buffer& start, MutableRawSector sector) {
  if (!edc_agrees(kind, start) || !header_holds(kind, start, start)) return false;
  Buffer work = start;
  std::ranges::fill(field(MutableRawSector(work), layout_of(kind).intermediate), std::uint8_t{0});
  rebuild_parity(kind, work);
  if (kind == SectorKind::mode2_form1) {
    Buffer other = start;
    kernels::generate_parity(parity_region(MutableRawSector(other)),
                             kernels::HeaderBytes::as_stored);
    if (differing_bytes(other, start) < differing_bytes(work, start)) work = other;
  }
  std::ranges::copy(work, sector.begin());
  return true;
}

// EDC and parity of mode 1 and form 1. The sync must be right already: mode 1's EDC covers it.
bool correct_protected(SectorKind kind, MutableRawSector sector, Correction& c) {
  Buffer start;
  std::ranges::copy(sector, start.begin());
  if (decode(kind, header_bytes_of(kind), start, sector) ||
      (kind == SectorKind::mode2_form1 &&
       decode(kind, kernels::HeaderBytes::as_stored, start, sector))) {
    c.from_parity = true;
    return true;
  }
  c.parity_rebuilt = rebuild_from_data(kind, start, sector);
  return c.parity_rebuilt;
}

bool restore_header(SectorKind kind, std::optional<Lba> address, MutableRawSector sector,
                    Correction& c) {
  const SectorCheck check = check_sector(sector, kind);
  const bool as_expected = !address || (check.address && to_lba(*check.address) == *address);
  if (check.address && check.mode_good && as_expected) return true;
  if (layout_of(kind).header_in_parity) return check.address.has_value();
  if (!address) return check.address && !check.faults().has(Fault::mode);
  c.header_rebuilt = write_sync_and_header(kind, *address, sector);
  return c.header_rebuilt;
}

}  // namespace

Correction correct_content(SectorKind kind, MutableRawSector sector) noexcept {
  Correction c;
  if (kind == SectorKind::audio || is_one_byte_value(sector)) return c;
  Buffer work;
  std::ranges::copy(sector, work.begin());
  if (!has_sync(work)) {
    std::ranges::copy(kSync, work.begin());
    c.sync_rebuilt = true;
  }
  if (!check_sector(work, kind).content_sound()) {
    if (layout_of(kind).p_parity.size == 0 || !correct_protected(kind, work, c)) return {};
  }
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
