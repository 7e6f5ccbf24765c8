// File entries of UDF (ECMA-167 4/14.9, 4/14.17), and the chains of information control blocks
// that lead to them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "volumes/udf_volume.h"

namespace pregap::volumes {

// File types (4/14.6.6, UDF 2.3.5.2) that are told apart.
enum class UdfFileType : std::uint8_t {
  unspecified = 0,
  folder = 4,
  file = 5,
  block_device = 6,
  character_device = 7,
  fifo = 9,
  socket = 10,
  link = 12,
  stream_folder = 13,
  virtual_table = 248,
  real_time = 249,
  metadata = 250,
  metadata_mirror = 251,
  metadata_bitmap = 252,
};

struct UdfFile {
  UdfAddress at;               // where this entry stands: not where its chain begins
  std::uint64_t offset = 0;    // the same in the source, in bytes
  std::uint32_t location = 0;  // the block that its tag says it is
  UdfFileType type = UdfFileType::unspecified;
  bool extended = false;
  bool crc_good = true;
  bool fits = true;  // its attributes and descriptors end within its block
  std::uint16_t strategy = 4;
  std::uint16_t flags = 0;
  std::uint32_t uid = 0, gid = 0, permissions = 0;
  std::uint16_t links = 0;
  std::uint64_t size = 0, blocks_recorded = 0;
  std::optional<std::int64_t> accessed, modified, changed, created;
  UdfExtent streams;                      // the folder of its streams; no bytes: none
  std::vector<std::uint8_t> descriptors;  // of its extents, or its content
  std::uint64_t descriptors_at = 0;       // the same in the source

  enum class Allocation : std::uint8_t { short_ad, long_ad, extended_ad, within };
  Allocation allocation() const { return static_cast<Allocation>(flags & 7); }
};

// A file entry in one block; nothing where there is none whose tag is sound.
std::optional<UdfFile> parse_udf_file(Bytes block, UdfAddress at, std::uint64_t offset);

// The entry that counts of the chain that begins at `icb`: with strategy 4096 the last one (UDF
// 6.6). Of a metadata partition the mirror is asked where the main file's entry is not sound.
std::optional<UdfFile> read_udf_file(const UdfVolume& volume, UdfAddress icb);

}  // namespace pregap::volumes
