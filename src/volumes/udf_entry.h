// A file of UDF as FileReader tells it: kind, mode, times, where a link leads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "volumes/file_reader.h"
#include "volumes/udf_file.h"

namespace pregap::volumes {

// The number that names a file: the block of its file entry, the partition above its 32 bits.
constexpr std::uint64_t udf_number(UdfAddress at) {
  return static_cast<std::uint64_t>(at.partition) << 32 | at.block;
}
std::optional<UdfAddress> udf_address(std::uint64_t number);

// `icb` is where the name that leads to it points.
FileEntry udf_entry(const UdfVolume& volume, const UdfFile& file, UdfAddress icb, std::string name);

// The path that a link's content says, by its components (ECMA-167 4/14.16.1).
std::string udf_link_target(Bytes content);

}  // namespace pregap::volumes
