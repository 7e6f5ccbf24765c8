// What the commands share: options, output, and how errors become exit statuses.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stop_token>
#include <string>

#include "pregap/error.h"
#include "pregap/open.h"
#include "pregap/work.h"
#include "report/style.h"

namespace pregap::cli {

enum ExitStatus : int { kSound = 0, kFaults = 1, kFailed = 2 };

struct CommonOptions {
  bool json = false, quiet = false, verbose = false, allow_outside = false;
  unsigned threads = 0;
  std::string encoding;

  OpenOptions open() const;
  report::Style style() const;
};

// --json, --quiet, --verbose, --allow-outside, --encoding, and for work over whole images
// --threads.
enum class Work : bool { short_look, whole_image };
void add_common_options(CLI::App& command, CommonOptions& options, Work work);

// Ends at once with what it couldn't write: results that are lost must not look like success.
void print(const std::string& text);

// "pregap: PLACE: MESSAGE" and the hint, on standard error.
void print_error(const Error& error);

// A whole program: what `run` returns, or what an exception that came through is told as.
int run_program(const std::function<int()>& run);

// Runs `work` for one image. An Error is printed, and with --json stands in the output in the
// image's place; the status is then kFailed. Error(stopped) is thrown on.
int run_guarded(const std::string& image, const CommonOptions& options,
                const std::function<int()>& work);

// Set by Ctrl-C, SIGTERM or SIGHUP.
std::stop_token stop_token();

// Each command adds itself and returns the work to do when it was chosen.
using Command = std::function<int()>;
Command add_info(CLI::App& app);
Command add_verify(CLI::App& app);
Command add_repair(CLI::App& app);
Command add_convert(CLI::App& app);
Command add_sector(CLI::App& app);
Command add_ls(CLI::App& app);
Command add_extract(CLI::App& app);

}  // namespace pregap::cli
