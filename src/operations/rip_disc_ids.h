// The names under which databases know a disc, from its TOC alone.
#pragma once

#include <cstdint>
#include <string>

#include "operations/rip_disc_toc.h"

namespace pregap::operations {

struct DiscIds {
  std::string musicbrainz;  // 28 characters; empty for a disc without audio
  std::string freedb;       // eight hexadecimal digits
  // AccurateRip's two, and the name of the file in which it answers; empty without audio.
  std::string accuraterip1, accuraterip2, accuraterip_file;
};

DiscIds disc_ids(const DiscToc& toc);

}  // namespace pregap::operations
