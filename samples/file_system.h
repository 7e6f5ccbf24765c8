// A real ISO 9660 file system with Joliet and Rock Ridge, made by xorriso.
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

}  // namespace samples
