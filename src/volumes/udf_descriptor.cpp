#include "volumes/udf_descriptor.h"

#include <algorithm>
#include <chrono>

#include "base/crc16.h"
#include "base/encoding.h"
#include "base/text.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::uint32_t kLengthBits = 0x3FFFFFFF;

UdfExtent extent(std::uint32_t length, std::uint32_t block, std::uint16_t partition) {
  return {.kind = static_cast<UdfExtentKind>(length >> 30),
          .bytes = length & kLengthBits,
          .at = {.block = block, .partition = partition}};
}

}  // namespace

bool udf_tag_is_sound(Bytes tag) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < kUdfTagSize; ++i) sum += i == 4 ? 0U : tag[i];
  return (sum & 0xFF) == tag[4] && sum != 0;
}

UdfTag udf_tag(Bytes tag) { return static_cast<UdfTag>(load_le16(tag, 0)); }

bool udf_crc_is_good(Bytes descriptor) {
  const std::size_t length = load_le16(descriptor, 10);
  if (kUdfTagSize + length > descriptor.size()) return false;
  // crc16() gives the inverted remainder, UDF stores the plain one.
  return static_cast<std::uint16_t>(~crc16(descriptor.subspan(kUdfTagSize, length))) ==
         load_le16(descriptor, 8);
}

UdfSectors udf_sectors(Bytes b, std::size_t at) {
  return {.bytes = load_le32(b, at), .first = load_le32(b, at + 4)};
}

UdfExtent udf_short_ad(Bytes b, std::size_t at, std::uint16_t partition) {
  return extent(load_le32(b, at), load_le32(b, at + 4), partition);
}

UdfExtent udf_long_ad(Bytes b, std::size_t at) {
  return extent(load_le32(b, at), load_le32(b, at + 4), load_le16(b, at + 8));
}

std::optional<std::int64_t> udf_time(Bytes b, std::size_t at) {
  using namespace std::chrono;
  const std::uint16_t type_and_zone = load_le16(b, at);
  const auto year_number = static_cast<std::int16_t>(load_le16(b, at + 2));
  const year_month_day date{year{year_number}, month{b[at + 4]}, day{b[at + 5]}};
  const unsigned hour = b[at + 6], minute = b[at + 7], second = b[at + 8];
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  std::int64_t time = sys_days(date).time_since_epoch().count() * std::int64_t{86400} +
                      hour * 3600 + minute * 60 + second;
  // 12 bits with a sign: minutes east of UTC. -2047: not told.
  int zone = type_and_zone & 0xFFF;
  if (zone >= 0x800) zone -= 0x1000;
  const bool is_local = type_and_zone >> 12 == 1;
  if (is_local && zone >= -1440 && zone <= 1440) time -= std::int64_t{zone} * 60;
  return time;
}

std::string udf_text(Bytes b) {
  if (b.size() < 2) return {};
  const Bytes text = b.subspan(1);
  if (b[0] == 16 || b[0] == 255) return utf16_to_utf8(chars_of(text), true).text;
  if (b[0] != 8 && b[0] != 254) return {};
  std::string out;
  for (const std::uint8_t c : text) append_utf8(out, c);
  return out;
}

std::string udf_dstring(Bytes field) {
  const std::size_t length = std::min<std::size_t>(field.back(), field.size() - 1);
  std::string text = udf_text(field.first(length));
  text.resize(std::min(text.find('\0'), text.size()));
  text.resize(text.find_last_not_of(' ') + 1);
  return printable(text, 1024);
}

std::string_view udf_entity(Bytes b, std::size_t at) {
  const std::string_view text = chars_of(b.subspan(at + 1, 23));
  return text.substr(0, text.find('\0'));
}

}  // namespace pregap::volumes
