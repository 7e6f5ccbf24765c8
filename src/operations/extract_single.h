// What comes out of an image in one piece and is no file of a volume.
#pragma once

#include <filesystem>
#include <string>

#include "operations/extract.h"

namespace pregap::operations {

// "card-p2": the image's name, and the part's.
std::string stem_of(const FileImage& image, const std::string& part);
// What ExtractOptions::out means.
bool is_folder_name(const std::filesystem::path& path);
bool is_standard_output(const std::filesystem::path& path);

// Sectors as they are stored, or user data where there is nothing else.
ExtractReport extract_track(const Disc& disc, const Track& track, const FileImage& image,
                            const ExtractOptions& options);
ExtractReport extract_partition(const FileImage& image, const FileVolume& volume,
                                const ExtractOptions& options);
// The blocks that no file has, one behind the other.
ExtractReport extract_unallocated(const FileImage& image, const FileVolume& volume,
                                  volumes::FileReader& reader, const ExtractOptions& options);

}  // namespace pregap::operations
