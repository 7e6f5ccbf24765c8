// libsndfile, loaded when a sound file is opened or written.
#pragma once

#include <sndfile.h>

namespace pregap {

// The functions that are used of it.
struct SoundLibrary {
  decltype(&::sf_open_virtual) open_virtual;
  decltype(&::sf_close) close;
  decltype(&::sf_command) command;
  decltype(&::sf_seek) seek;
  decltype(&::sf_readf_short) readf_short;
  decltype(&::sf_writef_short) writef_short;
  decltype(&::sf_strerror) strerror;
};

// Loads it on the first call. Throws Error(unsupported) where it is not installed.
const SoundLibrary& sndfile();

}  // namespace pregap
