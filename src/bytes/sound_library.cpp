#ifdef PREGAP_SNDFILE

#include "bytes/sound_library.h"

#include "base/late_library.h"

namespace pregap {
namespace {

SoundLibrary load_sndfile() {
  const LateLibrary library(PREGAP_SNDFILE, "reads and writes sound files", "libsndfile1");
  SoundLibrary s{};
  library.find("sf_open_virtual", s.open_virtual);
  library.find("sf_close", s.close);
  library.find("sf_command", s.command);
  library.find("sf_seek", s.seek);
  library.find("sf_readf_short", s.readf_short);
  library.find("sf_writef_short", s.writef_short);
  library.find("sf_strerror", s.strerror);
  return s;
}

}  // namespace

const SoundLibrary& sndfile() {
  static const SoundLibrary library = load_sndfile();
  return library;
}

}  // namespace pregap

#endif  // PREGAP_SNDFILE
