#include "formats/gdi.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kLargestSheet = 1u << 20;
constexpr int kLastTrack = 99;
constexpr std::int64_t kHighestLba = 1'000'000;
constexpr std::int64_t kHighestOffset = 1'000'000'000'000'000;
constexpr std::size_t kLongestQuote = 40;

std::string shown(std::string_view text) {
  return fmt::format("'{}'", printable(text, kLongestQuote));
}

// A row's words, from left to right.
class Row {
 public:
  explicit Row(std::string_view text) : rest_(text) { skip_blanks(); }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::string_view take() {
    const std::string_view word =
        rest_.substr(0, std::min(rest_.find_first_of(" \t"), rest_.size()));
    rest_.remove_prefix(word.size());
    skip_blanks();
    return word;
  }

  // Nothing: a quote that isn't closed. A name without quotes may have blanks in it: it ends before
  // the last word.
  std::optional<std::string_view> take_name() {
    std::string_view name;
    if (rest_.starts_with('"')) {
      const std::size_t end = rest_.find('"', 1);
      if (end == rest_.npos) return std::nullopt;
      name = rest_.substr(1, end - 1);
      rest_.remove_prefix(end + 1);
    } else {
      const std::size_t last = rest_.find_last_of(" \t");
      name = rest_.substr(0, last == rest_.npos ? rest_.size() : last);
      rest_.remove_prefix(name.size());
      name = name.substr(0, name.find_last_not_of(" \t") + 1);
    }
    skip_blanks();
    return name;
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    rest_ = rest_.substr(0, rest_.find_last_not_of(" \t") + 1);
  }
  std::string_view rest_;
};

class Parser {
 public:
  explicit Parser(const std::string& place) : place_(place) {}

  GdiSheet parse(std::string_view text) {
    std::optional<std::int64_t> count;
    while (!text.empty()) {
      ++line_;
      const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
      Row row(text.substr(0, end));
      text.remove_prefix(
          std::min(end + (text.substr(end).starts_with("\r\n") ? 2 : 1), text.size()));
      if (row.at_end()) continue;
      if (!count) {
        count = take_number(row, "the count of tracks", 1, kLastTrack);
        if (!row.at_end())
          fail(
              fmt::format("{} behind the count of tracks, expected it alone on "
                          "its line",
                          shown(row.rest())));
      } else {
        read_row(row);
      }
    }
    const auto rows = static_cast<std::int64_t>(sheet_.tracks.size());
    if (rows == 0) {
      throw Error(ErrorCode::malformed, place_, "no row of a track, expected at least one");
    }
    if (rows != *count) {
      sheet_.problems.push_back(
          {Severity::warning, "sheet.track",
           fmt::format("{}: {} announced, {} listed", place_, counted(*count, "track"), rows)});
    }
    return std::move(sheet_);
  }

 private:
  [[noreturn]] void fail(std::string message) const {
    throw Error(ErrorCode::malformed, fmt::format("{}:{}", place_, line_), std::move(message));
  }

  std::int64_t take_number(Row& row, std::string_view what, std::int64_t lowest,
                           std::int64_t highest) const {
    const std::string_view word = row.take();
    std::int64_t value = 0;
    const bool digits =
        !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
    for (const char c : digits ? word : std::string_view()) {
      value = std::min(value * 10 + (c - '0'), kHighestOffset + 1);
    }
    if (!digits || value < lowest || value > highest) {
      fail(fmt::format("{} in the place of {}, expected a number from {} to {}",
                       word.empty() ? "nothing" : shown(word), what, lowest, highest));
    }
    return value;
  }

  void read_row(Row& row) {
    if (sheet_.tracks.size() == kLastTrack) fail("a track beyond the 99th, expected at most 99");
    GdiTrack track;
    track.line = line_;
    track.number = static_cast<int>(take_number(row, "a track's number", 1, kLastTrack));
    track.lba = Lba(static_cast<std::int32_t>(take_number(row, "an LBA", 0, kHighestLba)));
    constexpr int kControlBits = 15;
    track.control = static_cast<int>(take_number(row, "a track's type", 0, kControlBits));
    track.sector_size = static_cast<int>(take_number(row, "a sector's size", 2048, 2448));
    const std::optional<std::string_view> name = row.take_name();
    if (!name) fail("a name without its second quote, expected a file name");
    if (name->empty()) fail("no file name, expected one behind the sector's size");
    track.name = *name;
    track.offset =
        static_cast<std::uint64_t>(take_number(row, "an offset in the file", 0, kHighestOffset));
    if (!row.at_end()) {
      fail(fmt::format("{} behind the offset, expected the row's end", shown(row.rest())));
    }
    if (!sheet_.tracks.empty()) require_behind(sheet_.tracks.back(), track);
    sheet_.tracks.push_back(std::move(track));
  }

  void require_behind(const GdiTrack& before, const GdiTrack& track) const {
    if (track.number <= before.number) {
      fail(fmt::format("track {} behind track {}, expected a higher number", track.number,
                       before.number));
    }
    if (track.lba <= before.lba) {
      fail(fmt::format("track {} at LBA {} behind track {} at LBA {}, expected a higher one",
                       track.number, track.lba.value, before.number, before.lba.value));
    }
  }

  const std::string& place_;
  GdiSheet sheet_;
  int line_ = 0;
};

}  // namespace

GdiSheet parse_gdi(std::string_view text, const std::string& place) {
  if (text.size() > kLargestSheet) {
    throw Error(ErrorCode::malformed, place,
                fmt::format("{} bytes, expected a GDI of at most 1 MiB", text.size()));
  }
  if (text.find('\0') != text.npos) {
    throw Error(ErrorCode::malformed, place, "binary data, expected a GDI");
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.ends_with('\x1A')) text.remove_suffix(1);
  return Parser(place).parse(text);
}

}  // namespace pregap::formats
