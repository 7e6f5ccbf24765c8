#include "operations/rip_gaps.h"

#include <algorithm>
#include <memory>

#include "operations/rip_probe.h"

namespace pregap::operations {
namespace {

constexpr std::int32_t kMostTries = 64;  // sectors beside the one that was asked for
constexpr int kReads = 4;
constexpr std::int32_t kWindow = 8;

using Key = std::pair<int, int>;

class Finder {
 public:
  Finder(Lba first, Lba end, const PositionAt& position_at)
      : first_(first), end_(end), position_at_(position_at) {}

  std::vector<Border> find() {
    const std::optional<Point> low = from(first_, end_, 1);
    const std::optional<Point> high = from(end_ - 1, first_ - 1, -1);
    if (!low || !high) return {};
    borders_.push_back({.lba = first_, .track = low->key.first, .index = low->key.second});
    halve(*low, *high);
    return std::move(borders_);
  }

 private:
  struct Point {
    Lba lba;
    Key key;
  };

  std::optional<Point> at(Lba lba) const {
    const std::optional<QPosition> q = position_at_(lba);
    if (!q || q->absolute != to_msf(lba)) return std::nullopt;  // a sector from elsewhere
    return Point{lba, {q->track, q->index}};
  }

  // The next that tells its position, from `lba` on, before `stop`.
  std::optional<Point> from(Lba lba, Lba stop, std::int32_t step) const {
    for (std::int32_t i = 0; i < kMostTries && lba != stop; ++i, lba = lba + step) {
      if (const std::optional<Point> point = at(lba)) return point;
    }
    return std::nullopt;
  }

  void halve(const Point& low, const Point& high) {
    if (low.key >= high.key) return;
    const Lba middle = low.lba + (high.lba - low.lba) / 2;
    std::optional<Point> point;
    if (high.lba - low.lba > 1) {
      point = from(middle, high.lba, 1);
      if (!point) point = from(middle - 1, low.lba, -1);
    }
    if (!point) {
      borders_.push_back({.lba = high.lba,
                          .track = high.key.first,
                          .index = high.key.second,
                          .exact = high.lba - low.lba == 1});
      return;
    }
    halve(low, *point);
    halve(*point, high);
  }

  Lba first_, end_;
  const PositionAt& position_at_;
  std::vector<Border> borders_;
};

}  // namespace

std::vector<Border> find_borders(Lba first, Lba end, const PositionAt& position_at) {
  if (first >= end) return {};
  return Finder(first, end, position_at).find();
}

PositionAt position_reader(drive::Mmc& mmc, drive::Sub form) {
  return [&mmc, form](Lba lba) -> std::optional<QPosition> {
    const drive::BlockForm block{.sub = form};
    std::vector<std::uint8_t> bytes(block.size());
    for (int i = 0; i < kReads; ++i) {
      const drive::Reply reply = mmc.read_cd(drive::Expected::any, lba, 1, block, bytes);
      if (!reply.good()) continue;
      const auto linear = linear_subchannel(form, std::span(bytes).subspan(block.sub_offset()));
      const QContent q = parse_q(q_of_linear(linear));
      if (!q.crc_good) {  // past what the drive keeps of it
        bytes.resize(block.size() * kWindow);
        const Lba aside = lba >= Lba(kWindow * 64) ? lba - kWindow * 64 : lba + kWindow * 64;
        mmc.read_cd(drive::Expected::any, aside, kWindow, block, bytes);
        bytes.resize(block.size());
        continue;
      }
      return q.position;
    }
    return std::nullopt;
  };
}

}  // namespace pregap::operations
