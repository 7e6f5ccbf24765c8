// ZIP directories: whatever bytes come, an Error or entries whose data lie within the archive.
#include <cstdlib>

#include "bytes/inflate_index.h"
#include "bytes/zip_directory.h"
#include "pregap/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pregap;
  const auto bytes = memory_source({data, data + size}, "x.zip");
  try {
    int looked_at = 0;
    for (const ZipEntry& entry : read_zip_directory(*bytes)) {
      try {
        const std::uint64_t begin = zip_data_offset(*bytes, entry);
        if (begin > size || entry.packed_size > size - begin) std::abort();
        if (entry.method != 8 || ++looked_at > 10) continue;
        build_inflate_index({.source = *bytes,
                             .begin = begin,
                             .end = begin + entry.packed_size,
                             .wrapping = Wrapping::none});
      } catch (const Error&) {
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
