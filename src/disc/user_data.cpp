#include <algorithm>
#include <array>
#include <cstring>

#include "pregap/check.h"
#include "pregap/disc.h"

namespace pregap {
namespace {

// Without one, the sector is stored scrambled.
bool has_plain_header(RawSector sector) {
  return msf_from_bcd(sector.data() + kHeaderOffset) && (sector[kModeOffset] & 0x1F) <= 2;
}

class UserDataSource final : public ByteSource {
 public:
  UserDataSource(const Disc& disc, Lba first, std::int32_t sectors)
      : disc_(disc), first_(first), sectors_(sectors), name_(disc.path.string()) {}

  std::uint64_t size() const noexcept override {
    return static_cast<std::uint64_t>(sectors_) * kUserDataSize;
  }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size() && offset + done < size()) {
      const std::uint64_t at = offset + done;
      const std::size_t skip = at % kUserDataSize;
      const std::size_t n = std::min(out.size() - done, kUserDataSize - skip);
      read_one(first_ + static_cast<std::int32_t>(at / kUserDataSize), skip, out.subspan(done, n));
      done += n;
    }
    return done;
  }

 private:
  // A header with mode 2 puts eight bytes of sub-header before the data.
  void read_one(Lba lba, std::size_t skip, std::span<std::uint8_t> out) const {
    std::array<std::uint8_t, kSectorSize> sector;
    if (disc_.read_sectors(lba, 1, sector) != 1 || !has_sync(sector)) {
      std::ranges::fill(out, std::uint8_t{0});
      return;
    }
    if (!has_plain_header(sector)) scramble(sector);
    const bool mode2 = (sector[kModeOffset] & 0x1F) == 2;
    const SectorKind kind = mode2 ? SectorKind::mode2_form1 : SectorKind::mode1;
    std::memcpy(out.data(), sector.data() + layout_of(kind).user_data.offset + skip, out.size());
  }

  const Disc& disc_;
  Lba first_;
  std::int32_t sectors_;
  std::string name_;
};

}  // namespace

std::unique_ptr<ByteSource> user_data_source(const Disc& disc, Lba first, std::int32_t sectors) {
  return std::make_unique<UserDataSource>(disc, first, sectors);
}

}  // namespace pregap
