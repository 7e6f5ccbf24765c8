// The full TOC of a disc: MMC-6, READ TOC/PMA/ATIP format 0010b; the points after ECMA-130 22.3.4
// and ECMA-394.
#pragma once

#include <string>
#include <vector>

#include "pregap/disc.h"

namespace pregap {

inline constexpr std::uint8_t kPointFirstTrack = 0xA0;  // PMIN: its number, PSEC: the disc type
inline constexpr std::uint8_t kPointLastTrack = 0xA1;   // PMIN: its number
inline constexpr std::uint8_t kPointLeadOut = 0xA2;     // PMIN, PSEC, PFRAME: where it begins
inline constexpr std::uint8_t kPointNextSession = 0xB0;
inline constexpr std::uint8_t kPointFirstLeadIn = 0xC0;
inline constexpr std::uint8_t kLastTrackPoint = 99;
inline constexpr Lba kHighestTocAddress{100 * kFramesPerMinute - 1 - kLeadInFrames};  // 99:59:74

// The Control nibble of a track: bit 0 pre-emphasis, 1 copy permitted, 2 data, 3 four channels.
std::uint8_t control_of(const Track& track) noexcept;

// The address that a time of the TOC stands for; minutes from 90 on lie before the disc's start.
// The bytes of some points are no times, so any value has an address.
Lba toc_lba(std::uint8_t minute, std::uint8_t second, std::uint8_t frame) noexcept;

// Where a track's entry or a lead-out's points to.
Lba pointed_lba(const TocEntry& entry) noexcept;

// What the layout of `disc` makes of its TOC, session by session: A0, A1, A2, the tracks, and for
// every session but the last B0, for the first of several C0 too. Throws Error(unsupported) for
// an address that no entry can hold.
std::vector<TocEntry> make_full_toc(const Disc& disc);

// A session's entries together, in the order of make_full_toc; of equal points the order stays.
void sort_toc(std::vector<TocEntry>& toc);

struct TocDifference {
  bool of_layout = false;  // tracks, addresses, sessions; else control and disc type
  std::string message;     // "track 3 starts at LBA 100 in the TOC, at LBA 90 in the layout"
};

// How `toc` differs from the layout of `disc`, by its A0-A2 and track entries. Entries of a point
// that is there twice: the last one counts.
std::vector<TocDifference> compare_toc(const Disc& disc, const std::vector<TocEntry>& toc);

}  // namespace pregap
