// The names in a folder of UDF: file identifier descriptors (ECMA-167 4/14.4), whatever else stands
// between them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "volumes/udf_file.h"

namespace pregap::volumes {

struct UdfName {
  static constexpr std::uint8_t kHidden = 1, kFolder = 2, kDeleted = 4, kParent = 8, kMetadata = 16;

  std::uint8_t flags = 0;
  std::string name;  // UTF-8; empty for the parent
  UdfExtent icb;     // no bytes: it leads nowhere
  bool crc_good = true;

  bool is_deleted() const { return (flags & kDeleted) != 0; }
  bool is_parent() const { return (flags & kParent) != 0; }
  bool is_metadata() const { return (flags & kMetadata) != 0; }
};

// Nothing where no descriptor begins there, or not all of it is in `b`; `size` is what it takes up.
std::optional<UdfName> parse_udf_name(Bytes b, std::size_t& size);

// What went wrong with a folder.
struct UdfFolderEnd {
  std::string fault;               // empty: nothing
  std::uint64_t broken = 0;        // places without a descriptor
  std::uint64_t first_broken = 0;  // byte of the folder
  std::uint64_t bad_crc = 0;       // names
};

// Calls `take` with each name until it returns false. At most 256 MiB are read, and no further
// than 128 KiB without a descriptor.
UdfFolderEnd for_each_udf_name(const UdfVolume& volume, const UdfFile& folder,
                               const std::function<bool(UdfName&&)>& take);

}  // namespace pregap::volumes
