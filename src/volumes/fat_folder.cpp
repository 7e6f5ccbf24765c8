#include "volumes/fat_folder.h"

#include <algorithm>

#include "base/endian.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kRecord = 32;
constexpr std::uint8_t kDeleted = 0xE5, kLabel = 0x08, kFolder = 0x10, kLongName = 0x0F;

std::uint8_t short_name_sum(std::span<const std::uint8_t> record) {
  std::uint8_t sum = 0;
  for (std::size_t i = 0; i < 11; ++i) {
    sum = static_cast<std::uint8_t>((sum << 7 | sum >> 1) + record[i]);
  }
  return sum;
}

std::string short_name(std::span<const std::uint8_t> record) {
  std::array<std::uint8_t, 11> raw{};
  std::copy_n(record.begin(), raw.size(), raw.begin());
  if (raw[0] == 0x05) raw[0] = 0xE5;  // which would mean a deleted record
  std::string name = encoded_text(std::span(raw).first(8), "CP437");
  const std::string ending = encoded_text(std::span(raw).subspan(8), "CP437");
  return ending.empty() ? name : name + '.' + ending;
}

}  // namespace

// Parts come last first, numbered from 1; the last one's number has bit 6 set.
void FatFolder::take_long_part(std::span<const std::uint8_t> record) {
  constexpr std::uint8_t kLast = 0x40;
  const std::size_t number = record[0] & 0x3FU;
  if ((record[0] & kLast) != 0) {
    parts_ = expected_ = number;
    sum_ = record[13];
    long_name_.fill(0);
  }
  if (number == 0 || number > kMostParts || number != expected_ || record[13] != sum_) {
    parts_ = expected_ = 0;
    return;
  }
  const std::span<std::uint8_t> part =
      std::span(long_name_).subspan((number - 1) * kPartBytes, kPartBytes);
  std::ranges::copy(record.subspan(1, 10), part.begin());
  std::ranges::copy(record.subspan(14, 12), part.begin() + 10);
  std::ranges::copy(record.subspan(28, 4), part.begin() + 22);
  --expected_;
}

std::string FatFolder::name_of(std::span<const std::uint8_t> record) {
  const bool whole = parts_ > 0 && expected_ == 0 && sum_ == short_name_sum(record);
  const std::string name =
      whole ? utf16_name(std::span(long_name_).first(parts_ * kPartBytes), ByteOrder::little)
            : short_name(record);
  parts_ = expected_ = 0;
  return name;
}

bool FatFolder::read(std::span<const std::uint8_t> records,
                     const std::function<void(const FatRecord&)>& take) {
  for (std::size_t at = 0; at + kRecord <= records.size(); at += kRecord) {
    const auto record = records.subspan(at, kRecord);
    if (record[0] == 0) return false;
    if (record[0] == kDeleted) {
      parts_ = 0;
      continue;
    }
    if ((record[11] & 0x3F) == kLongName) {
      take_long_part(record);
      continue;
    }
    const std::string name = name_of(record);
    if ((record[11] & kLabel) != 0 || record[0] == '.') continue;
    const std::uint32_t high = bits_ == 32 ? load_le16(record, 20) : 0U;
    take({.name = name,
          .first_cluster = high << 16 | load_le16(record, 26),
          .size = load_le32(record, 28),
          .folder = (record[11] & kFolder) != 0});
  }
  return true;
}

}  // namespace pregap::volumes
