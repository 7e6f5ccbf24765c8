#include "report/style.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace pregap::report {

std::string coloured(Verdict verdict, std::string_view text, const Style& style) {
  if (style.colour == Colour::off) return std::string(text);
  const char* code = verdict == Verdict::good         ? "32"
                     : verdict == Verdict::repairable ? "33"
                     : verdict == Verdict::damaged    ? "31"
                                                      : "36";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string_view words_for(SectorKind kind) {
  constexpr std::array<std::string_view, kSectorKinds> words = {"mode 0", "mode 1", "mode 2",
                                                                "form 1", "form 2", "audio"};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view words_for(Note note) {
  constexpr std::array<std::string_view, kNotes> words = {
      "form 2 without EDC, which is allowed",
      "form 1 with parity over the real header",
      "mode 1 with intermediate bytes that are not zero",
      "sub-header copies that differ",
      "sound, but of another mode than the mode byte or the track says",
      "stored scrambled, checked after descrambling",
      "mode byte with block indicators",
      "jump in the addresses here",
      "addresses start elsewhere than the sheet says",
      "data-like sectors in an audio track that check as no data",
      "mode 2 and all zeros, which agree with every code: empty, or filled",
  };
  return words[static_cast<std::size_t>(note)];
}

std::string list_of(FaultSet faults) {
  std::string text;
  for (int f = 0; f < kFaults; ++f) {
    const Fault fault = static_cast<Fault>(f);
    if (!faults.has(fault)) continue;
    if (!text.empty()) text += ", ";
    text += name_of(fault);
  }
  return text;
}

std::string lba_range(Lba first, std::int32_t count) {
  if (count == 1) return fmt::format("LBA {}", first.value);
  return fmt::format("LBA {}-{}", first.value, first.value + count - 1);
}

std::string shown(const std::string& text) {
  constexpr std::size_t kLongest = 4096;
  return printable(text, kLongest);
}

std::string problem_lines(const std::vector<Problem>& problems, const Style& style) {
  std::string text;
  for (const Problem& problem : problems) {
    if (problem.severity == Severity::note && !style.verbose) continue;
    text += fmt::format("  {}: {}\n", name_of(problem.severity), shown(problem.message));
  }
  return text;
}

}  // namespace pregap::report
