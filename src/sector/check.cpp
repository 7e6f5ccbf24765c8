#include "pregap/check.h"

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "kernels/edc.h"
#include "sector/region.h"

namespace pregap {
namespace {

constexpr std::uint8_t kModeMask = 0x1F;  // bits 7-5 are block indicators on CD-R
constexpr std::uint8_t kHighestMode = 2;

void check_header(RawSector sector, SectorCheck& c) {
  c.sync_good = has_sync(sector);
  c.address = msf_from_bcd(sector.data() + kHeaderOffset);
  c.mode_byte = sector[kModeOffset];
  c.mode_good = (c.mode_byte & kModeMask) == mode_byte_of(c.kind);
  c.block_indicator = static_cast<std::uint8_t>(c.mode_byte >> 5);
}

void check_edc(RawSector sector, const SectorLayout& layout, SectorCheck& c) {
  c.edc_stored = load_le32(sector, layout.edc.offset);
  c.edc_computed = kernels::edc(field(sector, layout.edc_covers));
  if (c.edc_stored == c.edc_computed) {
    c.edc = EdcState::good;
  } else if (c.kind == SectorKind::mode2_form2 && c.edc_stored == 0) {
    c.edc = EdcState::absent;
  } else {
    c.edc = EdcState::bad;
  }
}

void check_parity(RawSector sector, SectorCheck& c) {
  const kernels::ParityRegion region = parity_region(sector);
  const kernels::HeaderBytes header = header_bytes_of(c.kind);
  if (kernels::parity_is_good(region, header)) return;
  if (c.kind == SectorKind::mode2_form1 &&
      kernels::parity_is_good(region, kernels::HeaderBytes::as_stored)) {
    c.parity_over_header = true;
    return;
  }
  const kernels::Syndromes s = kernels::parity_syndromes(region, header);
  for (std::size_t n = 0; n < kPWords; ++n) c.p_bad[n] = !s.p[n].is_zero();
  for (std::size_t n = 0; n < kQWords; ++n) c.q_bad[n] = !s.q[n].is_zero();
}

// A mode byte other than the kind's is as it was mastered, not damage, if what can be checked
// agrees with it: see faults() in check.h.
bool is_mode_flip(const SectorCheck& c) {
  if (c.mode_good || c.edc != EdcState::good || !c.parity_good()) return false;
  return c.kind == SectorKind::mode1 || (c.mode_byte & kModeMask) <= kHighestMode;
}

bool all_equal(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [&](std::uint8_t b) { return b == bytes[0]; });
}

}  // namespace

std::string_view name_of(Fault fault) noexcept {
  constexpr std::array<std::string_view, kFaults> names = {
      "sync", "address", "mode", "edc", "p_parity", "q_parity", "subchannel_q"};
  return names[static_cast<std::size_t>(fault)];
}

std::string_view name_of(Note note) noexcept {
  constexpr std::array<std::string_view, kNotes> names = {
      "form2_edc_absent", "noncompliant_ecc", "intermediate",    "subheader_copies",
      "mode_flip",        "scrambled",        "block_indicator", "address_jump",
      "address_start",    "data_in_audio",    "all_zero"};
  return names[static_cast<std::size_t>(note)];
}

SectorCheck check_sector(RawSector sector, SectorKind kind) noexcept {
  SectorCheck c;
  c.kind = kind;
  if (kind == SectorKind::audio) return c;
  const SectorLayout& layout = layout_of(kind);
  check_header(sector, c);
  const auto is_zero = [](std::uint8_t b) { return b == 0; };
  if (kind == SectorKind::mode0) {
    c.body_zero = std::ranges::all_of(field(sector, layout.user_data), is_zero);
  }
  if (layout.subheader.size != 0) {
    c.subheader_copies_equal = subheader_of(sector, 0) == subheader_of(sector, 1);
  }
  if (layout.intermediate.size != 0) {
    c.intermediate_zero = std::ranges::all_of(field(sector, layout.intermediate), is_zero);
  }
  if (layout.edc.size != 0) check_edc(sector, layout, c);
  if (layout.p_parity.size != 0) check_parity(sector, c);
  return c;
}

bool SectorCheck::content_sound() const {
  if (kind == SectorKind::mode0) return body_zero;
  return edc != EdcState::bad && parity_good();
}

FaultSet SectorCheck::faults() const {
  FaultSet f;
  if (kind == SectorKind::audio) return f;
  if (!sync_good) f.add(Fault::sync);
  if (!address) f.add(Fault::address);
  if (!mode_good && !is_mode_flip(*this)) f.add(Fault::mode);
  if (kind == SectorKind::mode0 && !body_zero) f.add(Fault::mode);
  if (edc == EdcState::bad) f.add(Fault::edc);
  if (p_bad.any()) f.add(Fault::p_parity);
  if (q_bad.any()) f.add(Fault::q_parity);
  return f;
}

NoteSet SectorCheck::notes() const {
  NoteSet n;
  if (kind == SectorKind::audio) return n;
  if (edc == EdcState::absent) n.add(Note::form2_edc_absent);
  if (parity_over_header) n.add(Note::noncompliant_ecc);
  if (!intermediate_zero) n.add(Note::intermediate);
  if (!subheader_copies_equal) n.add(Note::subheader_copies);
  if (is_mode_flip(*this)) n.add(Note::mode_flip);
  if (mode_good && block_indicator != 0) n.add(Note::block_indicator);
  return n;
}

std::optional<std::uint8_t> fill_byte(RawSector sector, SectorKind kind) noexcept {
  const FieldRange user_data = layout_of(kind).user_data;
  if (kind != SectorKind::audio && all_equal(sector.subspan(kSubheaderOffset))) {
    return sector[kSubheaderOffset];
  }
  if (all_equal(field(sector, user_data))) return sector[user_data.offset];
  return std::nullopt;
}

}  // namespace pregap
