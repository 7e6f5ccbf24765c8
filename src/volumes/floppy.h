// The geometry of a floppy by the image's size, and by its boot sector where that fits the size.
#pragma once

#include "volumes/contents.h"
#include "volumes/view.h"

namespace pregap::volumes {

// Nothing for sizes that no floppy has. `file_systems` are those of the whole image: some sizes are
// shared by several computers.
Facts floppy_geometry(const View& view, const std::vector<FileSystem>& file_systems);

}  // namespace pregap::volumes
