// The records of a folder of ISO 9660, whatever else stands between them.
#pragma once

#include <cstdint>
#include <vector>

#include "volumes/file_reader.h"
#include "volumes/iso_volume.h"

namespace pregap::volumes {

// Calls `take` with each entry of the folder whose own record is `own`, and tells what is wrong
// with it. At most 256 MiB are read, and no further than 64 sectors without a record.
void list_iso_folder(const IsoVolume& volume, const FileEntry& folder, const IsoRecord& own,
                     const FileReader::Take& take, std::vector<Problem>& problems);

}  // namespace pregap::volumes
