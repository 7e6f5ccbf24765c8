// Sessions of a cue sheet: what the sheet says of the gap between two of them, and how.
#pragma once

#include <cstdint>
#include <vector>

#include "formats/cue.h"
#include "formats/cue_files.h"
#include "formats/gd_rom.h"

namespace pregap::formats {

// Lead-out and lead-in between two sessions, and the pregap behind them (ECMA-394).
inline constexpr std::int32_t kFirstLeadOut = 6750, kLaterLeadOut = 2250, kLeadIn = 4500;
inline constexpr std::int32_t kSessionPregap = 150;

enum class GapTold {
  nothing,    // but that a session begins
  lengths,    // REM LEAD-OUT, LEAD-IN and PREGAP are lengths; INDEX times don't count them
  addresses,  // REM LEAD-OUT is where the session ends; INDEX times count the gap
  area,       // it begins where a GD-ROM's area of high density does
};

// Between two sessions, or before a first one that has a place of its own.
struct CueGap {
  std::size_t track = 0;  // the later session's first
  GapTold told = GapTold::nothing;
  std::int32_t sectors = 0;  // up to the track's first index: as told, else as usual
  CueTime lead_out = 0;      // of `addresses`
};

std::vector<CueGap> find_gaps(const CueSheet& sheet, const CueImages& images);

// nullptr: no session begins with that track.
const CueGap* gap_before(const std::vector<CueGap>& gaps, std::size_t track);

// REM LEAD-OUT and the likes that say nothing of use, as remarks: put back where they belong.
void keep_unused_remarks(const CueSheet& sheet, const std::vector<CueGap>& gaps, Disc& disc);

// Disc::sessions from the sheet and the tracks, whose addresses are known.
std::vector<Session> sessions_of(const CueSheet& sheet, const Disc& disc);

}  // namespace pregap::formats
