#include "operations/convert.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap {
namespace operations {

void require_not_a_source(const Disc& disc, const std::filesystem::path& out) {
  const auto same = [&](const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::equivalent(path, out, error) && !error;
  };
  bool source = same(disc.path);
  for (const DiscFile& file : disc.files) source = source || same(file.path);
  if (source) {
    throw Error(ErrorCode::refused, out.string(),
                "the image itself, expected another file to write to");
  }
}

void add_bad(std::vector<BadRange>& ranges, Lba lba, FaultSet faults, bool repairable) {
  if (!ranges.empty()) {
    BadRange& last = ranges.back();
    if (last.first + last.count == lba && last.faults == faults && last.repairable == repairable) {
      ++last.count;
      return;
    }
  }
  ranges.push_back({.first = lba, .count = 1, .faults = faults, .repairable = repairable});
}

void add_jump(std::vector<Problem>& problems, const Disc& disc, const SectorVerdict& v) {
  constexpr std::ptrdiff_t kMostShown = 10;
  if (!v.notes.has(Note::address_jump)) return;
  if (std::ranges::count(problems, "address.jump", &Problem::code) >= kMostShown) return;
  problems.push_back({.severity = Severity::warning,
                      .code = "address.jump",
                      .message = fmt::format(
                          "{}:LBA {}: the addresses jump by {:+} here: sectors may be missing, or "
                          "there twice",
                          disc.path.string(), v.lba.value, v.address_jump)});
}

std::string list_of(const std::vector<int>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ", ";
    text +=
        last == i ? fmt::format("{}", numbers[i]) : fmt::format("{}-{}", numbers[i], numbers[last]);
    i = last;
  }
  return text;
}

}  // namespace operations

bool ConvertReport::sound() const {
  for (const Problem& problem : problems) {
    if (problem.severity == Severity::fault) return false;
  }
  return written && uncorrectable == 0 && kept_damaged == 0;
}

ConvertReport convert(const Disc& disc, const std::filesystem::path& out,
                      const ConvertOptions& options) {
  const std::string ending = to_lower(out.extension().string());
  const std::string to = !options.to.empty() ? to_lower(options.to)
                         : ending.empty()    ? std::string()
                                             : ending.substr(1);
  if (to == "iso") return operations::convert_to_iso(disc, out, options);
  if (to == "cue") return operations::convert_to_cue(disc, out, options);
  throw Error(ErrorCode::unsupported, out.string(),
              to.empty()
                  ? "a name without an ending, expected .iso or .cue"
                  : fmt::format("output format \"{}\", expected iso or cue", printable(to, 40)));
}

}  // namespace pregap
