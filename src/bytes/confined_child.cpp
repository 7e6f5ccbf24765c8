#include "bytes/confined_child.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "pregap/error.h"

namespace pregap {

ConfinedChild::ConfinedChild(std::size_t window_bytes, const std::string& place, const Run& run) {
  const auto cannot = [&](const char* what) {
    return Error(ErrorCode::unreadable, place,
                 fmt::format("no process to read it in: {}: {}", what, std::strerror(errno)));
  };
  void* const start =
      ::mmap(nullptr, window_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) throw cannot("mmap");
  window_ = {static_cast<std::uint8_t*>(start), window_bytes};
  int sockets[2] = {-1, -1};
  const bool connected = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0;
  if (connected) pid_ = ::fork();
  if (pid_ == 0) {
    ::close(sockets[0]);
    run(sockets[1], window_.data());
    std::_Exit(3);
  }
  if (pid_ < 0) {
    const Error error = cannot(connected ? "fork" : "socketpair");
    for (const int socket : sockets) {
      if (socket >= 0) ::close(socket);
    }
    ::munmap(start, window_bytes);
    throw error;
  }
  ::close(sockets[1]);
  socket_ = sockets[0];
}

ConfinedChild::~ConfinedChild() {
  kill();
  wait_for_end();
  ::munmap(window_.data(), window_.size());
}

void ConfinedChild::kill() noexcept {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

int ConfinedChild::wait_for_end() noexcept {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  int status = 0;
  while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

std::string ConfinedChild::cause_of_end() {
  const int status = wait_for_end();
  if (!WIFSIGNALED(status)) return "ran out of memory or gave up";
  const int signal = WTERMSIG(status);
  if (signal == SIGPROF) return "computed for too long without an answer";
  return fmt::format("was ended by signal {} ({})", signal, ::strsignal(signal));
}

}  // namespace pregap
