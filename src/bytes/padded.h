// A part of a source, with zeros behind it.
#pragma once

#include <memory>

#include "pregap/bytes.h"

namespace pregap {

// `size` bytes of `source` from `offset` on, which it must have, then zeros up to `padded_size`.
std::unique_ptr<ByteSource> padded_source(std::shared_ptr<const ByteSource> source,
                                          std::uint64_t offset, std::uint64_t size,
                                          std::uint64_t padded_size);

}  // namespace pregap
