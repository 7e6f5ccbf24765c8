// From a parsed cue sheet to a disc: its files are opened (cue_files.h), laid out (cue_layout.h)
// and given addresses (cue_addresses.h).
//
// Times count sectors from the start of a file, bytes are a running sum, since tracks of one file
// may differ in sector size.
#pragma once

#include "formats/cue.h"
#include "formats/cue_files.h"
#include "pregap/open.h"

namespace pregap::formats {

// `path` is the sheet's. Throws Error: not_found, refused or unreadable for a file it names,
// unsupported for what is in one, malformed for times that fall within a file.
Disc build_cue_disc(const CueSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options);

// The same over files from anywhere.
Disc build_cue_disc_from(const CueSheet& sheet, const std::filesystem::path& path,
                         const OpenNamed& open);

}  // namespace pregap::formats
