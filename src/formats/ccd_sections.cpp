// The keys of each section. Each function says whether the line's key is one of its section's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "disc/cd_text.h"
#include "disc/toc.h"
#include "formats/ccd_parser.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr int kLastIndex = 99;
constexpr int kOldestVersion = 2, kNewestVersion = 3;
constexpr std::size_t kShortPack = 16;             // without its CRC
constexpr std::int64_t kHighestAddress = 1166730;  // of 255:255:255

std::optional<std::uint8_t> parse_hex_byte(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (text.empty() || text.size() > 2) return std::nullopt;
  const auto value = parse_ccd_number("0x" + std::string(text));
  if (!value) return std::nullopt;
  return static_cast<std::uint8_t>(*value);
}

struct ByteKey {
  std::string_view word;
  std::uint8_t TocEntry::*field;
  int highest;
};
constexpr std::array kByteKeys = {
    ByteKey{"SESSION", &TocEntry::session, 99}, ByteKey{"POINT", &TocEntry::point, 255},
    ByteKey{"ADR", &TocEntry::adr, 15},         ByteKey{"CONTROL", &TocEntry::control, 15},
    ByteKey{"TRACKNO", &TocEntry::tno, 255},    ByteKey{"AMIN", &TocEntry::min, 255},
    ByteKey{"ASEC", &TocEntry::sec, 255},       ByteKey{"AFRAME", &TocEntry::frame, 255},
    ByteKey{"ZERO", &TocEntry::zero, 255},      ByteKey{"PMIN", &TocEntry::pmin, 255},
    ByteKey{"PSEC", &TocEntry::psec, 255},      ByteKey{"PFRAME", &TocEntry::pframe, 255},
};

}  // namespace

std::int64_t CcdParser::number_of(const Line& line, std::int64_t low, std::int64_t high) const {
  const std::optional<std::int64_t> value = parse_ccd_number(line.value);
  if (value && *value >= low && *value <= high) return *value;
  fail(fmt::format("'{}' in {}, expected a number from {} to {}", printable(line.whole, 40),
                   printable(section_name(), 40), low, high));
}

std::optional<int> CcdParser::small_number(const Line& line) {
  const std::optional<std::int64_t> value = parse_ccd_number(line.value);
  if (value && *value >= 0 && *value <= 255) return static_cast<int>(*value);
  warn("ccd.value", fmt::format("'{}' in {}, expected a number from 0 to 255",
                                printable(line.whole, 40), printable(section_name(), 40)));
  return std::nullopt;
}

bool CcdParser::read_clone_cd(const Line& line) {
  if (line.key.word != "VERSION") return false;
  sheet_.version = small_number(line).value_or(0);
  if (sheet_.version < kOldestVersion || sheet_.version > kNewestVersion) {
    warn("ccd.version",
         fmt::format("version {}, expected 2 or 3, read all the same", printable(line.value, 40)));
  }
  return true;
}

bool CcdParser::read_disc(const Line& line) {
  const std::string& key = line.key.word;
  if (key == "TOCENTRIES") {
    declared_entries_ = parse_ccd_number(line.value).value_or(-1);
  } else if (key == "SESSIONS") {
    declared_sessions_ = parse_ccd_number(line.value).value_or(-1);
  } else if (key == "DATATRACKSSCRAMBLED") {
    sheet_.scrambled = small_number(line).value_or(0) != 0;
  } else if (key == "CATALOG") {
    sheet_.catalog = line.value;
  } else {
    return key == "CDTEXTLENGTH";  // follows from the packs
  }
  return true;
}

bool CcdParser::read_session(const Line& line) {
  CcdSession& session = sheet_.sessions.back();
  if (line.key.word != "PREGAPMODE" && line.key.word != "PREGAPSUBC") return false;
  const std::optional<int> value = small_number(line);
  (line.key.word == "PREGAPMODE" ? session.pregap_mode : session.pregap_subchannel) = value;
  return true;
}

bool CcdParser::read_entry(const Line& line) {
  CcdEntry& entry = sheet_.entries.back();
  const std::string& key = line.key.word;
  if (line.key.number) return false;
  if (key == "PLBA") {
    entry.plba = static_cast<std::int32_t>(number_of(line, -kHighestAddress, kHighestAddress));
    return true;
  }
  if (key == "ALBA") return true;
  const auto* at = std::ranges::find(kByteKeys, key, &ByteKey::word);
  if (at == kByteKeys.end()) return false;
  const int lowest = key == "SESSION" ? 1 : 0;
  entry.toc.*(at->field) = static_cast<std::uint8_t>(number_of(line, lowest, at->highest));
  if (key == "POINT") current_.has_point = true;
  if (key == "PMIN") current_.pmsf |= 1;
  if (key == "PSEC") current_.pmsf |= 2;
  if (key == "PFRAME") current_.pmsf |= 4;
  return true;
}

// Where one of address and time is left out, the other says it.
void CcdParser::finish_entry() {
  CcdEntry& entry = sheet_.entries.back();
  const std::string where = fmt::format("{}:{}", place_, entry.line);
  if (!current_.has_point) {
    throw Error(ErrorCode::malformed, where,
                fmt::format("{} without Point, expected Point=0x01 for track 1 and the like",
                            printable(section_name(), 40)));
  }
  const bool points = entry.toc.point <= kLastTrackPoint || entry.toc.point == kPointLeadOut;
  const bool has_time = current_.pmsf == 7;
  if (!points || has_time) return;
  if (!entry.plba) {
    throw Error(ErrorCode::malformed, where,
                fmt::format("{} with neither PLBA nor PMin, PSec and PFrame, expected its address",
                            printable(section_name(), 40)));
  }
  const std::int32_t frames = std::max(0, *entry.plba + kLeadInFrames);
  entry.toc.pmin = static_cast<std::uint8_t>(std::min(255, frames / kFramesPerMinute));
  entry.toc.psec = static_cast<std::uint8_t>(frames / kFramesPerSecond % 60);
  entry.toc.pframe = static_cast<std::uint8_t>(frames % kFramesPerSecond);
}

bool CcdParser::read_track(const Line& line) {
  CcdTrack& track = sheet_.tracks.back();
  const std::string& key = line.key.word;
  if (key == "MODE") {
    track.mode = small_number(line);
    if (track.mode && *track.mode > 2) {
      warn("ccd.value",
           fmt::format("track {} has MODE={}, expected 0, 1 or 2", track.number, *track.mode));
      track.mode.reset();
    }
  } else if (key == "ISRC") {
    track.isrc = line.value;
  } else if (key == "INDEX" && line.key.number) {
    if (*line.key.number > kLastIndex) {
      warn("ccd.index", fmt::format("track {} has INDEX {}, expected 0 to 99, passed over",
                                    track.number, *line.key.number));
      return true;
    }
    const int number = static_cast<int>(*line.key.number);
    track.indexes[number] =
        static_cast<std::int32_t>(number_of(line, -kHighestAddress, kHighestAddress));
  } else {
    return false;
  }
  return true;
}

bool CcdParser::read_cd_text(const Line& line) {
  if (line.key.word == "ENTRIES") {
    declared_packs_ = parse_ccd_number(line.value).value_or(-1);
    return true;
  }
  if (line.key.word != "ENTRY" || !line.key.number) return false;
  read_pack(line);
  return true;
}

void CcdParser::read_pack(const Line& line) {
  if (sheet_.cd_text.size() >= kMostCdTextPacks) {
    fail(fmt::format("more than {} packs of CD-Text, expected at most those", kMostCdTextPacks));
  }
  CdTextPack pack{};
  std::size_t count = 0;
  bool good = true;
  for (std::string_view rest = line.value; !rest.empty() && good;) {
    const std::size_t end = std::min(rest.find_first_of(" \t,"), rest.size());
    if (end > 0) {
      const std::optional<std::uint8_t> byte = parse_hex_byte(rest.substr(0, end));
      good = byte && count < pack.size();
      if (good) pack[count++] = *byte;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!good || (count != kShortPack && count != pack.size())) {
    warn("cdtext.pack", fmt::format("'{}', expected 16 bytes in hexadecimal, passed over",
                                    printable(line.whole, 40)));
    return;
  }
  if (count == kShortPack) write_cd_text_crc(pack);
  sheet_.cd_text.push_back(pack);
}

}  // namespace pregap::formats
