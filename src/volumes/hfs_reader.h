// Files of HFS, the "Mac OS Standard" of floppies and hybrid discs (Inside Macintosh: Files,
// chapter 2). HFS+ is read elsewhere.
#pragma once

#include <memory>

#include "volumes/file_reader.h"

namespace pregap::volumes {

// `volume` begins with the two boot blocks. Null where there is no master directory block, or its
// catalog can't be read at all. Resource forks are listed as "NAME:rsrc".
std::unique_ptr<FileReader> open_hfs(std::shared_ptr<const ByteSource> volume);

}  // namespace pregap::volumes
