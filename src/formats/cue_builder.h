// From a parsed cue sheet to a disc: its files are found, its times become extents and addresses.
//
// Times count sectors from the start of a file, bytes are a running sum, since tracks of one file
// may differ in sector size. Addresses count from LBA 0 at the start of the first file; PREGAP and
// POSTGAP take addresses but no bytes.
#pragma once

#include "formats/cue.h"
#include "pregap/open.h"

namespace pregap::formats {

// `path` is the sheet's. Throws Error: not_found, refused or unreadable for a file it names,
// unsupported for modes and file types, malformed for times that fall within a file.
Disc build_cue_disc(const CueSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options);

}  // namespace pregap::formats
