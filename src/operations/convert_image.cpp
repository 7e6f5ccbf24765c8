// Any disc to a descriptor with raw sectors of 2352 bytes. Sectors of 2048 bytes are built whole;
// raw ones are copied as they are, but for scrambled ones: mending them is repair's work.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "bytes/output_file.h"
#include "disc/complete.h"
#include "disc/pass.h"
#include "formats/format.h"
#include "operations/convert.h"
#include "operations/image_writer.h"
#include "operations/layout.h"
#include "operations/losses.h"
#include "operations/prove.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

bool is_cooked(const Track& track) {
  return !track.extents.empty() && track.extents.front().storage == Storage::user2048;
}

// User data alone is what it is said to be.
Disc prepared(const Disc& disc, const ConvertOptions& options) {
  Disc copy = disc;
  for (Track& track : copy.tracks) {
    if (options.mode2 && is_cooked(track)) track.type = TrackType::mode2;
  }
  if (!options.mode2) return copy;
  for (Session& session : copy.sessions) session.type = usual_disc_type(copy, session.number);
  return copy;
}

void require_options_fit(const Disc& disc, std::string_view format,
                         const std::filesystem::path& out, const ConvertOptions& options) {
  const auto refuse = [&](const char* message) {
    throw Error(ErrorCode::usage, out.string(), message);
  };
  if (options.track || options.fill || options.form2 != Form2::refuse) {
    refuse("--track, --fill or --form2 for a descriptor, expected none of them");
  }
  if (options.mode2 && std::ranges::none_of(disc.tracks, is_cooked)) {
    refuse("--mode2 for raw sectors, expected an image of 2048-byte sectors");
  }
  if (options.make_subchannel && format != "ccd") {
    refuse("--make-subchannel without a file for it, expected it for .ccd only");
  }
  if (options.split_tracks && (format == "ccd" || format == "bin")) {
    refuse("--split tracks for a format of one file, expected .cue or .toc");
  }
}

void require_other_name(const std::filesystem::path& out, const Layout& layout) {
  for (const DiscFile& file : layout.disc.files) {
    if (file.path != out || layout.disc.format == "bin") continue;
    throw Error(ErrorCode::usage, out.string(),
                fmt::format("a sheet under the name of its own {}, expected another ending",
                            out.extension().string()),
                "OUT.cue writes OUT.bin beside it");
  }
}

struct Outputs {
  std::unique_ptr<OutputFile> descriptor;  // none for raw sectors alone
  std::vector<std::unique_ptr<OutputFile>> files;

  std::vector<OutputFile*> all() const {  // the descriptor last: it names the others
    std::vector<OutputFile*> result;
    for (const auto& file : files) result.push_back(file.get());
    if (descriptor) result.push_back(descriptor.get());
    return result;
  }
};

void write_all(const Disc& source, const Layout& layout, const ConvertOptions& options,
               Outputs& outputs, ConvertReport& report) {
  const std::vector<PassRange> ranges = whole_disc(source);
  if (options.work.progress != nullptr) options.work.progress->add_total(stored_bytes(ranges));
  ImageWriter writer(source, layout, outputs.files);
  const PassOptions pass{.work = options.work, .join = true, .build_cooked = true};
  run_pass(source, ranges, pass, [&](const SectorVerdict& v) {
    report.sectors += v.count;
    if (v.bad()) {
      add_bad(report.bad, v.lba, v.faults, v.repairable);
      ++report.kept_damaged;
      report.uncorrectable += !v.repairable;
    }
    writer.take(v);
  });
  writer.finish();
}

void write_text(OutputFile& file, const std::string& text) {
  file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Outputs open_outputs(const Layout& layout, const formats::Format* format, bool force) {
  const Overwrite overwrite = force ? Overwrite::replace : Overwrite::refuse;
  Outputs outputs;
  if (format != nullptr) {
    const std::string text = format->write(beside_its_files(layout.disc));
    outputs.descriptor = std::make_unique<OutputFile>(layout.disc.path, overwrite);
    write_text(*outputs.descriptor, text);
  }
  for (const DiscFile& file : layout.disc.files) {
    outputs.files.push_back(std::make_unique<OutputFile>(file.path, overwrite));
  }
  return outputs;
}

}  // namespace

ConvertReport convert_to_image(const Disc& original, std::string_view format_name,
                               const std::filesystem::path& out, const ConvertOptions& options) {
  require_options_fit(original, format_name, out, options);
  const Disc source = prepared(original, options);
  const formats::Format* format = formats::find_format(format_name);
  const Layout layout = plan_layout(source, format_name, out, options);
  require_not_a_source(original, out);
  for (const DiscFile& file : layout.disc.files) require_not_a_source(original, file.path);
  require_other_name(out, layout);
  ConvertReport report;
  report.problems = original.problems;
  report.losses = losses_to_image(source, layout);
  refuse_loss(options, out, report.losses);
  if (is_faulty(original) && !options.keep_damaged) return report;

  Outputs outputs = open_outputs(layout, format, options.force);
  if (options.before_writing) options.before_writing(report.losses);
  write_all(source, layout, options, outputs, report);
  const std::vector<OutputFile*> all = outputs.all();
  if (options.sync) std::ranges::for_each(all, &OutputFile::flush_to_disk);
  commit_together(all);
  if (format != nullptr) report.outputs.push_back(out);
  for (const DiscFile& file : layout.disc.files) report.outputs.push_back(file.path);
  for (const OutputFile* file : all) report.bytes += file->size();
  if (options.verify) {
    try {
      prove_equal(source, layout, report.losses, options.work);
    } catch (...) {
      for (OutputFile* file : all) file->withdraw();
      throw;
    }
    report.verified = true;
  }
  report.written = true;
  return report;
}

}  // namespace pregap::operations
