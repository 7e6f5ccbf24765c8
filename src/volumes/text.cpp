#include "volumes/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/encoding.h"
#include "base/endian.h"
#include "base/text.h"

namespace pregap::volumes {

std::string_view chars_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

namespace {

std::string_view trimmed(std::span<const std::uint8_t> bytes) {
  std::string_view text = chars_of(bytes);
  text = text.substr(0, text.find('\0'));
  const std::size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

}  // namespace

std::string plain_text(std::span<const std::uint8_t> bytes) { return printable(trimmed(bytes)); }

std::string encoded_text(std::span<const std::uint8_t> bytes, const std::string& encoding) {
  const std::string_view text = trimmed(bytes);
  const auto converted = to_utf8(text, encoding);
  return printable(converted ? std::string_view(converted->text) : text);
}

std::string utf16_name(std::span<const std::uint8_t> bytes, ByteOrder order) {
  std::size_t end = 0;
  while (end + 1 < bytes.size() && (bytes[end] != 0 || bytes[end + 1] != 0)) end += 2;
  return utf16_to_utf8(chars_of(bytes.first(end)), order == ByteOrder::big).text;
}

std::string utf16_text(std::span<const std::uint8_t> bytes, ByteOrder order) {
  return printable(utf16_name(bytes, order), 1024);
}

std::string uuid_text(std::span<const std::uint8_t> b) {
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", b[i]);
  }
  return text;
}

std::string guid_text(std::span<const std::uint8_t> b) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}", load_le32(b, 0), load_le16(b, 4),
                     load_le16(b, 6), load_be16(b, 8), load_be16(b, 10), load_be32(b, 12));
}

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

std::string unix_time_text(std::uint64_t seconds) {
  constexpr std::uint64_t kLast = 253402300799;  // the end of year 9999
  if (seconds == 0 || seconds > kLast) return {};
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(static_cast<std::int64_t>(seconds))};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string mac_time_text(std::uint32_t seconds) {
  constexpr std::uint32_t kFrom1904To1970 = 2082844800;
  return seconds <= kFrom1904To1970 ? std::string() : unix_time_text(seconds - kFrom1904To1970);
}

std::string serial_text(std::uint32_t serial) {
  return fmt::format("{:04X}-{:04X}", serial >> 16, serial & 0xFFFF);
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

}  // namespace pregap::volumes
