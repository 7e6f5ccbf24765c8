#include "operations/rip_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::string_view kRemark = "# pregap: ";
constexpr std::string_view kStates = "?*/-+";

std::string_view next_word(std::string_view& line) {
  const std::size_t start = line.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return line = "";
  line.remove_prefix(start);
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

// Decimal, or hexadecimal behind 0x.
std::optional<std::uint64_t> number(std::string_view word) {
  const bool hex = word.starts_with("0x") || word.starts_with("0X");
  if (hex) word.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != word.data() + word.size() || word.empty()) return std::nullopt;
  return value;
}

class Parser {
 public:
  Parser(RipMap& map, std::uint64_t sector_size, const std::string& place)
      : map_(map), sector_size_(sector_size), place_(place) {}

  void parse(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      ++line_;
      take(text.substr(0, end));
      text = end == std::string_view::npos ? "" : text.substr(end + 1);
    }
    const std::uint64_t whole = static_cast<std::uint64_t>(map_.sectors()) * sector_size_;
    if (!status_seen_ || next_ != whole) {
      fail(fmt::format("a map of {} bytes", next_), fmt::format("one of {}", whole));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
    throw Error(ErrorCode::malformed, fmt::format("{}:{}", place_, line_),
                fmt::format("{}, expected {}", found, expected));
  }

  void take(std::string_view line) {
    if (line.starts_with(kRemark)) {
      const std::string_view rest = line.substr(kRemark.size());
      map_.remark = std::string(rest.substr(0, rest.find('\r')));
    }
    if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.starts_with('#')) return;
    if (status_seen_) return take_row(line);
    std::string_view rest = line;
    if (!number(next_word(rest))) {
      fail(fmt::format("\"{}\"", printable(line, 40)), "ddrescue's status line");
    }
    status_seen_ = true;
  }

  void take_row(std::string_view line) {
    std::string_view rest = line;
    const std::optional<std::uint64_t> position = number(next_word(rest));
    const std::optional<std::uint64_t> size = number(next_word(rest));
    const std::string_view state = next_word(rest);
    const bool known = state.size() == 1 && kStates.find(state[0]) != std::string_view::npos;
    if (!position || !size || !known) {
      fail(fmt::format("\"{}\"", printable(line, 40)), "position, size and one of ?*/-+");
    }
    const std::uint64_t whole = static_cast<std::uint64_t>(map_.sectors()) * sector_size_;
    if (*position != next_ || *size > whole - next_ || *size % sector_size_ != 0) {
      fail(fmt::format("{} bytes at {}", *size, *position),
           fmt::format("whole sectors of {} bytes at {}, {} at most", sector_size_, next_,
                       whole - next_));
    }
    const std::int32_t first = static_cast<std::int32_t>(next_ / sector_size_);
    const std::int32_t count = static_cast<std::int32_t>(*size / sector_size_);
    for (std::int32_t i = 0; i < count; ++i) {
      map_.set(first + i, static_cast<SectorState>(state[0]));
    }
    next_ += *size;
  }

  RipMap& map_;
  std::uint64_t sector_size_;
  const std::string& place_;
  int line_ = 0;
  bool status_seen_ = false;
  std::uint64_t next_ = 0;
};

}  // namespace

std::int32_t RipMap::count(SectorState state) const {
  return static_cast<std::int32_t>(std::ranges::count(states_, state));
}

std::string RipMap::text() const {
  std::string text = "# Mapfile. Created by pregap\n";
  if (!remark.empty()) text += fmt::format("{}{}\n", kRemark, remark);
  const bool finished = count(SectorState::good) == sectors();
  text += "# current_pos  current_status  current_pass\n";
  text += fmt::format("0x00000000     {}               1\n", finished ? '+' : '?');
  text += "#      pos        size  status\n";
  for (std::size_t i = 0; i < states_.size();) {
    std::size_t end = i;
    while (end < states_.size() && states_[end] == states_[i]) ++end;
    text += fmt::format("0x{:08X}  0x{:08X}  {}\n", i * sector_size_, (end - i) * sector_size_,
                        static_cast<char>(states_[i]));
    i = end;
  }
  return text;
}

std::string RipMap::remark_of(std::string_view text) {
  const std::size_t at = text.starts_with(kRemark) ? 0 : text.find("\n# pregap: ");
  if (at == std::string_view::npos) return "";
  const std::string_view rest = text.substr(text.find(kRemark, at) + kRemark.size());
  return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

RipMap RipMap::parse(std::string_view text, std::int32_t sectors, std::uint32_t sector_size,
                     const std::string& place) {
  RipMap map(sectors, sector_size);
  Parser(map, sector_size, place).parse(text);
  return map;
}

}  // namespace pregap::operations
