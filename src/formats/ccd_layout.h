// From a control file's entries to tracks with addresses, before the image is looked at.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formats/ccd.h"

namespace pregap::formats {

struct CcdLayoutTrack {
  int number = 0;
  int session = 1;
  std::uint8_t control = 0;
  Lba start;
  std::int32_t pregap = 0;            // sectors, as the INDEX lines say; of a session's first track
                                      // it is not certain that they are stored
  const CcdTrack* section = nullptr;  // nullptr: there is none
};

struct CcdLayoutSession {
  int number = 1;
  DiscType type = DiscType::cd_da_or_rom;
  const CcdSession* section = nullptr;
  std::vector<CcdLayoutTrack> tracks;  // not empty, rising
  std::optional<Lba> lead_out;         // behind the last track; only the last session may lack it
};

struct CcdLayout {
  std::vector<CcdLayoutSession> sessions;  // not empty, rising; none overlaps the next
  std::vector<Problem> problems;
};

// Entries sorted by session and point, of equal ones the last. `sheet` must outlive the result.
// Throws Error(malformed) for tracks that are not in order.
CcdLayout make_ccd_layout(const CcdSheet& sheet, const std::string& place);

}  // namespace pregap::formats
