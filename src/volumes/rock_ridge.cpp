#include "volumes/rock_ridge.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace pregap::volumes {
namespace {

constexpr int kMostContinuations = 64;
constexpr std::size_t kMostNameBytes = 4096;  // of a name or link over all its parts
constexpr std::size_t kHeader = 4;            // signature, length, version

std::string_view signature(Bytes field) { return {reinterpret_cast<const char*>(field.data()), 2}; }

class Parser {
 public:
  explicit Parser(RockRidge& out) : out_(out) {}

  struct Continuation {
    std::uint32_t block = 0, offset = 0, size = 0;
  };

  // The fields of one area; returns where it goes on.
  std::optional<Continuation> take_area(Bytes area) {
    std::optional<Continuation> next;
    while (area.size() >= kHeader) {
      const std::size_t length = area[2];
      if (length < kHeader || length > area.size()) break;
      const Bytes field = area.first(length);
      const std::string_view name = signature(field);
      if (name == "ST") break;
      if (name == "CE" && length >= 28) {
        next = {.block = load_le32(field, 4),
                .offset = load_le32(field, 12),
                .size = load_le32(field, 20)};
      } else {
        take(name, field);
      }
      area = area.subspan(length);
    }
    return next;
  }

 private:
  void take(std::string_view name, Bytes field) {
    if (name == "PX") take_posix(field);
    if (name == "NM") take_name(field);
    if (name == "SL") take_link(field);
    if (name == "TF") take_times(field);
    if (name == "CL" && field.size() >= 12) out_.child = load_le32(field, 4);
    if (name == "RE") out_.relocated = true;
  }

  void take_posix(Bytes field) {
    if (field.size() < 36) return;
    out_.mode = load_le32(field, 4);
    out_.uid = load_le32(field, 20);
    out_.gid = load_le32(field, 28);
  }

  void take_name(Bytes field) {
    if (field.size() < 5) return;
    constexpr std::uint8_t kCurrent = 2, kParent = 4;
    if ((field[4] & (kCurrent | kParent)) != 0) {
      out_.is_current_or_parent = true;
      return;
    }
    append(out_.name, field.subspan(5));
  }

  void take_link(Bytes field) {
    if (field.size() < 5) return;
    constexpr std::uint8_t kContinues = 1, kCurrent = 2, kParent = 4, kRoot = 8;
    Bytes parts = field.subspan(5);
    while (parts.size() >= 2) {
      const std::uint8_t flags = parts[0];
      const std::size_t size = parts[1];
      if (size + 2 > parts.size()) break;
      if (!out_.link_target.empty() && out_.link_target != "/" && !part_continues_) {
        out_.link_target += '/';
      }
      if ((flags & kCurrent) != 0) out_.link_target += '.';
      if ((flags & kParent) != 0) out_.link_target += "..";
      if ((flags & kRoot) != 0) out_.link_target = "/";
      append(out_.link_target, parts.subspan(2, size));
      part_continues_ = (flags & kContinues) != 0;
      parts = parts.subspan(2 + size);
    }
  }

  // In the order of their flags: creation, modification, access, attributes, backup, ...
  void take_times(Bytes field) {
    if (field.size() < 5) return;
    const std::uint8_t flags = field[4];
    const bool long_form = (flags & 0x80) != 0;
    const std::size_t size = long_form ? 17 : 7;
    Bytes rest = field.subspan(5);
    for (int bit = 0; bit < 7 && rest.size() >= size; ++bit) {
      if ((flags >> bit & 1) == 0) continue;
      const Bytes date = rest.first(size);
      const auto time = long_form ? iso_long_time(date) : iso_record_time(date);
      if (bit == 0) out_.times.created = time;
      if (bit == 1) out_.times.modified = time;
      if (bit == 2) out_.times.accessed = time;
      if (bit == 3) out_.times.changed = time;
      rest = rest.subspan(size);
    }
  }

  static void append(std::string& text, Bytes bytes) {
    const std::size_t room = kMostNameBytes - std::min(kMostNameBytes, text.size());
    for (const std::uint8_t b : bytes.first(std::min(room, bytes.size()))) {
      text.push_back(static_cast<char>(b));
    }
  }

  RockRidge& out_;
  bool part_continues_ = false;
};

}  // namespace

std::optional<std::uint32_t> susp_skip(Bytes system_use) {
  // After XA's 14 bytes on XA discs (SUSP 5.3).
  for (const std::size_t at : {std::size_t{0}, std::size_t{14}}) {
    if (system_use.size() < at + 7) continue;
    const Bytes field = system_use.subspan(at);
    if (signature(field) == "SP" && field[2] == 7 && field[4] == 0xBE && field[5] == 0xEF) {
      return field[6];
    }
  }
  return std::nullopt;
}

RockRidge parse_rock_ridge(Bytes system_use, std::uint32_t skip, const ByteSource& source,
                           std::uint32_t block_size) {
  RockRidge result;
  if (skip > system_use.size()) return result;
  Parser parser(result);
  std::optional<Parser::Continuation> next = parser.take_area(system_use.subspan(skip));
  std::vector<std::uint8_t> area;
  for (int n = 0; next; ++n) {
    const std::uint64_t at = static_cast<std::uint64_t>(next->block) * block_size + next->offset;
    // An area lies within one block (SUSP 5.1).
    area.resize(std::min(next->size, block_size));
    if (n == kMostContinuations || source.read(at, area) < area.size()) {
      result.loops = true;
      break;
    }
    next = parser.take_area(area);
  }
  return result;
}

std::optional<std::uint16_t> xa_attributes(Bytes system_use) {
  if (system_use.size() < 14 || system_use[6] != 'X' || system_use[7] != 'A') return std::nullopt;
  return load_be16(system_use, 4);
}

}  // namespace pregap::volumes
