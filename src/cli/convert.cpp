#include "pregap/convert.h"

#include <algorithm>
#include <memory>

#include "cli/cli.h"
#include "cli/progress_line.h"
#include "report/json.h"
#include "report/text.h"

namespace pregap::cli {
namespace {

struct ConvertArguments {
  CommonOptions common;
  ConvertOptions options;
  std::string in, out, form2, split;
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

int run(ConvertArguments& args) {
  const Disc disc = open_disc(args.in, args.common.open());
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
  const ConvertReport report = convert(disc, args.out, args.options);
  const int status = report.sound() ? kSound : kFaults;
  if (args.common.json) {
    print(report::convert_json(disc, report) + '\n');
  } else if (!args.common.quiet || status != kSound) {
    print(report::convert_text(disc, report, args.common.style()));
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
                                         "or .flac");
  command->add_option("IN", args->in, "The image")->required();
  command->add_option("OUT", args->out, "What to write; its ending says the format")->required();
  command
      ->add_option("--to", o.to,
                   "The format, whatever OUT's ending: iso, cue, ccd, toc, gdi, bin, wav, flac")
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
  add_common_options(*command, args->common, Work::whole_image);
  return [args] { return run_guarded(args->in, args->common, [&] { return run(*args); }); };
}

}  // namespace pregap::cli
