#include "operations/rip_probe.h"

#include <algorithm>
#include <vector>

#include "pregap/check.h"

namespace pregap::operations {
namespace {

using drive::BlockForm;
using drive::BlockOrder;
using drive::C2;
using drive::Expected;
using drive::Sub;

constexpr std::int32_t kSectors = 4;
constexpr int kPlaces = 5;  // a scratch at one of them proves nothing

class Probe {
 public:
  Probe(drive::Mmc& mmc, const DiscToc& toc) : mmc_(mmc), toc_(toc) {}

  DriveAbilities run() {
    DriveAbilities found;
    if (!find_place()) {
      found.raw = false;
      return found;
    }
    found.bare = is_bare();
    found.sub = find_sub();
    if (read({.c2 = C2::pointers})) found.c2 = C2::pointers;
    if (found.c2 != C2::none && found.sub != Sub::none) found.order = find_order(found);
    found.overreads_lead_in = reads_audio(Lba(-1));
    found.overreads_lead_out = reads_audio(toc_.lead_out());
    return found;
  }

 private:
  bool read(const BlockForm& form) {
    bytes_.resize(kSectors * form.size());
    return mmc_.read_cd(Expected::any, place_, kSectors, form, bytes_).good();
  }

  // Places spread over all tracks, until one can be read.
  bool find_place() {
    const Lba first = toc_.tracks.front().start;
    const std::int32_t length = toc_.sessions.front().lead_out - first;
    for (int i = 0; i < kPlaces; ++i) {
      place_ = first + std::max(0, std::min(length * i / kPlaces, length - kSectors));
      if (read({})) return true;
    }
    return false;
  }

  // Sectors of a data track whose last 288 bytes are always zero.
  bool is_bare() {
    const auto data = std::ranges::find_if(toc_.tracks, &TocTrack::is_data);
    if (data == toc_.tracks.end()) return false;
    const Lba kept = place_;
    place_ = data->start + 16;
    bool bare = read({});
    for (std::size_t i = 0; bare && i < static_cast<std::size_t>(kSectors); ++i) {
      const RawSector sector(bytes_.data() + i * kSectorSize, kSectorSize);
      bare = sector[kModeOffset] == 1 && check_sector(sector, SectorKind::mode1).edc_stored == 0 &&
             std::ranges::all_of(sector.subspan(2064), [](std::uint8_t b) { return b == 0; });
    }
    place_ = kept;
    return bare;
  }

  bool has_good_q(const BlockForm& form, std::size_t offset) const {
    for (std::size_t i = 0; i < static_cast<std::size_t>(kSectors); ++i) {
      const auto sub = std::span(bytes_).subspan(i * form.size() + offset, size_of(form.sub));
      const auto linear = linear_subchannel(form.sub, sub);
      if (q_crc_is_good(q_of_linear(linear))) return true;
    }
    return false;
  }

  Sub find_sub() {
    for (const Sub sub : {Sub::raw, Sub::q}) {
      const BlockForm form{.sub = sub};
      if (read(form) && has_good_q(form, kSectorSize)) return sub;
    }
    return Sub::none;
  }

  std::optional<BlockOrder> find_order(const DriveAbilities& found) {
    for (const BlockOrder order : {BlockOrder::data_c2_sub, BlockOrder::data_sub_c2}) {
      const BlockForm form{.c2 = found.c2, .sub = found.sub, .order = order};
      if (read(form) && has_good_q(form, form.sub_offset())) return order;
    }
    return std::nullopt;
  }

  bool reads_audio(Lba lba) {
    std::vector<std::uint8_t> sector(kSectorSize);
    return mmc_.read_cd(Expected::cd_da, lba, 1, {}, sector).good();
  }

  drive::Mmc& mmc_;
  const DiscToc& toc_;
  Lba place_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

DriveAbilities probe_drive(drive::Mmc& mmc, const DiscToc& toc) { return Probe(mmc, toc).run(); }

std::array<std::uint8_t, kSubchannelSize> linear_subchannel(Sub form,
                                                            std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, kSubchannelSize> linear{};
  if (form == Sub::raw && bytes.size() == kSubchannelSize) {
    deinterleave(SubchannelBytes(bytes), linear);
  } else if (form == Sub::q && bytes.size() >= kChannelSize) {
    std::copy_n(bytes.begin(), kChannelSize, linear.begin() + kQOffset);
    const QContent q = parse_q(q_of_linear(linear));
    if (q.position && q.position->index == 0) {
      std::fill_n(linear.begin(), kChannelSize, std::uint8_t{0xFF});
    }
  }
  return linear;
}

}  // namespace pregap::operations
