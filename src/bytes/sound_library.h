// libsndfile, loaded when a sound file is opened or written.
#pragma once

#include <sndfile.h>

#include "base/late_library.h"

namespace pregap {

// The functions that are used of it.
struct SoundLibrary {
  LateLibrary library{PREGAP_SNDFILE, "reads and writes sound files", "libsndfile1"};
  decltype(&::sf_open_virtual) open_virtual = library["sf_open_virtual"];
  decltype(&::sf_close) close = library["sf_close"];
  decltype(&::sf_command) command = library["sf_command"];
  decltype(&::sf_seek) seek = library["sf_seek"];
  decltype(&::sf_readf_short) readf_short = library["sf_readf_short"];
  decltype(&::sf_writef_short) writef_short = library["sf_writef_short"];
  decltype(&::sf_strerror) strerror = library["sf_strerror"];
};

// Loads it on the first call. Throws Error(unsupported) where it is not installed.
inline const SoundLibrary& sndfile() {
  static const SoundLibrary library;
  return library;
}

}  // namespace pregap
