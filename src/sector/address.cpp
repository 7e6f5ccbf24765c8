#include "pregap/address.h"

#include <fmt/format.h>

namespace pregap {
namespace {

constexpr int kFramesInAllMinutes = 100 * kFramesPerMinute;

bool is_bcd(std::uint8_t byte) { return (byte & 0x0F) <= 9 && (byte >> 4) <= 9; }
std::uint8_t from_bcd(std::uint8_t byte) {
  return static_cast<std::uint8_t>((byte >> 4) * 10 + (byte & 0x0F));
}

// One or two digits up to `end` or the end of `text`; moves `text` behind them.
std::optional<std::uint8_t> take_number(std::string_view& text) {
  unsigned value = 0, digits = 0;
  while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || digits > 2) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<std::uint8_t>(value);
}

bool take_colon(std::string_view& text) {
  if (!text.starts_with(':')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Lba to_lba(Msf msf) noexcept {
  const int frames = msf.minute * kFramesPerMinute + msf.second * kFramesPerSecond + msf.frame;
  return Lba((msf.minute >= 90 ? frames - kFramesInAllMinutes : frames) - kLeadInFrames);
}

std::optional<Msf> to_msf(Lba lba) noexcept {
  if (lba < kLowestLba || lba > kHighestLba) return std::nullopt;
  int frames = lba.value + kLeadInFrames;
  if (frames < 0) frames += kFramesInAllMinutes;
  return Msf{static_cast<std::uint8_t>(frames / kFramesPerMinute),
             static_cast<std::uint8_t>(frames / kFramesPerSecond % 60),
             static_cast<std::uint8_t>(frames % kFramesPerSecond)};
}

std::optional<Msf> msf_from_bcd(const std::uint8_t* b) noexcept {
  if (!is_bcd(b[0]) || !is_bcd(b[1]) || !is_bcd(b[2])) return std::nullopt;
  const Msf msf{from_bcd(b[0]), from_bcd(b[1]), from_bcd(b[2])};
  if (!is_valid(msf)) return std::nullopt;
  return msf;
}

std::array<std::uint8_t, 3> to_bcd(Msf msf) noexcept {
  const auto bcd = [](std::uint8_t v) { return static_cast<std::uint8_t>(v / 10 << 4 | v % 10); };
  return {bcd(msf.minute), bcd(msf.second), bcd(msf.frame)};
}

std::string to_string(Msf msf) {
  return fmt::format("{:02}:{:02}:{:02}", msf.minute, msf.second, msf.frame);
}

std::optional<Msf> parse_msf(std::string_view text) noexcept {
  const auto minute = take_number(text);
  if (!minute || !take_colon(text)) return std::nullopt;
  const auto second = take_number(text);
  if (!second || !take_colon(text)) return std::nullopt;
  const auto frame = take_number(text);
  if (!frame || !text.empty()) return std::nullopt;
  const Msf msf{*minute, *second, *frame};
  if (!is_valid(msf)) return std::nullopt;
  return msf;
}

}  // namespace pregap
