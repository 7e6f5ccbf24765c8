// A file that a sheet names, opened: its sectors may lie in a gzip or a zip.
#pragma once

#include <filesystem>

#include "pregap/disc.h"
#include "pregap/open.h"

namespace pregap::formats {

// Throws what open_containers() throws.
DiscFile open_disc_file(const std::filesystem::path& path, const OpenOptions& options);

// The file as what it is packed in: `encoding` and `containers` are set.
void set_containers(DiscFile& file, std::vector<Container> containers);

// What opening the containers of the disc's files showed, added to the disc's problems.
void add_container_problems(Disc& disc);

}  // namespace pregap::formats
