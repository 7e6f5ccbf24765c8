#include "rip/rip_fixture.h"

#include <fmt/format.h>

#include <algorithm>

#include "disc/complete.h"
#include "pregap/open.h"

namespace pregap::test {
namespace {

constexpr std::int32_t kSessionGap = 11250;  // lead-out and lead-in; the pause is stored

TrackPlan plan(SectorKind kind, TrackType type, int first, int count, int pregap = 0) {
  return {.type = type,
          .sectors = sound_sectors(kind, count, first),
          .pregap = pregap,
          .sampled = kind};
}

Sectors form1_and_2(int first, int count) {
  Sectors sectors;
  for (int lba = first; lba < first + count; ++lba) {
    const SectorKind kind = lba % 3 == 0 ? SectorKind::mode2_form2 : SectorKind::mode2_form1;
    sectors.push_back(sound_sector(kind, lba));
  }
  return sectors;
}

std::vector<TrackPlan> plans_of(const std::string& kind) {
  const auto audio = [](int first, int count, int pregap = 0) {
    return plan(SectorKind::audio, TrackType::audio, first, count, pregap);
  };
  if (kind == "mode1") return {plan(SectorKind::mode1, TrackType::mode1, 0, 300)};
  if (kind == "audio" || kind == "indexes" || kind == "text") {
    return {audio(0, 150), audio(150, 120, 20), audio(270, 80)};
  }
  if (kind == "mixed") {
    return {plan(SectorKind::mode1, TrackType::mode1, 0, 150), audio(150, 100, 40), audio(250, 90)};
  }
  if (kind == "xa") {
    return {{.type = TrackType::mode2,
             .sectors = form1_and_2(0, 300),
             .sampled = SectorKind::mode2_form1}};
  }
  if (kind == "mode2") return {plan(SectorKind::mode2, TrackType::mode2, 0, 200)};
  if (kind == "hidden") return {audio(0, 200, 80), audio(200, 100)};
  std::vector<TrackPlan> sessions = {
      audio(0, 150), plan(SectorKind::mode1, TrackType::mode1, 150 + kSessionGap, 300, 150)};
  sessions[1].hole = kSessionGap;
  return sessions;
}

class Ranges {
 public:
  void add(Lba lba) {
    if (!ranges_.empty() && ranges_.back().first + ranges_.back().count == lba) {
      ++ranges_.back().count;
    } else {
      ranges_.push_back({lba, 1});
    }
  }
  std::string text() const { return ranges_text(ranges_); }

 private:
  std::vector<operations::RipRange> ranges_;
};

}  // namespace

std::vector<std::string> all_kinds() {
  return {"mode1", "audio", "mixed", "xa", "mode2", "hidden", "indexes", "sessions", "text"};
}

Disc source_disc(const std::string& kind) {
  Disc disc = disc_of(plans_of(kind));
  if (kind == "sessions") disc.tracks.back().session = 2;
  if (kind == "indexes") {
    disc.tracks[0].indexes.push_back({2, Lba(60)});
    disc.tracks[0].indexes.push_back({3, Lba(101)});
    disc.tracks[2].indexes.push_back({2, Lba(300)});
  }
  if (kind == "text") {
    disc.mcn = "1234567890128";
    disc.tracks[0].isrc = "DEPRG2400001";
    disc.tracks[2].isrc = "DEPRG2400003";
    disc.text = {{"TITLE", "A Disc"}};
    disc.tracks[1].text = {{"TITLE", "A Song"}, {"PERFORMER", "Nobody"}};
    disc.tracks[1].flags.copy_permitted = true;
    disc.tracks[2].flags.pre_emphasis = true;
  }
  complete_disc(disc);
  return disc;
}

Ripped rip_disc(const Disc& source, const TempFolder& folder, const RipCase& rip_case) {
  const std::string name = "simulated:disc";
  const drive::SimulatedOptions faults = drive::parse_simulated(name + '?' + rip_case.query);
  drive::SimulatedDrive drive(name, faults, source);
  operations::RipOptions options;
  options.flush = false;
  if (rip_case.options) rip_case.options(options);
  const auto out = folder / rip_case.out;
  Ripped result{.report = operations::rip(drive, out, options), .disc = {}};
  result.disc = open_disc(result.report.outputs.front());
  return result;
}

std::string ranges_text(const std::vector<operations::RipRange>& ranges) {
  std::string text;
  for (const operations::RipRange& r : ranges) {
    if (!text.empty()) text += ", ";
    text += r.count == 1 ? fmt::format("{}", r.first.value)
                         : fmt::format("{}-{}", r.first.value, r.first.value + r.count - 1);
  }
  return text;
}

std::string differing(const Disc& a, const Disc& b) {
  Ranges ranges;
  std::array<std::uint8_t, kSectorSize> one, other;
  for (const Track& track : a.tracks) {
    for (Lba lba = track.first_lba(); lba < track.end_lba(); ++lba) {
      const bool there = a.read_sectors(lba, 1, one) == b.read_sectors(lba, 1, other);
      if (!there || one != other) ranges.add(lba);
    }
  }
  return ranges.text();
}

std::string differing_subchannel(const Disc& a, const Disc& b) {
  Ranges ranges;
  std::array<std::uint8_t, kSubchannelSize> one, other;
  for (const Track& track : a.tracks) {
    for (Lba lba = track.first_lba(); lba < track.end_lba(); ++lba) {
      const bool there = a.read_subchannel(lba, 1, one) == b.read_subchannel(lba, 1, other);
      if (!there || one != other) ranges.add(lba);
    }
  }
  return ranges.text();
}

}  // namespace pregap::test
