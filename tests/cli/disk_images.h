// Disk images that other people's tools make: file systems with known files in them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {

// Path and content of what every image here holds.
const std::map<std::string, Bytes>& known_files();

// How to make one file system: what is missing of its tools, or the image's path.
struct FileSystemKind {
  std::string name;                // "FAT16"
  std::vector<std::string> tools;  // all are needed
  bool keeps_modes = false;
};
const std::vector<FileSystemKind>& file_system_kinds();
std::string missing_tool(const FileSystemKind& kind);  // empty: none

// Writes IMAGE, a file system of that kind that holds known_files(), into the folder.
void make_file_system(const TempFolder& folder, const FileSystemKind& kind,
                      const std::string& image);

// card.img: an MBR with FAT32 at sector 8192 and ext4 at 92160, as a Raspberry Pi's card has it.
inline const std::vector<std::string> kCardTools = {"sfdisk", "mkfs.fat", "mcopy", "mkfs.ext4"};
void make_card(const TempFolder& folder);

}  // namespace pregap::test
