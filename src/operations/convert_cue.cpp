// Any disc to one .bin of 2352-byte sectors with its cue sheet. Sectors of 2048 bytes are built
// whole; raw ones are copied as they are: mending them is repair's work.
#include <fmt/format.h>

#include <algorithm>

#include "bytes/output_file.h"
#include "disc/pass.h"
#include "formats/cue_write.h"
#include "operations/convert.h"
#include "operations/losses.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr Subheader kDataSubheader{.submode = kSubmodeData};

bool is_cooked(const Track& track) {
  return !track.extents.empty() && track.extents.front().storage == Storage::user2048;
}

std::string mode_word(const Track& track, bool mode2) {
  if (track.type == TrackType::audio) return "AUDIO";
  if (is_cooked(track)) return mode2 ? "MODE2/2352" : "MODE1/2352";
  return track.type == TrackType::mode2 ? "MODE2/2352" : "MODE1/2352";
}

void require_cd_size(const Disc& disc) {
  const Lba end = disc.tracks.empty() ? Lba(0) : disc.tracks.back().end_lba();
  if (end <= kHighestLba + 1) return;
  throw Error(
      ErrorCode::unsupported, disc.path.string(),
      fmt::format("{} sectors, expected at most {} (89:59:74), as many as headers can count",
                  end.value, kHighestLba.value + 1));
}

// 2048-byte tracks come as built mode 1 sectors; form 1 is built from the same user data.
void write_sectors(const Disc& disc, const ConvertOptions& options, OutputFile& bin,
                   ConvertReport& report) {
  const std::vector<PassRange> ranges = whole_disc(disc);
  if (options.work.progress != nullptr) options.work.progress->add_total(stored_bytes(ranges));
  std::array<std::uint8_t, kSectorSize> form1;
  run_pass(disc, ranges, {.work = options.work, .join = true, .build_cooked = true},
           [&](const SectorVerdict& v) {
             report.sectors += v.count;
             if (v.bad()) {
               add_bad(report.bad, v.lba, v.faults, v.repairable);
               ++report.kept_damaged;
               report.uncorrectable += !v.repairable;
             }
             if (!options.mode2 || !is_cooked(*v.track)) {
               bin.write(v.bytes);
               return;
             }
             const FieldRange data = layout_of(SectorKind::mode1).user_data;
             for (std::int32_t i = 0; i < v.count; ++i) {
               const std::size_t at = static_cast<std::size_t>(i) * kSectorSize;
               build_sector(SectorKind::mode2_form1, v.lba + i,
                            v.bytes.subspan(at + data.offset, data.size), form1, kDataSubheader);
               bin.write(form1);
             }
           });
}

}  // namespace

ConvertReport convert_to_cue(const Disc& disc, const std::filesystem::path& out,
                             const ConvertOptions& options) {
  std::filesystem::path bin_path = out;
  bin_path.replace_extension(".bin");
  require_not_a_source(disc, out);
  require_not_a_source(disc, bin_path);
  if (bin_path == out) {
    throw Error(ErrorCode::usage, out.string(),
                "a sheet under the name of its own .bin, expected "
                "another ending",
                "OUT.cue writes OUT.bin beside it");
  }
  if (options.track || options.fill || options.form2 != Form2::refuse) {
    throw Error(ErrorCode::usage, out.string(),
                "--track, --fill or --form2 for a cue sheet, expected them for .iso only");
  }
  if (options.mode2 && std::ranges::none_of(disc.tracks, is_cooked)) {
    throw Error(ErrorCode::usage, out.string(),
                "--mode2 for raw sectors, expected an image of 2048-byte sectors");
  }
  require_cd_size(disc);
  ConvertReport report;
  report.problems = disc.problems;
  const bool faulty = std::ranges::any_of(
      disc.problems, [](const Problem& p) { return p.severity == Severity::fault; });
  if (faulty && !options.keep_damaged) return report;

  std::vector<std::string> modes;
  for (const Track& track : disc.tracks) modes.push_back(mode_word(track, options.mode2));
  const std::string sheet = formats::write_cue(disc, bin_path.filename().string(), modes);
  const Overwrite overwrite = options.force ? Overwrite::replace : Overwrite::refuse;
  OutputFile cue(out, overwrite);
  OutputFile bin(bin_path, overwrite);
  cue.write({reinterpret_cast<const std::uint8_t*>(sheet.data()), sheet.size()});
  write_sectors(disc, options, bin, report);
  if (options.sync) {
    bin.flush_to_disk();
    cue.flush_to_disk();
  }
  commit_together({&bin, &cue});
  report.written = true;
  report.outputs = {out, bin_path};
  report.bytes = bin.size() + cue.size();
  report.losses = losses_to_cue(disc);
  return report;
}

}  // namespace pregap::operations
