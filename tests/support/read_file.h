// A file's bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace pregap::test {

// All of a regular file; throws std::runtime_error.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

}  // namespace pregap::test
