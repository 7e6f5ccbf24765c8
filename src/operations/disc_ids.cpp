#include "operations/disc_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/digest.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kSessionGap = 11400;  // lead-out 6750, lead-in 4500, pregap 150 (ECMA-394)
constexpr int kMostTracks = 99;

std::uint32_t offset_of(Lba lba) { return static_cast<std::uint32_t>(lba.value + kLeadInFrames); }

std::array<std::uint8_t, 20> sha1(std::string_view text) {
  const std::unique_ptr<Digest> digest = make_digest(DigestKind::sha1);
  digest->update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  const std::string hex = digest->finish();
  std::array<std::uint8_t, 20> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  }
  return bytes;
}

// Base 64 with characters that need no quoting in an address: '.', '_' and '-' for '+', '/' and
// '='.
std::string base64(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= n ? kDigits[group >> (18 - 6 * k) & 0x3F] : '-';
    }
  }
  return text;
}

// Without a data session behind the audio.
IdToc audible(IdToc toc) {
  while (toc.tracks.size() > 1 && toc.tracks.back().is_data &&
         toc.tracks.back().session > toc.tracks[toc.tracks.size() - 2].session) {
    toc.lead_out = toc.tracks.back().start - kSessionGap;
    toc.tracks.pop_back();
  }
  return toc;
}

void add_musicbrainz(const IdToc& whole, DiscIds& ids) {
  const IdToc toc = audible(whole);
  const int first = toc.tracks.front().number, last = toc.tracks.back().number;
  std::array<std::uint32_t, kMostTracks + 1> offsets{offset_of(toc.lead_out)};
  for (const IdTrack& track : toc.tracks) {
    if (track.number >= 1 && track.number <= kMostTracks) {
      offsets[static_cast<std::size_t>(track.number)] = offset_of(track.start);
    }
  }
  std::string text = fmt::format("{:02X}{:02X}", first, last);
  for (const std::uint32_t offset : offsets) text += fmt::format("{:08X}", offset);
  ids.musicbrainz = base64(sha1(text));
  ids.musicbrainz_toc = fmt::format("{}+{}+{}", first, last, offsets[0]);
  for (const IdTrack& track : toc.tracks)
    ids.musicbrainz_toc += fmt::format("+{}", offset_of(track.start));
}

std::uint32_t digit_sum(std::uint32_t n) {
  std::uint32_t sum = 0;
  for (; n > 0; n /= 10) sum += n % 10;
  return sum;
}

std::uint32_t freedb_id(const IdToc& toc) {
  std::uint32_t sum = 0;
  for (const IdTrack& track : toc.tracks)
    sum += digit_sum(offset_of(track.start) / kFramesPerSecond);
  const std::uint32_t seconds = offset_of(toc.lead_out) / kFramesPerSecond -
                                offset_of(toc.tracks.front().start) / kFramesPerSecond;
  return sum % 0xFF << 24 | seconds << 8 | static_cast<std::uint32_t>(toc.tracks.size());
}

void add_accuraterip(const IdToc& toc, DiscIds& ids) {
  std::uint32_t audio = 0;
  for (const IdTrack& track : toc.tracks) {
    if (track.is_data) continue;
    ++audio;
    const std::uint32_t offset = static_cast<std::uint32_t>(track.start.value);
    ids.accuraterip1 += offset;
    ids.accuraterip2 += std::max(offset, 1U) * static_cast<std::uint32_t>(track.number);
  }
  const std::uint32_t end = static_cast<std::uint32_t>(toc.lead_out.value);
  ids.accuraterip1 += end;
  ids.accuraterip2 += end * (audio + 1);
  ids.accuraterip_file = fmt::format("dBAR-{:03}-{:08x}-{:08x}-{:08x}.bin", audio, ids.accuraterip1,
                                     ids.accuraterip2, ids.freedb);
}

}  // namespace

DiscIds disc_ids(const IdToc& toc) {
  DiscIds ids;
  if (toc.tracks.empty()) return ids;
  add_musicbrainz(toc, ids);
  ids.freedb = freedb_id(toc);
  add_accuraterip(toc, ids);
  return ids;
}

}  // namespace pregap::operations
