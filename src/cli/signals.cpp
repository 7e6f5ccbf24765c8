#include "cli/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <latch>
#include <thread>

#include "cli/cli.h"

namespace pregap::cli {
namespace {

constexpr int kInterrupted = 130;

std::stop_source& source() {
  static std::stop_source& the_source = *new std::stop_source;  // the waiting thread outlives main
  return the_source;
}

}  // namespace

std::stop_token stop_token() { return source().get_token(); }

void catch_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction inherited {};
    sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) sigaddset(&set, signal);  // nohup, background jobs
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A limit of files' sizes is an error like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  source();  // made before the thread that uses it
  // Files' readers fork: a thread in the midst of its start may hold an allocator's lock, which not
  // every allocator gives back to a copy of the process (those of sanitizers don't).
  static std::latch started(1);  // as long-lived as the thread
  std::thread([set] {
    started.count_down();
    int signal = 0;
    if (sigwait(&set, &signal) != 0) return;
    source().request_stop();
    sigwait(&set, &signal);  // asked twice: at once
    ::_exit(kInterrupted);
  }).detach();
  started.wait();
}

}  // namespace pregap::cli
