#include "operations/verify_subchannel.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace pregap::operations {
namespace {

// The CRC is left out: .sbi files have none.
bool is_patched(const std::vector<QPatch>& patches, const QReading& reading) {
  const auto at = std::ranges::lower_bound(patches, reading.lba, {}, &QPatch::lba);
  return at != patches.end() && at->lba == reading.lba &&
         std::equal(at->q.begin(), at->q.begin() + 10, reading.q.begin());
}

std::int64_t patches_with_q(const Disc& disc) {
  return std::ranges::count_if(disc.q_patches, [&](const QPatch& patch) {
    const SubchannelRun* run = subchannel_run_at(disc, patch.lba);
    return run != nullptr && has_q(run->order) && disc.track_at(patch.lba) != nullptr;
  });
}

void warn(VerifyReport& report, std::string code, std::string message) {
  report.problems.push_back(
      {.severity = Severity::warning, .code = std::move(code), .message = std::move(message)});
}

}  // namespace

SubchannelCheck::SubchannelCheck(const Disc& disc)
    : disc_(disc), layout_(disc), places_(layout_), protection_(layout_) {}

void SubchannelCheck::ask_for_q(PassOptions& options) {
  const auto q = [](const SubchannelRun& run) { return has_q(run.order); };
  if (std::ranges::none_of(disc_.subchannel, q)) return;
  options.q_layout = &layout_;
  options.take_q = [this](const ReadQ& read) { take(read); };
}

void SubchannelCheck::take(const ReadQ& read) {
  result_.frames += read.found->frames;
  for (const QReading& reading : read.found->singular) {
    patched_ += is_patched(disc_.q_patches, reading);
    if (reading.crc_good) {
      take_good(read, reading);
    } else {
      take_bad(read.track, reading);
    }
  }
}

void SubchannelCheck::take_bad(const Track* track, const QReading& reading) {
  ++result_.bad;
  ++bad_[track];
  if (std::ranges::all_of(reading.q, [](std::uint8_t b) { return b == 0; })) {
    ++empty_;
  } else {
    protection_.take_bad(reading.lba, reading.q);
  }
}

void SubchannelCheck::take_good(const ReadQ& read, const QReading& reading) {
  if (is_patched(disc_.q_patches, reading)) return;
  const QContent content = parse_q(reading.q);
  mcns_.add(content.mcn);
  isrcs_[read.track].add(content.isrc);
  const std::int64_t before = places_.misaddressed();
  places_.agrees(reading.lba, content, read.header_at(reading.lba));
  if (places_.misaddressed() != before) protection_.take_misaddressed(reading.lba);
}

void SubchannelCheck::report_codes(VerifyReport& report) const {
  const std::string place = disc_.path.string();
  const std::string& mcn = report.subchannel->mcn;
  if (!mcn.empty() && !disc_.mcn.empty() && mcn != disc_.mcn) {
    warn(report, "subchannel.mcn",
         fmt::format("{}: Q has the MCN {}, the descriptor {}", place, mcn, printable(disc_.mcn)));
  }
  for (const auto& [track, isrc] : report.subchannel->isrcs) {
    if (track->isrc.empty() || track->isrc == isrc) continue;
    warn(report, "subchannel.isrc",
         fmt::format("{}: Q has the ISRC {} for track {}, the descriptor {}", place, isrc,
                     track->number, printable(track->isrc)));
  }
}

void SubchannelCheck::finish(VerifyReport& report) {
  if (result_.frames == 0) return;
  const std::string place = disc_.path.string();
  result_.elsewhere = places_.elsewhere();
  result_.mcn = mcns_.most_frequent();
  for (TrackReport& track : report.tracks) {
    constexpr std::size_t kFault = static_cast<std::size_t>(Fault::subchannel_q);
    track.tally.faults[kFault] += bad_[track.track];
    report.tally.faults[kFault] += bad_[track.track];
    const std::string& isrc = isrcs_[track.track].most_frequent();
    if (!isrc.empty()) result_.isrcs.emplace_back(track.track, isrc);
  }
  if (empty_ == result_.frames) {
    report.problems.push_back(
        {.severity = Severity::note,
         .code = "subchannel.empty",
         .message = fmt::format("{}: every Q frame is zero: the sub-channel was not read", place)});
  }
  places_.report(place,
                 protection_.misaddressed_on_purpose() ? QPlaces::Addresses::leave_out
                                                       : QPlaces::Addresses::show,
                 report.problems);
  protection_.report(place, report.problems);
  if (const std::int64_t patches = patches_with_q(disc_); patched_ < patches) {
    warn(report, "subchannel.patches",
         fmt::format("{}: {} of {} from the .sbi or .lsd file not in the sub-channel", place,
                     patches - patched_, counted(patches, "altered Q frame")));
  }
  report.subchannel = std::move(result_);
  report_codes(report);
}

}  // namespace pregap::operations
