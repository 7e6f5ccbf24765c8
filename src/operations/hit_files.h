// Which files the bad sectors of a disc belong to.
#pragma once

#include <vector>

#include "pregap/verify.h"

namespace pregap::operations {

// Files and folders of the ISO 9660 or UDF volumes on the data tracks of `report`, in the volumes'
// order; empty, and nothing read, where there is no bad sector. Folders are read corrected.
std::vector<HitFile> find_hit_files(const Disc& disc, const VerifyReport& report);

}  // namespace pregap::operations
