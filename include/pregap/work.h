// How long work tells what it does, and how it is asked to stop.
#pragma once

#include <cstdint>
#include <stop_token>

namespace pregap {

// Called from several threads at once.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void add_total(std::uint64_t bytes) = 0;
  virtual void advance(std::uint64_t bytes) = 0;
};

struct WorkOptions {
  unsigned threads = 0;          // 0: as many as there are processors
  Progress* progress = nullptr;  // may be null
  std::stop_token stop{};        // asked between chunks; Error(stopped) is thrown then
};

}  // namespace pregap
