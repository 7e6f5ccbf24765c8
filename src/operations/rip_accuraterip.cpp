#include "operations/rip_accuraterip.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/endian.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::int64_t kSamples = 588;  // of a sector
constexpr std::int64_t kEdge = 5 * kSamples;
constexpr std::int64_t kFrame450 = 450 * kSamples;
constexpr std::size_t kHeader = 13, kRow = 9;
constexpr std::size_t kMostTracks = 99;

}  // namespace

AccurateRipSum::AccurateRipSum(Place place, std::int64_t sectors) : to_(sectors * kSamples) {
  if ((static_cast<unsigned>(place) & 1U) != 0) from_ = kEdge - 1;
  if ((static_cast<unsigned>(place) & 2U) != 0) to_ -= kEdge;
}

void AccurateRipSum::update(std::span<const std::uint8_t> sector) {
  for (std::size_t at = 0; at + 4 <= sector.size(); at += 4) {
    const std::uint64_t value = load_le32(sector, at);
    if (sample_ >= kFrame450 && sample_ < kFrame450 + kSamples) {
      frame450_ +=
          static_cast<std::uint32_t>(value * static_cast<std::uint64_t>(sample_ - kFrame450 + 1));
    }
    if (sample_ >= from_ && sample_ < to_) {
      const std::uint64_t product = value * static_cast<std::uint64_t>(sample_ + 1);
      v1_ += static_cast<std::uint32_t>(product);
      v2_ += static_cast<std::uint32_t>(product) + static_cast<std::uint32_t>(product >> 32);
    }
    ++sample_;
  }
}

std::vector<AccurateRipEntry> parse_accuraterip(std::span<const std::uint8_t> bytes,
                                                const std::string& place) {
  std::vector<AccurateRipEntry> entries;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t tracks = bytes[at];
    const std::size_t size = kHeader + tracks * kRow;
    if (tracks == 0 || tracks > kMostTracks || size > bytes.size() - at) {
      throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", place, at),
                  fmt::format("an entry of {} tracks and {} bytes to the end, expected 1 to {} "
                              "tracks and {} bytes for them",
                              tracks, bytes.size() - at, kMostTracks, size));
    }
    AccurateRipEntry entry{.id1 = load_le32(bytes, at + 1),
                           .id2 = load_le32(bytes, at + 5),
                           .freedb = load_le32(bytes, at + 9)};
    for (std::size_t t = 0; t < tracks; ++t) {
      const std::size_t row = at + kHeader + t * kRow;
      entry.tracks.push_back({.confidence = bytes[row],
                              .crc = load_le32(bytes, row + 1),
                              .frame450 = load_le32(bytes, row + 5)});
    }
    entries.push_back(std::move(entry));
    at += size;
  }
  return entries;
}

AccurateRipMatch match_accuraterip(const std::vector<AccurateRipEntry>& entries, std::size_t track,
                                   std::uint32_t v1, std::uint32_t v2) {
  AccurateRipMatch match;
  for (const AccurateRipEntry& entry : entries) {
    if (track >= entry.tracks.size() || entry.tracks[track].confidence == 0) continue;
    const AccurateRipEntry::Track& known = entry.tracks[track];
    match.known = true;
    if (known.crc == v1) match.v1_confidence = std::max(match.v1_confidence, known.confidence);
    if (known.crc == v2) match.v2_confidence = std::max(match.v2_confidence, known.confidence);
  }
  return match;
}

}  // namespace pregap::operations
