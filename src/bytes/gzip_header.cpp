#include "bytes/gzip_header.h"

#include <array>

#include "base/endian.h"

namespace pregap {
namespace {

constexpr std::size_t kFixedSize = 10;
constexpr std::uint64_t kLongest = 1024 * 1024;
enum Flag : unsigned { kCrc = 2, kExtra = 4, kName = 8, kComment = 16, kReserved = 0xE0 };

// The text up to its zero at `at`, which moves behind it; false where there is no end.
bool read_text(const ByteSource& source, std::uint64_t& at, std::uint64_t end, std::string& text) {
  std::array<std::uint8_t, 512> bytes;
  while (at < end) {
    const std::size_t n = source.read(at, bytes);
    if (n == 0) return false;
    for (std::size_t i = 0; i < n; ++i) {
      if (bytes[i] == 0) {
        at += i + 1;
        return true;
      }
      text += static_cast<char>(bytes[i]);
    }
    at += n;
  }
  return false;
}

}  // namespace

std::optional<GzipHeader> read_gzip_header(const ByteSource& source, std::uint64_t offset) {
  std::array<std::uint8_t, kFixedSize> fixed;
  if (source.read(offset, fixed) < fixed.size()) return std::nullopt;
  const unsigned flags = fixed[3];
  if (fixed[0] != 0x1F || fixed[1] != 0x8B || fixed[2] != 8 || (flags & kReserved) != 0) {
    return std::nullopt;
  }
  GzipHeader header;
  header.modified = load_le32(fixed, 4);
  std::uint64_t at = offset + kFixedSize;
  const std::uint64_t end = offset + kLongest;
  if ((flags & kExtra) != 0) {
    std::array<std::uint8_t, 2> size;
    if (source.read(at, size) < size.size()) return std::nullopt;
    at += size.size() + load_le16(size, 0);
  }
  std::string comment;
  if ((flags & kName) != 0 && !read_text(source, at, end, header.name)) return std::nullopt;
  if ((flags & kComment) != 0 && !read_text(source, at, end, comment)) return std::nullopt;
  if ((flags & kCrc) != 0) at += 2;
  if (at > source.size()) return std::nullopt;
  header.size = at - offset;
  return header;
}

}  // namespace pregap
