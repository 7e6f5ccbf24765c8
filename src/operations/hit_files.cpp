#include "operations/hit_files.h"

#include <algorithm>
#include <memory>

#include "operations/checked_data.h"
#include "volumes/file_walk.h"
#include "volumes/iso_reader.h"
#include "volumes/udf_reader.h"

namespace pregap::operations {
namespace {

constexpr std::uint64_t kUserData = 2048;
constexpr std::size_t kMostFiles = 1'000'000;  // looked at; real discs have some ten thousand

// Every bad range of every data track, rising.
std::vector<BadRange> bad_ranges(const VerifyReport& report) {
  std::vector<BadRange> ranges;
  for (const TrackReport& track : report.tracks) {
    if (track.track->is_data()) ranges.insert(ranges.end(), track.bad.begin(), track.bad.end());
  }
  std::ranges::sort(ranges, {}, [](const BadRange& r) { return r.first.value; });
  return ranges;
}

// Gathers the bad sectors among those that a file lies in.
class HitSink final : public volumes::ContentSink {
 public:
  explicit HitSink(const std::vector<BadRange>& bad) : bad_(bad) {}

  void range(std::uint64_t offset, std::uint64_t size) override {
    const auto first = static_cast<std::int64_t>(offset / kUserData);
    const auto end = static_cast<std::int64_t>((offset + size + kUserData - 1) / kUserData);
    auto at = std::ranges::upper_bound(bad_, first, {}, [](const BadRange& r) {
      return static_cast<std::int64_t>(r.first.value) + r.count - 1;
    });
    if (at != bad_.begin() && (at - 1)->first.value + (at - 1)->count > first) --at;
    for (; at != bad_.end() && at->first.value < end; ++at) {
      const std::int64_t from = std::max<std::int64_t>(first, at->first.value);
      const std::int64_t to = std::min<std::int64_t>(end, at->first.value + at->count);
      for (std::int64_t lba = from; lba < to; ++lba) {
        lbas_.emplace_back(static_cast<std::int32_t>(lba));
      }
      repairable_ = repairable_ && at->repairable;
    }
  }
  void hole(std::uint64_t) override {}
  void bytes(std::span<const std::uint8_t>) override {}

  std::vector<Lba> take_lbas() { return std::move(lbas_); }
  bool repairable() const { return repairable_; }

 private:
  const std::vector<BadRange>& bad_;
  std::vector<Lba> lbas_;
  bool repairable_ = true;
};

class Finder {
 public:
  Finder(volumes::FileReader& reader, const Track& track, const std::vector<BadRange>& bad,
         std::vector<HitFile>& hit)
      : reader_(reader), track_(track), bad_(bad), hit_(hit) {}

  void run() {
    const volumes::FoundFile root{"", reader_.root()};
    look(root);
    std::vector<Problem> ignored;
    const volumes::WalkOptions options{.sorted = false, .limits = {.entries = kMostFiles}};
    volumes::walk(
        reader_, root, options,
        [&](const volumes::FoundFile& found) {
          look(found);
          return true;
        },
        ignored);
  }

 private:
  void look(const volumes::FoundFile& found) {
    HitSink sink(bad_);
    std::vector<Problem> ignored;
    reader_.content(found.entry, sink, ignored);
    std::vector<Lba> lbas = sink.take_lbas();
    if (lbas.empty()) return;
    std::ranges::sort(lbas);
    const bool folder = found.entry.kind == volumes::FileKind::folder;
    hit_.push_back({.track = &track_,
                    .path = found.path + (folder ? "/" : ""),
                    .lbas = std::move(lbas),
                    .repairable = sink.repairable()});
  }

  volumes::FileReader& reader_;
  const Track& track_;
  const std::vector<BadRange>& bad_;
  std::vector<HitFile>& hit_;
};

}  // namespace

std::vector<HitFile> find_hit_files(const Disc& disc, const VerifyReport& report) {
  std::vector<HitFile> hit;
  const std::vector<BadRange> bad = bad_ranges(report);
  if (bad.empty()) return hit;
  const auto content = std::make_shared<CheckedData>(disc);
  for (const TrackReport& item : report.tracks) {
    const Track& track = *item.track;
    if (!track.is_data() || track.start_lba().value < 0) continue;
    const auto first = static_cast<std::uint64_t>(track.start_lba().value);
    auto reader = volumes::open_iso(content, volumes::IsoView::best, first);
    if (reader == nullptr) {
      std::string why;
      const auto end = first + static_cast<std::uint64_t>(track.sectors());
      reader = volumes::open_udf(content, why, first * kUserData, end * kUserData);
    }
    if (reader != nullptr) Finder(*reader, track, bad, hit).run();
  }
  return hit;
}

}  // namespace pregap::operations
