#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/repair.h"

namespace pregap::report {
namespace {

constexpr std::size_t kShortList = 20;  // ranges shown without --verbose

std::string_view words_for(Reason reason) {
  constexpr std::array<std::string_view, kReasons> words = {
      "",
      "not chosen",
      "neighbours that carry others' addresses: copy protection?",
      "neighbours with the same wrong sync: copy protection?",
      "the mode byte alone is another: copy protection?",
      "its bytes are another sector's too",
      "in a compressed or padded file",
      "sync, header or form are in doubt",
      "filled with one byte value",
      "the dumps differ"};
  return words[static_cast<std::size_t>(reason)];
}

std::string_view words_for(Basis basis) {
  constexpr std::array<std::string_view, kBases> words = {"parity",
                                                          "data that the EDC proves",
                                                          "neighbours' addresses",
                                                          "C2 pointers",
                                                          "filled bytes",
                                                          "request",
                                                          "a sound sector of another dump",
                                                          "another dump's parity",
                                                          "pieces of two dumps",
                                                          "what the dumps agree on",
                                                          "the only dump that has it",
                                                          "the vote of the dumps"};
  return words[static_cast<std::size_t>(basis)];
}

// Each of them as `word` has it.
template <typename Word>
std::string bases_text(BasisSet basis, std::string_view between, Word word) {
  std::string text;
  for (int b = 0; b < kBases; ++b) {
    if (!basis.has(static_cast<Basis>(b))) continue;
    text += fmt::format("{}{}", text.empty() ? "" : between, word(static_cast<Basis>(b)));
  }
  return text;
}

std::string more_text(std::int64_t rest, const char* what, const Style& style) {
  if (rest == 0) return {};
  return fmt::format("  {} more{}\n", counted(rest, what),
                     style.verbose ? "" : " (--verbose lists all)");
}

std::size_t shown_of(std::size_t all, const Style& style) {
  return style.verbose ? all : std::min(all, kShortList);
}

std::string deed_text(const RepairRange& range) {
  std::string text(name_of(range.deed));
  if (range.deed == Deed::left) text = "left alone";
  if (range.reason != Reason::none) text += fmt::format(" ({})", words_for(range.reason));
  if (!range.basis.empty())
    text +=
        fmt::format(", by {}", bases_text(range.basis, ", ", [](Basis b) { return words_for(b); }));
  for (const int dump : range.provenance) text += fmt::format(" (dump {})", dump);
  return text;
}

std::string ranges_text(const RepairReport& report, const Style& style) {
  std::string text;
  const std::size_t shown = shown_of(report.ranges.size(), style);
  for (std::size_t i = 0; i < shown; ++i) {
    const RepairRange& range = report.ranges[i];
    text += fmt::format("  {}: {} - {}\n", lba_range(range.first, range.count),
                        range.faults.empty() ? "sound" : list_of(range.faults), deed_text(range));
  }
  return text +
         more_text(static_cast<std::int64_t>(report.ranges.size() - shown) + report.ranges_left_out,
                   "range", style);
}

std::string counts_text(const RepairReport& report) {
  std::string text;
  for (const Deed deed : {Deed::corrected, Deed::merged, Deed::regenerated, Deed::renumbered,
                          Deed::left, Deed::lost}) {
    const std::int64_t n = report.deeds[static_cast<std::size_t>(deed)];
    if (n == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_thousands(n),
                        deed == Deed::left ? "left alone" : name_of(deed));
  }
  return text;
}

std::string dumps_text(const RepairReport& report) {
  std::string text;
  for (std::size_t i = 0; i < report.dumps.size(); ++i) {
    const DumpPlace& dump = report.dumps[i];
    text += fmt::format("  dump {}: {}, {} found", i + 1, shown(dump.path.string()),
                        counted(dump.tracks, "track"));
    if (dump.offset_samples != 0) {
      text += fmt::format(", {} {}", counted(std::abs(dump.offset_samples), "sample"),
                          dump.offset_samples > 0 ? "later" : "earlier");
    }
    for (const int track : dump.missing) text += fmt::format(", track {} is not in it", track);
    text += '\n';
  }
  return text;
}

std::string doubts_text(const RepairReport& report, const Style& style) {
  std::string text;
  const std::size_t shown = shown_of(report.doubts.size(), style);
  for (std::size_t i = 0; i < shown; ++i) {
    const SectorDoubt& doubt = report.doubts[i];
    text += fmt::format("  LBA {}: bytes {}-{} in doubt\n", doubt.lba.value, doubt.offset,
                        doubt.offset + doubt.size - 1);
  }
  return text +
         more_text(static_cast<std::int64_t>(report.doubts.size() - shown) + report.doubts_left_out,
                   "doubt", style);
}

std::string journal_text(const RepairReport& report) {
  const std::string path = shown(report.journal_path.string());
  switch (report.journal) {
    case JournalState::none:
      return {};
    case JournalState::fresh:
      return fmt::format("  undo: {} (--undo takes the repair back)\n", path);
    case JournalState::completed:
      return fmt::format("  an interrupted repair was completed from {}\n", path);
    case JournalState::kept:
      return fmt::format("  undo: {} is of an earlier repair\n", path);
  }
  return {};
}

}  // namespace

std::string repair_text(const RepairShown& what, const RepairReport& report, const Style& style) {
  const std::string image = shown(what.image);
  std::string text;
  if (report.was_sound) {
    text = fmt::format("{}: sound, nothing to repair{}\n", image,
                       what.in_place || what.dry_run ? "" : "; no output written");
  } else {
    const std::string counts = counts_text(report);
    text = fmt::format("{}: {}, {}{}\n", image, counted(report.sectors, "sector"),
                       counts.empty() ? "none bad" : counts,
                       what.dry_run ? " (dry run: nothing is written)" : "");
  }
  text += dumps_text(report);
  text += ranges_text(report, style);
  text += doubts_text(report, style);
  if (report.q_frames > 0) {
    text += fmt::format("  {} of the sub-channel from other dumps\n",
                        counted(report.q_frames, "Q frame"));
  }
  text += problem_lines(report.problems, style);
  if (!report.was_sound && report.unchanged() && report.written && !what.in_place) {
    text += "  nothing in it could be changed: the output is a copy\n";
  }
  for (const std::filesystem::path& out : report.outputs) {
    text += out == report.outputs.front()
                ? fmt::format("{}: written, {} bytes in all\n", shown(out.string()),
                              with_thousands(static_cast<long long>(report.bytes)))
                : fmt::format("{}: beside it\n", shown(out.string()));
  }
  return text + journal_text(report);
}

std::string provenance_map(const std::string& image, const RepairReport& report) {
  std::string text = fmt::format("# pregap provenance map 1\n# dump 0: {}\n", shown(image));
  for (std::size_t i = 0; i < report.dumps.size(); ++i) {
    text += fmt::format("# dump {}: {}, offset {} samples\n", i + 1,
                        shown(report.dumps[i].path.string()), report.dumps[i].offset_samples);
  }
  text += "# first LBA, last LBA, dump (* several), what it rests on\n";
  for (const ProvenanceRange& range : report.provenance) {
    const std::string bases =
        bases_text(range.basis, ",", [](Basis basis) { return name_of(basis); });
    text += fmt::format("{} {} {} {}\n", range.first.value, range.first.value + range.count - 1,
                        range.dump < 0 ? "*" : std::to_string(range.dump),
                        bases.empty() ? "image" : bases);
  }
  return text;
}

std::string undo_text(const std::string& image, const UndoReport& report) {
  return fmt::format("{}: restored {} of {} ({} bytes); the journal is removed\n", shown(image),
                     with_thousands(report.restored), counted(report.changes, "changed place"),
                     with_thousands(static_cast<long long>(report.bytes)));
}

}  // namespace pregap::report
