#include "operations/repair_dumps.h"

#include <algorithm>

#include "disc/subchannel_read.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kFramesAtOnce = 1024;

// A Q frame put back into the bytes that it came from.
void store_q(SubchannelOrder order, const QFrame& q, std::span<std::uint8_t> stored) {
  switch (order) {
    case SubchannelOrder::linear:
      std::ranges::copy(q, stored.begin() + kQOffset);
      return;
    case SubchannelOrder::q_only:
      std::ranges::copy(q, stored.begin());
      return;
    case SubchannelOrder::interleaved: {
      std::array<std::uint8_t, kSubchannelSize> linear;
      deinterleave(stored.first<kSubchannelSize>(), linear);
      std::ranges::copy(q, linear.begin() + kQOffset);
      interleave(linear, stored.first<kSubchannelSize>());
      return;
    }
    case SubchannelOrder::rw_packs:
      return;
  }
}

bool holds(const std::vector<LbaRange>& ranges, Lba lba) {
  return std::ranges::any_of(
      ranges, [&](const LbaRange& range) { return range.first <= lba && lba <= range.last; });
}

class QFrames {
 public:
  QFrames(const Disc& disc, const RepairOptions& options, const Merger& merger, ChangeSink* sink)
      : disc_(disc), options_(options), merger_(merger), sink_(sink) {}

  std::int64_t merge(const SubchannelRun& run) {
    const std::size_t size = subchannel_size(run.order);
    if (!has_q(run.order) || run.stride < size) return 0;
    std::int64_t merged = 0;
    std::vector<std::uint8_t> bytes;
    for (std::int32_t i = 0; i < run.sectors; i += static_cast<std::int32_t>(kFramesAtOnce)) {
      const std::size_t n = std::min(
          kFramesAtOnce, static_cast<std::size_t>(run.sectors) - static_cast<std::size_t>(i));
      bytes.resize((n - 1) * run.stride + size);
      const std::uint64_t offset = run.offset + static_cast<std::uint64_t>(i) * run.stride;
      read_exactly(*disc_.files[run.file].bytes, offset, bytes);
      for (std::size_t k = 0; k < n; ++k) {
        const Lba lba = run.first + i + static_cast<std::int32_t>(k);
        const auto stored = std::span(bytes).subspan(k * run.stride, size);
        merged += merge_one(run, lba, offset + k * run.stride, stored);
      }
    }
    return merged;
  }

 private:
  bool merge_one(const SubchannelRun& run, Lba lba, std::uint64_t offset,
                 std::span<const std::uint8_t> stored) {
    QFrame q = q_of_stored(run.order, stored);
    if (!is_chosen(options_, lba) || !merger_.merge_q(lba, q)) return false;
    std::vector<std::uint8_t> fresh(stored.begin(), stored.end());
    store_q(run.order, q, fresh);
    const auto differ = std::ranges::mismatch(stored, fresh);
    const std::size_t begin = static_cast<std::size_t>(differ.in1 - stored.begin());
    std::size_t end = stored.size();
    while (end > begin && stored[end - 1] == fresh[end - 1]) --end;
    if (begin == end) return false;
    if (sink_ != nullptr) {
      sink_->change(run.file, offset + begin, stored.subspan(begin, end - begin),
                    std::span<const std::uint8_t>(fresh).subspan(begin, end - begin));
    }
    return true;
  }

  const Disc& disc_;
  const RepairOptions& options_;
  const Merger& merger_;
  ChangeSink* sink_;
};

}  // namespace

bool is_chosen(const RepairOptions& options, Lba lba) {
  return (options.only.empty() || holds(options.only, lba)) && !holds(options.skip, lba);
}

std::optional<Merger> merger_of(const Disc& disc, const RepairOptions& options) {
  if (options.others.empty()) return std::nullopt;
  return Merger(disc, options.others);
}

std::vector<DumpPlace> places_of(const Disc& disc, const RepairOptions& options,
                                 const Merger& merger) {
  std::vector<DumpPlace> places;
  for (std::size_t i = 0; i < options.others.size(); ++i) {
    const DumpAlignment& alignment = merger.alignments()[i];
    DumpPlace place{.path = options.others[i]->path, .offset_samples = alignment.offset_samples()};
    for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
      if (alignment.tracks[t].found) {
        ++place.tracks;
      } else {
        place.missing.push_back(disc.tracks[t].number);
      }
    }
    places.push_back(std::move(place));
  }
  return places;
}

void add_provenance(Lba first, std::int32_t count, int dump, BasisSet basis,
                    std::vector<ProvenanceRange>& ranges) {
  if (!ranges.empty()) {
    ProvenanceRange& last = ranges.back();
    if (last.first + last.count == first && last.dump == dump && last.basis == basis) {
      last.count += count;
      return;
    }
  }
  ranges.push_back({.first = first, .count = count, .dump = dump, .basis = basis});
}

std::int64_t merge_q_frames(const Disc& disc, const RepairOptions& options, const Merger& merger,
                            ChangeSink* sink) {
  std::int64_t merged = 0;
  QFrames frames(disc, options, merger, sink);
  for (const SubchannelRun& run : disc.subchannel) merged += frames.merge(run);
  return merged;
}

}  // namespace pregap::operations
