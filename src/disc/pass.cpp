#include "disc/pass.h"

#include <algorithm>
#include <cstring>

#include "base/pipeline.h"
#include "disc/read.h"
#include "pregap/error.h"

namespace pregap {
namespace {

using Content = PassOptions::Content;

constexpr std::int32_t kChunkSectors = 128;  // 294 KiB: fits the second-level cache
constexpr std::int32_t kBlockSectors = 56;   // 129 KiB: leaves room there for all else

struct Job {
  const Track* track = nullptr;
  const Extent* extent = nullptr;
  std::int32_t skip = 0, sectors = 0;
};

// Where ranges meet extents, cut into jobs of a chunk each; the jobs are worked out when asked for,
// so that their number costs nothing.
class JobList {
 public:
  explicit JobList(const std::vector<PassRange>& ranges) {
    for (const PassRange& range : ranges) add(range);
  }

  std::size_t size() const { return pieces_.empty() ? 0 : pieces_.back().end; }

  Job operator[](std::size_t i) const {
    const Piece& piece = *std::ranges::upper_bound(pieces_, i, {}, &Piece::end);
    Job job = piece.whole;
    const std::size_t behind = piece.end - i;  // jobs from this one to the piece's last
    const std::size_t jobs = jobs_in(piece.whole.sectors);
    const std::int32_t done = static_cast<std::int32_t>(jobs - behind) * kChunkSectors;
    job.skip += done;
    job.sectors = std::min(kChunkSectors, job.sectors - done);
    return job;
  }

  std::uint64_t bytes() const {
    std::uint64_t n = 0;
    for (const Piece& piece : pieces_) {
      n += static_cast<std::uint64_t>(piece.whole.sectors) * stride_of(piece.whole.extent->storage);
    }
    return n;
  }

 private:
  struct Piece {
    Job whole;
    std::size_t end = 0;  // the number of jobs up to and with this piece
  };

  static std::size_t jobs_in(std::int32_t sectors) {
    return (static_cast<std::size_t>(sectors) + kChunkSectors - 1) / kChunkSectors;
  }

  void add(const PassRange& range) {
    const Lba range_end = range.first + range.sectors;
    for (const Extent& extent : range.track->extents) {
      const Lba from = std::max(range.first, extent.first);
      const Lba to = std::min(range_end, extent.first + extent.sectors);
      if (from >= to) continue;
      pieces_.push_back({.whole = {.track = range.track,
                                   .extent = &extent,
                                   .skip = from - extent.first,
                                   .sectors = to - from},
                         .end = size() + jobs_in(to - from)});
    }
  }

  std::vector<Piece> pieces_;
};

struct Chunk {
  std::vector<std::uint8_t> bytes;      // 2352 a sector
  std::vector<std::uint8_t> scratch;    // as stored, where that differs
  std::vector<std::uint8_t> user_data;  // 2048 a sector, if asked for
  std::vector<Piece> pieces;
  QFindings q;                          // if asked for
  std::vector<std::uint8_t> q_scratch;  // sub-channel that lies elsewhere
};

SectorKind cooked_kind(const Track& track, Storage storage) {
  if (storage == Storage::form2_2324) return SectorKind::mode2_form2;
  switch (track.type) {
    case TrackType::audio:
      return SectorKind::audio;
    case TrackType::mode0:
      return SectorKind::mode0;
    case TrackType::mode1:
      return SectorKind::mode1;
    case TrackType::mode2:
      return SectorKind::mode2_form1;
  }
  return SectorKind::mode1;
}

// User data alone hold nothing to check; they are read all the same, since a file that can't be
// read is a finding.
void take_cooked(const Disc& disc, const Job& job, const PassOptions& options, Chunk& chunk) {
  if (options.build_cooked) {
    read_extent(disc, *job.track, *job.extent, job.skip, job.sectors, chunk.bytes, chunk.scratch);
  } else if (job.extent->storage != Storage::blank) {
    const std::uint64_t stride = stride_of(job.extent->storage);
    chunk.scratch.resize(static_cast<std::size_t>(job.sectors) * stride);
    read_exactly(*disc.files[job.extent->file].bytes,
                 job.extent->offset + static_cast<std::uint64_t>(job.skip) * stride, chunk.scratch);
  }
  Piece cooked{.first = 0, .count = job.sectors};
  cooked.finding.kind = cooked_kind(*job.track, job.extent->storage);
  cooked.finding.checked = false;
  chunk.pieces.assign(1, cooked);
}

// The user data of `pieces`, side by side as an ISO has them: in a worker's time and cache, so that
// they are written at once. `bytes` begins with sector `first`.
void gather_user_data(std::span<const std::uint8_t> bytes, std::int32_t first,
                      std::span<const Piece> pieces, std::vector<std::uint8_t>& user_data) {
  for (const Piece& piece : pieces) {
    const FieldRange range = layout_of(piece.finding.kind).user_data;
    if (range.size != kUserDataSize) continue;
    for (std::int32_t i = piece.first; i < piece.first + piece.count; ++i) {
      std::memcpy(user_data.data() + static_cast<std::size_t>(i) * kUserDataSize,
                  bytes.data() + static_cast<std::size_t>(i - first) * kSectorSize + range.offset,
                  kUserDataSize);
    }
  }
}

bool has_2048_bytes(const Piece& piece) {
  return layout_of(piece.finding.kind).user_data.size == kUserDataSize;
}

// What is asked for of sound sectors that lie in `block`, which begins with sector `first`: their
// user data, and the bytes of each piece's last one, which its successor may show to be a wrong
// one.
bool take_content(std::span<const std::uint8_t> block, std::int32_t first,
                  std::span<const Piece> pieces, Chunk& chunk) {
  if (!std::ranges::all_of(pieces, has_2048_bytes)) return false;
  gather_user_data(block, first, pieces, chunk.user_data);
  for (const Piece& piece : pieces) {
    const std::size_t last = static_cast<std::size_t>(piece.first + piece.count - 1);
    const std::size_t in_block = last - static_cast<std::size_t>(first);
    std::ranges::copy(block.subspan(in_block * kSectorSize, kSectorSize),
                      chunk.bytes.begin() + static_cast<std::ptrdiff_t>(last * kSectorSize));
  }
  return true;
}

// Sectors whose bytes nobody needs if they are sound are read into a block that the thread keeps:
// it stays in this processor's cache, where a chunk wanders from one to the other. False if there
// is something in them to be examined; they are then read again.
bool look_briefly(const Disc& disc, const Job& job, Content content, Chunk& chunk) {
  const Extent& extent = *job.extent;
  if (content == Content::bytes || extent.storage != Storage::raw2352 || extent.swapped) {
    return false;
  }
  thread_local std::vector<std::uint8_t> own(std::size_t{kBlockSectors} * kSectorSize);
  chunk.pieces.clear();
  chunk.scratch.clear();
  for (std::int32_t first = 0; first < job.sectors; first += kBlockSectors) {
    const std::int32_t n = std::min(kBlockSectors, job.sectors - first);
    const std::span block = std::span(own).first(static_cast<std::size_t>(n) * kSectorSize);
    read_exactly(*disc.files[extent.file].bytes,
                 extent.offset + static_cast<std::uint64_t>(job.skip + first) * kSectorSize, block);
    const std::size_t before = chunk.pieces.size();
    if (!add_plain_sectors(block, first, *job.track, chunk.pieces)) return false;
    const std::span<const Piece> added = std::span(chunk.pieces).subspan(before);
    if (content == Content::user_data && !take_content(block, first, added, chunk)) return false;
  }
  return true;
}

void examine_chunk(const Disc& disc, const Job& job, const PassOptions& options, Chunk& chunk) {
  if (options.work.stop.stop_requested()) {
    throw Error(ErrorCode::stopped, disc.path.string(), "stopped, expected to go on to the end");
  }
  const std::size_t n = static_cast<std::size_t>(job.sectors);
  chunk.bytes.resize(n * kSectorSize);
  if (options.content == Content::user_data) chunk.user_data.resize(n * kUserDataSize);
  if (look_briefly(disc, job, options.content, chunk)) return;
  const Storage storage = job.extent->storage;
  if (has_user_data_only(storage)) {
    take_cooked(disc, job, options, chunk);
  } else {
    read_extent(disc, *job.track, *job.extent, job.skip, job.sectors, chunk.bytes, chunk.scratch);
    examine_sectors(chunk.bytes, *job.track, storage, options.mend, chunk.pieces, options.aid,
                    job.extent->first + job.skip);
  }
  if (options.content == Content::user_data) {
    gather_user_data(chunk.bytes, 0, chunk.pieces, chunk.user_data);
  }
}

void read_chunk_q(const Disc& disc, const Job& job, const SubchannelMaker& layout, Chunk& chunk) {
  const Extent& extent = *job.extent;
  StoredSectors stored;
  if (has_whole_sectors(extent.storage) && stride_of(extent.storage) != kSectorSize) {
    stored = {
        .file = extent.file,
        .offset = extent.offset + static_cast<std::uint64_t>(job.skip) * stride_of(extent.storage),
        .bytes = chunk.scratch};
  }
  read_q(disc, layout, extent.first + job.skip, job.sectors, stored, chunk.q, chunk.q_scratch);
}

StoredBytes stored_of(const Job& job, const Chunk& chunk) {
  const Extent& extent = *job.extent;
  const std::uint64_t stride = stride_of(extent.storage);
  const bool as_read = extent.storage == Storage::raw2352 && !extent.swapped;
  return {.track = job.track,
          .file = extent.file,
          .offset = extent.offset + static_cast<std::uint64_t>(job.skip) * stride,
          .bytes = std::span(as_read ? chunk.bytes : chunk.scratch)
                       .first(static_cast<std::size_t>(job.sectors) * stride)};
}

}  // namespace

std::optional<Lba> ReadQ::header_at(Lba lba) const {
  const std::int32_t at = lba - first;
  const auto behind = std::ranges::upper_bound(pieces, at, {}, &Piece::first);
  if (behind == pieces.begin()) return std::nullopt;
  const Piece& piece = *std::prev(behind);
  if (!piece.finding.has_header || !piece.finding.corrected_address) return std::nullopt;
  return *piece.finding.corrected_address + (at - piece.first);
}

std::vector<PassRange> whole_disc(const Disc& disc) {
  std::vector<PassRange> ranges;
  for (const Track& track : disc.tracks) {
    if (track.stored_sectors() == 0) continue;
    ranges.push_back({.track = &track,
                      .first = track.first_lba(),
                      .sectors = track.end_lba() - track.first_lba()});
  }
  return ranges;
}

std::uint64_t stored_bytes(const std::vector<PassRange>& ranges) { return JobList(ranges).bytes(); }

namespace {

// Threads and their buffers, made anew for each pass, cost what looking at some ten megabytes does.
// Only where nobody asked for a number, and nothing but looking is to be done.
unsigned threads_worth(unsigned wanted, std::size_t jobs, bool only_looks) {
  constexpr std::size_t kFewJobs = 64;
  return wanted == 0 && only_looks && jobs < kFewJobs ? 1 : wanted;
}

}  // namespace

void run_pass(const Disc& disc, const std::vector<PassRange>& ranges, const PassOptions& asked,
              const Judge::Sink& sink, const std::vector<ByteTaker>& takers) {
  const JobList jobs(ranges);
  PassOptions options = asked;
  if (!takers.empty()) options.content = Content::bytes;
  Judge judge(sink, options.mend ? Judge::Headers::mend : Judge::Headers::leave,
              options.join ? Judge::Joining::yes : Judge::Joining::no);
  Progress* progress = options.work.progress;
  std::vector<Consumer<Chunk>> beside;
  for (const ByteTaker& take : takers) {
    beside.push_back([&](std::size_t i, Chunk& chunk) {
      const Job job = jobs[i];
      if (job.extent->storage != Storage::blank) take(stored_of(job, chunk));
    });
  }
  run_ordered<Chunk>(
      jobs.size(), threads_worth(options.work.threads, jobs.size(), beside.empty()),
      [&](std::size_t i, Chunk& chunk) {
        const Job job = jobs[i];
        examine_chunk(disc, job, options, chunk);
        if (options.q_layout != nullptr) read_chunk_q(disc, job, *options.q_layout, chunk);
      },
      [&](std::size_t i, Chunk& chunk) {
        const Job job = jobs[i];
        if (options.q_layout != nullptr) {
          options.take_q({.track = job.track,
                          .first = job.extent->first + job.skip,
                          .found = &chunk.q,
                          .pieces = chunk.pieces});
        }
        judge.take(*job.track, job.extent->first + job.skip, chunk.pieces,
                   {.bytes = chunk.bytes, .user_data = chunk.user_data});
        if (progress != nullptr) {
          progress->advance(static_cast<std::uint64_t>(job.sectors) *
                            stride_of(job.extent->storage));
        }
      },
      beside);
  judge.finish();
}

}  // namespace pregap
