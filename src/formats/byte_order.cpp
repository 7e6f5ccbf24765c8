#include "formats/byte_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/endian.h"

namespace pregap::formats {
namespace {

constexpr std::int32_t kSamples = 16;         // sectors
constexpr std::size_t kFrame = 4;             // bytes: a sample of each channel
constexpr std::uint64_t kClearly = 4;         // times as smooth
constexpr std::uint64_t kQuietest = 1 << 20;  // summed steps: below it nothing is told

// How far neighbouring samples of each channel lie apart, as they are and with their bytes swapped.
struct Steps {
  std::uint64_t as_read = 0, swapped = 0;

  void add(std::span<const std::uint8_t> sector) {
    for (std::size_t i = 0; i + kFrame + 2 <= sector.size(); i += 2) {
      const std::uint16_t a = load_le16(sector, i), b = load_le16(sector, i + kFrame);
      as_read += distance(a, b);
      swapped += distance(turned(a), turned(b));
    }
  }
  static std::uint16_t turned(std::uint16_t value) {
    return static_cast<std::uint16_t>(value << 8 | value >> 8);
  }
  static std::uint64_t distance(std::uint16_t a, std::uint16_t b) {
    const int step = static_cast<std::int16_t>(a) - static_cast<std::int16_t>(b);
    return static_cast<std::uint64_t>(std::abs(step));
  }
};

}  // namespace

bool sounds_swapped(const Disc& disc, const Track& track) {
  const std::int32_t length = track.end_lba() - track.start_lba();
  const std::int32_t n = std::min(length, kSamples);
  Steps steps;
  std::array<std::uint8_t, kSectorSize> sector;
  for (std::int32_t i = 0; i < n; ++i) {
    const std::int32_t at = static_cast<std::int32_t>(std::int64_t{i} * length / n);
    if (disc.read_sectors(track.start_lba() + at, 1, sector) == 1) steps.add(sector);
  }
  return steps.as_read > kQuietest && steps.swapped * kClearly < steps.as_read;
}

void warn_of_swapped_audio(const std::string& place, Disc& disc) {
  for (const Track& track : disc.tracks) {
    if (track.declared != TrackType::audio || !sounds_swapped(disc, track)) continue;
    const bool swapped = !track.extents.empty() && track.extents.front().swapped;
    disc.problems.push_back(
        {.severity = Severity::warning,
         .code = "track.byte_order",
         .message = fmt::format("{}: the samples of track {} seem to have their {} byte first, "
                                "which {} would say",
                                place, track.number, swapped ? "low" : "high",
                                swapped ? "BINARY" : "MOTOROLA")});
  }
}

}  // namespace pregap::formats
