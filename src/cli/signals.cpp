#include "cli/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
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
  source();  // made before the thread that uses it
  std::thread([set] {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) return;
    source().request_stop();
    sigwait(&set, &signal);  // asked twice: at once
    ::_exit(kInterrupted);
  }).detach();
}

}  // namespace pregap::cli
