#include "cli/repair_wounds.h"

#include <algorithm>
#include <array>

#include "pregap/check.h"

namespace pregap::test {
namespace {

constexpr std::size_t kAtTheEnds = 3;  // sectors that stay whole

int below(std::mt19937& random, int limit) {
  return std::uniform_int_distribution<int>(0, limit - 1)(random);
}

void change(std::span<std::uint8_t> sector, std::size_t at, std::mt19937& random) {
  sector[at] ^= static_cast<std::uint8_t>(1 + below(random, 255));
}

// What a sector of the file is; audio where it can't be told.
SectorKind kind_of(std::span<const std::uint8_t> stored) {
  std::array<std::uint8_t, kSectorSize> sector{};
  const std::size_t size = std::min(stored.size(), kSectorSize);
  if (size < kSectorSize) write_sync_and_header(SectorKind::mode2, Lba(0), sector);
  std::copy_n(stored.begin(), size, sector.end() - static_cast<std::ptrdiff_t>(size));
  const SectorIdentity id = identify_sector(sector);
  return id.proven ? id.kind : SectorKind::audio;
}

}  // namespace

int wound_sectors(std::span<std::uint8_t> bytes, std::size_t stride, std::mt19937& random) {
  const std::size_t count = bytes.size() / stride;
  int wounded = 0;
  for (std::size_t n = kAtTheEnds; n + kAtTheEnds < count;
       n += static_cast<std::size_t>(2 + below(random, 12))) {
    const auto sector = bytes.subspan(n * stride, std::min(stride, kSectorSize));
    const SectorKind kind = kind_of(sector);
    if (kind == SectorKind::mode1 || kind == SectorKind::mode2_form1) {
      const auto is_zero = [](std::uint8_t b) { return b == 0; };
      const auto content = sector.last(kMode2UserDataSize);
      if (std::ranges::all_of(content, is_zero)) continue;  // nothing is corrected to zeros
      for (int i = 1 + below(random, 10); i > 0; --i) {
        change(sector, static_cast<std::size_t>(below(random, static_cast<int>(sector.size()))),
               random);
      }
    } else if (kind == SectorKind::mode2_form2 && sector.size() == kSectorSize) {
      change(sector, static_cast<std::size_t>(below(random, 15)), random);
    } else {
      continue;
    }
    ++wounded;
  }
  return wounded;
}

}  // namespace pregap::test
