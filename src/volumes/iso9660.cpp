#include "volumes/iso9660.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/endian.h"
#include "base/text.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kSectorBytes = 2048;
constexpr std::uint64_t kFirstDescriptor = 16;
constexpr std::uint64_t kMostDescriptors = 64;

constexpr std::uint8_t kBootRecord = 0, kPrimary = 1, kSupplementary = 2, kTerminator = 255;

using Sector = std::array<std::uint8_t, kSectorBytes>;

std::string_view raw_text(const Sector& s, std::size_t at, std::size_t size) {
  return {reinterpret_cast<const char*>(s.data()) + at, size};
}

std::string trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(std::string_view(" \0", 2));
  return printable(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

// Joliet's identifiers are big-endian UCS-2, in fact UTF-16.
std::string joliet_text(const Sector& s, std::size_t at, std::size_t size) {
  return trimmed(utf16_name(std::span(s).subspan(at, size), ByteOrder::big));
}

// "YYYYMMDDhhmmss" and hundredths (ECMA-119 8.4.26.1); zeros mean that no date is given.
std::string date_text(std::string_view d) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::ranges::all_of(d.substr(0, 14), is_digit) || d.starts_with("0000")) return {};
  return fmt::format("{}-{}-{} {}:{}:{}", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2),
                     d.substr(8, 2), d.substr(10, 2), d.substr(12, 2));
}

bool is_joliet(const Sector& s) {
  const std::string_view escape = raw_text(s, 88, 3);
  return escape == "%/@" || escape == "%/C" || escape == "%/E";
}

Volume descriptor(const Sector& s, std::string kind) {
  const bool joliet = kind == "Joliet";
  const auto text = [&](std::size_t at, std::size_t size) {
    return joliet ? joliet_text(s, at, size) : trimmed(raw_text(s, at, size));
  };
  return {.kind = std::move(kind),
          .volume_id = text(40, 32),
          .system_id = text(8, 32),
          .volume_set_id = text(190, 128),
          .publisher_id = text(318, 128),
          .preparer_id = text(446, 128),
          .application_id = text(574, 128),
          .blocks = load_le32(s, 80),
          .block_size = load_le16(s, 128),
          .created = date_text(raw_text(s, 813, 17))};
}

// High Sierra puts eight bytes before everything (the descriptor's own address).
Volume high_sierra(const Sector& s) {
  return {.kind = "High Sierra",
          .volume_id = trimmed(raw_text(s, 48, 32)),
          .system_id = trimmed(raw_text(s, 16, 32)),
          .volume_set_id = {},
          .publisher_id = {},
          .preparer_id = {},
          .application_id = {},
          .blocks = load_le32(s, 88),
          .block_size = load_le16(s, 136),
          .created = {}};
}

std::optional<Volume> volume_of(const Sector& s) {
  switch (s[0]) {
    case kBootRecord:
      if (!raw_text(s, 7, 32).starts_with("EL TORITO")) return std::nullopt;
      return Volume{.kind = "El Torito"};
    case kPrimary:
      return descriptor(s, "ISO 9660");
    case kSupplementary:
      return is_joliet(s) ? std::optional(descriptor(s, "Joliet")) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Volume> read_volumes(const ByteSource& user_data) {
  std::vector<Volume> volumes;
  Sector sector;
  for (std::uint64_t n = kFirstDescriptor; n < kFirstDescriptor + kMostDescriptors; ++n) {
    if (user_data.read(n * kSectorBytes, sector) < sector.size()) break;
    if (raw_text(sector, 9, 5) == "CDROM" && sector[8] == kPrimary) {
      volumes.push_back(high_sierra(sector));
    } else if (raw_text(sector, 1, 5) != "CD001" || sector[0] == kTerminator) {
      break;
    } else if (auto volume = volume_of(sector)) {
      volumes.push_back(std::move(*volume));
    }
  }
  return volumes;
}

}  // namespace pregap::volumes
