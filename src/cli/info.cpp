#include "operations/info.h"

#include <algorithm>
#include <memory>

#include "cli/cli.h"
#include "report/json.h"
#include "report/text.h"

namespace pregap::cli {
namespace {

struct InfoArguments {
  CommonOptions common;
  std::vector<std::string> images;
};

int show(const std::string& image, const CommonOptions& options) {
  const Disc disc = open_disc(image, options.open());
  const auto volumes = operations::find_volumes(disc);
  const auto codes = operations::find_subchannel_codes(disc);
  print(options.json ? report::info_json(disc, volumes, codes) + '\n'
                     : report::info_text(disc, volumes, codes, options.style()));
  for (const Problem& problem : disc.problems) {
    if (problem.severity == Severity::fault) return kFaults;
  }
  return kSound;
}

}  // namespace

Command add_info(CLI::App& app) {
  const auto args = std::make_shared<InfoArguments>();
  CLI::App* command = app.add_subcommand("info", "What an image is: tracks, modes, volumes");
  command
      ->add_option("IMAGE", args->images, "Images: .cue, .ccd, .toc, .gdi, .bin, .img, .raw, .iso")
      ->required();
  add_common_options(*command, args->common, Work::short_look);
  return [args] {
    int status = kSound;
    for (const std::string& image : args->images) {
      status = std::max(
          status, run_guarded(image, args->common, [&] { return show(image, args->common); }));
    }
    return status;
  };
}

}  // namespace pregap::cli
