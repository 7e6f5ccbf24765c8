#include "operations/rip_store.h"

#include <algorithm>

namespace pregap::operations {
namespace {

RipMap read_map(const StoreSettings& settings) {
  const std::vector<std::uint8_t> bytes = read_small_file(settings.paths.map);
  return RipMap::parse(std::string(bytes.begin(), bytes.end()), settings.sectors,
                       settings.sector_size, settings.paths.map.string());
}

}  // namespace

RipStore::RipStore(const StoreSettings& settings, Start start, drive::Clock& clock)
    : settings_(settings),
      clock_(clock),
      map_(settings.sectors, settings.sector_size),
      saved_(clock.now()) {
  if (start == Start::resume) map_ = read_map(settings);
  map_.remark = settings.remark;
  const auto opening =
      start == Start::resume ? PlacedFile::Opening::as_it_is : PlacedFile::Opening::anew;
  sectors_ = std::make_unique<PlacedFile>(settings.paths.sectors, opening);
  sectors_->resize(static_cast<std::uint64_t>(settings.sectors) * settings.sector_size);
  if (!settings.subchannel) return;
  subchannel_ = std::make_unique<PlacedFile>(settings.paths.subchannel, opening);
  subchannel_->resize(static_cast<std::uint64_t>(settings.sectors) * kSubchannelSize);
}

void RipStore::put(std::int32_t index, std::span<const std::uint8_t> data, SectorState state) {
  sectors_->write(static_cast<std::uint64_t>(index) * settings_.sector_size, data);
  map_.set(index, state);
}

SectorArray RipStore::get(std::int32_t index) const {
  SectorArray sector{};
  sectors_->read(static_cast<std::uint64_t>(index) * settings_.sector_size,
                 std::span(sector).first(settings_.sector_size));
  return sector;
}

void RipStore::put_subchannel(std::int32_t index, SubchannelBytes linear) {
  if (subchannel_) {
    subchannel_->write(static_cast<std::uint64_t>(index) * kSubchannelSize, linear);
  }
}

std::array<std::uint8_t, kSubchannelSize> RipStore::get_subchannel(std::int32_t index) const {
  std::array<std::uint8_t, kSubchannelSize> bytes{};
  if (subchannel_) subchannel_->read(static_cast<std::uint64_t>(index) * kSubchannelSize, bytes);
  return bytes;
}

void RipStore::save_if_due() {
  if (clock_.now() - saved_ >= kSaveEvery) save();
}

// The map last: it never calls read what is not on the disk.
void RipStore::save() {
  if (settings_.flush) sectors_->flush();
  if (settings_.flush && subchannel_) subchannel_->flush();
  replace_file(settings_.paths.map, map_.text(), settings_.flush);
  saved_ = clock_.now();
}

void RipStore::remove_work_files() noexcept {
  std::error_code ignored;
  std::filesystem::remove(settings_.paths.sectors, ignored);
  std::filesystem::remove(settings_.paths.subchannel, ignored);
}

}  // namespace pregap::operations
