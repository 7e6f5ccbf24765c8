// pregap-rip: reads discs in drives. The only program of pregap that touches a device.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <sstream>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/progress_line.h"
#include "cli/rip_progress.h"
#include "cli/signals.h"
#include "drive/libcdio_drive.h"
#include "drive/simulated_drive.h"
#include "operations/rip.h"
#include "operations/rip_offsets.h"
#include "operations/rip_work.h"
#include "report/rip.h"

#ifndef PREGAP_VERSION
#define PREGAP_VERSION "unknown"
#endif

namespace pregap::cli {
namespace {

constexpr const char* kAbout = "Reads a disc in a drive into an image, with log, map and resume.";
constexpr const char* kFooter =
    "OUT's ending says the format: .cue, .ccd (with .sub), .toc, .iso of a data disc; or a "
    "folder.\n"
    "Exit status: 0 everything was read and agrees; 1 something stayed unread or in doubt, and "
    "the\n"
    "rip is kept; 2 it could not be done. After an interruption, --resume goes on.";

struct RipArguments {
  operations::RipOptions options;
  std::string drive, out, split;
  std::optional<int> fill, seconds;
  bool list = false, json = false, quiet = false, verbose = false;
};

std::unique_ptr<drive::Drive> open(const std::string& name) {
  if (!drive::is_simulated(name)) return drive::open_drive(name);
  const drive::SimulatedOptions options = drive::parse_simulated(name);
  return std::make_unique<drive::SimulatedDrive>("simulated:" + options.image.string(), options,
                                                 open_disc(options.image));
}

std::string list_line(const std::string& device) {
  try {
    const std::unique_ptr<drive::Drive> opened = open(device);
    drive::Mmc mmc(*opened);
    const drive::Identity identity = mmc.identify();
    const std::optional<int> offset = operations::known_offset(identity.name());
    std::string line =
        fmt::format("{}  {} {}  read offset {}", device, identity.name(), identity.revision,
                    offset ? fmt::format("{:+}", *offset) : "not known");
    if (const std::optional<drive::Capabilities> c = mmc.capabilities()) {
      line += fmt::format("  {}{}{}{}x, {} KiB", c->cd_da ? "audio, " : "",
                          c->c2_pointers ? "C2, " : "", c->raw_subchannel ? "sub-channel, " : "",
                          (c->maximum_speed + 88) / 176, c->buffer);
    }
    return line + '\n';
  } catch (const Error& error) {
    return fmt::format("{}  {}\n", device, printable(error.message()));
  }
}

int list() {
  const std::vector<std::string> drives = drive::list_drives();
  for (const std::string& device : drives) print(list_line(device));
  if (drives.empty()) print("no drives\n");
  return kSound;
}

int rip(RipArguments& args) {
  const std::unique_ptr<drive::Drive> drive = open(args.drive);
  RipProgressLine progress(progress_wanted(args.quiet));
  operations::RipOptions& o = args.options;
  o.split_tracks = args.split == "tracks";
  if (args.fill) o.fill = static_cast<std::uint8_t>(*args.fill);
  if (args.seconds) o.time_limit = std::chrono::seconds(*args.seconds);
  o.observer = &progress;
  o.stop = stop_token();
  const operations::RipReport report = operations::rip(*drive, args.out, o);
  const std::string json = report::rip_json(report) + '\n';
  operations::replace_file(report.log, report::rip_log(report), true);
  operations::replace_file(report.json, json, true);
  const bool sound = report.sound();
  if (args.json) {
    print(json);
  } else if (!args.quiet || !sound) {
    print(report::rip_text(report, {.verbose = args.verbose}));
  }
  return sound ? kSound : kFaults;
}

void add_options(CLI::App& app, RipArguments& args) {
  operations::RipOptions& o = args.options;
  app.add_option("DRIVE", args.drive, "/dev/sr0, or simulated:IMAGE?FAULTS (docs/drives.md)");
  app.add_option("OUT", args.out, "What to write; its ending says the format");
  app.add_flag("--list", args.list, "Show the drives and what they can do");
  app.add_option("--to", o.to, "The format, whatever OUT's ending: cue, ccd, toc, iso")
      ->check(CLI::IsMember({"cue", "ccd", "toc", "iso"}))
      ->type_name("FORMAT");
  app.add_option("--split", args.split, "To .cue or .toc: one file a track")
      ->check(CLI::IsMember({"tracks"}))
      ->type_name("tracks");
  app.add_flag("--resume", o.resume,
               "Go on from OUT.map: after an interruption, or with another drive");
  app.add_option("--retries", o.retries, "Passes over bad places; default 16")
      ->check(CLI::Range(0, 10000))
      ->type_name("N");
  app.add_option("--time", args.seconds, "Stop after so many seconds and keep what is there")
      ->check(CLI::Range(1, 10'000'000))
      ->type_name("SECONDS");
  app.add_option("--speed", o.speed, "In multiples of single speed; default: the drive's choice")
      ->check(CLI::Range(1, 100))
      ->type_name("N");
  app.add_option("--offset", o.offset, "The drive's read offset correction, in samples")
      ->check(CLI::Range(-5880, 5880))
      ->type_name("N");
  app.add_option("--offset-table", o.offset_table, "AccurateRip's list of drives, saved as text")
      ->type_name("FILE");
  app.add_option("--accuraterip", o.accuraterip,
                 "The database's answer, saved by you, to compare with")
      ->type_name("FILE");
  app.add_flag("--twice", o.twice, "Read all of it once more and compare the tracks' CRCs");
  app.add_option("--fill", args.fill,
                 "Byte in place of what stays unread; default 0x55 of data, 0 of audio")
      ->check(CLI::Range(0, 255))
      ->type_name("BYTE");
  app.add_flag("-f,--force", o.force, "Replace existing output, begin anew");
  app.add_flag("--json", args.json, "The report as one JSON object");
  app.add_flag("-q,--quiet", args.quiet, "Only what needs attention; no progress");
  app.add_flag("-v,--verbose", args.verbose, "Everything, whole lists");
}

int run(int argc, char** argv) {
  CLI::App app(kAbout, "pregap rip");
  app.footer(kFooter);
  app.set_version_flag("--version", "pregap " PREGAP_VERSION);
  RipArguments args;
  add_options(app, args);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::ostringstream text;
      app.exit(error, text, text);
      print(text.str());
      return kSound;
    }
    throw Error(ErrorCode::usage, "command line", error.what(),
                "pregap rip --help lists the options");
  }
  catch_signals();
  if (args.list) return list();
  if (args.drive.empty() || args.out.empty()) {
    throw Error(ErrorCode::usage, "command line",
                args.drive.empty() ? "no drive, expected DRIVE and OUT" : "no output, expected OUT",
                "pregap rip --list shows the drives");
  }
  CommonOptions common{.json = args.json, .quiet = args.quiet};
  return run_guarded(args.drive, common, [&] { return rip(args); });
}

}  // namespace
}  // namespace pregap::cli

int main(int argc, char** argv) {
  return pregap::cli::run_program([&] { return pregap::cli::run(argc, argv); });
}
