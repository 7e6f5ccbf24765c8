#include "formats/ccd_placing.h"

#include <algorithm>
#include <array>

namespace pregap::formats {
namespace {

constexpr std::int32_t kUsualPregap = 150;

class Trial {
 public:
  Trial(const CcdLayout& layout, const ByteSource& image, Storage storage)
      : layout_(layout), image_(image), stride_(stride_of(storage)) {}

  int score(const CcdPlacing& placing) const {
    int score = 0;
    std::uint64_t at = 0;  // sectors
    for (std::size_t s = 0; s < layout_.sessions.size(); ++s) {
      const CcdLayoutSession& session = layout_.sessions[s];
      const Lba start = session.tracks.front().start;
      at += static_cast<std::uint64_t>(placing.skipped[s]) +
            static_cast<std::uint64_t>(placing.pregaps[s]);
      score += address_score(at, start);
      if (!session.lead_out) return score;
      at += static_cast<std::uint64_t>(*session.lead_out - start);
    }
    return score + (image_.size() / stride_ == at ? 4 : 0);
  }

 private:
  int address_score(std::uint64_t sector, Lba expected) const {
    std::array<std::uint8_t, kSectorSize> bytes;
    if (image_.read(sector * stride_, bytes) < bytes.size() || !has_sync(bytes)) return 0;
    if (names(bytes, expected)) return 2;
    scramble(bytes);
    return names(bytes, expected) ? 2 : -3;
  }

  static bool names(RawSector sector, Lba expected) {
    const std::optional<Msf> msf = msf_from_bcd(sector.data() + kHeaderOffset);
    return msf && to_lba(*msf) == expected;
  }

  const CcdLayout& layout_;
  const ByteSource& image_;
  std::uint64_t stride_;
};

// As the control file says it.
CcdPlacing declared(const CcdLayout& layout) {
  CcdPlacing placing;
  for (const CcdLayoutSession& session : layout.sessions) {
    placing.pregaps.push_back(session.tracks.front().pregap);
  }
  placing.skipped.assign(layout.sessions.size(), 0);
  return placing;
}

// The first track's pregap is there though nothing says so, or the reverse.
bool turn_first_pregap(const CcdLayout& layout, CcdPlacing& placing) {
  const Lba start = layout.sessions.front().tracks.front().start;
  const bool stored = placing.pregaps.front() > 0;
  if (start == Lba(0) && !stored) return false;
  placing.pregaps.front() = stored ? 0 : start.value;
  placing.said = stored ? "the pregap of the first track is not in the image"
                        : "the sectors before the first track are in the image";
  return true;
}

bool turn_later_pregaps(const CcdLayout& layout, CcdPlacing& placing) {
  bool any = false;
  for (std::size_t s = 1; s < placing.pregaps.size(); ++s) {
    const std::int32_t room =
        layout.sessions[s].tracks.front().start - *layout.sessions[s - 1].lead_out;
    const std::int32_t other = placing.pregaps[s] > 0 ? 0 : std::min(kUsualPregap, room);
    any = any || other != placing.pregaps[s];
    placing.pregaps[s] = other;
  }
  placing.said = "the pregaps of later sessions are stored otherwise than the INDEX lines say";
  return any;
}

bool put_gaps_in(const CcdLayout& layout, CcdPlacing& placing) {
  for (std::size_t s = 1; s < placing.pregaps.size(); ++s) {
    placing.skipped[s] = layout.sessions[s].tracks.front().start -
                         *layout.sessions[s - 1].lead_out - placing.pregaps[s];
  }
  placing.said = "the gaps between the sessions are in the image";
  return placing.pregaps.size() > 1;
}

}  // namespace

CcdPlacing place_ccd_sessions(const CcdLayout& layout, const ByteSource& image, Storage storage) {
  const Trial trial(layout, image, storage);
  CcdPlacing best = declared(layout);
  int best_score = trial.score(best);
  const auto consider = [&](const CcdPlacing& placing) {
    const int score = trial.score(placing);
    if (score <= best_score) return;
    best = placing;
    best_score = score;
  };
  for (const bool turn_first : {false, true}) {
    CcdPlacing first = declared(layout);
    if (turn_first && !turn_first_pregap(layout, first)) continue;
    consider(first);
    CcdPlacing later = first;
    if (turn_later_pregaps(layout, later)) consider(later);
    CcdPlacing gaps = first;
    if (put_gaps_in(layout, gaps)) consider(gaps);
  }
  return best;
}

}  // namespace pregap::formats
