#include "operations/look.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "formats/format.h"

namespace pregap::operations {
namespace {

constexpr std::array<std::string_view, 21> kDiskEndings = {
    ".img",   ".ima",   ".imz",  ".dd",  ".raw", ".vfd",  ".flp", ".dsk", ".st",  ".hdd", ".hda",
    ".image", ".qcow2", ".vmdk", ".vdi", ".vhd", ".vhdx", ".e01", ".adf", ".001", ".zip"};

bool has_disk_ending(const std::filesystem::path& path) {
  std::filesystem::path name = path.filename();
  if (to_lower(name.extension().string()) == ".gz") name = name.stem();
  return std::ranges::find(kDiskEndings, to_lower(name.extension().string())) != kDiskEndings.end();
}

// A CD by nothing but an ending and a length that is a multiple of 2352.
bool is_disc_by_name_only(const Disc& disc) {
  return disc.format == "raw" && std::ranges::any_of(disc.problems, [](const Problem& p) {
           return p.code == "content.unknown";
         });
}

// UDF of a later session counts from the disc's start, so that it is not found in its track alone.
void look_for_session(const Disc& disc, const Track& track, volumes::Contents& contents) {
  const std::int32_t first = track.start_lba().value;
  const auto data = user_data_source(disc, Lba(0), first + track.sectors());
  volumes::Contents found;
  if (!volumes::look_into_udf_session(*data, static_cast<std::uint64_t>(first) * kUserDataSize,
                                      found)) {
    return;
  }
  contents.file_systems.push_back(std::move(found.file_systems.front()));
  contents.problems = std::move(found.problems);  // those of the track say that it is not found
}

std::vector<TrackContents> look_into_tracks(const Disc& disc) {
  std::vector<TrackContents> found;
  for (const Track& track : disc.tracks) {
    if (!track.is_data() || track.stored_sectors() == 0) continue;
    const auto data = user_data_source(disc, track.start_lba(), track.sectors());
    volumes::Contents contents = volumes::look_into(*data, volumes::IsoViews::without);
    if (track.start_lba().value > 0) look_for_session(disc, track, contents);
    if (contents.empty()) continue;
    for (Problem& problem : contents.problems) {
      problem.severity = std::min(problem.severity, Severity::warning);
    }
    found.push_back({.track = &track, .contents = std::move(contents)});
  }
  return found;
}

}  // namespace

Look look_for_disk(const std::filesystem::path& path, const OpenOptions& options) {
  constexpr std::uint64_t kSector = 512;
  Look look{.image = open_image(path, options), .contents = {}, .tracks = {}};
  if (look.image.disc && !is_disc_by_name_only(*look.image.disc)) return look;
  look.contents = volumes::look_into(*look.image.bytes);
  if (look.image.disc) {
    if (!look.contents.empty()) look.image.disc.reset();
    return look;
  }
  for (const Container& container : look.image.containers) {
    look.contents.problems.insert(look.contents.problems.begin(), container.problems.begin(),
                                  container.problems.end());
  }
  const bool usual = !look.image.containers.empty() ||
                     (has_disk_ending(path) && look.image.bytes->size() % kSector == 0);
  if (look.contents.empty() && !usual) formats::throw_unknown(look.image);
  return look;
}

Look look_at(const std::filesystem::path& path, const OpenOptions& options) {
  Look look = look_for_disk(path, options);
  if (look.image.disc) look.tracks = look_into_tracks(*look.image.disc);
  return look;
}

bool may_be_image(const std::filesystem::path& path) {
  const bool packed = to_lower(path.extension().string()) == ".gz";
  return may_be_disc_image(packed ? path.stem() : path) || has_disk_ending(path);
}

}  // namespace pregap::operations
