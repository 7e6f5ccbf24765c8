// Files that lie beside a descriptor under its name.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

namespace pregap::formats {

// The file with the name of `path` and the first of `endings` (with their dots, in small letters)
// that there is, whatever the case of name and ending. Nothing: there is none.
std::optional<std::filesystem::path> find_beside(const std::filesystem::path& path,
                                                 std::span<const std::string_view> endings);

}  // namespace pregap::formats
