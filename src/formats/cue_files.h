// The files of a cue sheet, opened: where in each of them samples or sectors lie.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "formats/cue.h"
#include "pregap/open.h"

namespace pregap::formats {

// Finds the file that a sheet names, and opens it; `place` is for errors. A missing one that isn't
// needed comes without bytes.
enum class Needed : bool { no, yes };
using OpenNamed =
    std::function<DiscFile(const std::string& name, const std::string& place, Needed needed)>;

// Looks for names in the folder of the sheet at `path`. `options` must outlive it.
OpenNamed open_beside(const std::filesystem::path& path, const OpenOptions& options);

struct CueImage {
  const CueFile* command = nullptr;  // the first FILE command that names it
  bool sound = false;                // the samples of a sound file: it holds audio alone
  std::uint64_t begin = 0, end = 0;  // of what lies in it, in bytes
};

struct CueImages {
  std::vector<DiscFile> files;
  std::vector<CueImage> images;         // one for each of `files`
  std::vector<std::size_t> of_command;  // by FILE command: index into both
  std::vector<Problem> problems;
};

// A file that several commands name is opened once. Throws Error(unsupported) for what is in them.
CueImages open_cue_files(const CueSheet& sheet, const std::string& place, const OpenNamed& open);

}  // namespace pregap::formats
