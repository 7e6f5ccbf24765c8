// What a file's content says against, or beyond, a cue sheet: how long its sectors are, and whether
// the gap between two sessions is in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/cue.h"
#include "formats/cue_files.h"

namespace pregap::formats {

// A run of one track's sectors in one file.
struct CueStretch {
  std::size_t track = 0;
  const CueIndex* first = nullptr;  // of its indexes in the file
  CueTime begin = 0;                // its first sector
  CueTime last_index = 0;
  std::optional<CueTime> end{};  // nothing: of a file's last one it is not known
  std::int32_t gap = 0;          // between its end and the next one's begin, where a session ends
  Storage storage = Storage::raw2352;
};

Storage declared_storage(const CueTrack& track);

// The sheet's sector size gives way where the file clearly shows another; adds a problem then.
void believe_content(const ByteSource& file, const std::string& place, const CueSheet& sheet,
                     std::vector<CueStretch>& stretches, Disc& disc);

// Times may count a gap whose bytes the file doesn't hold. Told by the file's size, else by the
// sectors' headers; without either by most programs' habit, which is to leave it out.
bool gaps_are_stored(const ByteSource& file, const CueImage& image,
                     const std::vector<CueStretch>& stretches);

}  // namespace pregap::formats
