#include "volumes/udf_volume.h"

#include <algorithm>
#include <limits>

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kWindow = 64 * 1024;
constexpr std::uint64_t kNoBlock = 0xFFFFFFFF;  // of a virtual table: not in use

using Kind = UdfPartition::Kind;

// How many of `wanted` entries from `n` on name blocks one behind the other.
std::uint64_t run_in_table(const std::vector<std::uint32_t>& table, std::size_t n,
                           std::uint64_t wanted) {
  std::uint64_t run = 1;
  while (run < wanted && n + run < table.size() && table[n + run] == table[n] + run) ++run;
  return run;
}

const UdfPartition::Piece* piece_of(const std::vector<UdfPartition::Piece>& pieces,
                                    std::uint64_t block) {
  auto after = std::ranges::upper_bound(pieces, block, {}, &UdfPartition::Piece::first);
  if (after == pieces.begin()) return nullptr;
  --after;
  return block - after->first < after->blocks ? &*after : nullptr;
}

}  // namespace

std::optional<UdfPlace> UdfVolume::place_of(UdfAddress at, std::uint64_t wanted, Copy copy) const {
  if (at.partition >= partitions_.size() || wanted == 0) return std::nullopt;
  const UdfPartition& p = partitions_[at.partition];
  const std::uint64_t block = at.block;
  // Of the partition that this one lies in, which is plain or sparable: no further.
  const auto in_base = [&](std::uint64_t n, std::uint64_t run) -> std::optional<UdfPlace> {
    if (n > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return place_of({.block = static_cast<std::uint32_t>(n), .partition = p.base}, run);
  };
  switch (p.kind) {
    case Kind::unknown:
      return std::nullopt;
    case Kind::plain:
      return UdfPlace{p.start + block * block_size_, wanted};
    case Kind::sparable: {
      const std::uint64_t in_packet = block % p.packet;
      const std::uint64_t run = p.spared.empty() ? wanted : std::min(wanted, p.packet - in_packet);
      const auto elsewhere = p.spared.find(static_cast<std::uint32_t>(block - in_packet));
      if (elsewhere == p.spared.end()) return UdfPlace{p.start + block * block_size_, run};
      return UdfPlace{std::uint64_t{elsewhere->second} * sector_size() + in_packet * block_size_,
                      run};
    }
    case Kind::write_once:
      if (block >= p.table.size() || p.table[block] == kNoBlock) return std::nullopt;
      return in_base(p.table[block],
                     run_in_table(p.table, static_cast<std::size_t>(block), wanted));
    case Kind::metadata: {
      const auto* piece = piece_of(copy == Copy::main ? p.pieces : p.mirror, block);
      if (piece == nullptr || !piece->block) return std::nullopt;
      const std::uint64_t in_piece = block - piece->first;
      return in_base(std::uint64_t{*piece->block} + in_piece,
                     std::min(wanted, piece->blocks - in_piece));
    }
  }
  return std::nullopt;
}

std::vector<std::uint8_t> UdfVolume::block(UdfAddress at, Copy copy) const {
  const auto place = place_of(at, 1, copy);
  if (!place) return {};
  std::vector<std::uint8_t> bytes(block_size_);
  if (read(place->offset, bytes) < bytes.size()) return {};
  return bytes;
}

std::size_t UdfVolume::read(std::uint64_t offset, MutableBytes out) const {
  std::size_t done = 0;
  while (done < out.size() && offset < source_->size()) {
    const std::uint64_t in_window = offset % kWindow;
    const Window& window = window_at(offset - in_window);
    if (in_window >= window.bytes.size()) break;
    const auto n = static_cast<std::size_t>(
        std::min<std::uint64_t>(out.size() - done, window.bytes.size() - in_window));
    std::copy_n(window.bytes.begin() + static_cast<std::ptrdiff_t>(in_window), n,
                out.begin() + static_cast<std::ptrdiff_t>(done));
    done += n;
    offset += n;
  }
  return done;
}

const UdfVolume::Window& UdfVolume::window_at(std::uint64_t start) const {
  Window* oldest = windows_.data();
  for (Window& window : windows_) {
    if (window.start == start) {
      window.used = ++uses_;
      return window;
    }
    if (window.used < oldest->used) oldest = &window;
  }
  oldest->start = ~std::uint64_t{0};  // until it is read
  oldest->bytes.resize(kWindow);
  oldest->bytes.resize(source_->read(start, oldest->bytes));
  oldest->start = start;
  oldest->used = ++uses_;
  return *oldest;
}

}  // namespace pregap::volumes
