#include "volumes/exfat_folder.h"

#include <algorithm>

#include "base/endian.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kEntry = 32;
constexpr std::uint8_t kInUse = 0x80, kSecondary = 0x40;
constexpr std::uint8_t kBitmap = 0x81, kUpcase = 0x82, kFile = 0x85, kStream = 0xC0, kName = 0xC1;

// Section 6.3.3: over all of the set but the sum itself.
std::uint16_t sum_of(std::span<const std::uint8_t> set) {
  std::uint16_t sum = 0;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i == 2 || i == 3) continue;
    sum = static_cast<std::uint16_t>((sum << 15 | sum >> 1) + set[i]);
  }
  return sum;
}

}  // namespace

void ExfatFolder::take_set(const Take& take) {
  if (set_.size() < 2 * kEntry || set_[kEntry] != kStream) return;
  const auto stream = std::span(set_).subspan(kEntry, kEntry);
  constexpr std::uint16_t kFolder = 0x10;
  constexpr std::uint8_t kNoFatChain = 2;
  ExfatEntry entry{
      .kind = (load_le16(set_, 4) & kFolder) != 0 ? ExfatKind::folder : ExfatKind::file,
      .name = {},
      .first_cluster = load_le32(stream, 20),
      .size = load_le64(stream, 24),
      .contiguous = (stream[1] & kNoFatChain) != 0,
      .checksum_is_good = sum_of(set_) == load_le16(set_, 2)};
  std::vector<std::uint8_t> name;
  for (std::size_t at = 2 * kEntry; at < set_.size() && set_[at] == kName; at += kEntry) {
    const auto from = set_.begin() + static_cast<std::ptrdiff_t>(at);
    name.insert(name.end(), from + 2, from + kEntry);
  }
  name.resize(std::min(name.size(), std::size_t{stream[3]} * 2));
  entry.name = utf16_name(name, ByteOrder::little);
  take(entry);
}

bool ExfatFolder::read(std::span<const std::uint8_t> entries, const Take& take) {
  for (std::size_t at = 0; at + kEntry <= entries.size(); at += kEntry) {
    const auto entry = entries.subspan(at, kEntry);
    if (entry[0] == 0) return false;
    if ((entry[0] & kInUse) == 0) {
      missing_ = 0;
    } else if ((entry[0] & kSecondary) != 0) {
      if (missing_ == 0) continue;
      set_.insert(set_.end(), entry.begin(), entry.end());
      if (--missing_ == 0) take_set(take);
    } else {
      missing_ = entry[0] == kFile ? entry[1] : 0;
      set_.assign(entry.begin(), entry.end());
      const bool of_volume = entry[0] == kUpcase || (entry[0] == kBitmap && (entry[1] & 1) == 0);
      if (!of_volume) continue;
      take({.kind = entry[0] == kBitmap ? ExfatKind::bitmap : ExfatKind::upcase,
            .name = entry[0] == kBitmap ? "(allocation bitmap)" : "(up-case table)",
            .first_cluster = load_le32(entry, 20),
            .size = load_le64(entry, 24)});
    }
  }
  return true;
}

}  // namespace pregap::volumes
