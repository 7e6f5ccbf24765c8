// The sample discs, in memory, and writing them as cue sheets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "file_system.h"

namespace samples {

struct MadeTrack {
  std::string type;                   // "MODE1/2352"
  std::vector<std::string> commands;  // of the sheet, before the first INDEX
  std::int32_t pregap = 0;            // sectors before INDEX 01
  std::vector<std::int32_t> subindexes =
      {};       // INDEX 02 and up, in sectors from the track's beginning
  Bytes bytes;  // pregap included
};

struct MadeDisc {
  std::vector<std::string> commands;
  std::vector<MadeTrack> tracks;

  Bytes bytes() const;  // of all tracks
};

// A mode 1 track with `iso`, then two audio tracks with pregaps.
MadeDisc mixed_disc(const Bytes& iso);

// `iso` as mode 2 form 1, then form 2 sectors, every eighth of them without EDC.
inline constexpr std::int32_t kForm2Sectors = 40;
MadeDisc xa_disc(const Bytes& iso);

// FOLDER/NAME.cue, and FOLDER/NAME.bin with `bytes`.
void write_disc(const MadeDisc& disc, const Bytes& bytes, const std::filesystem::path& folder,
                const std::string& name);

// FOLDER/NAME.cue and FOLDER/NAME (Track N).bin, as redump.org names them.
void write_disc_by_tracks(const MadeDisc& disc, const std::filesystem::path& folder,
                          const std::string& name);

}  // namespace samples
