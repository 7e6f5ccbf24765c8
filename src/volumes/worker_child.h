// The caller's side of a reader's process: the process itself, and the memory that both see.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "volumes/worker_wire.h"

namespace pregap::volumes {

// A process and the wire to it; it ends with this.
class WorkerChild {
 public:
  WorkerChild(pid_t pid, int socket) : pid_(pid), wire_(std::in_place, socket) {}
  ~WorkerChild() { end(); }
  WorkerChild(const WorkerChild&) = delete;
  WorkerChild& operator=(const WorkerChild&) = delete;

  Wire& wire() { return *wire_; }

  // Waits for its end. Why it ended, in words.
  std::string cause_of_end();

 private:
  int wait_for_end();
  void end() noexcept;

  pid_t pid_;
  std::optional<Wire> wire_;
};

// Memory that both processes see.
class WorkerWindow {
 public:
  WorkerWindow()
      : start_(
            ::mmap(nullptr, kWindow, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~WorkerWindow() {
    if (is_there()) ::munmap(start_, kWindow);
  }
  WorkerWindow(const WorkerWindow&) = delete;
  WorkerWindow& operator=(const WorkerWindow&) = delete;

  bool is_there() const { return start_ != MAP_FAILED; }
  std::span<std::uint8_t> bytes() const { return {static_cast<std::uint8_t*>(start_), kWindow}; }

 private:
  void* start_;
};

}  // namespace pregap::volumes
