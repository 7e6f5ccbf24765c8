// What drives answer, as hostile bytes: every length in them is held against what came, and what
// makes no sense is left out. Nothing here throws. MMC-6 (6.25, 6.26, 6.20), SPC-4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/endian.h"
#include "pregap/disc.h"

namespace pregap::drive {

struct Identity {
  std::string vendor, model, revision;  // printable ASCII, without blanks around
  std::uint8_t device_type = 0x1F;      // 05h: a CD or DVD drive
  std::string name() const;             // "VENDOR MODEL"
};
std::optional<Identity> parse_inquiry(Bytes reply);

// Mode page 2Ah, C/DVD capabilities.
struct Capabilities {
  bool cd_da = false;            // READ CD of audio
  bool accurate_stream = false;  // audio reads begin where they are told to
  bool raw_subchannel = false;
  bool c2_pointers = false;
  bool isrc = false, mcn = false;
  int maximum_speed = 0, current_speed = 0;  // kB/s; 176 is single speed
  int buffer = 0;                            // KiB
};
std::optional<Capabilities> parse_capabilities(Bytes reply);

// Feature 001Eh, CD Read, of GET CONFIGURATION.
struct CdReadFeature {
  bool cd_text = false, c2_pointers = false;
};
std::optional<CdReadFeature> parse_cd_read_feature(Bytes reply);

struct TocTrack {
  int number = 0;  // 1-99, or AAh of the lead-out
  std::uint8_t control = 0;
  Lba start;
  bool operator==(const TocTrack&) const = default;
};
// Format 0, by LBA: tracks rising by number, the lead-out last; of a number that is there twice,
// the last one. Nothing where it has no lead-out behind some track.
std::optional<std::vector<TocTrack>> parse_toc(Bytes reply);

// Format 1: the last complete session and where its first track begins.
struct SessionInfo {
  int first = 1, last = 1;
  TocTrack first_of_last;
};
std::optional<SessionInfo> parse_sessions(Bytes reply);

// Format 2: entries in their order, numbers in binary; nothing where no session has both a track
// and a lead-out.
std::optional<std::vector<TocEntry>> parse_full_toc(Bytes reply);

// Format 4, of recordable discs.
struct Atip {
  bool rewritable = false;
  Msf lead_in;        // the manufacturer's code
  Msf last_lead_out;  // how long the disc may be
};
std::optional<Atip> parse_atip(Bytes reply);

std::vector<CdTextPack> parse_cd_text(Bytes reply);  // format 5; empty: none

// READ SUB-CHANNEL, formats 2 and 3: 13 digits, 12 characters; empty where not valid.
std::string parse_mcn(Bytes reply);
std::string parse_isrc(Bytes reply);

// READ CAPACITY: the last block's address and the size of blocks in bytes.
struct Capacity {
  Lba last;
  std::uint32_t block_size = 0;
};
std::optional<Capacity> parse_capacity(Bytes reply);

}  // namespace pregap::drive
