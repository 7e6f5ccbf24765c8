#include <fmt/format.h>

#include "pregap/bytes.h"
#include "pregap/error.h"

namespace pregap {

void read_exactly(const ByteSource& source, std::uint64_t offset, std::span<std::uint8_t> out) {
  const std::size_t got = source.read(offset, out);
  if (got == out.size()) return;
  throw Error(ErrorCode::unreadable, fmt::format("{}:byte {}", source.name(), offset + got),
              fmt::format("the file ends here, expected {} more bytes", out.size() - got),
              "it had them when it was opened: is something still writing to it?");
}

}  // namespace pregap
