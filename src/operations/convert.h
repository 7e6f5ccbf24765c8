// The conversions behind pregap::convert, a file each.
#pragma once

#include "disc/judge.h"
#include "pregap/convert.h"

namespace pregap::operations {

ConvertReport convert_to_iso(const Disc& disc, const std::filesystem::path& out,
                             const ConvertOptions& options);
// `format` is "cue", "ccd", "toc", "gdi", or "bin" for raw sectors without a descriptor.
ConvertReport convert_to_image(const Disc& disc, std::string_view format,
                               const std::filesystem::path& out, const ConvertOptions& options);
// `format` is "wav" or "flac".
ConvertReport convert_to_audio(const Disc& disc, std::string_view format,
                               const std::filesystem::path& out, const ConvertOptions& options);

bool is_faulty(const Disc& disc);  // its descriptor or files, not its sectors

// Throws Error(refused) if `out` is one of the files that `disc` is read from.
void require_not_a_source(const Disc& disc, const std::filesystem::path& out);

// Throws Error(usage) where something is said that only an E01 can tell.
void refuse_acquisition(const std::filesystem::path& out, const ConvertOptions& options);

// Adds a sector to the ranges of bad ones, joining neighbours of the same fate.
void add_bad(std::vector<BadRange>& ranges, Lba lba, FaultSet faults, bool repairable);

// Adds a warning for a jump in the addresses, up to a number that a person reads.
void add_jump(std::vector<Problem>& problems, const Disc& disc, const SectorVerdict& verdict);

// "1-3, 5": for messages about tracks.
std::string list_of(const std::vector<int>& numbers);

}  // namespace pregap::operations
