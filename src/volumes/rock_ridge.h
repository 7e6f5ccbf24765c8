// The System Use Sharing Protocol and Rock Ridge in directory records of ISO 9660 (SUSP 1.12,
// RRIP 1.12), and the attributes of CD-ROM XA.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pregap/bytes.h"
#include "volumes/file_reader.h"
#include "volumes/iso_record.h"

namespace pregap::volumes {

struct RockRidge {
  std::string name;                       // of NM; empty: none
  std::optional<std::uint32_t> mode;      // of PX: the whole st_mode
  std::optional<std::uint32_t> uid, gid;  // of PX
  std::string link_target;                // of SL
  FileTimes times;                        // of TF
  std::optional<std::uint32_t> child;     // of CL: the block of a folder that was moved elsewhere
  bool relocated = false;                 // RE: listed where it really belongs, by a CL
  bool is_current_or_parent = false;      // NM says "." or ".."
  bool loops = false;  // continuation areas lead in a circle, or to no place in the image
};

// Where SUSP starts in each record's system use: the SP field of the root's first record. Nothing
// where there is none.
std::optional<std::uint32_t> susp_skip(Bytes system_use);

// `skip` bytes in front belong to another system. Continuation areas (CE) are read from `source`
// in blocks of `block_size`; at most 64 of them, whatever they say.
RockRidge parse_rock_ridge(Bytes system_use, std::uint32_t skip, const ByteSource& source,
                           std::uint32_t block_size);

// The attributes word of XA's 14 bytes; nothing where there are none.
std::optional<std::uint16_t> xa_attributes(Bytes system_use);
inline constexpr std::uint16_t kXaForm2 = 0x1000, kXaInterleaved = 0x2000, kXaAudio = 0x4000;

}  // namespace pregap::volumes
