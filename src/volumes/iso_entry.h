// A directory record of ISO 9660 as an entry of a folder: names, Rock Ridge, XA.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "volumes/file_reader.h"
#include "volumes/iso_volume.h"
#include "volumes/rock_ridge.h"

namespace pregap::volumes {

// The entry of the record at byte `at`, with the size of its first extent; nothing where it is none
// of this folder (Rock Ridge lists it where it belongs).
std::optional<FileEntry> iso_entry(const IsoVolume& volume, const IsoRecord& record,
                                   std::uint64_t at, std::vector<Problem>& problems);

// Of a volume with `susp_skip`.
RockRidge rock_ridge_of(const IsoVolume& volume, const IsoRecord& record);

// Without version (";1") and the dot of a missing extension.
std::string iso_name(Bytes identifier, IsoNames names);

// A fault in what the image says of `entry`.
void tell_iso(std::vector<Problem>& problems, const FileEntry& entry, const std::string& message);

}  // namespace pregap::volumes
