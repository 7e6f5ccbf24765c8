// A source read once from front to end by several threads, and seen in order.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pregap/bytes.h"
#include "pregap/work.h"

namespace pregap {

using PartTaker = std::function<void(std::uint64_t at, std::span<const std::uint8_t> bytes)>;

// Parts of 1 MiB of the range. `take` is called in this thread, those `beside` it each in one of
// their own, digests for example. Progress and stop as `work` says: the range is added to the
// total. Throws Error(unreadable) where the source ends before, Error(stopped), and what the takers
// throw.
void read_through(const ByteSource& source, std::uint64_t begin, std::uint64_t end,
                  const WorkOptions& work, const PartTaker& take,
                  const std::vector<PartTaker>& beside = {});

}  // namespace pregap
