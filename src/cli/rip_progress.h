// Two lines on a terminal that tell how a rip goes: where, how fast, what is bad, how long still,
// and the whole disc as a row of characters.
#pragma once

#include <chrono>

#include "operations/rip_passes.h"

namespace pregap::cli {

class RipProgressLine final : public operations::RipObserver {
 public:
  explicit RipProgressLine(bool shown) : shown_(shown) {}
  ~RipProgressLine() override;  // takes the lines away
  void update(const operations::RipProgress& progress) override;

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_{};
};

}  // namespace pregap::cli
