#include "pregap/convert.h"

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
  std::string in, out, form2;
  std::optional<int> track, fill;
};

Form2 form2_of(const std::string& word) {
  if (word == "cut") return Form2::cut;
  if (word == "2324") return Form2::whole;
  return word == "raw" ? Form2::raw : Form2::refuse;
}

int run(ConvertArguments& args) {
  const Disc disc = open_disc(args.in, args.common.open());
  ProgressLine progress(args.in, progress_wanted(args.common.quiet));
  args.options.track = args.track;
  if (args.fill) args.options.fill = static_cast<std::uint8_t>(*args.fill);
  args.options.form2 = form2_of(args.form2);
  args.options.work = {.threads = args.common.threads, .progress = &progress, .stop = stop_token()};
  const ConvertReport report = convert(disc, args.out, args.options);
  const int status = report.sound() ? kSound : kFaults;
  if (args.common.json) {
    print(report::convert_json(disc, report) + '\n');
  } else if (!args.common.quiet || status != kSound) {
    print(report::convert_text(disc, report, args.common.style()));
  }
  return status;
}

}  // namespace

Command add_convert(CLI::App& app) {
  const auto args = std::make_shared<ConvertArguments>();
  ConvertOptions& o = args->options;
  CLI::App* command = app.add_subcommand("convert",
                                         "To another format: .iso (corrected on the way), or .cue "
                                         "with .bin (raw sectors as they are)");
  command->add_option("IN", args->in, "The image")->required();
  command->add_option("OUT", args->out, "What to write; its ending says the format")->required();
  command->add_option("--to", o.to, "The format, whatever OUT's ending: iso, cue")
      ->type_name("FORMAT");
  command->add_flag("-f,--force", o.force, "Replace existing output");
  command->add_flag("--sync", o.sync, "Flush the output to the disk before it gets its name");
  command->add_option("--track", args->track, "To .iso: the data track, if there are several")
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
