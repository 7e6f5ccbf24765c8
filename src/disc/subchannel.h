// The P and Q that a disc's layout asks for at each address: what its sub-channel is held against,
// and what a .sub file is made of where the source has none.
//
// Positions follow ECMA-130 22.3.3: in INDEX 00 the time in the track counts down, from the pause's
// length to one sector; from INDEX 01 on it counts up from zero. Some discs reach zero in the
// pause. P (22.2) is one in the pause and in the first sector behind it, since on discs it comes
// one sector after Q.
#pragma once

#include <string>
#include <vector>

#include "pregap/disc.h"
#include "sector/subchannel.h"

namespace pregap {

// Takes what it needs from the disc, which may go then.
class SubchannelMaker {
 public:
  explicit SubchannelMaker(const Disc& disc);

  // Where `lba` lies. Before the first track's pause it is that pause, which counts down from
  // further away.
  struct Place {
    int track = 1;  // 1-99, or kLeadOutTrack
    int index = 1;
    std::int32_t relative = 0;  // sectors; in the pause those that are left of it
    std::uint8_t control = 0;
    std::int32_t since_border = 0, to_border = 0;  // sectors to where track or index change: 0 is
                                                   // the first one behind, 1 the last one before
  };
  Place place_of(Lba lba) const;

  // The mode 1 frame of `lba`.
  QFrame position(Lba lba) const;

  // The frame that belongs there: a patch (LibCrypt), one of the MCN in every 100, one of the
  // track's ISRC in every 100 from INDEX 01 on, else the position.
  QFrame q(Lba lba) const;

  // 96 bytes, linear, R to W zeros.
  std::array<std::uint8_t, kSubchannelSize> make(Lba lba) const;

 private:
  struct Segment {
    Lba first;  // up to the next one's
    Lba zero;   // INDEX 01
    int track = 1, index = 1;
    std::uint8_t control = 0;
    std::string isrc{};
  };
  void add_track(const Disc& disc, const Track& track, bool first_of_session);
  void add_lead_out(const Disc& disc, const Track& last);
  void add(Segment segment);
  std::size_t segment_at(Lba lba) const;
  bool start_flag(Lba lba) const;
  bool is_slot(Lba lba, std::int32_t offset) const;

  std::vector<Segment> segments_;  // rising
  std::string mcn_;
  std::vector<QPatch> patches_;  // rising
};

}  // namespace pregap
