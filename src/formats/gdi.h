// The track list of a GD-ROM dump, as text. docs/formats/gdi.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/gd_rom.h"
#include "pregap/disc.h"
#include "pregap/open.h"

namespace pregap::formats {

struct GdiTrack {
  int number = 1;
  Lba lba;
  int control = 0;  // of Q: 4 data, 1 pre-emphasis, 2 copy permitted, 8 four channels
  int sector_size = 2352;
  std::string name;  // as written
  std::uint64_t offset = 0;
  int line = 0;
};

struct GdiSheet {
  std::vector<GdiTrack> tracks;
  std::vector<Problem> problems;  // what was read against the letter
};

// `place` is the sheet's path, for messages. Throws Error(malformed) at "PLACE:LINE".
GdiSheet parse_gdi(std::string_view text, const std::string& place);

// `path` is the sheet's. Throws Error: not_found, refused or unreadable for a file it names,
// malformed where it has no whole sector.
Disc build_gdi_disc(const GdiSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options);

// The text for a layout (Format::write): one file a track. A track's row begins at its INDEX 01.
std::string write_gdi(const Disc& layout);

}  // namespace pregap::formats
