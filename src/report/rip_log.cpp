// OUT.log: all that is known of how a disc was read, for people.
#include <fmt/format.h>

#include "base/text.h"
#include "report/rip.h"

namespace pregap::report {
namespace {

using operations::RipRange;
using operations::RipReport;
using operations::RipTrack;

const char* yes_no(bool value) { return value ? "yes" : "no"; }

std::string subchannel_text(drive::Sub sub) {
  return sub == drive::Sub::raw ? "raw, P to W" : sub == drive::Sub::q ? "Q" : "none";
}

std::string offset_text(const RipReport& report) {
  switch (report.offset_source) {
    case operations::OffsetSource::given:
      return fmt::format("{:+} samples, as given", report.offset);
    case operations::OffsetSource::table:
      return fmt::format("{:+} samples, from the table given", report.offset);
    case operations::OffsetSource::built_in:
      return fmt::format("{:+} samples, known of this drive", report.offset);
    case operations::OffsetSource::unknown:
      break;
  }
  return "not known, none applied: audio may be some samples off";
}

std::string drive_text(const RipReport& report) {
  const operations::DriveAbilities& a = report.abilities;
  const bool both = a.order.has_value();
  const char* order = !both                                        ? "not in one read"
                      : *a.order == drive::BlockOrder::data_c2_sub ? "data, C2, sub-channel"
                                                                   : "data, sub-channel, C2";
  std::string text =
      fmt::format("Drive: {} (revision {})\n", report.drive.name(), report.drive.revision);
  text += fmt::format("  C2 pointers: {}\n", yes_no(a.c2 != drive::C2::none));
  text += fmt::format("  sub-channel: {}\n", subchannel_text(a.sub));
  text += fmt::format("  order in a read: {}\n", order);
  if (report.capabilities) text += fmt::format("  memory: {} KiB\n", report.capabilities->buffer);
  text += fmt::format("  reads into the lead-in: {}\n", yes_no(a.overreads_lead_in));
  text += fmt::format("  reads into the lead-out: {}\n", yes_no(a.overreads_lead_out));
  text += fmt::format("Read offset correction: {}\n", offset_text(report));
  if (report.missing_samples > 0) {
    text += fmt::format(
        "  {} samples at the edges of the audio are beyond this drive and stand as "
        "zeros\n",
        report.missing_samples);
  }
  if (report.unchecked) {
    text += "Sectors: user data alone, unchecked here: this drive gives no EDC and parity\n";
  }
  return text;
}

std::string toc_text(const RipReport& report) {
  std::string text = "\nTOC\n  track  session  type   start     LBA     sectors  pregap\n";
  for (const RipTrack& t : report.tracks) {
    text += fmt::format("  {:>5}  {:>7}  {:<5}  {}  {:>6}  {:>7}  {:>6}\n", t.number, t.session,
                        name_of(t.type), to_msf(t.start) ? to_string(*to_msf(t.start)) : "",
                        t.start.value, t.end - t.start, t.pregap);
  }
  text += fmt::format("  lead-out at LBA {}\n", report.toc.lead_out().value);
  text += fmt::format("  full TOC: {}\n",
                      report.toc.entries.empty() ? "not given by the drive" : "read");
  text += fmt::format("  pregaps: {}\n",
                      report.gaps_known ? "found by sub-channel Q" : "not known: no sub-channel");
  text += fmt::format("  CD-Text: {}\n",
                      report.toc.cd_text.empty()
                          ? "none"
                          : counted(static_cast<long long>(report.toc.cd_text.size()), "pack"));
  if (!report.toc.mcn.empty()) text += fmt::format("  MCN: {}\n", report.toc.mcn);
  for (const operations::TocTrack& t : report.toc.tracks) {
    if (!t.isrc.empty()) text += fmt::format("  ISRC of track {}: {}\n", t.number, t.isrc);
  }
  if (report.toc.atip) {
    text +=
        fmt::format("  ATIP: {}, lead-in {}, last possible lead-out {}\n",
                    report.toc.atip->rewritable ? "CD-RW" : "CD-R",
                    to_string(report.toc.atip->lead_in), to_string(report.toc.atip->last_lead_out));
  }
  return text;
}

std::string ids_text(const RipReport& report) {
  std::string text = "\nDisc ids\n";
  if (!report.ids.musicbrainz.empty()) {
    text += fmt::format("  MusicBrainz: {}\n", report.ids.musicbrainz);
  }
  text += fmt::format("  FreeDB: {}\n", report.ids.freedb);
  if (!report.ids.accuraterip_file.empty()) {
    text += fmt::format("  AccurateRip: {}\n", report.ids.accuraterip_file);
  }
  return text;
}

std::string accuraterip_text(const RipTrack& t, bool asked) {
  std::string text = fmt::format("    AccurateRip v1 {:08X}, v2 {:08X}, frame 450 {:08X}",
                                 t.accuraterip_v1, t.accuraterip_v2, t.frame450);
  if (asked) {
    const operations::AccurateRipMatch& m = t.accuraterip;
    text += !m.known      ? ": not in the database"
            : m.matched() ? fmt::format(": agrees (confidence v1 {}, v2 {})", m.v1_confidence,
                                        m.v2_confidence)
                          : ": DISAGREES";
  }
  return text + '\n';
}

std::string track_text(const RipTrack& t, bool asked) {
  std::string text = fmt::format("  {:>2} {}", t.number, name_of(t.type));
  const bool good = t.unread == 0 && t.in_doubt == 0;
  text += good ? ": all read\n" : fmt::format(": {} unread, {} in doubt\n", t.unread, t.in_doubt);
  for (const auto& [name, value] : t.hashes) text += fmt::format("    {} {}\n", name, value);
  if (t.test_crc32) {
    const bool same = *t.test_crc32 == t.hashes.front().second;
    text += fmt::format("    second reading: {}\n", same ? "the same crc32"
                                                    : t.test_crc32->empty()
                                                        ? "not all of it could be read"
                                                        : "crc32 " + *t.test_crc32 + ", DIFFERENT");
  }
  if (t.type != TrackType::audio) return text;
  text += fmt::format("    peak {:.6f}\n", t.peak);
  return text + accuraterip_text(t, asked);
}

std::string ranges_text(const char* what, const std::vector<RipRange>& ranges) {
  std::string text;
  for (const RipRange& range : ranges) {
    text += fmt::format("  {}: LBA {} to {} ({})\n", what, range.first.value,
                        range.first.value + range.count - 1, counted(range.count, "sector"));
  }
  return text;
}

std::string reading_text(const RipReport& report) {
  const operations::PassCounts& p = report.passes;
  std::string text = "\nReading\n";
  text += fmt::format("  {} on the disc, {} read in {:.0f} s by {}\n",
                      counted(report.sectors, "sector"), with_thousands(report.sectors_read),
                      std::chrono::duration<double>(report.elapsed).count(),
                      counted(report.commands, "command"));
  for (std::size_t n = 0; n < p.reads.size(); ++n) {
    if (p.reads[n] == 0) continue;
    text += fmt::format("  read {}{}: {}\n", counted(static_cast<long long>(n), "time"),
                        n + 1 == p.reads.size() ? " or more" : "", counted(p.reads[n], "sector"));
  }
  text +=
      fmt::format("  failed commands: {}, of them without an answer: {}\n", p.errors, p.timeouts);
  text += fmt::format("  passes over bad places: {}\n", p.retry_passes);
  if (p.jitter > 0) text += fmt::format("  audio reads that began elsewhere: {}\n", p.jitter);
  if (p.corrected > 0) {
    text += fmt::format("  proven by EDC and parity in later reads: {}\n", p.corrected);
  }
  if (p.merged > 0) text += fmt::format("  settled by reads that agree: {}\n", p.merged);
  if (p.out_of_time) text += "  ended by the time limit\n";
  text += ranges_text("unread, filled", report.unread);
  text += ranges_text("in doubt", report.in_doubt);
  text += ranges_text("of these the same in every read", report.same_in_every_read);
  if (report.subchannel) {
    text += fmt::format("  sub-channel: {} with a bad Q, {} made from the layout\n",
                        counted(report.bad_q, "frame"), report.made_q);
  }
  return text;
}

}  // namespace

std::string rip_log(const RipReport& report) {
  std::string text = "pregap rip log\n\n" + drive_text(report) + toc_text(report) +
                     ids_text(report) + reading_text(report) + "\nTracks\n";
  for (const RipTrack& t : report.tracks) text += track_text(t, report.accuraterip_asked);
  if (report.audio_crc32) {
    text += fmt::format("  all audio but its first and last ten sectors: crc32 {:08x}\n",
                        *report.audio_crc32);
  }
  for (const Problem& problem : report.problems) {
    text += fmt::format("{}: {}\n", name_of(problem.severity), problem.message);
  }
  for (const Loss& loss : report.losses) text += fmt::format("lost: {}\n", loss.message);
  text += report.sound() ? "\nVerdict: everything was read and agrees\n"
                         : "\nVerdict: not everything was read, or not all of it agrees\n";
  return text;
}

}  // namespace pregap::report
