// The conversions behind pregap::convert, a file each.
#pragma once

#include "disc/judge.h"
#include "pregap/convert.h"

namespace pregap::operations {

ConvertReport convert_to_iso(const Disc& disc, const std::filesystem::path& out,
                             const ConvertOptions& options);
ConvertReport convert_to_cue(const Disc& disc, const std::filesystem::path& out,
                             const ConvertOptions& options);

// Throws Error(refused) if `out` is one of the files that `disc` is read from.
void require_not_a_source(const Disc& disc, const std::filesystem::path& out);

// Adds a sector to the ranges of bad ones, joining neighbours of the same fate.
void add_bad(std::vector<BadRange>& ranges, Lba lba, FaultSet faults, bool repairable);

// Adds a warning for a jump in the addresses, up to a number that a person reads.
void add_jump(std::vector<Problem>& problems, const Disc& disc, const SectorVerdict& verdict);

// "1-3, 5": for messages about tracks.
std::string list_of(const std::vector<int>& numbers);

}  // namespace pregap::operations
