// What of a disc is read, in which order, and where each sector lies in the work file.
#pragma once

#include <vector>

#include "operations/rip_disc_toc.h"
#include "operations/rip_gaps.h"
#include "pregap/disc.h"

namespace pregap::operations {

// Sectors of one track, one behind the other.
struct Stretch {
  Lba first;
  std::int32_t sectors = 0;
  std::int32_t index = 0;  // of the first one, counted over all stretches
  bool audio = false;
  int track = 1;
  Lba end() const { return first + sectors; }
};

class RipPlan {
 public:
  // `borders` of each session, in the order of `toc.sessions`; `stored_pregap` says how many
  // sectors before each session's first track are read too.
  RipPlan(const DiscToc& toc, const std::vector<std::vector<Border>>& borders,
          const std::vector<std::int32_t>& stored_pregap, const std::string& place);

  const std::vector<Stretch>& stretches() const { return stretches_; }
  std::int32_t sectors() const { return sectors_; }
  const Stretch& stretch_of(std::int32_t index) const;
  Lba lba_of(std::int32_t index) const;
  std::optional<std::int32_t> index_of(Lba lba) const;

  // Tracks with indexes and sessions; extents into file 0 of `stride` bytes a sector, and with
  // `subchannel` linear sub-channel in file 1. Types are what the TOC says.
  Disc disc(std::uint32_t stride, bool subchannel) const;

  const std::vector<Problem>& problems() const { return problems_; }
  bool gaps_known() const { return gaps_known_; }

 private:
  void add_session(const DiscToc& toc, const TocSession& session,
                   const std::vector<Border>& borders, std::int32_t stored_pregap);
  std::vector<Index> indexes_of(const TocTrack& track, Lba before, Lba end, bool first,
                                const std::vector<Border>& borders);

  std::string place_;
  Disc skeleton_;
  std::vector<Stretch> stretches_;
  std::vector<Problem> problems_;
  std::int32_t sectors_ = 0;
  bool gaps_known_ = true;
};

}  // namespace pregap::operations
