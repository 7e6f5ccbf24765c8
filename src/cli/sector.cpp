#include <charconv>
#include <memory>

#include "cli/cli.h"
#include "operations/sector_view.h"
#include "report/json.h"
#include "report/text.h"

namespace pregap::cli {
namespace {

struct SectorArguments {
  CommonOptions common;
  std::string image, address;
  bool dump = false;
};

// "-150", "16" or an address as a header has it, "00:02:16".
Lba parse_address(const std::string& text) {
  if (const std::optional<Msf> msf = parse_msf(text)) return to_lba(*msf);
  std::int32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && rest == end) return Lba(value);
  throw Error(ErrorCode::usage, "LBA",
              "\"" + text + "\", expected a number such as 16 or -150, or an address mm:ss:ff");
}

int show(const SectorArguments& args) {
  const Lba lba = parse_address(args.address);
  const Disc disc = open_disc(args.image, args.common.open());
  const operations::SectorView view = operations::view_sector(disc, lba);
  const report::Dump dump = args.dump ? report::Dump::yes : report::Dump::no;
  print(args.common.json ? report::sector_json(disc, view) + '\n'
                         : report::sector_text(disc, view, dump));
  return view.faults.empty() ? kSound : kFaults;
}

}  // namespace

Command add_sector(CLI::App& app) {
  const auto args = std::make_shared<SectorArguments>();
  CLI::App* command = app.add_subcommand("sector", "One sector, field by field, each checked");
  command->add_option("IMAGE", args->image, "The image")->required();
  command->add_option("LBA", args->address, "Its address: a number, or mm:ss:ff as in headers")
      ->required();
  command->add_flag("--hex", args->dump, "Add all its bytes");
  add_common_options(*command, args->common, Work::short_look);
  return [args] { return run_guarded(args->image, args->common, [&] { return show(*args); }); };
}

}  // namespace pregap::cli
