#include "pregap/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "disc/pass.h"
#include "operations/convert.h"
#include "operations/hashing.h"
#include "operations/hit_files.h"
#include "operations/verify_subchannel.h"
#include "volumes/contents.h"
#include "volumes/iso9660.h"

namespace pregap {
namespace {

class Collector {
 public:
  explicit Collector(const Disc& disc) : disc_(disc) {
    report_.problems = disc.problems;
    for (const Track& track : disc.tracks) {
      report_.tracks.push_back({.track = &track});
    }
  }

  void take(const SectorVerdict& v) {
    TrackReport& track = report_for(*v.track);
    count(v, track.tally);
    if (v.bad()) operations::add_bad(track.bad, v.lba, v.faults, v.repairable);
    operations::add_jump(report_.problems, disc_, v);
  }

  VerifyReport finish() {
    for (const TrackReport& track : report_.tracks) report_.tally += track.tally;
    return std::move(report_);
  }

 private:
  // Sectors come track by track.
  TrackReport& report_for(const Track& track) {
    while (report_.tracks[current_].track != &track) ++current_;
    return report_.tracks[current_];
  }

  static void count(const SectorVerdict& v, Tally& t) {
    t.sectors += v.count;
    t.kinds[static_cast<std::size_t>(v.kind)] += v.count;
    if (v.checked) t.checked += v.count;
    if (v.faults.empty() && v.notes.empty()) return;
    for (std::size_t f = 0; f < kFaults; ++f) t.faults[f] += v.faults.has(static_cast<Fault>(f));
    for (std::size_t n = 0; n < kNotes; ++n) t.notes[n] += v.notes.has(static_cast<Note>(n));
    if (!v.bad()) return;
    ++(v.repairable ? t.repairable : t.unrepairable);
    if (v.fill) {
      ++t.filled;
      ++t.fills[*v.fill];
    }
  }

  const Disc& disc_;
  VerifyReport report_;
  std::size_t current_ = 0;
};

// A volume that claims more sectors than the disc has: the image may be cut at a sector's border,
// which nothing else shows. Only a warning, since some masters claim too much.
void check_volume_size(const Disc& disc, std::vector<Problem>& problems) {
  const auto is_data = [](const Track& t) { return t.is_data() && t.stored_sectors() > 0; };
  const auto track = std::ranges::find_if(disc.tracks, is_data);
  if (track == disc.tracks.end()) return;
  const auto data = user_data_source(disc, track->start_lba(), track->sectors());
  const std::vector<volumes::Volume> found = volumes::read_volumes(*data);
  const auto primary = std::ranges::find(found, "ISO 9660", &volumes::Volume::kind);
  if (primary == found.end() || primary->block_size == 0) return;
  const std::uint64_t wanted =
      (std::uint64_t{primary->blocks} * primary->block_size + kUserDataSize - 1) / kUserDataSize;
  const Lba end = disc.tracks.back().end_lba() + disc.tracks.back().unstored_postgap;
  const std::int64_t there = end - track->start_lba();
  if (static_cast<std::int64_t>(wanted) <= there) return;
  problems.push_back(
      {.severity = Severity::warning,
       .code = "volume.size",
       .message =
           fmt::format("{}: the volume of track {} claims {}, only {} are there: the image "
                       "may be cut short",
                       disc.path.string(), track->number,
                       counted(static_cast<long long>(wanted), "sector"), with_thousands(there))});
}

// What ISO 9660 says twice, where the volume's addresses are the track's. Warnings: many a pressed
// disc has it wrong.
void check_iso_fields(const Disc& disc, const WorkOptions& work, std::vector<Problem>& problems) {
  const Track* track = disc.track_at(Lba(0));
  if (track == nullptr || !track->is_data() || track->start_lba() != Lba(0)) return;
  const auto data = user_data_source(disc, Lba(0), track->sectors());
  if (volumes::read_volumes(*data).empty()) return;
  volumes::Contents contents;
  volumes::check_iso(*data, contents, work);
  for (Problem& problem : contents.problems) problems.push_back(std::move(problem));
}

// What UDF checks itself with, of each session: addresses count from the disc's start.
void check_udf_volumes(const Disc& disc, const WorkOptions& work, std::vector<Problem>& problems) {
  for (const Track& track : disc.tracks) {
    if (!track.is_data() || track.stored_sectors() == 0 || track.start_lba().value < 0) continue;
    const std::int32_t first = track.start_lba().value;
    const auto data = user_data_source(disc, Lba(0), first + track.sectors());
    volumes::Contents contents;
    volumes::check_udf_session(*data, static_cast<std::uint64_t>(first) * kUserDataSize, contents,
                               work);
    for (Problem& problem : contents.problems) {
      problem.repairable = false;  // repair mends sectors alone
      problems.push_back(std::move(problem));
    }
  }
}

// What the containers of the disc's files check themselves with; opening them showed some of it.
void check_containers(const Disc& disc, const WorkOptions& work, std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < disc.files.size(); ++i) {
    for (const Container& container : disc.files[i].containers) {
      if (!container.verify) continue;
      for (Problem& problem : container.verify(work)) {
        if (std::ranges::find(problems, problem.message, &Problem::message) != problems.end()) {
          continue;
        }
        problem.file = i;
        problems.push_back(std::move(problem));
      }
    }
  }
}

Verdict verdict_of(const VerifyReport& report) {
  const auto is_fault = [](const Problem& p) { return p.severity == Severity::fault; };
  if (report.tally.unrepairable > 0 || std::ranges::any_of(report.problems, is_fault)) {
    return Verdict::damaged;
  }
  if (report.tally.repairable > 0) return Verdict::repairable;
  return report.tally.checked > 0 ? Verdict::good : Verdict::unchecked;
}

}  // namespace

std::string_view name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::repairable:
      return "repairable";
    case Verdict::damaged:
      return "damaged";
    case Verdict::unchecked:
      return "unchecked";
  }
  return "";
}

Tally& Tally::operator+=(const Tally& other) {
  const auto add = [](auto& to, const auto& from) {
    std::ranges::transform(to, from, to.begin(), std::plus());
  };
  add(kinds, other.kinds);
  add(faults, other.faults);
  add(notes, other.notes);
  sectors += other.sectors;
  repairable += other.repairable;
  unrepairable += other.unrepairable;
  filled += other.filled;
  checked += other.checked;
  for (const auto& [byte, count] : other.fills) fills[byte] += count;
  return *this;
}

VerifyReport verify(const Disc& disc, const VerifyOptions& options) {
  operations::Hashing hashing(disc, operations::parse_hashes(options.hashes));
  const std::vector<PassRange> ranges = whole_disc(disc);
  if (options.work.progress != nullptr) options.work.progress->add_total(stored_bytes(ranges));
  Collector collector(disc);
  operations::SubchannelCheck subchannel(disc);
  PassOptions pass{.work = options.work, .join = true, .content = PassOptions::Content::none};
  subchannel.ask_for_q(pass);
  run_pass(
      disc, ranges, pass, [&](const SectorVerdict& verdict) { collector.take(verdict); },
      hashing.takers());
  VerifyReport report = collector.finish();
  subchannel.finish(report);
  hashing.finish(report);
  report.hit_files = operations::find_hit_files(disc, report);
  check_volume_size(disc, report.problems);
  check_iso_fields(disc, options.work, report.problems);
  check_udf_volumes(disc, options.work, report.problems);
  check_containers(disc, options.work, report.problems);
  report.verdict = verdict_of(report);
  return report;
}

}  // namespace pregap
