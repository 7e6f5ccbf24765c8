#include "cli/cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/encoding.h"
#include "report/json.h"

namespace pregap::cli {

report::Style CommonOptions::style() const {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool wanted = (no_colour == nullptr || *no_colour == '\0') && ::isatty(STDOUT_FILENO) == 1;
  return {.colour = wanted ? report::Colour::on : report::Colour::off, .verbose = verbose};
}

OpenOptions CommonOptions::open() const {
  return {.allow_outside = allow_outside, .encoding = encoding, .stop = stop_token()};
}

void add_common_options(CLI::App& command, CommonOptions& options, Work work) {
  command.add_flag("--json", options.json, "One JSON object an image, one a line");
  command.add_flag("-q,--quiet", options.quiet, "Only what needs attention; no progress");
  command.add_flag("-v,--verbose", options.verbose, "Everything, whole lists");
  command.add_flag("--allow-outside", options.allow_outside,
                   "Let a sheet name files outside its own folder");
  command
      .add_option("--encoding", options.encoding,
                  "What a sheet is in that is no UTF-8: Shift-JIS, CP1251, ...; default: a guess")
      ->check([](const std::string& name) {
        return is_known_encoding(name) ? std::string() : "no encoding of that name is known";
      })
      ->type_name("NAME");
  if (work == Work::whole_image) {
    command.add_option("--threads", options.threads, "How many to use; default: all cores")
        ->check(CLI::Range(1U, 1024U))
        ->type_name("N");
  }
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return;
  }
  throw Error(ErrorCode::unwritable, "standard output",
              fmt::format("{}, expected room for the report", std::strerror(errno)));
}

void print_error(const Error& error) {
  const std::string place = error.place().empty() ? "" : error.place() + ": ";
  fmt::print(stderr, "pregap: {}{}\n", report::shown(place), report::shown(error.message()));
  if (!error.hint().empty()) fmt::print(stderr, "hint: {}\n", report::shown(error.hint()));
}

int run_program(const std::function<int()>& run) {
  try {
    return run();
  } catch (const Error& error) {
    print_error(error);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "pregap: out of memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "pregap: internal error: {}\n", error.what());
  }
  return kFailed;
}

int run_guarded(const std::string& image, const CommonOptions& options,
                const std::function<int()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    const bool fatal = error.code() == ErrorCode::stopped || error.place() == "standard output";
    if (fatal) throw;
    print_error(error);
    if (options.json) print(report::error_json(image, error) + '\n');
    return kFailed;
  } catch (const std::exception& failure) {  // no memory, no more threads, ...
    const Error error(ErrorCode::unreadable, image,
                      fmt::format("{}, expected the means to work on it", failure.what()));
    print_error(error);
    if (options.json) print(report::error_json(image, error) + '\n');
    return kFailed;
  }
}

}  // namespace pregap::cli
