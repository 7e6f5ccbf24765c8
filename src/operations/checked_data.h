// A disc's user data as a byte source that checks and corrects every sector on its way.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "pregap/disc.h"

namespace pregap::operations {

// Offset 0 is LBA 0; each sector gives 2048 bytes, as user_data_source() has it, but corrected by
// its own parity where that leads to a sound sector. Sectors that nothing corrects come as they
// are stored, and are remembered. The disc must outlive it.
class CheckedData final : public ByteSource {
 public:
  explicit CheckedData(const Disc& disc);

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override;

  // The whole user data of `count` sectors from `first` on, form by form: 2048 bytes, or 2324 of
  // form 2 and 2336 of mode 2 without form; with `raw` all 2352 bytes of each.
  void read_whole(Lba first, std::int32_t count, bool raw,
                  const std::function<void(std::span<const std::uint8_t>)>& take) const;

  // Damaged sectors that were read since the last call, rising.
  std::vector<Lba> take_damaged() const;
  // How many sectors were corrected since it was opened.
  std::int64_t corrected() const;

 private:
  struct Sectors {
    std::vector<std::uint8_t> bytes;  // 2352 each, corrected
    std::vector<SectorKind> kinds;
  };
  void load(Lba first, std::int32_t count, Sectors& out) const;
  void load_piece(const Track& track, const Extent& extent, Lba first, std::int32_t count,
                  std::size_t at, Sectors& out) const;

  const Disc& disc_;
  std::string name_;
  std::uint64_t size_ = 0;
  mutable std::mutex mutex_;  // of what follows
  mutable std::set<std::int32_t> damaged_, mended_;
};

}  // namespace pregap::operations
