// One line on a terminal's standard error that tells bytes, rate and time left.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "pregap/work.h"

namespace pregap::cli {

class ProgressLine final : public Progress {
 public:
  // `shown` is false where no person watches; then nothing is ever printed.
  ProgressLine(std::string what, bool shown);
  ~ProgressLine() override;  // takes the line away

  void add_total(std::uint64_t bytes) override;
  void advance(std::uint64_t bytes) override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  std::string what_;
  bool shown_;
  bool drawn_ = false;
  std::mutex mutex_;
  std::uint64_t total_ = 0, done_ = 0;
  Clock::time_point start_ = Clock::now(), last_draw_ = start_;
};

// Whether progress belongs on standard error.
bool progress_wanted(bool quiet);

}  // namespace pregap::cli
