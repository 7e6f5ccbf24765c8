// Where the content of a UDF file lies: its allocation descriptors (ECMA-167 4/12, 4/14.14), and
// the extents of further ones that they lead to.
#pragma once

#include <cstdint>
#include <functional>

#include "volumes/udf_file.h"

namespace pregap::volumes {

// A part of a content, in order.
struct UdfPart {
  std::uint64_t size = 0;    // in bytes
  std::uint64_t offset = 0;  // in the source, where it is stored
  bool is_stored = false;    // else zeros: not recorded (4/14.14.1.1)
};

// How a walk over a content went.
struct UdfContentEnd {
  std::uint64_t told = 0;  // bytes of it that were handed on
  // What ended it before its size; empty: nothing.
  std::string fault;
};

// Calls `take` with each part until the file's size is reached or `take` returns false. What lies
// behind the source's end, or nowhere, ends it. At most 16384 extents of descriptors are followed,
// each once, and no more than 16 in a row that tell of nothing.
UdfContentEnd for_each_udf_part(const UdfVolume& volume, const UdfFile& file,
                                const std::function<bool(const UdfPart&)>& take,
                                UdfVolume::Copy copy = UdfVolume::Copy::main);

// Calls `take` with each extent of the file, as its descriptors have them; false ends it. Not of a
// content within the entry. Returns what is wrong with the descriptors, or nothing.
std::string for_each_udf_extent(const UdfVolume& volume, const UdfFile& file,
                                const std::function<bool(const UdfExtent&)>& take);

// The first bytes of a content, at most `most`; fewer where it is damaged.
std::vector<std::uint8_t> read_udf_content(const UdfVolume& volume, const UdfFile& file,
                                           std::uint64_t most);

}  // namespace pregap::volumes
