#include <memory>

#include "cli/cli.h"
#include "operations/list_files.h"
#include "report/files.h"

namespace pregap::cli {
namespace {

struct LsArguments {
  CommonOptions common;
  std::string image, path, id;
  bool lines = false, recursive = false, deleted = false, system = false;
};

constexpr const char* kAddresses =
    "IMAGE may say where in it: card.img:p2/etc is a folder of partition 2, disc.cue:t1 track 1,\n"
    "disc.iso:joliet one view of several (iso, joliet, rockridge, udf, hfs), disc.cue:s2 the\n"
    "volume of session 2, floppy.ima/DIR a folder of the only volume.";

int list(const LsArguments& args) {
  operations::ImageAddress address = operations::parse_address(args.image);
  if (!args.path.empty()) {
    const std::string inside = args.path.substr(
        args.path.find_first_not_of('/') == std::string::npos ? args.path.size()
                                                              : args.path.find_first_not_of('/'));
    address.path = address.path && !address.path->empty() ? *address.path + '/' + inside : inside;
  }
  operations::ListFilesOptions options{.recursive = args.recursive,
                                       .system = args.system,
                                       .deleted = args.deleted,
                                       .names_only = !args.lines && !args.common.json};
  if (!args.id.empty()) {
    options.id = volumes::parse_file_id(args.id);
    if (!options.id) {
      throw Error(ErrorCode::usage, "--id", args.id + ", expected an id that ls -l shows");
    }
  }
  const operations::FileImage image(address, args.common.open());
  report::Json entries = report::Json::array();
  std::string text;
  const auto form = args.lines ? report::ListForm::lines : report::ListForm::paths;
  const operations::FileListing listing =
      operations::list_files(image, address, options, [&](const volumes::FoundFile& file) {
        if (args.common.json) {
          entries.push_back(report::file_json(file));
          return true;
        }
        report::add_file_line(text, file, form);
        if (text.size() > 64 * 1024) {
          print(text);
          text.clear();
        }
        return !stop_token().stop_requested();
      });
  if (args.common.json) {
    print(report::files_json(args.image, listing, std::move(entries)) + '\n');
  } else {
    print(text);
    fputs(report::problem_lines(listing.problems, args.common.style()).c_str(), stderr);
  }
  for (const Problem& problem : listing.problems) {
    if (problem.severity == Severity::fault) return kFaults;
  }
  return kSound;
}

}  // namespace

Command add_ls(CLI::App& app) {
  const auto args = std::make_shared<LsArguments>();
  CLI::App* command = app.add_subcommand("ls", "Files of any volume in an image");
  command->footer(kAddresses);
  command->add_option("IMAGE", args->image, "Image, with partition and path if need be")
      ->required();
  command->add_option("PATH", args->path, "A path in it");
  command->add_flag("-l", args->lines, "Mode, size, time (UTC), id and name of each");
  command->add_flag("-r", args->recursive, "Folders within folders too");
  command->add_flag("-d", args->deleted, "Deleted entries too");
  command->add_flag("-a", args->system, "The file system's own files too ($MFT, ...)");
  command->add_option("--id", args->id, "The file with this id (an inode, an MFT entry, ...)")
      ->type_name("ID");
  add_common_options(*command, args->common, Work::short_look);
  return [args] { return run_guarded(args->image, args->common, [&] { return list(*args); }); };
}

}  // namespace pregap::cli
