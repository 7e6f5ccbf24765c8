#include "bytes/confined.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "base/sanitized.h"

namespace pregap {
namespace {

#if defined(__x86_64__)
constexpr unsigned kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kMachine = 0;
#endif

// Memory, time, threads' locks, and what is open already. Everything else fails with EPERM:
// opening, creating, renaming or removing files, other processes, the network.
constexpr std::array kAllowed = {
    SYS_read,         SYS_write,          SYS_sendto,        SYS_recvfrom,     SYS_close,
    SYS_mmap,         SYS_munmap,         SYS_mremap,        SYS_mprotect,     SYS_madvise,
    SYS_brk,          SYS_futex,          SYS_exit,          SYS_exit_group,   SYS_rt_sigreturn,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_clock_gettime, SYS_gettimeofday, SYS_setitimer,
    SYS_getrandom,    SYS_getpid,         SYS_gettid,        SYS_tgkill,       SYS_sched_yield,
    SYS_sigaltstack,  SYS_pread64,
#ifdef PREGAP_SANITIZED
    SYS_pipe2,  // how they find out whether memory may be read
#ifdef SYS_pipe
    SYS_pipe,
#endif
#endif

};

constexpr sock_filter statement(unsigned code, unsigned value) {
  return {static_cast<unsigned short>(code), 0, 0, value};
}
constexpr sock_filter jump_if_equal(unsigned value, unsigned char yes, unsigned char no) {
  return {static_cast<unsigned short>(BPF_JMP | BPF_JEQ | BPF_K), yes, no, value};
}

bool forbid_system_calls() noexcept {
  if (kMachine == 0) return false;
  try {
    std::vector<sock_filter> program = {
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        jump_if_equal(kMachine, 1, 0),
        statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    };
    for (const auto number : kAllowed) {
      program.push_back(jump_if_equal(static_cast<unsigned>(number), 0, 1));
      program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    }
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                            .filter = program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
  } catch (...) {
    return false;
  }
}

[[maybe_unused]] std::uint64_t address_space_now() noexcept {
  std::uint64_t pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit(int what, std::uint64_t value) noexcept {
  const rlimit bound{.rlim_cur = value, .rlim_max = value};
  ::setrlimit(static_cast<__rlimit_resource>(what), &bound);
}

}  // namespace

void leave_caller(int socket) noexcept {
  for (const int signal : {SIGINT, SIGHUP, SIGTERM, SIGPIPE}) ::signal(signal, SIG_IGN);
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPROF}) {
    ::signal(signal, SIG_DFL);
  }
#ifndef PREGAP_SANITIZED
  if (const int nowhere = ::open("/dev/null", O_RDWR); nowhere >= 0) {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::dup2(nowhere, standard);
    }
  }
#endif
  if (socket > 3) ::close_range(3, static_cast<unsigned>(socket) - 1, 0);
  ::close_range(static_cast<unsigned>(socket) + 1, ~0U, 0);
}

void confine(std::uint64_t memory) noexcept {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
#ifndef PREGAP_SANITIZED
  if (const std::uint64_t now = address_space_now(); now > 0) limit(RLIMIT_AS, now + memory);
#else
  (void)memory;
#endif
  forbid_system_calls();
}

void Watchdog::feed() const noexcept {
  const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = seconds_, .tv_usec = 0}};
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace pregap
