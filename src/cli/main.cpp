// The pregap command: the list of its commands, and the one place where errors become exit
// statuses.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/rip.h"
#include "cli/signals.h"
#include "kernels/targets.h"

#ifndef PREGAP_VERSION
#define PREGAP_VERSION "unknown"
#endif

namespace pregap::cli {
namespace {

constexpr const char* kAbout =
    "pregap looks into, checks, repairs and converts images of optical discs and disks.";
constexpr const char* kFooter =
    "Exit status: 0 sound, or nothing in it to check; 1 the image has faults, which the report\n"
    "names; 2 it could not be done. With several images the worst counts.\n"
    "pregap COMMAND --help tells a command's options.";

// CLI11 asks for a command before it looks at words that are none.
std::string message_of(const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_name() != "RequiredError" || argc < 2) return error.what();
  const std::string_view word = argv[1];
  for (std::string_view command :
       {"info", "verify", "repair", "convert", "ls", "extract", "sector", "rip"}) {
    if (word == command) return error.what();
  }
  return fmt::format(
      "\"{}\", expected a command: info, verify, repair, convert, ls, extract, sector or "
      "rip",
      printable(word, 40));
}

int usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) {  // --help, --version
    std::ostringstream text;
    app.exit(error, text, text);
    print(text.str());
    return kSound;
  }
  print_error(Error(ErrorCode::usage, "command line", message_of(error, argc, argv),
                    "pregap --help lists the commands"));
  return kFailed;
}

// PREGAP_TARGET restricts the kernels to one instruction set, so that one machine can test and
// time them all.
void choose_target() {
  const char* name = std::getenv("PREGAP_TARGET");
  if (name == nullptr || *name == '\0' || kernels::use_target(name)) return;
  std::string known;
  for (const std::string& target : kernels::available_targets()) known += ' ' + target;
  throw Error(ErrorCode::usage, "PREGAP_TARGET",
              fmt::format("\"{}\", expected one of:{}", printable(name, 40), known));
}

int run(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "rip") return run_rip(argc, argv);
  CLI::App app(kAbout, "pregap");
  app.footer(kFooter);
  app.set_version_flag("--version", "pregap " PREGAP_VERSION);
  app.require_subcommand(1);
  const std::vector<std::pair<std::string, Command>> commands = {
      {"info", add_info(app)},       {"verify", add_verify(app)}, {"repair", add_repair(app)},
      {"convert", add_convert(app)}, {"ls", add_ls(app)},         {"extract", add_extract(app)},
      {"sector", add_sector(app)},
  };
  app.add_subcommand("rip", "Read a disc in a drive: pregap rip --help");  // see run_rip
  for (CLI::App* command : app.get_subcommands(nullptr)) {
    const std::string own = command->get_footer();
    command->footer(own.empty() ? kFooter : own + "\n\n" + kFooter);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, argc, argv);
  }
  choose_target();
  catch_signals();
  for (const auto& [name, work] : commands) {
    if (app.got_subcommand(name)) return work();
  }
  return kFailed;
}

}  // namespace
}  // namespace pregap::cli

int main(int argc, char** argv) {
  return pregap::cli::run_program([&] { return pregap::cli::run(argc, argv); });
}
