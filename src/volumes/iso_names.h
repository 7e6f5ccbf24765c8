// Names in directory records, as UTF-8.
#pragma once

#include <string>

#include "base/endian.h"
#include "volumes/iso_record.h"

namespace pregap::volumes {

// Without version (";1") and the dot of a missing extension.
std::string iso_name(Bytes identifier, IsoNames names);

// UTF-8 as it is, anything else as CP1252.
std::string utf8_name(std::string_view bytes);

// UTF-16 by `load` (load_be16, load_le16); half a pair becomes U+FFFD, NUL ends it.
std::string utf16_name(Bytes bytes, std::uint16_t (*load)(Bytes, std::size_t));

// What no name may hold, "/" and NUL, becomes "_"; so do "", "." and "..".
std::string safe_name(std::string name);

}  // namespace pregap::volumes
