#include "operations/rip_sums.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "base/endian.h"

namespace pregap::operations {
namespace {

constexpr std::array kKinds = {DigestKind::crc32, DigestKind::md5, DigestKind::sha1};
constexpr std::int32_t kBatch = 64;
constexpr std::int64_t kEdgeSectors = 10;

// All audio as one stream, but for its edges.
class WholeAudio {
 public:
  explicit WholeAudio(const std::vector<RipTrack>& tracks) {
    for (const RipTrack& t : tracks) {
      if (t.type == TrackType::audio) total_ += t.end - t.start;
    }
  }
  void update(std::span<const std::uint8_t> sector) {
    const std::int64_t n = next_++;
    if (n >= kEdgeSectors && n < total_ - kEdgeSectors) digest_->update(sector);
  }
  std::optional<std::uint32_t> finish() {
    if (total_ <= 2 * kEdgeSectors) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(digest_->finish(), nullptr, 16));
  }

 private:
  std::int64_t total_ = 0, next_ = 0;
  std::unique_ptr<Digest> digest_ = make_digest(DigestKind::crc32);
};

AccurateRipSum::Place place_of(const std::vector<RipTrack>& tracks, const RipTrack& track) {
  const auto is_audio = [](const RipTrack& t) { return t.type == TrackType::audio; };
  const auto first = std::ranges::find_if(tracks, is_audio);
  const auto last = std::find_if(tracks.rbegin(), tracks.rend(), is_audio);
  unsigned place = 0;
  if (&*first == &track) place |= 1U;
  if (&*last == &track) place |= 2U;
  return static_cast<AccurateRipSum::Place>(place);
}

int peak_of(std::span<const std::uint8_t> sector) {
  int peak = 0;
  for (std::size_t at = 0; at + 2 <= sector.size(); at += 2) {
    peak = std::max(peak, std::abs(static_cast<std::int16_t>(load_le16(sector, at))));
  }
  return peak;
}

void sum_track(const Disc& disc, const std::vector<RipTrack>& tracks, RipTrack& track,
               WholeAudio& whole) {
  const bool audio = track.type == TrackType::audio;
  std::array<std::unique_ptr<Digest>, kKinds.size()> digests;
  std::ranges::transform(kKinds, digests.begin(), make_digest);
  AccurateRipSum sum(place_of(tracks, track), track.end - track.start);
  int peak = 0;
  std::vector<std::uint8_t> bytes(kBatch * kSectorSize);
  for (Lba lba = track.start; lba < track.end;) {
    const std::int32_t n = disc.read_sectors(lba, std::min(kBatch, track.end - lba), bytes);
    if (n <= 0) break;
    const auto read = std::span(bytes).first(static_cast<std::size_t>(n) * kSectorSize);
    for (const auto& digest : digests) digest->update(read);
    for (std::size_t at = 0; audio && at < read.size(); at += kSectorSize) {
      sum.update(read.subspan(at, kSectorSize));
      whole.update(read.subspan(at, kSectorSize));
    }
    if (audio) peak = std::max(peak, peak_of(read));
    lba = lba + n;
  }
  track.hashes.clear();
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    track.hashes.emplace_back(name_of(kKinds[i]), digests[i]->finish());
  }
  if (!audio) return;
  track.peak = peak / 32768.0;
  track.accuraterip_v1 = sum.v1();
  track.accuraterip_v2 = sum.v2();
  track.frame450 = sum.frame450();
}

}  // namespace

std::vector<RipTrack> tracks_of(const DiscToc& toc, const Disc& disc) {
  std::vector<RipTrack> tracks;
  for (std::size_t i = 0; i < toc.tracks.size(); ++i) {
    const TocTrack& t = toc.tracks[i];
    const Track& track = disc.tracks[i];
    RipTrack& result = tracks.emplace_back();
    result.number = t.number;
    result.session = t.session;
    result.type = track.type;
    result.start = t.start;
    result.end = track.end_lba();
    result.pregap = t.start - track.first_lba();
    const bool goes_on = i + 1 < toc.tracks.size() && toc.tracks[i + 1].session == t.session &&
                         !t.is_data() && !toc.tracks[i + 1].is_data();
    if (goes_on) result.end = toc.tracks[i + 1].start;
  }
  return tracks;
}

void sum_tracks(const Disc& disc, std::vector<RipTrack>& tracks,
                std::optional<std::uint32_t>& audio_crc32) {
  WholeAudio whole(tracks);
  for (RipTrack& track : tracks) sum_track(disc, tracks, track, whole);
  audio_crc32 = whole.finish();
}

TestSums::TestSums(std::vector<RipTrack>& tracks) : tracks_(tracks), whole_(tracks.size(), true) {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    digests_.push_back(make_digest(DigestKind::crc32));
  }
}

void TestSums::take(Lba lba, std::span<const std::uint8_t> sector) {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (lba < tracks_[i].start || lba >= tracks_[i].end) continue;
    digests_[i]->update(sector);
    if (sector.empty()) whole_[i] = false;
  }
}

void TestSums::finish() {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    tracks_[i].test_crc32 = whole_[i] ? digests_[i]->finish() : "";
  }
}

}  // namespace pregap::operations
