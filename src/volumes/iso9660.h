// The volume descriptors of ISO 9660 (ECMA-119 clause 8), with Joliet, El Torito and High Sierra.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pregap/bytes.h"

namespace pregap::volumes {

struct Volume {
  std::string kind;  // "ISO 9660", "Joliet", "High Sierra", "El Torito"
  std::string volume_id{}, system_id{}, volume_set_id{};
  std::string publisher_id{}, preparer_id{}, application_id{};
  std::uint32_t blocks = 0;      // volume space size
  std::uint32_t block_size = 0;  // as stated; 2048 as a rule
  std::string created{};         // "2004-05-06 07:08:09", empty where it isn't given
};

// The descriptors from sector 16 on, up to the terminator; at most 64 sectors are looked at.
// `user_data` has 2048-byte sectors. Empty: no such volume.
std::vector<Volume> read_volumes(const ByteSource& user_data);

}  // namespace pregap::volumes
