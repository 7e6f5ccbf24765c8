// Reports on disk images, and on the disk's views of a hybrid disc.
#pragma once

#include <string>
#include <vector>

#include "operations/look.h"
#include "report/style.h"

namespace pregap::report {

std::string disk_info_text(const operations::Look& look, const Style& style);
std::string disk_info_json(const operations::Look& look);

// Lines behind a disc's own: what it is packed in, tables and file systems of its tracks.
std::string container_lines(const std::vector<Container>& containers);
std::string track_contents_text(const std::vector<operations::TrackContents>& tracks,
                                const Style& style);

// "96 MiB", "1.4 MiB", "512 bytes".
std::string size_text(std::uint64_t bytes);

}  // namespace pregap::report
