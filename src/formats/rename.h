// A descriptor under other file names: only the names change, every other byte stays.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pregap/disc.h"
#include "pregap/open.h"

namespace pregap::formats {

// The name, relative to the descriptor and in UTF-8, that a file gets; nothing where the name in
// the descriptor stays as it is.
using NewName = std::function<std::optional<std::string>(const std::filesystem::path& file)>;

// `bytes` are those of the descriptor at disc.path, which `disc` was opened from. Formats without
// names in them (CloneCD) come back as they are. Throws Error(refused) for a name that the
// descriptor can't hold: with quotes, or beyond ASCII where it is in a code page.
std::string renamed_descriptor(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                               const NewName& new_name);

std::string renamed_cue(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                        const NewName& new_name);
std::string renamed_toc(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                        const NewName& new_name);
std::string renamed_gdi(const Disc& disc, std::string_view bytes, const OpenOptions& options,
                        const NewName& new_name);

}  // namespace pregap::formats
