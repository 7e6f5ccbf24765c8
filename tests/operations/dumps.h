// Dumps of one disc for the tests of merging: the same tracks, shifted and wounded.
#pragma once

#include <functional>

#include "sector/random_sectors.h"
#include "support/disc_builder.h"

namespace pregap::test {

// What every dump is made from: a mode 1 track of 200 sectors and an audio track of 120.
struct Original {
  Sectors data = sound_sectors(SectorKind::mode1, 200);
  Sectors audio = sound_sectors(SectorKind::audio, 120, 200);
  const reference::Sector& at(int lba) const {
    const std::size_t i = static_cast<std::size_t>(lba);
    return i < data.size() ? data[i] : audio[i - data.size()];
  }
  int size() const { return static_cast<int>(data.size() + audio.size()); }
};

// The disc of it, with all its bytes `samples` later than they should be; what moves in is zeros.
inline Disc dump_of(const Original& original, int samples = 0) {
  Bytes all = bytes_of(original.data);
  append(all, bytes_of(original.audio));
  const std::size_t bytes = static_cast<std::size_t>(std::abs(samples)) * 4, size = all.size();
  if (samples > 0) {
    all.insert(all.begin(), bytes, 0);
    all.resize(size);
  } else {
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(bytes));
    all.resize(size, 0);
  }
  const auto sectors = [&](std::size_t first, std::size_t count) {
    Sectors part(count);
    for (std::size_t i = 0; i < count; ++i) {
      std::copy_n(all.begin() + static_cast<std::ptrdiff_t>((first + i) * 2352), 2352,
                  part[i].begin());
    }
    return part;
  };
  return disc_of({{.type = TrackType::mode1, .sectors = sectors(0, original.data.size())},
                  {.type = TrackType::audio,
                   .sectors = sectors(original.data.size(), original.audio.size())}});
}

// The original with some sectors changed.
inline Original changed(Original original,
                        const std::function<void(int lba, reference::Sector&)>& change) {
  int lba = 0;
  for (reference::Sector& sector : original.data) change(lba++, sector);
  for (reference::Sector& sector : original.audio) change(lba++, sector);
  return original;
}

// Every byte gets a value at random.
inline void destroy(Random& random, reference::Sector& sector) {
  for (std::uint8_t& byte : sector) byte = random.byte();
}

}  // namespace pregap::test
