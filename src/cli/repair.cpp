#include "pregap/repair.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>

#include "bytes/output_file.h"
#include "cli/cli.h"
#include "cli/progress_line.h"
#include "report/json.h"
#include "report/repair.h"

namespace pregap::cli {
namespace {

struct RepairArguments {
  CommonOptions common;
  RepairOptions options;
  std::string image, out, addresses, c2, map;
  std::vector<std::string> only, skip, regenerate, with;
  bool in_place = false, undo = false;
};

[[noreturn]] void refuse(std::string message, std::string hint = {}) {
  throw Error(ErrorCode::usage, "command line", std::move(message), std::move(hint));
}

std::optional<Lba> take_lba(std::string_view& text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return Lba(value);
}

// "10", "10-20", "-150--1"
LbaRange parse_range(const std::string& option, std::string_view text) {
  std::string_view rest = text;
  const std::optional<Lba> first = take_lba(rest);
  std::optional<Lba> last = first;
  if (first && rest.starts_with('-')) {
    rest.remove_prefix(1);
    last = take_lba(rest);
  }
  if (!first || !last || !rest.empty() || *last < *first) {
    refuse(fmt::format("{} {}, expected an LBA or a range of them, such as 10-20 or -150--1",
                       option, report::shown(std::string(text))));
  }
  return {*first, *last};
}

Lba parse_address(const std::string& text) {
  if (const std::optional<Msf> msf = parse_msf(text)) return to_lba(*msf);
  std::string_view rest = text;
  const std::optional<Lba> lba = take_lba(rest);
  if (!lba || !rest.empty() || !to_msf(*lba)) {
    refuse(fmt::format("--addresses {}, expected an LBA or a time, such as 0 or 00:02:00",
                       report::shown(text)));
  }
  return *lba;
}

Regenerate parse_regenerate(const std::vector<std::string>& words) {
  Regenerate what;
  for (const std::string& word : words) {
    if (word == "edc") {
      what.edc = true;
    } else if (word == "ecc") {
      what.ecc = true;
    } else if (word == "form2-edc") {
      what.form2_edc = true;
    } else {
      refuse(fmt::format("--regenerate {}, expected edc, ecc, form2-edc, or several with commas",
                         report::shown(word)));
    }
  }
  return what;
}

void prepare(RepairArguments& args) {
  RepairOptions& o = args.options;
  for (const std::string& range : args.only) o.only.push_back(parse_range("--only", range));
  for (const std::string& range : args.skip) o.skip.push_back(parse_range("--skip", range));
  o.regenerate = parse_regenerate(args.regenerate);
  o.addresses = !args.addresses.empty();
  if (!args.with.empty() && o.regenerate.any()) {
    refuse("--with and --regenerate, expected one of them",
           "codes built anew would make what another dump has look like damage");
  }
  if (!args.map.empty() && args.with.empty()) refuse("--map without --with, expected other dumps");
  if (o.addresses && args.addresses != "true") o.first_address = parse_address(args.addresses);
  o.open = args.common.open();
  o.c2 = args.c2;
  if (args.in_place || args.undo) {
    if (!args.out.empty()) {
      refuse(fmt::format("{} and an output, expected one of them",
                         args.in_place ? "--in-place" : "--undo"));
    }
  } else if (args.out.empty() && !o.dry_run) {
    refuse("no output, expected IMAGE OUT", "--in-place mends the image itself");
  }
}

int run_undo(const RepairArguments& args) {
  const UndoReport report = undo_repair(args.image);
  if (args.common.json) {
    print(report::undo_json(args.image, report) + '\n');
  } else if (!args.common.quiet) {
    print(report::undo_text(args.image, report));
  }
  return kSound;
}

// Written when all else is done, so that a map speaks of what is there.
void write_map(const RepairArguments& args, const RepairReport& report) {
  OutputFile file(args.map, args.options.force ? Overwrite::replace : Overwrite::refuse);
  const std::string text = report::provenance_map(args.image, report);
  file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  file.commit();
}

int run(RepairArguments& args) {
  std::vector<Disc> others;
  for (const std::string& other : args.with) others.push_back(open_disc(other, args.common.open()));
  for (const Disc& other : others) args.options.others.push_back(&other);
  if (!args.map.empty()) {
    require_writable_target(args.map, args.options.force ? Overwrite::replace : Overwrite::refuse);
  }
  ProgressLine progress(args.image, progress_wanted(args.common.quiet));
  args.options.work = {.threads = args.common.threads, .progress = &progress, .stop = stop_token()};
  RepairReport report;
  if (args.in_place) {
    report = repair_in_place(args.image, args.options);
  } else {
    const Disc disc = open_disc(args.image, args.common.open());
    report = repair(disc, args.out, args.options);
  }
  if (!args.map.empty()) write_map(args, report);
  const report::RepairShown shown{
      .image = args.image, .dry_run = args.options.dry_run, .in_place = args.in_place};
  const int status = report.sound() ? kSound : kFaults;
  if (args.common.json) {
    print(report::repair_json(shown, report) + '\n');
  } else if (!args.common.quiet || status != kSound) {
    print(report::repair_text(shown, report, args.common.style()));
  }
  return status;
}

void add_choices(CLI::App& command, RepairArguments& args) {
  RepairOptions& o = args.options;
  command.add_option("--only", args.only, "Change these sectors only: LBA or LBA-LBA; repeatable")
      ->allow_extra_args(false)
      ->type_name("RANGE");
  command.add_option("--skip", args.skip, "Leave these sectors alone; repeatable")
      ->allow_extra_args(false)
      ->type_name("RANGE");
  command
      .add_option("--with", args.with,
                  "Another dump of the disc, of any format and with any offset up to five sectors; "
                  "repeatable. Sectors that are sound in one of them win, parity and EDC work with "
                  "what they have in common, and what carries no check is put to the vote")
      ->allow_extra_args(false)
      ->type_name("IMAGE");
  command.add_option("--map", args.map, "Write which dump gave which sectors")->type_name("FILE");
  command
      .add_option("--c2", args.c2,
                  "C2 pointers: for each stored sector 294 bytes, or 296 with the block error byte")
      ->type_name("FILE");
  command.add_flag("--all", o.all, "Change what looks like copy protection too");
  command
      .add_option("--regenerate", args.regenerate,
                  "Build codes anew in sectors whose data were changed on purpose: edc, ecc, "
                  "form2-edc (where there is none), or several with commas. Corrects nothing, and "
                  "leaves sync, header and sub-header as they are")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("CODES");
  command.add_flag(
      "--addresses{true}", args.addresses,
      "Give headers the addresses of the layout, or with --addresses=START those from "
      "START (LBA or mm:ss:ff) on. EDC and parity of the sectors that this changes are "
      "built anew where they cover the header (mode 1)");
}

}  // namespace

Command add_repair(CLI::App& app) {
  const auto args = std::make_shared<RepairArguments>();
  RepairOptions& o = args->options;
  CLI::App* command = app.add_subcommand(
      "repair", "Corrects faulty sectors from their own parity and their neighbours' addresses");
  command->add_option("IMAGE", args->image, "The image")->required();
  command->add_option("OUT", args->out,
                      "The mended image, of the same format; none if IMAGE is sound");
  CLI::Option* dry = command->add_flag("-n,--dry-run", o.dry_run, "Tell what would be done");
  CLI::Option* in_place = command->add_flag(
      "--in-place", args->in_place, "Mend IMAGE itself; IMAGE.pregap-undo can take it back");
  command->add_flag("--undo", args->undo, "Take an --in-place repair of IMAGE back")
      ->excludes(in_place)
      ->excludes(dry);
  command->add_flag("-f,--force", o.force, "Replace existing output, or an earlier undo journal");
  command->add_flag("--sync", o.sync, "Flush the output to the disk before it gets its name");
  add_choices(*command, *args);
  add_common_options(*command, args->common, Work::whole_image);
  return [args] {
    return run_guarded(args->image, args->common, [&] {
      prepare(*args);
      return args->undo ? run_undo(*args) : run(*args);
    });
  };
}

}  // namespace pregap::cli
