// The one pass over a disc's stored sectors: read, examined and (if asked) mended by several
// threads, judged and handed on in order. Memory stays the same whatever the image's size.
#pragma once

#include <functional>
#include <vector>

#include "disc/judge.h"
#include "pregap/work.h"

namespace pregap {

// Stored sectors of one track.
struct PassRange {
  const Track* track = nullptr;
  Lba first;
  std::int32_t sectors = 0;
};

// Every stored sector of every track, in order.
std::vector<PassRange> whole_disc(const Disc& disc);
std::uint64_t stored_bytes(const std::vector<PassRange>& ranges);

struct PassOptions {
  WorkOptions work;
  bool mend = false;          // verdicts' bytes are descrambled and corrected where possible
  bool build_cooked = false;  // 2048-byte sectors come as whole ones; else their bytes are unset
};

// Throws Error(unreadable) when a file ends early, Error(stopped) when asked to stop.
void run_pass(const Disc& disc, const std::vector<PassRange>& ranges, const PassOptions& options,
              const Judge::Sink& sink);

}  // namespace pregap
