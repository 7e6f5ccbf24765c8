// Laying out the files of a cue sheet: which sectors of them are which track's.
#pragma once

#include <string>
#include <vector>

#include "formats/cue.h"
#include "formats/cue_files.h"
#include "formats/cue_sessions.h"

namespace pregap::formats {

inline constexpr std::uint64_t kMostCueSectors = 0x3FFFFFFF;

// A run of a track's sectors in one file, as the sheet wants it, whatever the file holds.
struct CuePiece {
  CueTime begin = 0;  // of its first sector, in the file's times
  std::int32_t length = 0;
};

struct CueLayout {
  std::vector<std::vector<CuePiece>> pieces;  // by track; as many as it has extents
  std::vector<bool> hidden_start;             // by track: sectors lie before its first index
};

// Gives the disc's tracks their extents, still without addresses, some of them empty, and what they
// are short of; adds problems. `disc` has the images' files and the sheet's tracks. Throws
// Error(malformed) for times that fall within a file, Error(unsupported) for too many sectors.
CueLayout lay_out_cue(const CueSheet& sheet, const CueImages& images,
                      const std::vector<CueGap>& gaps, const std::string& place, Disc& disc);

}  // namespace pregap::formats
