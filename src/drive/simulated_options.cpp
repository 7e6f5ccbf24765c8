#include "drive/simulated_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <limits>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::drive {
namespace {

class Parser {
 public:
  explicit Parser(const std::string& name) : name_(name) {}

  SimulatedOptions parse() {
    const std::string_view rest = std::string_view(name_).substr(kSimulatedPrefix.size());
    const std::size_t mark = rest.find('?');
    options_.image = std::string(rest.substr(0, mark));
    if (options_.image.empty()) fail("no image", "simulated:IMAGE");
    if (mark == std::string_view::npos) return options_;
    std::string_view query = rest.substr(mark + 1);
    while (!query.empty()) {
      const std::size_t end = query.find('&');
      take(query.substr(0, end));
      query = end == std::string_view::npos ? "" : query.substr(end + 1);
    }
    return options_;
  }

 private:
  [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
    throw Error(ErrorCode::usage, printable(name_, 80),
                fmt::format("{}, expected {}", found, expected), "docs/drives.md lists the keys");
  }

  std::int64_t number(std::string_view text, std::int64_t least, std::int64_t most) const {
    std::int64_t value = 0;
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < least ||
        value > most) {
      fail(fmt::format("{}=\"{}\"", key_, printable(text, 40)),
           fmt::format("a number from {} to {}", least, most));
    }
    return value;
  }

  int small(std::string_view text, int least, int most) const {
    return static_cast<int>(number(text, least, most));
  }

  LbaRanges ranges(std::string_view text) const {
    LbaRanges result;
    while (!text.empty()) {
      const std::size_t comma = text.find(',');
      const std::string_view part = text.substr(0, comma);
      const std::size_t dash = part.find('-', 1);  // addresses may be negative
      const auto lba = [&](std::string_view digits) {
        return Lba(small(digits, kLowestLba.value, kHighestLba.value));
      };
      const Lba first = lba(part.substr(0, dash));
      const Lba last = dash == std::string_view::npos ? first : lba(part.substr(dash + 1));
      if (last < first) fail(fmt::format("{}={}", key_, part), "FIRST-LAST, the lower one first");
      result.push_back({first, last});
      text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
    }
    if (result.empty()) fail(fmt::format("{} without a value", key_), "FIRST-LAST,...");
    return result;
  }

  void lacks(std::string_view text) {
    const std::array<std::pair<std::string_view, bool*>, 7> known = {
        {{"c2", &options_.no_c2},
         {"sub", &options_.no_subchannel},
         {"raw-sub", &options_.no_raw_subchannel},
         {"full-toc", &options_.no_full_toc},
         {"cd-text", &options_.no_cd_text},
         {"read-cd", &options_.no_read_cd},
         {"medium", &options_.no_medium}}};
    while (!text.empty()) {
      const std::size_t comma = text.find(',');
      const std::string_view word = text.substr(0, comma);
      const auto at = std::ranges::find(known, word, &std::pair<std::string_view, bool*>::first);
      if (at == known.end()) {
        fail(fmt::format("lacks={}", printable(word, 40)),
             "c2, sub, raw-sub, full-toc, cd-text, read-cd or medium");
      }
      *at->second = true;
      text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
    }
  }

  template <typename Value, std::size_t N>
  Value choice(std::string_view text,
               const std::array<std::pair<std::string_view, Value>, N>& known,
               const char* expected) const {
    for (const auto& [word, value] : known) {
      if (word == text) return value;
    }
    fail(fmt::format("{}={}", key_, printable(text, 40)), expected);
  }

  void take(std::string_view word) {
    const std::size_t equals = word.find('=');
    key_ = word.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
    if (!take_ranges(value) && !take_number(value) && !take_word(value)) {
      fail(fmt::format("key \"{}\"", printable(key_, 40)), "one that a simulated drive knows");
    }
  }

  bool take_ranges(std::string_view value) {
    const std::array<std::pair<std::string_view, LbaRanges*>, 6> known = {
        {{"unreadable", &options_.unreadable},
         {"flaky", &options_.flaky},
         {"scratch", &options_.scratch},
         {"c2", &options_.c2},
         {"silent", &options_.silent},
         {"hang", &options_.hang}}};
    for (const auto& [key, target] : known) {
      if (key == key_) *target = ranges(value);
      if (key == key_) return true;
    }
    return false;
  }

  bool take_number(std::string_view value) {
    SimulatedOptions& o = options_;
    const std::array<std::tuple<std::string_view, int*, int, int>, 6> numbers = {
        {{"flaky_period", &o.flaky_period, 1, 1000},
         {"wrong_bytes", &o.wrong_bytes, 1, 2352},
         {"jitter", &o.jitter, 0, 1'000'000},
         {"q_errors", &o.q_errors, 0, 1'000'000},
         {"cache", &o.cache, 0, 10'000},
         {"offset", &o.offset, -5880, 5880}}};
    for (const auto& [key, target, least, most] : numbers) {
      if (key == key_) *target = small(value, least, most);
      if (key == key_) return true;
    }
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::array<std::pair<std::string_view, std::optional<std::int64_t>*>, 3> counts = {
        {{"hang_at", &o.hang_at}, {"gone_after", &o.gone_after}, {"die_after", &o.die_after}}};
    for (const auto& [key, target] : counts) {
      if (key == key_) *target = number(value, 0, kMost);
      if (key == key_) return true;
    }
    if (key_ == "seed") o.seed = static_cast<std::uint64_t>(number(value, 0, kMost));
    return key_ == "seed";
  }

  bool take_word(std::string_view value) {
    using Orders = std::array<std::pair<std::string_view, BlockOrder>, 2>;
    using Overreads = std::array<std::pair<std::string_view, Overread>, 4>;
    if (key_ == "order") {
      options_.order = choice(
          value, Orders{{{"c2-sub", BlockOrder::data_c2_sub}, {"sub-c2", BlockOrder::data_sub_c2}}},
          "c2-sub or sub-c2");
    } else if (key_ == "overread") {
      options_.overread = choice(value,
                                 Overreads{{{"none", Overread::none},
                                            {"lead-in", Overread::lead_in},
                                            {"lead-out", Overread::lead_out},
                                            {"both", Overread::both}}},
                                 "none, lead-in, lead-out or both");
    } else if (key_ == "lacks") {
      lacks(value);
    } else if (key_ == "raw") {
      options_.bare = choice(
          value,
          std::array<std::pair<std::string_view, bool>, 2>{{{"whole", false}, {"bare", true}}},
          "whole or bare");
    } else if (key_ == "vendor") {
      options_.vendor = std::string(value.substr(0, 8));
    } else if (key_ == "model") {
      options_.model = std::string(value.substr(0, 16));
    } else {
      return false;
    }
    return true;
  }

  const std::string& name_;
  std::string_view key_;
  SimulatedOptions options_;
};

}  // namespace

bool holds(const LbaRanges& ranges, Lba lba) {
  return std::ranges::any_of(ranges, [lba](const LbaRange& range) { return range.holds(lba); });
}

bool is_simulated(std::string_view name) { return name.starts_with(kSimulatedPrefix); }

SimulatedOptions parse_simulated(const std::string& name) { return Parser(name).parse(); }

}  // namespace pregap::drive
