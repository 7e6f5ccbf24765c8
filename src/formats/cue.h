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
  std::vector<std::string> remarks;  // REM lines and unknown commands behind TRACK, as found
};

// What REM lines say of a session. Sheets differ in what LEAD-OUT means: the address where the
// session ends, or how long its lead-out is.
struct CueSession {
  int number = 1;
  Area area = Area::none;
  std::optional<CueTime> lead_out;         // behind its tracks
  std::optional<CueTime> lead_in, pregap;  // before its tracks: lengths
  int line = 0;                            // of the REM SESSION or AREA
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
  std::vector<CueSession> sessions;  // those of which REM lines speak, rising
  TextFields text;
  std::vector<std::string> remarks;  // REM lines and unknown commands before TRACK, as found
  std::vector<Problem> problems;     // what was passed over or read against the letter
};

// `place` is the sheet's path, for messages; `encoding` what a text that is no UTF-8 is in, empty
// to guess it. Throws Error(malformed) at "PLACE:LINE", Error(usage) for an unknown encoding.
CueSheet parse_cue(std::string_view text, const std::string& place,
                   const std::string& encoding = {});

const CueSession* find_session(const CueSheet& sheet, int number);  // nullptr: none

}  // namespace pregap::formats
