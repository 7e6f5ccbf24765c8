// From a parsed TOC to a disc: its files are found, its pieces become extents and addresses.
//
// A track is one run of bytes, put together from pieces of files and of nothing, and cut into
// sectors only then, as cdrdao does it. Sectors that begin in one piece and end in another, or that
// are filled up with zeros at a track's end, are in no file as they are: they lie in a file of
// their own in memory. Addresses count from LBA 0 at the start of the first track.
#pragma once

#include <string>
#include <vector>

#include "formats/toc.h"
#include "pregap/open.h"

namespace pregap::formats {

// `path` is the sheet's. Throws Error: not_found, refused or unreadable for a file it names,
// unsupported for sectors that pregap has no name for, malformed for pieces and marks that lie
// outside of what there is.
Disc build_toc_disc(const TocSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options);

}  // namespace pregap::formats
