// Finding the file that a sheet names.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pregap/open.h"

namespace pregap::formats {

// `name` as written in a sheet that lies in `folder`: with / or \, relative, or absolute on some
// other machine. Tried in turn: the name itself, the same whatever its case, its last part; then
// all of it with ".gz" behind. Throws Error(not_found), or Error(refused) when the name leads out
// of `folder` and that isn't allowed; both at `place`.
std::filesystem::path find_named_file(const std::filesystem::path& folder, const std::string& name,
                                      const OpenOptions& options, const std::string& place);

// The same; nothing where there is no such file.
std::optional<std::filesystem::path> look_for_named_file(const std::filesystem::path& folder,
                                                         const std::string& name,
                                                         const OpenOptions& options,
                                                         const std::string& place);

}  // namespace pregap::formats
