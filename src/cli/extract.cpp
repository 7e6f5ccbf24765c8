#include "operations/extract.h"

#include <cstdio>
#include <memory>

#include "cli/cli.h"
#include "cli/progress_line.h"
#include "report/files.h"

namespace pregap::cli {
namespace {

struct ExtractArguments {
  CommonOptions common;
  std::string image, out, id, form2;
  std::vector<std::string> paths;
  std::optional<int> track;
  bool force = false, deleted = false, system = false, unallocated = false;
};

int run(const ExtractArguments& args) {
  operations::ImageAddress address = operations::parse_address(args.image);
  if (args.track) address.parts = {"t" + std::to_string(*args.track)};
  operations::ExtractOptions options;
  options.out = args.out;
  options.force = args.force;
  options.deleted = args.deleted;
  options.system = args.system;
  options.allow_outside = args.common.allow_outside;
  options.unallocated = args.unallocated;
  if (!args.id.empty()) {
    options.id = volumes::parse_file_id(args.id);
    if (!options.id) {
      throw Error(ErrorCode::usage, "--id", args.id + ", expected an id that ls -l shows");
    }
  }
  if (args.form2 == "raw") options.form2 = Form2::raw;
  if (args.form2 == "cut") options.form2 = Form2::cut;
  const operations::FileImage image(address, args.common.open());
  ProgressLine progress(args.image, progress_wanted(args.common.quiet));
  options.work.progress = &progress;
  options.work.stop = stop_token();
  const operations::ExtractReport report = operations::extract(image, address, args.paths, options);
  const int status = report.sound() ? kSound : kFaults;
  const std::string text = args.common.json
                               ? report::extract_json(args.image, report) + '\n'
                               : report::extract_text(args.image, report, args.common.style());
  if (args.out == "-") {  // standard output is the file's
    if (args.common.json || status != kSound) std::fputs(text.c_str(), stderr);
  } else if (args.common.json || !args.common.quiet || status != kSound) {
    print(text);
  }
  return status;
}

}  // namespace

Command add_extract(CLI::App& app) {
  const auto args = std::make_shared<ExtractArguments>();
  CLI::App* command =
      app.add_subcommand("extract", "Files, folders, partitions or tracks out of an image");
  command->footer(
      "card.img:p2/etc is a folder of partition 2, card.img:p2/ all of its files, card.img:p2 the\n"
      "partition as it lies there; disc.cue:t1 a track. Sectors of discs are corrected on the "
      "way.\n"
      "pregap ls --help has more about addresses.");
  command->add_option("IMAGE", args->image, "Image, with partition and path if need be")
      ->required();
  command->add_option("PATH", args->paths, "Paths in it; none: all of it");
  command
      ->add_option("-o,--out", args->out,
                   "A folder, or the name of the one file; - is standard output; default: the "
                   "name that it has")
      ->type_name("OUT");
  command->add_option("--track", args->track, "This track of a disc")->type_name("N");
  command->add_option("--id", args->id, "The file with this id, which ls -l shows")
      ->type_name("ID");
  command->add_flag("-d", args->deleted, "Deleted files too, as far as they are there");
  command->add_flag("-a", args->system, "The file system's own files too ($MFT, ...)");
  command->add_flag("--unallocated", args->unallocated, "The blocks that no file has");
  command
      ->add_option(
          "--form2", args->form2,
          "Files with sectors of form 2: 2324 bytes of each (the default), all 2352 (raw), "
          "or 2048 (cut)")
      ->check(CLI::IsMember({"2324", "raw", "cut"}));
  command->add_flag("--force", args->force, "Replace what is there");
  add_common_options(*command, args->common, Work::short_look);
  return [args] { return run_guarded(args->image, args->common, [&] { return run(*args); }); };
}

}  // namespace pregap::cli
