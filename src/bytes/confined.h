// What a process that parses others' images for us gives up before it begins.
#pragma once

#include <cstdint>

namespace pregap {

// Signals that a terminal sends are left to the caller, those of crashes end the process. The
// standard descriptors lead nowhere, since libraries print what they think of an image (but with
// sanitizers, whose words are wanted); all others but `socket` are closed.
void leave_caller(int socket) noexcept;

// Leaves it no system calls but those of memory, time, and its open descriptors, no files to write,
// and so many bytes of memory beyond what it has. Where the system has no filter for calls, or has
// sanitizers in the way of limits, the rest holds all the same.
void confine(std::uint64_t memory) noexcept;

// Ends the process (SIGPROF) when it has computed for so many seconds since it was fed.
class Watchdog {
 public:
  explicit Watchdog(int seconds) : seconds_(seconds) {}
  void feed() const noexcept;

 private:
  int seconds_;
};

}  // namespace pregap
