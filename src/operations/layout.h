// How a disc's sectors are laid out in the files of another format.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "pregap/convert.h"

namespace pregap::operations {

enum class FileContent : std::uint8_t { sectors, subchannel, cd_text, q_patches };

struct Layout {
  // The disc as the target will hold it: files with names and no bytes, extents into them. Its
  // descriptor is disc.path.
  Disc disc;
  std::vector<FileContent> contents;  // of disc.files
};

// `format` is "cue", "ccd", "toc", "gdi" or "bin". Throws Error(unsupported) for more sectors than
// headers can count, Error(usage) for options that don't go together.
Layout plan_layout(const Disc& source, std::string_view format, const std::filesystem::path& out,
                   const ConvertOptions& options);

// With the names of its files alone: a descriptor lies beside them.
Disc beside_its_files(Disc disc);

// The type that a descriptor of `format` will tell of a session.
DiscType told_type(const Disc& disc, const Session& session, std::string_view format);

// Whether the sectors stored before a track can be taken for those of the one before it.
bool pregap_goes_before(const Disc& disc, std::size_t track);

}  // namespace pregap::operations
