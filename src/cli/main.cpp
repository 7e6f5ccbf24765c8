// The pregap command: the list of its commands, and the one place where errors become exit
// statuses.
#include <fmt/format.h>

#include <cstdio>
#include <new>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/signals.h"

#ifndef PREGAP_VERSION
#define PREGAP_VERSION "unknown"
#endif

namespace pregap::cli {
namespace {

constexpr const char* kAbout = "pregap checks, corrects and converts images of optical discs.";
constexpr const char* kFooter =
    "Exit status: 0 sound, or nothing in it to check; 1 the image has faults, which the report\n"
    "names; 2 it could not be done. With several images the worst counts.\n"
    "pregap COMMAND --help tells a command's options.";

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {  // --help, --version
    app.exit(error);
    return kSound;
  }
  print_error(
      Error(ErrorCode::usage, "command line", error.what(), "pregap --help lists the commands"));
  return kFailed;
}

int run(int argc, char** argv) {
  CLI::App app(kAbout, "pregap");
  app.footer(kFooter);
  app.set_version_flag("--version", "pregap " PREGAP_VERSION);
  app.require_subcommand(1);
  const std::vector<std::pair<std::string, Command>> commands = {
      {"info", add_info(app)},
      {"verify", add_verify(app)},
      {"convert", add_convert(app)},
      {"sector", add_sector(app)},
  };
  for (CLI::App* command : app.get_subcommands(nullptr)) command->footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  catch_signals();
  for (const auto& [name, work] : commands) {
    if (app.got_subcommand(name)) return work();
  }
  return kFailed;
}

}  // namespace
}  // namespace pregap::cli

int main(int argc, char** argv) {
  using namespace pregap;
  try {
    return cli::run(argc, argv);
  } catch (const Error& error) {
    cli::print_error(error);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "pregap: out of memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "pregap: internal error: {}\n", error.what());
  }
  return cli::kFailed;
}
