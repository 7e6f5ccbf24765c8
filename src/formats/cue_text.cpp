#include "formats/cue_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace pregap::formats {
namespace {

constexpr std::size_t kLongestQuote = 40;
constexpr int kMillion = 1'000'000;

constexpr bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t sequence_length(char first) noexcept {
  const unsigned byte = static_cast<unsigned char>(first);
  if (byte < 0xC0) return 1;
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// What changes a terminal's state or the order of what is read after it.
bool must_be_escaped(std::uint32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200E && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_escaped(std::string& out, std::string_view sequence) {
  std::uint32_t code = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() > 1) code &= 0x7Fu >> sequence.size();
  for (const char c : sequence.substr(1)) code = code << 6 | (static_cast<unsigned>(c) & 0x3Fu);
  if (!must_be_escaped(code)) {
    out += sequence;
  } else {
    out += code < 0x100 ? fmt::format("\\x{:02X}", code) : fmt::format("\\u{{{:04X}}}", code);
  }
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out = "'";
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == kLongestQuote) return out + "...'";
    const std::size_t size = std::min(sequence_length(text[0]), text.size());
    append_escaped(out, text.substr(0, size));
    text.remove_prefix(size);
  }
  return out + "'";
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  const bool pair = text.substr(end).starts_with("\r\n");
  text.remove_prefix(std::min(end + (pair ? 2 : 1), text.size()));
  return line;
}

std::optional<int> parse_number(std::string_view digits) noexcept {
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  int value = 0;
  for (const char c : digits) value = std::min(value * 10 + (c - '0'), kMillion);
  return value;
}

ParsedTime parse_cue_time(std::string_view text) {
  struct Field {
    std::string_view name;
    int highest;
  };
  static constexpr std::array<Field, 3> kFields{{{"minutes", 99}, {"seconds", 59}, {"frames", 74}}};
  const auto fault = [text](std::string_view expected) {
    return ParsedTime{.time = {}, .fault = fmt::format("time {}, {}", shown(text), expected)};
  };
  static constexpr std::string_view kForm = "expected mm:ss:ff";

  std::array<int, kFields.size()> values{};
  bool overlong = false, negative = false;
  std::string_view rest = text;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const std::size_t end = i + 1 == kFields.size() ? rest.size() : rest.find(':');
    if (end == std::string_view::npos) return fault(kForm);
    std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (field.starts_with('-')) {
      negative = true;
      field.remove_prefix(1);
    }
    const std::optional<int> value = parse_number(field);
    if (!value) return fault(kForm);
    values[i] = *value;
    overlong = overlong || field.size() > 2;
  }
  if (negative) {
    ParsedTime result = fault("expected one that is not negative");
    result.negative = true;
    return result;
  }
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const auto& [name, highest] = kFields[i];
    if (values[i] > highest) return fault(fmt::format("expected {} up to {}", name, highest));
  }
  if (overlong) return fault(kForm);
  const CueTime time = (values[0] * 60 + values[1]) * kFramesPerSecond + values[2];
  return {.time = time, .fault = {}};
}

std::string format_cue_time(CueTime time) {
  return fmt::format("{:02}:{:02}:{:02}", time / kFramesPerMinute, time / kFramesPerSecond % 60,
                     time % kFramesPerSecond);
}

void CueLine::skip(std::size_t count) noexcept {
  rest_ = trimmed(rest_.substr(std::min(count, rest_.size())));
}

std::string_view CueLine::peek() const noexcept {
  return rest_.substr(0, std::min(rest_.find_first_of(" \t\v\f"), rest_.size()));
}

std::string_view CueLine::take_plain() noexcept {
  const std::string_view word = peek();
  skip(word.size());
  return word;
}

std::string_view CueLine::take_word() noexcept {
  if (!rest_.starts_with('"')) return take_plain();
  const std::size_t end = rest_.find('"', 1);
  unclosed_ = end == std::string_view::npos;
  const std::string_view word = trimmed(rest_.substr(1, unclosed_ ? end : end - 1));
  skip(unclosed_ ? rest_.size() : end + 1);
  return word;
}

std::string_view CueLine::take_rest() noexcept {
  std::string_view text = rest_;
  std::size_t taken = rest_.size();
  if (rest_.starts_with('"')) {
    const std::size_t end = rest_.rfind('"');
    unclosed_ = end == 0;
    text = unclosed_ ? rest_.substr(1) : rest_.substr(1, end - 1);
    if (!unclosed_) taken = end + 1;
  }
  skip(taken);
  return text;
}

}  // namespace pregap::formats
