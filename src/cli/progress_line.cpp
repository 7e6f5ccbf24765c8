#include "cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "base/text.h"

namespace pregap::cli {
namespace {

constexpr std::chrono::milliseconds kEvery{100};
constexpr double kMiB = 1024.0 * 1024.0;

}  // namespace

bool progress_wanted(bool quiet) { return !quiet && ::isatty(STDERR_FILENO) == 1; }

ProgressLine::ProgressLine(std::string what, bool shown) : what_(std::move(what)), shown_(shown) {}

ProgressLine::~ProgressLine() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

void ProgressLine::add_total(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  total_ += bytes;
}

void ProgressLine::advance(std::uint64_t bytes) {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  done_ += bytes;
  const Clock::time_point now = Clock::now();
  if (now - last_draw_ < kEvery) return;
  last_draw_ = now;
  draw(now);
}

void ProgressLine::draw(Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  const double left = rate > 0 && total_ > done_ ? static_cast<double>(total_ - done_) / rate : 0;
  const unsigned percent =
      total_ > 0
          ? static_cast<unsigned>(100.0 * static_cast<double>(done_) / static_cast<double>(total_))
          : 0;
  const std::string line =
      fmt::format("\r\x1b[K{}: {} of {} MiB ({}%), {:.0f} MiB/s, {:.0f} s left",
                  printable(what_, 60), with_thousands(static_cast<long long>(done_ >> 20)),
                  with_thousands(static_cast<long long>(total_ >> 20)), percent, rate / kMiB, left);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace pregap::cli
