// One deflate stream, packed by several threads: blocks of 1 MiB, each with the 32 KiB before it as
// its dictionary, joined at byte borders. What comes out doesn't depend on the number of threads.
#pragma once

#include <cstdint>
#include <functional>

#include "bytes/output_file.h"
#include "pregap/bytes.h"
#include "pregap/work.h"

namespace pregap {

struct Deflated {
  std::uint64_t packed_size = 0;
  std::uint32_t crc = 0;  // CRC-32 of what was packed
};

// `take` sees what is packed, in order. Progress and stop as `work` says.
Deflated write_deflated(const ByteSource& source, OutputFile& out, const WorkOptions& work,
                        const std::function<void(std::span<const std::uint8_t>)>& take);

}  // namespace pregap
