// Deflate data as a seekable source. What lies between two checkpoints is unpacked in pieces of
// some MiB, which are kept in a small cache: several threads that read neighbouring parts share
// them, and one that would wait for another unpacks the next piece meanwhile. So a read from front
// to end unpacks everything once, on as many cores as there are readers.
#pragma once

#include <memory>
#include <string>

#include "bytes/inflate_index.h"
#include "pregap/bytes.h"

namespace pregap {

// `index` is that of the same data. Errors name `name`.
std::unique_ptr<ByteSource> inflate_source(std::shared_ptr<const ByteSource> packed,
                                           std::uint64_t begin, std::uint64_t end,
                                           Wrapping wrapping, InflateIndex index, std::string name);

}  // namespace pregap
