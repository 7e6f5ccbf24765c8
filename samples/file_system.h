// Real file systems, made by others: ISO 9660 with Joliet and Rock Ridge by xorriso, FAT by mtools.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace samples {

using Bytes = std::vector<std::uint8_t>;

// An image of a little more than `sectors` sectors of 2048 bytes, the same in every run. `scratch`
// is a folder that doesn't exist; it is gone afterwards. Throws std::runtime_error when xorriso
// isn't there or fails.
Bytes make_file_system(const std::string& volume, std::size_t sectors,
                       const std::filesystem::path& scratch);

// A floppy disk of 1.44 MB, and a memory card with an MBR and one partition; FAT12 both.
Bytes make_floppy(const std::filesystem::path& scratch);
Bytes make_card(const std::filesystem::path& scratch);

}  // namespace samples
