#include "drive/simulated_medium.h"

#include <algorithm>

#include "disc/cd_text.h"
#include "disc/read.h"
#include "disc/toc.h"

namespace pregap::drive {
namespace {

constexpr std::int64_t kSamplesPerSector = 588;
constexpr std::int64_t kBytesPerSample = 4;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::vector<TocEntry> toc_of(const Disc& disc) {
  return disc.toc.empty() ? make_full_toc(disc) : disc.toc;
}

}  // namespace

SimulatedMedium::SimulatedMedium(Disc disc)
    : disc_(std::move(disc)), toc_(toc_of(disc_)), maker_(disc_) {
  for (const Track& track : disc_.tracks) {
    const Lba first = track.first_lba();
    if (track.unstored_pregap > 0) {
      stretches_.push_back({first - track.unstored_pregap, first, &track, false});
    }
    Lba next = first;
    for (const Extent& extent : track.extents) {
      if (next < extent.first) stretches_.push_back({next, extent.first, &track, false});
      next = extent.first + extent.sectors;
      stretches_.push_back({extent.first, next, &track, true});
    }
    if (track.unstored_postgap > 0) {
      stretches_.push_back({next, next + track.unstored_postgap, &track, false});
    }
  }
  for (const TocEntry& entry : toc_) {
    if (entry.adr == kAdrPosition && entry.point == kPointLeadOut) {
      lead_out_ = std::max(lead_out_, pointed_lba(entry));
    }
  }
}

std::vector<CdTextPack> SimulatedMedium::cd_text() const {
  return cd_text_packs_of(disc_, disc_.path.string()).packs;
}

const SimulatedMedium::Stretch* SimulatedMedium::stretch_at(Lba lba) const {
  const auto behind = std::ranges::upper_bound(stretches_, lba, {}, &Stretch::first);
  if (behind == stretches_.begin()) return nullptr;
  const Stretch& stretch = *std::prev(behind);
  return lba < stretch.end ? &stretch : nullptr;
}

SimulatedMedium::Place SimulatedMedium::place_of(Lba lba) const {
  const Stretch* stretch = stretch_at(lba);
  if (stretch == nullptr) return Place::nothing;
  return stretch->track->is_data() ? Place::data : Place::audio;
}

void SimulatedMedium::read(Lba lba, MutableRawSector out) const {
  std::ranges::fill(out, std::uint8_t{0});
  const Stretch* stretch = stretch_at(lba);
  if (stretch == nullptr) return;
  if (stretch->stored) {
    disc_.read_sectors(lba, 1, out);
    return;
  }
  const Extent blank{.file = kNoFile, .storage = Storage::blank, .first = lba, .sectors = 1};
  std::vector<std::uint8_t> scratch;
  read_extent(disc_, *stretch->track, blank, 0, 1, out, scratch);
}

void SimulatedMedium::read_samples(std::int64_t first, MutableBytes out) const {
  std::array<std::uint8_t, kSectorSize> sector;
  for (std::size_t done = 0; done < out.size();) {
    const std::int64_t at = first + static_cast<std::int64_t>(done) / kBytesPerSample;
    const std::int64_t lba = floor_div(at, kSamplesPerSector);
    const std::size_t skip =
        static_cast<std::size_t>((at - lba * kSamplesPerSector) * kBytesPerSample);
    const Lba address(static_cast<std::int32_t>(lba));
    read(address, sector);
    if (place_of(address) == Place::data) scramble(sector);
    const std::size_t n = std::min(kSectorSize - skip, out.size() - done);
    std::copy_n(sector.begin() + static_cast<std::ptrdiff_t>(skip), n,
                out.begin() + static_cast<std::ptrdiff_t>(done));
    done += n;
  }
}

std::array<std::uint8_t, kSubchannelSize> SimulatedMedium::subchannel(Lba lba) const {
  std::array<std::uint8_t, kSubchannelSize> bytes{};
  if (disc_.read_subchannel(lba, 1, bytes) == 1) return bytes;
  return maker_.make(lba);
}

}  // namespace pregap::drive
