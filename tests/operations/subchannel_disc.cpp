#include "subchannel_disc.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "disc/complete.h"

namespace pregap::test {

Disc blank_disc() {
  Disc disc;
  disc.path = "disc.ccd";
  Track data{.number = 1, .type = TrackType::mode2, .declared = TrackType::mode2};
  data.indexes = {{1, Lba(0)}};
  data.extents = {{.file = kNoFile, .storage = Storage::blank, .first = Lba(0), .sectors = 1000}};
  Track audio{.number = 2, .type = TrackType::audio, .declared = TrackType::audio};
  audio.indexes = {{0, Lba(1000)}, {1, Lba(1150)}, {2, Lba(2000)}};
  audio.extents = {
      {.file = kNoFile, .storage = Storage::blank, .first = Lba(1000), .sectors = 2000}};
  disc.tracks = {data, audio};
  return disc;
}

Frames frames_of(const Disc& disc) {
  const SubchannelMaker maker(disc);
  Frames frames;
  for (Lba lba(0); lba < disc.tracks.back().end_lba(); ++lba) frames.push_back(maker.q(lba));
  return frames;
}

void add_sub(Disc& disc, const Frames& frames) {
  Bytes bytes;
  for (const QFrame& q : frames) {
    const auto sector = build_subchannel(Pause::no, q);
    bytes.insert(bytes.end(), sector.begin(), sector.end());
  }
  disc.files.push_back(memory_file(std::move(bytes), "disc.sub"));
  disc.subchannel = {{.file = disc.files.size() - 1,
                      .first = Lba(0),
                      .sectors = static_cast<std::int32_t>(frames.size())}};
  complete_disc(disc);
}

void reseal(QFrame& q) { put_q_crc(q, q_crc(q)); }

namespace {

Lines said_of(const VerifyReport& report) {
  constexpr std::size_t kFault = static_cast<std::size_t>(Fault::subchannel_q);
  Lines lines;
  if (report.subchannel) {
    const SubchannelReport& s = *report.subchannel;
    std::string line = fmt::format("{} {} {};", s.frames, s.bad, s.elsewhere);
    for (const TrackReport& track : report.tracks) {
      line += fmt::format(" {}", track.tally.faults[kFault]);
    }
    line += fmt::format(" of {}", report.tally.faults[kFault]);
    if (!s.mcn.empty()) line += " mcn " + s.mcn;
    for (const auto& [track, isrc] : s.isrcs) line += fmt::format(" {}: {}", track->number, isrc);
    lines.push_back(line);
  }
  for (const Problem& p : report.problems) {
    lines.push_back(fmt::format("{} {}: {}", name_of(p.severity), p.code, p.message));
  }
  return lines;
}

}  // namespace

Lines said_of(const Disc& disc) {
  const VerifyReport one = verify(disc, {.work = {.threads = 1}});
  const VerifyReport many = verify(disc, {.work = {.threads = 3}});
  EXPECT_EQ(said_of(one), said_of(many));
  EXPECT_EQ(one.tally.bad(), 0);
  return said_of(one);
}

Lines said_after(const std::function<void(Frames&)>& change, Disc disc) {
  Frames frames = frames_of(disc);
  change(frames);
  add_sub(disc, frames);
  return said_of(disc);
}

void move_by(QFrame& q, Lba lba) {
  const std::array<std::uint8_t, 3> absolute = to_bcd(*to_msf(lba));
  std::ranges::copy(absolute, q.begin() + 7);
  reseal(q);
}

}  // namespace pregap::test
