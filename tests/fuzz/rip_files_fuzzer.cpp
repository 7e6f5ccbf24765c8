// Any bytes as ddrescue's mapfile or as AccurateRip's answer are refused with an Error or read; a
// map that was read is read again from what it writes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "operations/rip_accuraterip.h"
#include "operations/rip_map.h"
#include "pregap/error.h"

namespace {

using namespace pregap;
using namespace pregap::operations;

constexpr std::int32_t kSectors = 64;
constexpr std::uint32_t kSize = 16;

void require(bool promise) {
  if (!promise) std::abort();
}

void fuzz_map(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  RipMap::remark_of(text);
  const RipMap map = RipMap::parse(text, kSectors, kSize, "M");
  const RipMap again = RipMap::parse(map.text(), kSectors, kSize, "M");
  for (std::int32_t i = 0; i < kSectors; ++i) require(map[i] == again[i]);
  require(map.remark == again.remark);
}

void fuzz_accuraterip(std::span<const std::uint8_t> bytes) {
  const std::vector<AccurateRipEntry> entries = parse_accuraterip(bytes, "M");
  std::size_t size = 0;
  for (const AccurateRipEntry& entry : entries) size += 13 + 9 * entry.tracks.size();
  require(size == bytes.size());
  match_accuraterip(entries, 3, 1, 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  for (const auto fuzz : {fuzz_map, fuzz_accuraterip}) {
    try {
      fuzz(bytes);
    } catch (const Error& error) {
      require(error.code() == ErrorCode::malformed);
      const std::string_view message = error.what();
      require(message.starts_with("M:") && message.size() < 300);
      for (const char c : message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
  }
  return 0;
}
