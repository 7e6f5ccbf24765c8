// Files through libtsk: FAT, exFAT, NTFS, ext2-4 and HFS+.
#pragma once

#include <memory>
#include <string>

#include "volumes/file_reader.h"

namespace pregap::volumes {

// `volume` is the file system alone, from its first byte; `kind` as volumes::FileSystem has it.
// Throws Error(malformed) with libtsk's words where it can't be opened. To be run in a worker.
std::unique_ptr<FileReader> open_tsk(std::shared_ptr<const ByteSource> volume,
                                     const std::string& kind);

// Loads libtsk, which takes a while and opens files. Throws Error(unsupported) where there is none.
void load_tsk();

// Whether libtsk reads file systems of that kind.
bool tsk_reads(const std::string& kind);

}  // namespace pregap::volumes
