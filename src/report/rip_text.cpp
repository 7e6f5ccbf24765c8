#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/rip.h"

namespace pregap::report {
namespace {

using operations::RipMap;
using operations::RipRange;
using operations::RipReport;
using operations::SectorState;

std::string ranges_text(const std::vector<RipRange>& ranges, const char* what) {
  std::string text;
  for (const RipRange& range : ranges) {
    text += fmt::format(
        "  LBA {}{}: {}\n", range.first.value,
        range.count == 1 ? "" : fmt::format("-{}", range.first.value + range.count - 1), what);
  }
  return text;
}

std::string disagreements(const RipReport& report) {
  std::string text;
  for (const operations::RipTrack& t : report.tracks) {
    if (t.accuraterip.known && !t.accuraterip.matched()) {
      text += fmt::format("  track {}: AccurateRip disagrees\n", t.number);
    }
    if (t.test_crc32 && *t.test_crc32 != t.hashes.front().second) {
      text += fmt::format("  track {}: the second reading differs\n", t.number);
    }
  }
  return text;
}

int badness(SectorState state) {
  switch (state) {
    case SectorState::good:
      return 0;
    case SectorState::untried:
      return 1;
    case SectorState::in_doubt:
      return 2;
    case SectorState::failed_in_block:
      return 3;
    case SectorState::unread:
      return 4;
  }
  return 4;
}

}  // namespace

std::string rip_text(const RipReport& report, const Style& style) {
  const bool sound = report.sound();
  std::string text =
      fmt::format("{:<12}{}: {}\n", sound ? "good" : "incomplete",
                  shown(report.outputs.front().string()), counted(report.sectors, "sector"));
  text += ranges_text(report.unread, "unread, filled");
  text += ranges_text(report.in_doubt, "in doubt");
  if (report.passes.out_of_time) text += "  ended by the time limit; --resume goes on\n";
  text += disagreements(report);
  if (report.unchecked) {
    text += "  user data alone, unchecked: the drive gives no EDC and parity\n";
  }
  if (report.missing_samples > 0) {
    text += fmt::format("  {} samples at the edges of the audio are beyond this drive: zeros\n",
                        report.missing_samples);
  }
  text += problem_lines(report.problems, style);
  for (const Loss& loss : report.losses) text += fmt::format("  lost: {}\n", loss.message);
  return text + fmt::format("  log: {}\n", shown(report.log.string()));
}

std::string map_line(const RipMap& map, std::size_t width) {
  std::string line;
  const std::int64_t sectors = map.sectors();
  const std::int64_t cells = std::min<std::int64_t>(static_cast<std::int64_t>(width), sectors);
  for (std::int64_t c = 0; c < cells; ++c) {
    SectorState worst = SectorState::good;
    for (std::int64_t i = c * sectors / cells; i < (c + 1) * sectors / cells; ++i) {
      const SectorState state = map[static_cast<std::int32_t>(i)];
      if (badness(state) > badness(worst)) worst = state;
    }
    line += worst == SectorState::untried ? '.' : static_cast<char>(worst);
  }
  return line;
}

}  // namespace pregap::report
