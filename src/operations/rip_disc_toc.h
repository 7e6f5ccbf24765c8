// What a drive says of the disc in it, before any sector is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "drive/mmc.h"
#include "pregap/disc.h"

namespace pregap::operations {

struct TocTrack {
  int number = 1, session = 1;
  std::uint8_t control = 0;
  Lba start;  // INDEX 01
  std::string isrc;
  bool is_data() const { return (control & 0x4) != 0; }
};

struct TocSession {
  int number = 1;
  DiscType type = DiscType::cd_da_or_rom;
  Lba lead_out;
};

struct DiscToc {
  std::vector<TocEntry> entries;  // the full TOC; empty where the drive gives none
  std::vector<TocTrack> tracks;   // rising by address
  std::vector<TocSession> sessions;
  std::vector<CdTextPack> cd_text;
  std::string mcn;
  std::optional<drive::Atip> atip;
  std::vector<Problem> problems;  // "toc.*"

  Lba lead_out() const { return sessions.back().lead_out; }
};

// Full TOC, or where there is none, the plain one with the session information; CD-Text, MCN,
// ISRC of audio tracks, ATIP. Throws Error(unreadable) for a disc without a TOC that makes sense.
DiscToc read_disc_toc(drive::Mmc& mmc);

// The same for every drive: SHA-1 of tracks, sessions and addresses, in lower-case hex.
std::string fingerprint(const DiscToc& toc);

}  // namespace pregap::operations
