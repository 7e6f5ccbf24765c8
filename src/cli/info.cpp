#include "operations/info.h"

#include <algorithm>
#include <memory>

#include "cli/cli.h"
#include "operations/look.h"
#include "report/disk.h"
#include "report/json.h"
#include "report/text.h"

namespace pregap::cli {
namespace {

struct InfoArguments {
  CommonOptions common;
  std::vector<std::string> images;
};

int status_of(const std::vector<Problem>& problems) {
  const bool fault = std::ranges::any_of(
      problems, [](const Problem& problem) { return problem.severity == Severity::fault; });
  return fault ? kFaults : kSound;
}

int show_disk(const operations::Look& look, const CommonOptions& options) {
  print(options.json ? report::disk_info_json(look) + '\n'
                     : report::disk_info_text(look, options.style()));
  return status_of(look.contents.problems);
}

int show(const std::string& image, const CommonOptions& options) {
  const operations::Look look = operations::look_at(image, options.open());
  if (!look.image.disc) return show_disk(look, options);
  const Disc& disc = *look.image.disc;
  const auto volumes = operations::find_volumes(disc);
  const auto codes = operations::find_subchannel_codes(disc);
  print(options.json ? report::info_json(look, volumes, codes) + '\n'
                     : report::info_text(look, volumes, codes, options.style()));
  return status_of(disc.problems);
}

}  // namespace

Command add_info(CLI::App& app) {
  const auto args = std::make_shared<InfoArguments>();
  CLI::App* command = app.add_subcommand("info", "What an image is: tracks, partitions, volumes");
  command
      ->add_option("IMAGE", args->images,
                   "Images: of discs (.cue, .ccd, .toc, .gdi, .bin, .iso ...) and of disks (.img, "
                   ".ima, .dd ...)")
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
