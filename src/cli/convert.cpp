#include "pregap/convert.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/progress_line.h"
#include "report/convert_disk.h"
#include "report/json.h"
#include "report/text.h"

namespace pregap::cli {
namespace {

struct ConvertArguments {
  CommonOptions common;
  ConvertOptions options;
  std::string in, out, form2, split, split_size;
  std::optional<int> track, fill;
};

Form2 form2_of(const std::string& word) {
  if (word == "cut") return Form2::cut;
  if (word == "2324") return Form2::whole;
  return word == "raw" ? Form2::raw : Form2::refuse;
}

// What was not known to be lost before the sectors were seen.
std::string losses_behind(const ConvertReport& report, const std::vector<Loss>& said) {
  if (report.losses.empty()) return "  lost: nothing\n";
  std::vector<Loss> rest = report.losses;
  std::erase_if(rest, [&](const Loss& loss) {
    return std::ranges::find(said, loss.message, &Loss::message) != said.end();
  });
  return report::losses_text(rest);
}

// "650M": bytes, or with K, M, G those of 1024.
std::uint64_t bytes_of(const std::string& text) {
  if (text.empty()) return 0;
  std::size_t end = 0;
  std::uint64_t number = 0;
  try {
    if (text[0] >= '0' && text[0] <= '9') number = std::stoull(text, &end);
  } catch (const std::out_of_range&) {
    end = 0;
  }
  constexpr std::string_view kUnits = "kmg";
  const std::string unit = to_lower(std::string_view(text).substr(end));
  const std::size_t power = unit.size() == 1 ? kUnits.find(unit[0]) : kUnits.npos;
  const unsigned shift = power == kUnits.npos ? 0 : 10 * static_cast<unsigned>(power + 1);
  const bool good = end > 0 && number > 0 && (unit.empty() || power != kUnits.npos) &&
                    number <= (std::uint64_t{1} << 62) >> shift;
  if (good) return number << shift;
  throw Error(ErrorCode::usage, "--split-size",
              "\"" + printable(text, 40) + "\", expected a number of bytes, or one with K, M or G");
}

int run(ConvertArguments& args) {
  const Image image = open_image(args.in, args.common.open());
  args.options.split_size = bytes_of(args.split_size);
  ProgressLine progress(args.in, progress_wanted(args.common.quiet));
  args.options.track = args.track;
  if (args.fill) args.options.fill = static_cast<std::uint8_t>(*args.fill);
  args.options.form2 = form2_of(args.form2);
  args.options.split_tracks = args.split == "tracks";
  args.options.work = {.threads = args.common.threads, .progress = &progress, .stop = stop_token()};
  std::vector<Loss> said;
  if (!args.common.json && !args.common.quiet) {
    args.options.before_writing = [&](const std::vector<Loss>& losses) {
      said = losses;
      print(report::losses_text(losses));
    };
  }
  const ConvertReport report = convert(image, args.out, args.options);
  const int status = report.sound() ? kSound : kFaults;
  if (args.common.json) {
    print((report.of_disk ? report::convert_disk_json(image, report)
                          : report::convert_json(*image.disc, report)) +
          '\n');
  } else if (!args.common.quiet || status != kSound) {
    print(report.of_disk ? report::convert_disk_text(image, report, args.common.style())
                         : report::convert_text(*image.disc, report, args.common.style()));
    if (report.written) print(losses_behind(report, said));
  }
  return status;
}

}  // namespace

Command add_convert(CLI::App& app) {
  const auto args = std::make_shared<ConvertArguments>();
  ConvertOptions& o = args->options;
  CLI::App* command = app.add_subcommand("convert",
                                         "To another format: .iso (corrected on the way); .cue, "
                                         ".ccd, .toc or .gdi with raw sectors as they are; .wav "
                                         "or .flac; of disk images .img, .gz, .zip, .imz, .qcow2, "
                                         ".vmdk, .vdi, .vhd, .vhdx, .E01");
  command->add_option("IN", args->in, "The image")->required();
  command->add_option("OUT", args->out, "What to write; its ending says the format")->required();
  command
      ->add_option("--to", o.to,
                   "The format, whatever OUT's ending: iso, cue, ccd, toc, gdi, bin, wav, flac; "
                   "img, gz, zip, imz, qcow2, vmdk, vdi, vhd, vhdx, e01")
      ->type_name("FORMAT");
  command->add_option("--split", args->split, "To .cue or .toc: one file a track")
      ->check(CLI::IsMember({"tracks"}))
      ->type_name("tracks");
  command->add_flag("--no-loss", o.no_loss, "Refuse if the output can't hold all of the image");
  command->add_flag("--verify", o.verify, "Read the output back and hold it against the image");
  command->add_flag("--make-subchannel", o.make_subchannel,
                    "To .ccd: a .sub with P and Q by the layout, where the image has none");
  command->add_flag("-f,--force", o.force, "Replace existing output");
  command->add_flag("--sync", o.sync, "Flush the output to the disk before it gets its name");
  command
      ->add_option("--track", args->track, "To .iso, .wav, .flac: this track, if there are several")
      ->type_name("N");
  CLI::Option* keep = command->add_flag(
      "--keep-damaged", o.keep_damaged,
      "Convert damaged images too: what can't be corrected as found, what is there of a short one");
  command
      ->add_option("--fill", args->fill,
                   "To .iso: fill with this byte (85 or 0x55) what can't be corrected")
      ->type_name("BYTE")
      ->check(CLI::Range(0, 255))
      ->excludes(keep);
  command
      ->add_option("--form2", args->form2,
                   "To .iso: of form 2 sectors the first 2048 bytes (cut), the user data whole "
                   "(2324), or all 2352 bytes of every sector (raw)")
      ->check(CLI::IsMember({"cut", "2324", "raw"}))
      ->type_name("cut|2324|raw");
  command->add_flag("--mode2", o.mode2, "From .iso: build mode 2 form 1 instead of mode 1");
  command->add_flag("--sparse", o.sparse, "Disk to .img: runs of zeros become holes");
  command
      ->add_option("--split-size", args->split_size,
                   "Disk to .img or .E01: in files of so many bytes (K, M, G: of 1024)")
      ->type_name("BYTES");
  command->add_option("--case", o.acquisition.case_number, "To .E01: the case number");
  command->add_option("--examiner", o.acquisition.examiner, "To .E01: the examiner's name");
  command->add_option("--evidence", o.acquisition.evidence, "To .E01: the evidence number");
  command->add_option("--description", o.acquisition.description, "To .E01: the description");
  command->add_option("--notes", o.acquisition.notes, "To .E01: notes");
  add_common_options(*command, args->common, Work::whole_image);
  return [args] { return run_guarded(args->in, args->common, [&] { return run(*args); }); };
}

}  // namespace pregap::cli
