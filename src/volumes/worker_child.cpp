#include "volumes/worker_child.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace pregap::volumes {

std::string WorkerChild::cause_of_end() {
  const int status = wait_for_end();
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGPROF) return "computed for too long without an answer";
    return fmt::format("was ended by signal {} ({})", signal, ::strsignal(signal));
  }
  return "ran out of memory or gave up";
}

int WorkerChild::wait_for_end() {
  wire_.reset();  // a process that waits for a request ends by it
  int status = 0;
  while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return status;
}

void WorkerChild::end() noexcept {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  wait_for_end();
}

}  // namespace pregap::volumes
