// The central directory of a ZIP archive (APPNOTE 6.3), zip64 too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pregap/bytes.h"

namespace pregap {

struct ZipEntry {
  std::string name;  // UTF-8, made from code page 437 where it isn't
  std::uint16_t flags = 0, method = 0;
  std::uint16_t dos_time = 0, dos_date = 0;
  std::uint32_t crc = 0;
  std::uint64_t packed_size = 0, size = 0;
  std::uint64_t header = 0;  // offset of the local header in the archive's file

  bool is_folder() const { return name.ends_with('/') || name.ends_with('\\'); }
  bool is_encrypted() const { return (flags & 1) != 0; }
};

// Entries in the directory's order. Throws Error(malformed) for what is none, Error(unsupported)
// for archives of several files or more than 100,000 entries.
std::vector<ZipEntry> read_zip_directory(const ByteSource& source);

// Where the entry's data begin: behind its local header. Throws Error(malformed) where they don't
// lie within the archive.
std::uint64_t zip_data_offset(const ByteSource& source, const ZipEntry& entry);

}  // namespace pregap
