// A process of ours that parses others' images, seen from its caller: a socket to it, and memory
// that both see.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace pregap {

class ConfinedChild {
 public:
  // What the process does, with its end of the socket and the memory; it must not return.
  using Run = std::function<void(int socket, std::uint8_t* window)>;
  // Throws Error(unreadable) at `place` where the system gives no process or no memory.
  ConfinedChild(std::size_t window_bytes, const std::string& place, const Run& run);
  ~ConfinedChild();  // ends it, whatever it is at
  ConfinedChild(const ConfinedChild&) = delete;
  ConfinedChild& operator=(const ConfinedChild&) = delete;

  int socket() const { return socket_; }
  std::span<std::uint8_t> window() const { return window_; }

  void kill() noexcept;
  // Closes the socket, by which a process that waits for a request ends, and waits for its end. Why
  // it ended, in words: "was ended by signal 11 (Segmentation fault)".
  std::string cause_of_end();

 private:
  int wait_for_end() noexcept;  // its status

  std::span<std::uint8_t> window_;
  int socket_ = -1;
  pid_t pid_ = -1;
};

}  // namespace pregap
