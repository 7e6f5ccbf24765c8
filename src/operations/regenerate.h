// Codes built anew over what a sector holds.
#pragma once

#include "pregap/check.h"
#include "pregap/repair.h"

namespace pregap::operations {

// How form 1 parity takes the header.
enum class EccHeader : bool { as_zeros, as_stored };

// Which of the two the stored parity of a form 1 sector speaks for, even where its user data were
// changed: the words that hold the header tell it. as_zeros where they don't.
EccHeader ecc_header_of(RawSector sector) noexcept;

// EDC before ECC, since P and Q cover the EDC. Sync, header, sub-header and user data stay.
// A form 2 EDC of zero, which means that there is none, stays too unless what.form2_edc.
void regenerate_codes(SectorKind kind, const Regenerate& what, EccHeader header,
                      MutableRawSector sector) noexcept;

}  // namespace pregap::operations
