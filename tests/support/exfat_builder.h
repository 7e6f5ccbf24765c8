// exFAT volumes with files in them, laid byte by byte after Microsoft's "exFAT file system
// specification": no program here writes files into one without mounting it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/image_builder.h"

namespace pregap::test {

struct ExfatFile {
  std::string name;  // UTF-8
  Bytes bytes{};
  // Bytes; 0: as many as there are. Where there are fewer, the rest of the clusters is left as it
  // is, and counts as data.
  std::uint64_t size = 0;
  bool chained = false;  // in every second cluster, by the FAT; else one behind the other
  bool deleted = false;
  bool folder = false;
  std::vector<ExfatFile> files{};    // of a folder
  std::uint64_t valid = UINT64_MAX;  // of its bytes, those that were ever written
};

struct ExfatVolume {
  std::uint64_t size = 4U << 20;  // in bytes
  std::uint32_t cluster_bytes = 4096;
  std::uint32_t serial = 0x1234ABCD;
  std::string label = "LABEL";
};

// Writes the image, with holes where nothing lies.
void make_exfat(const std::filesystem::path& image, const ExfatVolume& volume,
                const std::vector<ExfatFile>& files);

}  // namespace pregap::test
