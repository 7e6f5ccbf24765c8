// By what names databases know a disc: all of them are computed from its table of contents.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pregap/address.h"

namespace pregap::operations {

struct IdTrack {
  int number = 1;
  int session = 1;
  bool is_data = false;
  Lba start;  // INDEX 01
};

// Tracks rising by LBA, and the lead-out of the last session.
struct IdToc {
  std::vector<IdTrack> tracks;
  Lba lead_out;
};

struct DiscIds {
  // MusicBrainz: SHA-1 of first and last track and all offsets, in their base 64; 28 characters. A
  // data track in a session of its own at the end is left out, as in all players' eyes.
  std::string musicbrainz;
  std::string musicbrainz_toc;  // "1+8+149323+150+25064+...": first, last, lead-out, offsets
  // FreeDB (CDDB): digit sums of the seconds, length in seconds, tracks; data tracks too.
  std::uint32_t freedb = 0;
  // AccurateRip: sums of the audio tracks' offsets.
  std::uint32_t accuraterip1 = 0, accuraterip2 = 0;
  std::string accuraterip_file;  // "dBAR-008-0012345a-0073ed8c-5407c408.bin"
};

// Of no tracks: empty.
DiscIds disc_ids(const IdToc& toc);

}  // namespace pregap::operations
