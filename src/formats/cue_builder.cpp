#include "formats/cue_builder.h"

#include <fmt/format.h>

#include <iterator>

#include "base/text.h"
#include "disc/cd_text.h"
#include "formats/byte_order.h"
#include "formats/cue_addresses.h"
#include "formats/cue_dialect.h"
#include "formats/cue_layout.h"
#include "formats/cue_mode.h"
#include "formats/cue_sessions.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

Track track_of(const CueTrack& from) {
  const CueMode* mode = find_cue_mode(from.mode);
  Track track;
  track.number = from.number;
  track.session = from.session;
  track.type = track.declared = mode == nullptr ? TrackType::audio : mode->type;
  track.declared_as = from.mode;
  track.flags = from.flags;
  track.isrc = from.isrc;
  track.text = from.text;
  track.remarks = from.remarks;
  track.unstored_pregap = from.pregap;
  track.unstored_postgap = from.postgap;
  return track;
}

constexpr std::uint64_t kLargestCdt = 64 * 1024;  // 8 blocks of 256 packs are 36 KiB

bool begins_like_packs(const std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t kHeader = 4;  // of READ TOC, which some writers keep
  const auto is_type = [&](std::size_t at) {
    return bytes.size() >= at + kCdTextPackSize && (bytes[at] & 0xF0) == 0x80;
  };
  return is_type(0) || is_type(kHeader);
}

// The disc is whole without its CD-Text: what is wrong with that file is a warning, and its name is
// kept.
void read_cd_text_file(const CueSheet& sheet, const std::string& place, const OpenNamed& open,
                       Disc& disc) {
  if (sheet.cdtext_file.empty()) return;
  const DiscFile file = open(sheet.cdtext_file, place, Needed::no);
  std::vector<std::uint8_t> bytes;
  if (file.bytes != nullptr && file.bytes->size() <= kLargestCdt) {
    bytes.resize(file.bytes->size());
    read_exactly(*file.bytes, 0, bytes);
  }
  if (begins_like_packs(bytes)) {
    apply_cd_text(disc, parse_cdt(bytes, file.path.string(), disc.problems), file.path.string());
    disc.files.push_back(file);
    return;
  }
  const char* wrong = file.bytes == nullptr ? "is not there" : "holds no packs of CD-Text";
  disc.problems.push_back({.severity = Severity::warning,
                           .code = "sheet.cdtext",
                           .message = fmt::format("{}: the CDTEXTFILE \"{}\" {}", place,
                                                  printable(sheet.cdtext_file), wrong)});
  disc.remarks.push_back("CDTEXTFILE \"" + sheet.cdtext_file + '"');
}

}  // namespace

Disc build_cue_disc_from(const CueSheet& sheet, const std::filesystem::path& path,
                         const OpenNamed& open) {
  const std::string place = path.string();
  CueImages images = open_cue_files(sheet, place, open);
  Disc disc;
  disc.mcn = sheet.catalog;
  disc.text = sheet.text;
  disc.remarks = sheet.remarks;
  disc.problems = sheet.problems;
  std::ranges::move(images.problems, std::back_inserter(disc.problems));
  for (const CueTrack& track : sheet.tracks) disc.tracks.push_back(track_of(track));
  disc.files = images.files;
  const std::vector<CueGap> gaps = find_gaps(sheet, images);
  disc.dialect = cue_dialect(sheet, images, gaps);
  const CueLayout layout = lay_out_cue(sheet, images, gaps, place, disc);
  assign_cue_addresses(sheet, images, gaps, layout, place, disc);
  warn_of_swapped_audio(place, disc);
  disc.sessions = sessions_of(sheet, disc);
  keep_unused_remarks(sheet, gaps, disc);
  read_cd_text_file(sheet, place, open, disc);
  return disc;
}

Disc build_cue_disc(const CueSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options) {
  return build_cue_disc_from(sheet, path, open_beside(path, options));
}

}  // namespace pregap::formats
