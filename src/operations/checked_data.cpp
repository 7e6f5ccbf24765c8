#include "operations/checked_data.h"

#include <algorithm>
#include <limits>

#include "disc/examine.h"
#include "pregap/check.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kUserData = 2048;
constexpr std::int32_t kAtOnce = 64;  // sectors

const Reading& reading_of(const Finding& finding) {
  return finding.certain ? finding.reading
                         : finding.readings[static_cast<std::size_t>(finding.kind)];
}

}  // namespace

CheckedData::CheckedData(const Disc& disc) : disc_(disc), name_(disc.path.string()) {
  std::int32_t end = 0;
  for (const Track& track : disc.tracks) end = std::max(end, track.end_lba().value);
  size_ = static_cast<std::uint64_t>(end) * kUserData;
}

void CheckedData::load_piece(const Track& track, const Extent& extent, Lba first,
                             std::int32_t count, std::size_t at, Sectors& out) const {
  const std::span<std::uint8_t> sectors =
      std::span(out.bytes).subspan(at * kSectorSize, static_cast<std::size_t>(count) * kSectorSize);
  disc_.read_sectors(first, count, sectors);
  std::vector<Piece> pieces;
  if (!add_plain_sectors(sectors, 0, track, pieces)) {
    pieces.clear();
    examine_sectors(sectors, track, extent.storage, true, pieces, {}, first);
  }
  for (const Piece& piece : pieces) {
    const Reading& reading = reading_of(piece.finding);
    for (std::int32_t i = 0; i < piece.count; ++i) {
      out.kinds[at + static_cast<std::size_t>(piece.first + i)] = piece.finding.kind;
    }
    if (reading.faults.empty()) continue;
    const std::scoped_lock lock(mutex_);
    auto& kept = reading.content_repairable ? mended_ : damaged_;
    for (std::int32_t i = 0; i < piece.count; ++i) {
      kept.insert((first + piece.first + i).value);
    }
  }
}

void CheckedData::load(Lba first, std::int32_t count, Sectors& out) const {
  const auto n = static_cast<std::size_t>(count);
  out.bytes.assign(n * kSectorSize, 0);
  out.kinds.assign(n, SectorKind::audio);
  for (std::int32_t done = 0; done < count;) {
    const Lba lba = first + done;
    const Track* track = disc_.track_at(lba);
    if (track == nullptr) {  // stored nowhere: zeros
      ++done;
      continue;
    }
    const Extent& extent = *track->extent_at(lba);
    const std::int32_t piece = std::min(count - done, extent.sectors - (lba - extent.first));
    load_piece(*track, extent, lba, piece, static_cast<std::size_t>(done), out);
    done += piece;
  }
}

std::size_t CheckedData::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  const auto total = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
  Sectors sectors;
  std::size_t done = 0;
  while (done < total) {
    const std::uint64_t at = offset + done;
    const Lba first(static_cast<std::int32_t>(at / kUserData));
    const std::size_t skip = static_cast<std::size_t>(at % kUserData);
    const auto wanted = static_cast<std::int32_t>(
        std::min<std::size_t>(kAtOnce, (skip + (total - done) + kUserData - 1) / kUserData));
    load(first, wanted, sectors);
    for (std::int32_t i = 0; i < wanted && done < total; ++i) {
      const std::size_t from = i == 0 ? skip : 0;
      const std::size_t n = std::min(kUserData - from, total - done);
      const auto index = static_cast<std::size_t>(i);
      const RawSector sector = std::span<const std::uint8_t>(sectors.bytes)
                                   .subspan(index * kSectorSize)
                                   .first<kSectorSize>();
      const FieldRange data = layout_of(sectors.kinds[index]).user_data;
      const auto target = out.subspan(done, n);
      if (sectors.kinds[index] == SectorKind::audio || data.size < kUserData) {
        std::ranges::fill(target, std::uint8_t{0});
      } else {
        std::ranges::copy(field(sector, data).subspan(from, n), target.begin());
      }
      done += n;
    }
  }
  return done;
}

void CheckedData::read_whole(Lba first, std::int32_t count, bool raw,
                             const std::function<void(std::span<const std::uint8_t>)>& take) const {
  Sectors sectors;
  for (std::int32_t done = 0; done < count; done += kAtOnce) {
    const std::int32_t n = std::min(kAtOnce, count - done);
    load(first + done, n, sectors);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      const RawSector sector = std::span<const std::uint8_t>(sectors.bytes)
                                   .subspan(i * kSectorSize)
                                   .first<kSectorSize>();
      const FieldRange data = layout_of(sectors.kinds[i]).user_data;
      take(raw || data.size == 0 ? std::span<const std::uint8_t>(sector) : field(sector, data));
    }
  }
}

std::vector<Lba> CheckedData::take_damaged() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Lba> result;
  for (const std::int32_t lba : damaged_) result.emplace_back(lba);
  damaged_.clear();
  return result;
}

std::int64_t CheckedData::corrected() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::int64_t>(mended_.size());
}

}  // namespace pregap::operations
