// A bare image with no sheet: raw sectors of 2352 or 2448 bytes, or mode 2 ones of 2336. What the
// tracks are is told by the content: data where the syncs are, audio before and behind.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "formats/format.h"
#include "formats/storage.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 3> kEndings = {".bin", ".img", ".raw"};
constexpr std::int32_t kSampleEvery = 150;    // sectors: 2 s, the shortest pregap
constexpr std::int32_t kShortestTrack = 300;  // sectors: 4 s, after IEC 60908

int probe(const Candidate& c) {
  const std::optional<Storage> storage = sniff_storage(*c.bytes);
  if (storage && *storage != Storage::user2048) return kByContent;
  if (storage) return kNotMine;
  const bool named = std::ranges::find(kEndings, c.ending) != kEndings.end();
  const bool whole = c.bytes->size() % kSectorSize == 0 && c.bytes->size() > 0 &&
                     c.bytes->size() / kSectorSize <= kMostSectors;
  return named && whole ? kByNameOnly : kNotMine;
}

class Layout {
 public:
  Layout(const ByteSource& file, Storage storage, std::int32_t sectors)
      : file_(file), storage_(storage), sectors_(sectors) {}

  struct Run {
    TrackType type = TrackType::mode1;
    std::int32_t first = 0, sectors = 0;
  };

  // One run of data from the first sync to the last, whatever damage lies between them; before and
  // behind it audio, if it is as long as a track must be and not the filling of a failed rip.
  std::vector<Run> runs() const {
    const std::int32_t first = first_sync();
    if (first < 0) return {{TrackType::audio, 0, sectors_}};
    const std::int32_t from = is_audio(0, first) ? first : 0;
    const std::int32_t behind = last_sync(first) + 1;
    const std::int32_t to = is_audio(behind, sectors_) ? behind : sectors_;
    std::vector<Run> result;
    if (from > 0) result.push_back({TrackType::audio, 0, from});
    result.push_back({TrackType::mode1, from, to - from});
    if (to < sectors_) result.push_back({TrackType::audio, to, sectors_ - to});
    return result;
  }

 private:
  bool synced(std::int32_t n) const {
    std::array<std::uint8_t, kSyncSize> bytes;
    const std::uint64_t at = static_cast<std::uint64_t>(n) * stride_of(storage_);
    return file_.read(at, bytes) == bytes.size() && bytes == kSync;
  }

  // Samples, then the sectors between the first hit and the sample before it.
  std::int32_t first_sync() const {
    for (std::int32_t n = 0; n < sectors_ + kSampleEvery; n += kSampleEvery) {
      const std::int32_t sample = std::min(n, sectors_ - 1);
      if (!synced(sample)) continue;
      for (std::int32_t i = std::max(0, sample - kSampleEvery); i < sample; ++i) {
        if (synced(i)) return i;
      }
      return sample;
    }
    return -1;
  }
  // Samples from the end back to the first sync, then the sectors behind the hit. From the end,
  // since each sample of a packed image costs unpacking what lies around it.
  std::int32_t last_sync(std::int32_t first) const {
    std::int32_t last = first + (sectors_ - 1 - first) / kSampleEvery * kSampleEvery;
    while (last > first && !synced(last)) last -= kSampleEvery;
    for (std::int32_t i = std::min(sectors_ - 1, last + kSampleEvery); i > last; --i) {
      if (synced(i)) return i;
    }
    return last;
  }

  bool is_audio(std::int32_t from, std::int32_t to) const {
    if (to - from < kShortestTrack) return false;
    std::array<std::uint8_t, kSectorSize> sector;
    for (std::int32_t n = from; n < to; n += kSampleEvery) {
      const std::uint64_t at = static_cast<std::uint64_t>(n) * stride_of(storage_);
      if (file_.read(at, sector) < sector.size()) break;
      if (std::ranges::any_of(sector, [&](std::uint8_t b) { return b != sector[0]; })) return true;
    }
    return false;
  }

  const ByteSource& file_;
  Storage storage_;
  std::int32_t sectors_;
};

Track make_track(int number, const Layout::Run& run, Storage storage) {
  Track track;
  track.number = number;
  track.type = track.declared = storage == Storage::xa2336 ? TrackType::mode2 : run.type;
  track.indexes.push_back({.number = 1, .lba = Lba(run.first)});
  track.extents.push_back({.file = 0,
                           .offset = static_cast<std::uint64_t>(run.first) * stride_of(storage),
                           .storage = storage,
                           .first = Lba(run.first),
                           .sectors = run.sectors});
  return track;
}

Disc open(const Candidate& c, const OpenOptions&) {
  Disc disc;
  disc.files.push_back({.path = c.path, .bytes = c.bytes});
  const std::optional<Storage> sniffed = sniff_storage(*c.bytes);
  const Storage storage = sniffed.value_or(Storage::raw2352);
  const std::int32_t sectors = whole_sectors(c.bytes->size(), storage, c.path.string());
  const bool has_syncs = storage == Storage::raw2352 || storage == Storage::raw2448;
  const std::vector<Layout::Run> runs = has_syncs ? Layout(*c.bytes, storage, sectors).runs()
                                                  : std::vector<Layout::Run>{{.sectors = sectors}};
  for (const Layout::Run& run : runs) {
    disc.tracks.push_back(make_track(static_cast<int>(disc.tracks.size()) + 1, run, storage));
  }
  const std::uint64_t used = static_cast<std::uint64_t>(sectors) * stride_of(storage);
  const auto is_data = [](const Track& t) { return t.is_data(); };
  if (!sniffed && std::ranges::none_of(disc.tracks, is_data)) {
    disc.problems.push_back({.severity = Severity::warning,
                             .code = "content.unknown",
                             .message = fmt::format("{}: no sector has a sync, taken as audio by "
                                                    "its name and length",
                                                    c.path.string())});
  }
  if (auto problem = leftover_problem(*c.bytes, used, storage)) {
    problem->file = 0;
    disc.problems.push_back(*problem);
  }
  return disc;
}

}  // namespace

const Format kRawFormat{.name = "raw", .endings = kEndings, .probe = probe, .open = open};

}  // namespace pregap::formats
