#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/text.h"

namespace pregap::report {
namespace {

constexpr std::size_t kShortList = 20;  // ranges shown of each track without --verbose

// "302 mode 1, 302 audio sectors"
std::string kinds_text(const Tally& tally) {
  std::string text;
  for (std::size_t k = 0; k < kSectorKinds; ++k) {
    if (tally.kinds[k] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_thousands(tally.kinds[k]),
                        words_for(static_cast<SectorKind>(k)));
  }
  if (text.empty()) return "no sectors";
  return text + (tally.sectors == 1 ? " sector" : " sectors");
}

std::string fills_text(const Tally& tally) {
  std::string text;
  for (const auto& [byte, count] : tally.fills) {
    text +=
        fmt::format("{}{} with 0x{:02X}", text.empty() ? "" : ", ", with_thousands(count), byte);
  }
  return text;
}

std::string bad_summary(const Tally& tally) {
  if (tally.bad() == 0) return {};
  std::string text =
      fmt::format("; {} bad: {} repairable, {} lost", with_thousands(tally.bad()),
                  with_thousands(tally.repairable), with_thousands(tally.unrepairable));
  if (tally.filled > 0) text += fmt::format(" (filled: {})", fills_text(tally));
  return text;
}

std::string ranges_text(const TrackReport& track, const Style& style) {
  std::string text;
  const std::size_t shown =
      style.verbose ? track.bad.size() : std::min(track.bad.size(), kShortList);
  for (std::size_t i = 0; i < shown; ++i) {
    const BadRange& range = track.bad[i];
    text += fmt::format("  track {} {}: {} - {}\n", track.track->number,
                        lba_range(range.first, range.count), list_of(range.faults),
                        range.repairable ? "repairable" : "lost");
  }
  if (shown < track.bad.size()) {
    text += fmt::format("  track {}: {} more (--verbose lists all)\n", track.track->number,
                        counted(static_cast<long long>(track.bad.size() - shown), "range"));
  }
  return text;
}

std::string tracks_text(const VerifyReport& report) {
  std::string text;
  for (const TrackReport& t : report.tracks) {
    text += fmt::format("  track {:<3}{:<6} LBA {:>6} to {:>6}: {}{}\n", t.track->number,
                        name_of(t.track->type), t.track->first_lba().value,
                        t.track->end_lba().value - 1, kinds_text(t.tally), bad_summary(t.tally));
  }
  return text;
}

std::string notes_text(const Tally& tally) {
  std::string text;
  for (std::size_t n = 0; n < kNotes; ++n) {
    if (tally.notes[n] == 0) continue;
    text += fmt::format("  note: {}: {}\n", counted(tally.notes[n], "sector"),
                        words_for(static_cast<Note>(n)));
  }
  return text;
}

std::string subchannel_text(const Disc& disc, const VerifyReport& report) {
  if (!report.subchannel) return {};
  const SubchannelReport& s = *report.subchannel;
  std::string text = fmt::format("  sub-channel: {}", counted(s.frames, "Q frame"));
  text += s.bad == 0 ? std::string(", all good") : fmt::format(", {} bad", with_thousands(s.bad));
  if (s.elsewhere > 0) text += fmt::format(", {} elsewhere", with_thousands(s.elsewhere));
  text += '\n';
  if (!s.mcn.empty() && disc.mcn.empty()) {
    text += fmt::format("  MCN {}, from the sub-channel\n", s.mcn);
  }
  for (const auto& [track, isrc] : s.isrcs) {
    if (!track->isrc.empty()) continue;
    text += fmt::format("  track {}: ISRC {}, from the sub-channel\n", track->number, isrc);
  }
  return text;
}

// As checksum tools print them: the value, then what it is of.
std::string hashes_text(const Disc& disc, const VerifyReport& report) {
  std::string text;
  for (const FileHashes& file : report.files) {
    for (const auto& [name, value] : file.hashes) {
      text += fmt::format("  {:<6}  {}  {}\n", name, value,
                          shown(disc.files[file.file].path.filename().string()));
    }
  }
  for (const TrackReport& track : report.tracks) {
    for (const auto& [name, value] : track.hashes) {
      text += fmt::format("  {:<6}  {}  track {}\n", name, value, track.track->number);
    }
  }
  return text;
}

std::string hit_files_text(const VerifyReport& report, const Style& style) {
  constexpr std::size_t kShown = 20;
  std::string text;
  std::size_t n = 0;
  for (const HitFile& file : report.hit_files) {
    if (n++ == kShown && !style.verbose) {
      text +=
          fmt::format("  and {} more (--verbose)\n",
                      counted(static_cast<long long>(report.hit_files.size() - kShown), "file"));
      break;
    }
    text += fmt::format("  in /{}: {}{}\n", printable(file.path),
                        counted(static_cast<long long>(file.lbas.size()), "bad sector"),
                        file.repairable ? ", repairable" : "");
  }
  return text;
}

}  // namespace

std::string verify_text(const Disc& disc, const VerifyReport& report, const Style& style) {
  std::string text =
      fmt::format("{}  {}: {}{}\n",
                  coloured(report.verdict, fmt::format("{:<10}", name_of(report.verdict)), style),
                  shown(disc.path.string()), kinds_text(report.tally), bad_summary(report.tally));
  if (style.verbose) text += tracks_text(report);
  for (const TrackReport& track : report.tracks) text += ranges_text(track, style);
  text += hit_files_text(report, style);
  text += problem_lines(report.problems, style);
  text += notes_text(report.tally);
  text += subchannel_text(disc, report);
  return text + hashes_text(disc, report);
}

}  // namespace pregap::report
