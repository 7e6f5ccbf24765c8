#include "operations/accuraterip.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/endian.h"
#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::uint32_t kSectorSamples = 588;
constexpr std::uint32_t kUncounted = 5 * kSectorSamples;
constexpr std::uint32_t kOffsetSector = 450;
constexpr std::size_t kSampleBytes = 4;
constexpr std::size_t kHeadBytes = 13, kEntryBytes = 9;

}  // namespace

AccurateRipSums::AccurateRipSums(std::uint32_t samples, TrackPlace place)
    : from_(place == TrackPlace::first || place == TrackPlace::only ? kUncounted : 1),
      to_(place == TrackPlace::last || place == TrackPlace::only
              ? samples - std::min(samples, kUncounted)
              : samples),
      samples_(samples) {}

void AccurateRipSums::take(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kFirst = kOffsetSector * kSectorSamples;
  for (std::size_t at = 0; at + kSampleBytes <= bytes.size(); at += kSampleBytes, ++place_) {
    const std::uint32_t sample = load_le32(bytes, at);
    if (place_ > kFirst && place_ <= kFirst + kSectorSamples) {
      frame450_ += sample * (place_ - kFirst);
    }
    if (place_ < from_ || place_ > to_) continue;
    const std::uint64_t product = std::uint64_t{sample} * place_;
    low_ += static_cast<std::uint32_t>(product);
    high_ += static_cast<std::uint32_t>(product >> 32);
  }
}

std::optional<std::uint32_t> AccurateRipSums::frame450() const {
  if (samples_ < (kOffsetSector + 1) * kSectorSamples) return std::nullopt;
  return frame450_;
}

std::vector<AccurateRipPressing> parse_accuraterip(std::span<const std::uint8_t> bytes,
                                                   const std::string& name) {
  std::vector<AccurateRipPressing> pressings;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t left = bytes.size() - at;
    const std::size_t tracks = bytes[at];
    if (tracks < 1 || tracks > 99) {
      throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", name, at),
                  fmt::format("a pressing of {} tracks, expected 1 to 99", tracks),
                  "the file is what AccurateRip answers for the disc's dBAR name");
    }
    const std::size_t size = kHeadBytes + tracks * kEntryBytes;
    if (left < size) {
      throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", name, at),
                  fmt::format("{} for a pressing of {}, expected {}",
                              counted(static_cast<long long>(left), "byte"),
                              counted(static_cast<long long>(tracks), "track"), size));
    }
    AccurateRipPressing pressing{.id1 = load_le32(bytes, at + 1),
                                 .id2 = load_le32(bytes, at + 5),
                                 .freedb = load_le32(bytes, at + 9)};
    for (std::size_t t = 0; t < tracks; ++t) {
      const std::size_t entry = at + kHeadBytes + t * kEntryBytes;
      pressing.tracks.push_back({.confidence = bytes[entry],
                                 .crc = load_le32(bytes, entry + 1),
                                 .frame450 = load_le32(bytes, entry + 5)});
    }
    pressings.push_back(std::move(pressing));
    at += size;
  }
  return pressings;
}

AccurateRipMatch match_accuraterip(const std::vector<AccurateRipPressing>& pressings,
                                   std::size_t track, std::uint32_t v1, std::uint32_t v2) {
  AccurateRipMatch match;
  for (const AccurateRipPressing& pressing : pressings) {
    if (track >= pressing.tracks.size()) continue;
    const AccurateRipEntry& entry = pressing.tracks[track];
    if (entry.crc == v1) match.confidence_v1 += entry.confidence;
    if (entry.crc == v2) match.confidence_v2 += entry.confidence;
  }
  return match;
}

}  // namespace pregap::operations
