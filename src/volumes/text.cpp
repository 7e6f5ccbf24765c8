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

std::string utf16_text(std::span<const std::uint8_t> bytes, ByteOrder order) {
  std::string text;
  const auto unit = [&](std::size_t at) -> char32_t {
    if (at + 1 >= bytes.size()) return 0;
    return order == ByteOrder::little ? load_le16(bytes, at) : load_be16(bytes, at);
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (c == 0) break;
    if (c >= 0xD800 && c < 0xE000) {
      const char32_t low = unit(at + 2);
      const bool pair = c < 0xDC00 && low >= 0xDC00 && low < 0xE000;
      c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
      if (pair) at += 2;
    }
    append_utf8(text, c);
  }
  return printable(text, 1024);
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
