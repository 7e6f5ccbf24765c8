#include "volumes/iso_record.h"

#include <chrono>

namespace pregap::volumes {
namespace {

constexpr std::size_t kFixedSize = 33;  // before the identifier

}  // namespace

std::optional<std::int64_t> seconds_of(int year, int month, int day, int hour, int minute,
                                       int second) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (month < 1 || day < 1 || !date.ok() || hour > 23 || minute > 59 || second > 60 || hour < 0 ||
      minute < 0 || second < 0) {
    return std::nullopt;
  }
  const std::int64_t days = sys_days(date).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

std::optional<std::int64_t> iso_record_time(Bytes date) {
  if (date[0] == 0 && date[1] == 0) return std::nullopt;  // not given
  const auto seconds = seconds_of(1900 + date[0], date[1], date[2], date[3], date[4], date[5]);
  if (!seconds || date.size() < 7) return seconds;
  return *seconds - static_cast<std::int8_t>(date[6]) * 15 * 60;
}

std::optional<std::int64_t> iso_long_time(Bytes date) {
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
      if (date[i] < '0' || date[i] > '9') return -1;
      value = value * 10 + (date[i] - '0');
    }
    return value;
  };
  const auto seconds = seconds_of(number(0, 4), number(4, 2), number(6, 2), number(8, 2),
                                  number(10, 2), number(12, 2));
  if (!seconds) return std::nullopt;
  return *seconds - static_cast<std::int8_t>(date[16]) * 15 * 60;
}

std::optional<IsoRecord> parse_iso_record(Bytes bytes, IsoNames names) {
  if (bytes.empty() || bytes[0] < kFixedSize + 1 || bytes[0] > bytes.size()) return std::nullopt;
  const std::size_t length = bytes[0];
  const std::size_t identifier_size = bytes[32];
  if (kFixedSize + identifier_size > length) return std::nullopt;
  const bool high_sierra = names == IsoNames::high_sierra;
  IsoRecord record{
      .length = static_cast<std::uint32_t>(length),
      .xar_blocks = bytes[1],
      .first_block = load_le32(bytes, 2),
      .data_length = load_le32(bytes, 10),
      .flags = bytes[high_sierra ? 24 : 25],
      .unit_size = bytes[26],
      .gap_size = bytes[27],
      .recorded = iso_record_time(bytes.subspan(18, high_sierra ? 6 : 7)),
      .identifier = bytes.subspan(kFixedSize, identifier_size),
      .system_use = {},
      .both_endian_agree = load_le32(bytes, 2) == load_be32(bytes, 6) &&
                           load_le32(bytes, 10) == load_be32(bytes, 14),
  };
  // An identifier of even length is followed by a byte of padding.
  const std::size_t use_at = kFixedSize + identifier_size + (identifier_size % 2 == 0 ? 1 : 0);
  if (use_at < length) record.system_use = bytes.subspan(use_at, length - use_at);
  return record;
}

}  // namespace pregap::volumes
