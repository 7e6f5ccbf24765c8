// The work files and the map together: what was read, and what is known of it.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "drive/drive.h"
#include "operations/rip_votes.h"
#include "operations/rip_work.h"
#include "sector/subchannel.h"

namespace pregap::operations {

struct StoreSettings {
  WorkPaths paths;
  std::int32_t sectors = 0;
  std::uint32_t sector_size = kSectorSize;
  bool subchannel = false;
  bool flush = true;   // to the disk itself
  std::string remark;  // of the map
};

class RipStore {
 public:
  // A power cut costs no more of the drive's time than this.
  static constexpr std::chrono::seconds kSaveEvery{10};

  enum class Start : bool { anew, resume };
  // Throws Error(malformed) for a map of another shape, and what PlacedFile does.
  RipStore(const StoreSettings& settings, Start start, drive::Clock& clock);

  RipMap& map() { return map_; }
  const RipMap& map() const { return map_; }
  const StoreSettings& settings() const { return settings_; }

  void put(std::int32_t index, std::span<const std::uint8_t> data, SectorState state);
  SectorArray get(std::int32_t index) const;  // of 2048 bytes, the first ones of it
  void put_subchannel(std::int32_t index, SubchannelBytes linear);
  std::array<std::uint8_t, kSubchannelSize> get_subchannel(std::int32_t index) const;

  void save_if_due();
  void save();
  void remove_work_files() noexcept;  // all but the map

 private:
  StoreSettings settings_;
  drive::Clock& clock_;
  RipMap map_;
  std::unique_ptr<PlacedFile> sectors_, subchannel_;
  std::chrono::nanoseconds saved_;
};

}  // namespace pregap::operations
