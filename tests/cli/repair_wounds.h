// Wounds that repair must mend, put into the sectors of an image's file.
#pragma once

#include <random>
#include <span>

#include "support/image_builder.h"

namespace pregap::test {

// Wounds every few sectors of `bytes` (`stride` bytes each; 2336 are sectors without sync and
// header): mode 1 and form 1 in up to ten bytes anywhere, form 2 in its header or sync. Returns how
// many. The first and last few stay whole, since bare images are told by them.
int wound_sectors(std::span<std::uint8_t> bytes, std::size_t stride, std::mt19937& random);

}  // namespace pregap::test
