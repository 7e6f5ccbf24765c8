#include "operations/rip_disc_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/digest.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kMusicBrainzOffsets = 100;  // the lead-out and 99 tracks
constexpr std::int32_t kSessionGap = 11400;       // what a session behind the audio costs

std::vector<TocTrack> audio_tracks(const DiscToc& toc) {
  std::vector<TocTrack> audio;
  std::ranges::copy_if(toc.tracks, std::back_inserter(audio),
                       [](const TocTrack& t) { return !t.is_data(); });
  return audio;
}

// Base 64 with characters that need no escape in an address: . _ - for + / =.
std::string base64(const std::vector<std::uint8_t>& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? bytes[i + k] : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63U] : '-';
    }
  }
  return text;
}

std::vector<std::uint8_t> sha1(const std::string& text) {
  const std::unique_ptr<Digest> digest = make_digest(DigestKind::sha1);
  digest->update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  const std::string hex = digest->finish();
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// Where the last track that counts ends: a data session behind the audio is left out.
Lba musicbrainz_lead_out(const DiscToc& toc, std::size_t last) {
  const TocTrack& track = toc.tracks[last];
  if (last + 1 == toc.tracks.size()) return toc.lead_out();
  const TocTrack& next = toc.tracks[last + 1];
  return next.session != track.session ? next.start - kSessionGap : next.start;
}

std::string musicbrainz(const DiscToc& toc) {
  std::size_t last = toc.tracks.size();
  while (last > 0 && toc.tracks[last - 1].is_data()) --last;
  if (last == 0) return "";
  std::array<std::int32_t, kMusicBrainzOffsets> offsets{};
  offsets[0] = musicbrainz_lead_out(toc, last - 1).value + kLeadInFrames;
  for (std::size_t i = 0; i < last; ++i) {
    const TocTrack& track = toc.tracks[i];
    offsets[static_cast<std::size_t>(track.number)] = track.start.value + kLeadInFrames;
  }
  std::string text =
      fmt::format("{:02X}{:02X}", toc.tracks.front().number, toc.tracks[last - 1].number);
  for (const std::int32_t offset : offsets) text += fmt::format("{:08X}", offset);
  return base64(sha1(text));
}

std::uint32_t freedb(const DiscToc& toc) {
  std::uint32_t sum = 0;
  const auto seconds = [](Lba lba) {
    return static_cast<std::uint32_t>((lba.value + kLeadInFrames) / kFramesPerSecond);
  };
  for (const TocTrack& track : toc.tracks) {
    for (std::uint32_t n = seconds(track.start); n > 0; n /= 10) sum += n % 10;
  }
  const std::uint32_t length = seconds(toc.lead_out()) - seconds(toc.tracks.front().start);
  return sum % 255 << 24 | length << 8 | static_cast<std::uint32_t>(toc.tracks.size());
}

}  // namespace

DiscIds disc_ids(const DiscToc& toc) {
  DiscIds ids{.musicbrainz = musicbrainz(toc), .freedb = fmt::format("{:08x}", freedb(toc))};
  const std::vector<TocTrack> audio = audio_tracks(toc);
  if (audio.empty()) return ids;
  const std::uint32_t end = static_cast<std::uint32_t>(toc.lead_out().value);
  std::uint32_t id1 = end;
  std::uint32_t id2 = end * static_cast<std::uint32_t>(audio.size() + 1);
  for (const TocTrack& track : audio) {
    const std::uint32_t start = static_cast<std::uint32_t>(track.start.value);
    id1 += start;
    id2 += std::max(start, 1U) * static_cast<std::uint32_t>(track.number);
  }
  ids.accuraterip1 = fmt::format("{:08x}", id1);
  ids.accuraterip2 = fmt::format("{:08x}", id2);
  ids.accuraterip_file = fmt::format("dBAR-{:03}-{}-{}-{}.bin", audio.size(), ids.accuraterip1,
                                     ids.accuraterip2, ids.freedb);
  return ids;
}

}  // namespace pregap::operations
