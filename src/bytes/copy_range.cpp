#include "bytes/copy_range.h"

#include <unistd.h>

#include <cerrno>

namespace pregap {

std::uint64_t copy_in_system(ByteSource::InFile from, std::uint64_t size, int to,
                             std::uint64_t to_offset) noexcept {
  auto in = static_cast<off64_t>(from.offset);
  auto out = static_cast<off64_t>(to_offset);
  std::uint64_t done = 0;
  while (done < size) {
    const ssize_t n = ::copy_file_range(from.descriptor, &in, to, &out, size - done, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::uint64_t>(n);
  }
  return done;
}

}  // namespace pregap
