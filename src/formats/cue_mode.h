// The words that a TRACK command says its mode with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pregap/disc.h"

namespace pregap::formats {

struct CueMode {
  std::string_view word;  // "MODE1/2352"
  TrackType type;
  Storage storage;
};

// The mode of a word, whatever its case; nullptr for an unknown one.
const CueMode* find_cue_mode(std::string_view word) noexcept;

// All the words, for messages: "AUDIO, CDG, ...".
std::string all_cue_modes();

// The word for a track of the type stored so; nothing where there is none. `green` chooses CDI/...
// for mode 2.
std::optional<std::string_view> cue_mode_word(TrackType type, Storage storage, bool green) noexcept;

// Whether it is a CD-i track's: "CDI/2352".
bool is_green_mode(std::string_view word) noexcept;

}  // namespace pregap::formats
