#include "sector/quick.h"

#include <cstring>

#include "base/endian.h"
#include "kernels/codes.h"
#include "kernels/edc.h"

namespace pregap {
namespace {

using kernels::Protection;

bool intermediate_is_zero(RawSector sector) {
  std::uint64_t bytes;
  std::memcpy(&bytes, sector.data() + layout_of(SectorKind::mode1).intermediate.offset, 8);
  return bytes == 0;
}

bool subheader_copies_agree(RawSector sector) {
  return std::memcmp(sector.data() + kSubheaderOffset, sector.data() + kSubheaderOffset + 4, 4) ==
         0;
}

bool form2_edc_is_good(RawSector sector) {
  const SectorLayout& layout = layout_of(SectorKind::mode2_form2);
  return kernels::edc(field(sector, layout.edc_covers)) == load_le32(sector, layout.edc.offset);
}

}  // namespace

std::optional<QuickIdentity> quick_identity(RawSector sector) noexcept {
  if (!has_sync(sector)) return std::nullopt;
  const std::optional<Msf> address = msf_from_bcd(sector.data() + kHeaderOffset);
  if (!address) return std::nullopt;
  const std::uint8_t mode = sector[kModeOffset];
  if (mode == 1) {
    if (!intermediate_is_zero(sector) || !kernels::codes_are_good(sector, Protection::mode1)) {
      return std::nullopt;
    }
    return QuickIdentity{SectorKind::mode1, *address};
  }
  if (mode != 2 || !subheader_copies_agree(sector)) return std::nullopt;
  if ((subheader_of(sector, 0).submode & kSubmodeForm2) != 0) {
    if (!form2_edc_is_good(sector)) return std::nullopt;
    return QuickIdentity{SectorKind::mode2_form2, *address};
  }
  // Zeros agree with every code, and are looked at more closely.
  if (subheader_of(sector, 0) == Subheader{}) return std::nullopt;
  if (!kernels::codes_are_good(sector, Protection::form1)) return std::nullopt;
  return QuickIdentity{SectorKind::mode2_form1, *address};
}

}  // namespace pregap
