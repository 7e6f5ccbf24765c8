#include "formats/cue_builder.h"

#include <fmt/format.h>

#include <iterator>

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

// A CDTEXTFILE is not looked into; it is written back as it was.
void keep_cd_text_file(const CueSheet& sheet, Disc& disc) {
  if (!sheet.cdtext_file.empty()) {
    disc.remarks.push_back("CDTEXTFILE \"" + sheet.cdtext_file + '"');
  }
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
  disc.sessions = sessions_of(sheet, disc);
  keep_unused_remarks(sheet, gaps, disc);
  keep_cd_text_file(sheet, disc);
  return disc;
}

Disc build_cue_disc(const CueSheet& sheet, const std::filesystem::path& path,
                    const OpenOptions& options) {
  return build_cue_disc_from(sheet, path, open_beside(path, options));
}

}  // namespace pregap::formats
