#include "operations/rip_offsets.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr int kMostSamples = 5880;

struct Known {
  std::string_view name;
  int samples;
};
constexpr std::array kKnown = {
    Known{"PLEXTOR CD-R PX-W4824A", 98},  Known{"PLEXTOR CD-R PREMIUM", 30},
    Known{"PLEXTOR DVDR PX-716A", 30},    Known{"PLEXTOR DVDR PX-755A", 30},
    Known{"PLEXTOR DVDR PX-760A", 30},    Known{"ASUS DRW-24B1ST a", 6},
    Known{"HL-DT-ST BD-RE WH14NS40", 6},  Known{"HL-DT-ST BD-RE WH16NS40", 6},
    Known{"HL-DT-ST DVDRAM GH24NSB0", 6}, Known{"TSSTcorp CDDVDW SE-218BB", 6},
    Known{"TSSTcorp CDDVDW SH-224DB", 6}, Known{"PIONEER BD-RW BDR-209D", 667},
    Known{"PIONEER DVD-RW DVR-111D", 48},
};

// Letters and digits in capitals: what lists and drives write the same.
std::string essence(std::string_view name) {
  std::string text;
  for (const char c : to_upper(name)) {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) text += c;
  }
  return text;
}

std::optional<int> leading_number(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '"')) text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool alone = end == text.data() + text.size() || *end == '\t' || *end == ',' ||
                     *end == ' ' || *end == '"' || *end == '\r';
  if (error != std::errc() || !alone || value < -kMostSamples || value > kMostSamples) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<int> known_offset(std::string_view drive) {
  const std::string wanted = essence(drive);
  for (const Known& known : kKnown) {
    if (essence(known.name) == wanted) return known.samples;
  }
  return std::nullopt;
}

std::vector<DriveOffset> parse_offset_table(std::string_view text, const std::string& place) {
  std::vector<DriveOffset> table;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    const std::size_t mark = line.find_first_of("\t,");
    if (mark == std::string_view::npos) continue;
    const std::optional<int> samples = leading_number(line.substr(mark + 1));
    const std::string_view name = line.substr(0, mark);
    if (samples && !essence(name).empty()) table.push_back({std::string(name), *samples});
  }
  if (table.empty()) {
    throw Error(ErrorCode::malformed, place,
                "no drive with a number of samples, expected \"VENDOR - MODEL\", a tab or comma, "
                "and the correction in each line");
  }
  return table;
}

std::optional<int> find_offset(const std::vector<DriveOffset>& table, std::string_view drive) {
  const std::string wanted = essence(drive);
  for (const DriveOffset& row : table) {
    if (essence(row.name) == wanted) return row.samples;
  }
  return std::nullopt;
}

}  // namespace pregap::operations
