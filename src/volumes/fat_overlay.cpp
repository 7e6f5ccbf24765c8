#include "volumes/fat_overlay.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/endian.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kSector = 512;
using Sector = std::array<std::uint8_t, kSector>;

// Media byte, size and what follows from them (Microsoft's KB 75131 has the same table).
struct Floppy {
  std::uint8_t media;
  std::uint16_t sectors, root_entries;
  std::uint8_t sectors_a_cluster, sectors_a_fat, sectors_a_track, heads;
};
constexpr std::array kFloppies = {
    Floppy{0xFE, 320, 64, 1, 1, 8, 1},
    Floppy{0xFC, 360, 64, 1, 2, 9, 1},
    Floppy{0xFF, 640, 112, 2, 1, 8, 2},
    Floppy{0xFD, 720, 112, 2, 2, 9, 2},
};

bool has_parameters(const Sector& s) {
  const std::uint16_t bytes = load_le16(s, 11);
  const bool power = bytes == 512 || bytes == 1024 || bytes == 2048 || bytes == 4096;
  return power && s[13] != 0 && load_le16(s, 14) != 0 && s[16] != 0 && s[21] >= 0xF0;
}

void put_le16(Sector& s, std::size_t at, std::uint16_t value) {
  s[at] = static_cast<std::uint8_t>(value);
  s[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

void put_parameters(Sector& s, const Floppy& f) {
  put_le16(s, 11, kSector);
  s[13] = f.sectors_a_cluster;
  put_le16(s, 14, 1);
  s[16] = 2;
  put_le16(s, 17, f.root_entries);
  put_le16(s, 19, f.sectors);
  s[21] = f.media;
  put_le16(s, 22, f.sectors_a_fat);
  put_le16(s, 24, f.sectors_a_track);
  put_le16(s, 26, f.heads);
  store_le32(s, 28, 0);
  store_le32(s, 32, 0);
}

class OverlaidSource final : public ByteSource {
 public:
  OverlaidSource(std::shared_ptr<const ByteSource> source, const Sector& first)
      : source_(std::move(source)), first_(first) {}

  std::uint64_t size() const noexcept override { return source_->size(); }
  const std::string& name() const noexcept override { return source_->name(); }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::size_t n = source_->read(offset, out);
    if (offset >= kSector) return n;
    const std::size_t own = std::min(n, kSector - static_cast<std::size_t>(offset));
    std::copy_n(first_.begin() + static_cast<std::ptrdiff_t>(offset), own, out.begin());
    return n;
  }

 private:
  std::shared_ptr<const ByteSource> source_;
  Sector first_;
};

}  // namespace

std::shared_ptr<const ByteSource> with_boot_sector(std::shared_ptr<const ByteSource> volume) {
  Sector sector;
  if (volume->read(0, sector) < sector.size()) return volume;
  const Sector found = sector;
  if (!has_parameters(sector)) {
    std::array<std::uint8_t, 1> media{};
    volume->read(kSector, media);
    const auto* floppy = std::ranges::find_if(kFloppies, [&](const Floppy& f) {
      return f.media == media[0] && f.sectors * kSector == volume->size();
    });
    if (floppy == kFloppies.end()) return volume;
    put_parameters(sector, *floppy);
  }
  sector[510] = 0x55;
  sector[511] = 0xAA;
  if (sector == found) return volume;
  return std::make_shared<OverlaidSource>(std::move(volume), sector);
}

}  // namespace pregap::volumes
