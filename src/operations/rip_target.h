// What a rip writes, and under which names.
#pragma once

#include "operations/rip.h"
#include "pregap/disc.h"

namespace pregap::operations {

struct RipTarget {
  std::string format;          // "cue", "ccd", "toc", "iso"
  std::filesystem::path path;  // the descriptor or .iso
  bool folder = false;         // OUT was one
};

// Throws Error(unsupported) for other endings.
RipTarget target_of(const std::filesystem::path& out, const RipOptions& options, const DiscToc& toc,
                    const DiscIds& ids);

// Throws Error(exists) for whatever is there already, before anything is read; Error(usage) for an
// .iso of what is no single data track.
void require_free_target(const RipTarget& target, const Disc& planned, const RipOptions& options);

}  // namespace pregap::operations
