#include "base/endian.h"
#include "pregap/check.h"

namespace pregap {
namespace {

SectorIdentity identity(SectorCheck check) {
  const bool proven = check.sync_good && check.address && check.mode_good && check.content_sound();
  return {.kind = check.kind, .proven = proven, .check = check};
}

bool says_form2(RawSector sector, int copy) {
  return (subheader_of(sector, copy).submode & kSubmodeForm2) != 0;
}

// The form whose EDC agrees, the first copy's form tried first; else what the copies say.
SectorIdentity identify_mode2(RawSector sector) {
  const bool form2_first = says_form2(sector, 0);
  const SectorKind first = form2_first ? SectorKind::mode2_form2 : SectorKind::mode2_form1;
  const SectorKind second = form2_first ? SectorKind::mode2_form1 : SectorKind::mode2_form2;
  const SectorCheck as_first = check_sector(sector, first);
  if (as_first.edc == EdcState::good) return identity(as_first);
  const SectorCheck as_second = check_sector(sector, second);
  if (as_second.edc == EdcState::good) return identity(as_second);
  if (as_first.subheader_copies_equal) return identity(as_first);
  const bool both_form2 = form2_first && says_form2(sector, 1);
  if (both_form2 && as_first.edc == EdcState::absent) return identity(as_first);
  SectorIdentity formless = identity(check_sector(sector, SectorKind::mode2));
  formless.proven = false;  // nothing in it can be checked
  return formless;
}

SectorIdentity identify_unknown_mode(RawSector sector) {
  for (SectorKind kind : {SectorKind::mode1, SectorKind::mode2_form1, SectorKind::mode2_form2}) {
    const SectorCheck check = check_sector(sector, kind);
    if (check.edc == EdcState::good) return identity(check);
  }
  return identity(check_sector(sector, SectorKind::mode1));
}

}  // namespace

SectorIdentity identify_sector(RawSector sector) noexcept {
  if (!has_sync(sector)) return {};
  switch (sector[kModeOffset] & 0x1F) {
    case 0:
      return identity(check_sector(sector, SectorKind::mode0));
    case 1:
      return identity(check_sector(sector, SectorKind::mode1));
    case 2:
      return identify_mode2(sector);
    default:
      return identify_unknown_mode(sector);
  }
}

}  // namespace pregap
