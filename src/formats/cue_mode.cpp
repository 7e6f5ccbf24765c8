#include "formats/cue_mode.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace pregap::formats {
namespace {

// CDG is audio with its sub-channel; CDI is mode 2, of a CD-i disc. The words with 2448 have the
// sub-channel behind each sector.
constexpr std::array kModes = {
    CueMode{"AUDIO", TrackType::audio, Storage::raw2352},
    CueMode{"CDG", TrackType::audio, Storage::raw2448},
    CueMode{"MODE0/2048", TrackType::mode0, Storage::user2048},
    CueMode{"MODE0/2336", TrackType::mode0, Storage::xa2336},
    CueMode{"MODE0/2352", TrackType::mode0, Storage::raw2352},
    CueMode{"MODE0/2448", TrackType::mode0, Storage::raw2448},
    CueMode{"MODE1/2048", TrackType::mode1, Storage::user2048},
    CueMode{"MODE1/2352", TrackType::mode1, Storage::raw2352},
    CueMode{"MODE1/2448", TrackType::mode1, Storage::raw2448},
    CueMode{"MODE2/2048", TrackType::mode2, Storage::user2048},
    CueMode{"MODE2/2324", TrackType::mode2, Storage::form2_2324},
    CueMode{"MODE2/2336", TrackType::mode2, Storage::xa2336},
    CueMode{"MODE2/2352", TrackType::mode2, Storage::raw2352},
    CueMode{"MODE2/2448", TrackType::mode2, Storage::raw2448},
    CueMode{"CDI/2336", TrackType::mode2, Storage::xa2336},
    CueMode{"CDI/2352", TrackType::mode2, Storage::raw2352},
    CueMode{"CDI/2448", TrackType::mode2, Storage::raw2448},
};

}  // namespace

bool is_green_mode(std::string_view word) noexcept { return word.starts_with("CDI/"); }

const CueMode* find_cue_mode(std::string_view word) noexcept {
  const auto* at = std::ranges::find_if(
      kModes, [word](const CueMode& mode) { return equal_ignoring_case(mode.word, word); });
  return at == kModes.end() ? nullptr : at;
}

std::string all_cue_modes() {
  std::string words;
  for (const CueMode& mode : kModes) {
    if (!words.empty()) words += ", ";
    words += mode.word;
  }
  return words;
}

std::optional<std::string_view> cue_mode_word(TrackType type, Storage storage,
                                              bool green) noexcept {
  std::optional<std::string_view> found;
  for (const CueMode& mode : kModes) {
    if (mode.type != type || mode.storage != storage) continue;
    if (!found || (green && is_green_mode(mode.word))) found = mode.word;
  }
  return found;
}

}  // namespace pregap::formats
