#include "disc/subchannel_read.h"

#include <algorithm>

namespace pregap {
namespace {

constexpr std::int32_t kBatch = 64;  // sectors a read: 153 KiB where the sectors lie between
constexpr std::size_t kQOnlySize = 16;

void put_linear(SubchannelOrder order, std::span<const std::uint8_t> stored,
                MutableSubchannelBytes out) {
  switch (order) {
    case SubchannelOrder::linear:
      std::ranges::copy(stored.first<kSubchannelSize>(), out.begin());
      break;
    case SubchannelOrder::interleaved:
      deinterleave(stored.first<kSubchannelSize>(), out);
      break;
    case SubchannelOrder::q_only:
      std::ranges::fill(out, std::uint8_t{0});
      std::ranges::copy(stored.first<kChannelSize>(), out.begin() + kQOffset);
      break;
    case SubchannelOrder::rw_packs:
      break;
  }
}

std::uint64_t offset_of(const SubchannelRun& run, std::int32_t skip) {
  return run.offset + static_cast<std::uint64_t>(skip) * run.stride;
}

}  // namespace

const SubchannelRun* subchannel_run_at(const Disc& disc, Lba lba) {
  const auto has = [lba](const SubchannelRun& r) {
    return r.first <= lba && lba < r.first + r.sectors;
  };
  const auto at = std::ranges::find_if(disc.subchannel, has);
  return at == disc.subchannel.end() ? nullptr : &*at;
}

std::size_t subchannel_size(SubchannelOrder order) noexcept {
  return order == SubchannelOrder::q_only ? kQOnlySize : kSubchannelSize;
}

bool has_q(SubchannelOrder order) noexcept { return order != SubchannelOrder::rw_packs; }

QFrame q_of_stored(SubchannelOrder order, std::span<const std::uint8_t> stored) noexcept {
  if (order == SubchannelOrder::interleaved) {
    return q_of_interleaved(stored.first<kSubchannelSize>());
  }
  if (order == SubchannelOrder::linear) return q_of_linear(stored.first<kSubchannelSize>());
  QFrame q;
  std::ranges::copy(stored.first<kChannelSize>(), q.begin());
  return q;
}

std::optional<SubchannelOrder> detect_order(const Disc& disc, std::span<SubchannelRun* const> runs,
                                            int most_reads) {
  std::int64_t sectors = 0;
  for (const SubchannelRun* run : runs) sectors += run->sectors;
  const std::int64_t samples = std::min<std::int64_t>(most_reads, sectors);
  OrderVotes votes;
  std::array<std::uint8_t, kSubchannelSize> bytes;
  std::int64_t before = 0;  // sectors of the runs passed
  std::int64_t n = 0;
  for (const SubchannelRun* run : runs) {
    for (; n < samples; ++n) {
      const std::int64_t at = n * sectors / samples - before;
      if (at >= run->sectors) break;
      const std::uint64_t offset = offset_of(*run, static_cast<std::int32_t>(at));
      if (disc.files[run->file].bytes->read(offset, bytes) == bytes.size()) votes.add(bytes);
    }
    before += run->sectors;
  }
  if (votes.linear == 0 && votes.interleaved == 0) return std::nullopt;
  return votes.linear > votes.interleaved ? SubchannelOrder::linear : SubchannelOrder::interleaved;
}

std::int32_t Disc::read_subchannel(Lba first, std::int32_t count,
                                   std::span<std::uint8_t> out) const {
  std::vector<std::uint8_t> scratch;
  std::int32_t done = 0;
  while (done < count) {
    const SubchannelRun* run = subchannel_run_at(*this, first + done);
    if (run == nullptr || run->order == SubchannelOrder::rw_packs) break;
    const std::int32_t skip = first + done - run->first;
    const std::int32_t n = std::min({count - done, run->sectors - skip, kBatch});
    const std::size_t size = subchannel_size(run->order);
    // What lies behind the last sector's sub-channel need not be there.
    scratch.resize(static_cast<std::size_t>(n - 1) * run->stride + size);
    read_exactly(*files[run->file].bytes, offset_of(*run, skip), scratch);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      const std::size_t to = (static_cast<std::size_t>(done) + i) * kSubchannelSize;
      put_linear(run->order, std::span(scratch).subspan(i * run->stride, size),
                 out.subspan(to).first<kSubchannelSize>());
    }
    done += n;
  }
  return done;
}

}  // namespace pregap
