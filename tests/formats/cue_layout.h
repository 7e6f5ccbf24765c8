// A parsed cue sheet as text, so that a test shows all of it in one comparison.
#pragma once

#include <fmt/format.h>

#include <string>

#include "formats/cue.h"

namespace pregap::test {

inline std::string time_of(formats::CueTime frames) {
  return fmt::format("{:02}:{:02}:{:02}", frames / 4500, frames / 75 % 60, frames % 75);
}

// "01 AUDIO DCP pregap=00:02:00 01=00:00:00", the session where it isn't the first, and a file's
// number before the time where it isn't the first.
inline std::string layout_of(const formats::CueTrack& track) {
  std::string out = fmt::format("{:02} {}", track.number, track.mode);
  if (track.session != 1) out += fmt::format(" session={}", track.session);
  if (track.flags.copy_permitted) out += " DCP";
  if (track.flags.four_channel) out += " 4CH";
  if (track.flags.pre_emphasis) out += " PRE";
  if (track.flags.serial_copy_system) out += " SCMS";
  if (!track.isrc.empty()) out += " isrc=" + track.isrc;
  if (track.pregap != 0) out += " pregap=" + time_of(track.pregap);
  for (const formats::CueIndex& index : track.indexes) {
    out += fmt::format(" {:02}=", index.number);
    if (index.file != 0) out += fmt::format("file{}@", index.file);
    out += time_of(index.time);
  }
  if (track.postgap != 0) out += " postgap=" + time_of(track.postgap);
  return out;
}

// The files' lines "name|TYPE", then the tracks'.
inline std::string layout_of(const formats::CueSheet& sheet) {
  std::string out;
  for (const formats::CueFile& file : sheet.files) out += file.name + "|" + file.type + "\n";
  for (const formats::CueTrack& track : sheet.tracks) out += layout_of(track) + "\n";
  return out;
}

// "code: message" of each problem, a line each.
inline std::string problems_of(const formats::CueSheet& sheet) {
  std::string out;
  for (const Problem& problem : sheet.problems) out += problem.code + ": " + problem.message + "\n";
  return out;
}

}  // namespace pregap::test
