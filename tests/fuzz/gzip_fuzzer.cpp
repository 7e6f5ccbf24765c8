// gzip: whatever bytes come, an index whose content can be read to its end, in any order, with a
// problem told wherever a stream isn't whole.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "bytes/gzip_header.h"
#include "bytes/inflate_index.h"
#include "bytes/inflate_source.h"
#include "pregap/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pregap;
  if (size < 2) return 0;
  // The first byte says how far apart checkpoints lie, and where a second read begins.
  const std::uint64_t spacing = 1 + std::uint64_t{data[0]} * 64;
  const std::shared_ptr<const ByteSource> bytes = memory_source({data + 1, data + size}, "x.gz");
  const bool bare = !read_gzip_header(*bytes, 0);
  const Wrapping wrapping = bare ? Wrapping::none : Wrapping::gzip;
  InflateIndex index = build_inflate_index(
      {.source = *bytes, .begin = 0, .end = bytes->size(), .wrapping = wrapping}, {}, spacing);
  if (index.streams == 0 && index.problems.empty()) std::abort();
  if (index.size > 16 * 1024 * 1024) return 0;  // a bomb: the index is all that needs trying
  const std::uint64_t unpacked = index.size;
  const auto source = inflate_source(bytes, 0, bytes->size(), wrapping, std::move(index), "x.gz");
  std::vector<std::uint8_t> all(unpacked), part(unpacked / 3 + 1);
  if (source->read(0, all) != all.size()) std::abort();
  const std::uint64_t at = unpacked == 0 ? 0 : data[0] * unpacked / 256;
  const std::size_t n = source->read(at, part);
  if (n != std::min<std::uint64_t>(part.size(), unpacked - at)) std::abort();
  if (!std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n),
                  all.begin() + static_cast<std::ptrdiff_t>(at))) {
    std::abort();
  }
  return 0;
}
