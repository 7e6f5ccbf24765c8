// The cue sheet as text: what it says, line by line, before any file is looked at. Reading is
// tolerant where a sheet still has one meaning, and says what it passed over. docs/formats/cue.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pregap/disc.h"

namespace pregap::formats {

// Frames (1/75 s) from the start of the file.
using CueTime = std::int32_t;

struct CueIndex {
  int number = 0;
  CueTime time = 0;
  int file = 0;  // index into CueSheet::files: EAC may put a FILE between two INDEX commands
  int line = 0;
};

struct CueTrack {
  int number = 0;
  std::string mode;  // in capitals: "MODE1/2352"
  int session = 1;
  int line = 0;
  std::vector<CueIndex> indexes;
  std::int32_t pregap = 0, postgap = 0;  // frames
  TrackFlags flags;
  std::string isrc;
  TextFields text;  // TITLE, PERFORMER, SONGWRITER, COMPOSER, ARRANGER, MESSAGE, ...
};

struct CueFile {
  std::string name;  // as written
  std::string type;  // in capitals: BINARY, MOTOROLA, WAVE, AIFF, MP3, FLAC
  int line = 0;
};

struct CueSheet {
  std::vector<CueFile> files;
  std::vector<CueTrack> tracks;
  std::string catalog;
  std::string cdtext_file;
  TextFields text;
  std::vector<std::string> remarks;  // REM lines and unknown commands, as found
  std::vector<Problem> problems;     // what was passed over or read against the letter
};

// `place` is the sheet's path, for messages. Throws Error(malformed) or Error(unsupported) at
// "PLACE:LINE".
CueSheet parse_cue(std::string_view text, const std::string& place);

}  // namespace pregap::formats
