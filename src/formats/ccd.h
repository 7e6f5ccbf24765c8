// A CloneCD control file as text: sections of "Key=Value" lines, what they say before any other
// file is looked at. docs/formats/ccd.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pregap/disc.h"

namespace pregap::formats {

inline constexpr std::size_t kLongestCcd = std::size_t{4} << 20;  // bytes

// An [Entry n] section.
struct CcdEntry {
  int line = 0;
  TocEntry toc;  // ALBA is left out: it says what the A fields do
  std::optional<std::int32_t> plba;
};

struct CcdSession {
  int number = 0;
  int line = 0;
  std::optional<int> pregap_mode, pregap_subchannel;
  std::vector<std::string> remarks;
};

// A [TRACK n] section.
struct CcdTrack {
  int number = 0;
  int line = 0;
  std::optional<int> mode;              // 0 audio, 1, 2
  std::map<int, std::int32_t> indexes;  // their values, whatever they count from
  std::string isrc;
  std::vector<std::string> remarks;
};

struct CcdSheet {
  int version = 0;  // 0: it doesn't say
  bool scrambled = false;
  std::string catalog;
  std::vector<CcdEntry> entries;  // in the order of the file, as all lists here
  std::vector<CcdSession> sessions;
  std::vector<CcdTrack> tracks;  // several of one number: of several sessions
  std::vector<CdTextPack> cd_text;
  // Lines that are not known: of [Disc] as found, then those of other sections, each behind a line
  // with its section's name in brackets.
  std::vector<std::string> remarks;
  std::vector<Problem> problems;
};

// `place` is the file's path, for messages. Throws Error(malformed) at "PLACE" or "PLACE:LINE".
CcdSheet parse_ccd(std::string_view text, const std::string& place);

// Text with which such a file begins.
bool begins_like_ccd(std::string_view text) noexcept;

}  // namespace pregap::formats
