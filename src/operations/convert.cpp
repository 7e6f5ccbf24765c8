#include "operations/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

void refuse_acquisition(const std::filesystem::path& out, const ConvertOptions& options) {
  if (options.acquisition == Acquisition{}) return;
  throw Error(
      ErrorCode::usage, out.string(),
      "--case, --examiner, --evidence, --description or --notes, expected them for .E01 only");
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

bool is_faulty(const Disc& disc) {
  return std::ranges::any_of(disc.problems,
                             [](const Problem& p) { return p.severity == Severity::fault; });
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

namespace {

struct Target {
  std::string_view word;  // an ending without its dot, or --to
  std::string_view format;
};
constexpr std::array kTargets = {Target{"iso", "iso"},  Target{"cue", "cue"}, Target{"ccd", "ccd"},
                                 Target{"toc", "toc"},  Target{"gdi", "gdi"}, Target{"bin", "bin"},
                                 Target{"img", "bin"},  Target{"raw", "bin"}, Target{"wav", "wav"},
                                 Target{"flac", "flac"}};

std::string_view format_of(const std::filesystem::path& out, const std::string& to) {
  const std::string ending = to_lower(out.extension().string());
  const std::string word = !to.empty() ? to_lower(to) : ending.empty() ? "" : ending.substr(1);
  const auto target = std::ranges::find(kTargets, word, &Target::word);
  if (target != kTargets.end()) return target->format;
  constexpr std::string_view kKnown = "iso, cue, ccd, toc, gdi, bin, wav or flac";
  throw Error(ErrorCode::unsupported, out.string(),
              word.empty()
                  ? fmt::format("a name without an ending, expected {}", kKnown)
                  : fmt::format("output format \"{}\", expected {}", printable(word, 40), kKnown));
}

void require_disc_options(const std::filesystem::path& out, std::string_view format,
                          const ConvertOptions& options) {
  if (options.sparse || options.split_size > 0) {
    throw Error(ErrorCode::usage, out.string(),
                "--sparse or --split-size for a disc, expected them for disk images");
  }
  if (format == "iso" && (options.split_tracks || options.make_subchannel)) {
    throw Error(ErrorCode::usage, out.string(),
                "--split or --make-subchannel for .iso, expected neither");
  }
  operations::refuse_acquisition(out, options);
}

}  // namespace

ConvertReport convert(const Disc& disc, const std::filesystem::path& out,
                      const ConvertOptions& options) {
  const std::string_view format = format_of(out, options.to);
  require_disc_options(out, format, options);
  if (format == "iso") return operations::convert_to_iso(disc, out, options);
  if (format == "wav" || format == "flac") {
    return operations::convert_to_audio(disc, format, out, options);
  }
  return operations::convert_to_image(disc, format, out, options);
}

}  // namespace pregap
